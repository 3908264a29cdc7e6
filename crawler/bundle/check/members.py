"""Which members an object of the bundle's JSON may have: a member that no check reads is one that anybody may add."""

import json
from collections.abc import Collection, Iterator, Mapping
from os.path import commonprefix
from typing import Any

from crawler.bundle.check.tree import Files
from crawler.model import Finding

MISSING = object()
"""What stands for a member that is not there."""
_SHOWN, _BEFORE = 120, 20
"""Characters that are shown of a value, and how many of them before the place at which it differs."""


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same; true and 1 are not."""
    return one is other or (
        MISSING not in (one, other)
        and one == other
        and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def check_members(
    which: str, value: Mapping[str, Any], needed: Collection[str], optional: Collection[str] = ()
) -> Iterator[Finding]:
    """Find members that are missing, and those that the format does not have there."""
    for name in sorted(set(needed) - value.keys()):
        yield Finding("members", f"{which} {name}", "fail", "a member that it always has", None, "missing")
    for name in sorted(value.keys() - set(needed) - set(optional)):
        found = text_of(value[name])
        yield Finding("members", f"{which} {name}", "fail", None, found, "a member that the format does not have there")


def check_value(check: str, which: str, expected: Any, found: Any) -> Iterator[Finding]:
    """Find a value that is not the one that was worked out from the record."""
    if not same(expected, found):
        wanted, there = text_of(expected), text_of(found)
        if wanted is not None and there is not None:
            wanted, there = apart(expected, found)
        yield Finding(check, which, "fail", wanted, there, "does not agree with the record")


def text_of(value: Any) -> str | None:
    """A value as findings show it."""
    return None if value is MISSING else str(value)[:120]


def apart(expected: Any, found: Any) -> tuple[str, str]:
    """Two values that differ as findings show them: text, from shortly before the place at which they part."""
    one, other = (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in (expected, found)
    )
    place = len(commonprefix([one, other]))  # noqa: RUF071  characters are what is meant
    start = place - _BEFORE if place >= _SHOWN - _BEFORE else 0
    before = "… " if start else ""
    return before + one[start : start + _SHOWN], before + other[start : start + _SHOWN]


def captures_of(files: Files, case: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """capture.json of each exhibit, by its path, in the order of the case."""
    names = [f"data/captures/{exhibit['exhibit']}/capture.json" for exhibit in case["exhibits"]]
    return {name: files.json(name) for name in names}
