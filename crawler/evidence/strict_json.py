"""Reading canonical JSON without trusting who wrote it: a second RFC 8785, on the standard library alone.

The writer uses the rfc8785 package; the verifier must not depend on it, and two
implementations that agree are worth more than one.
"""

import json
import math
import re
from typing import Any, NoReturn

from crawler.errors import VerificationError

_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_string = json.JSONEncoder(ensure_ascii=False).encode


def read_canonical(data: bytes, which: str) -> Any:
    """Parse canonical JSON; `which` names the object in errors.

    Raises VerificationError unless the bytes are the one RFC 8785 form of their value:
    duplicate names, other orders, other spacing, NaN and bad UTF-8 are all refused.
    """

    fractions: list[str] = []

    def fraction(digits: str) -> float:
        fractions.append(digits)
        return float(digits)

    try:
        text = data.decode("utf-8")
        value = json.loads(text, parse_constant=_refuse, parse_float=fraction, parse_int=_whole)
        # Python's own writer differs from RFC 8785 in fractions and in the order of names beyond the basic plane.
        quick = not fractions and _ASTRAL.search(data) is None
        agrees = (_quick(value) if quick else _slow(value)).encode("utf-8") == data
    except (ValueError, RecursionError) as error:
        raise VerificationError(f"not JSON ({error})", which) from None
    if not agrees:
        raise VerificationError("JSON that is not in its canonical form (RFC 8785)", which)
    return value


def read_strict(data: bytes, which: str) -> Any:
    """Parse JSON in any spacing; `which` names the object in errors.

    Raises VerificationError for anything that two readers could read differently: a name that
    stands twice, NaN and its kin, a byte order mark, bad UTF-8.
    """
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise VerificationError(f"not JSON ({error})", which) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _whole(digits: str) -> int:
    value = int(digits)
    if abs(value) >= 2**53:
        raise ValueError(f"{value} is beyond 2^53")
    return value


def _quick(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def serialise(value: Any) -> bytes:
    """The RFC 8785 form of a parsed JSON value. Raises ValueError for what has none."""
    return _slow(value).encode("utf-8")


def _slow(value: Any) -> str:
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_string(key)}:{_slow(member)}" for key, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_slow, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        _whole(str(int(value)))
    return _string(value)


def _number(value: float) -> str:
    """ECMA-262 Number::toString (7.1.12.1), from Python's shortest digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    head = digits[0] + ("." + digits[1:] if count > 1 else "")
    return f"{sign}{head}e{'+' if point > 0 else '-'}{abs(point - 1)}"
