"""A literal of a rule, as it is looked for: in texts with any white space, and in bytes of any charset."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

CHARSETS = ("utf-8", "gb18030", "big5hkscs", "cp950", "cp932", "euc_jp", "cp949", "latin-1", "utf-16-le", "utf-16-be")
_FEWEST = 4
_FORMS: tuple[Literal["NFKC", "NFD", "NFKD"], ...] = ("NFKC", "NFD", "NFKD")
"""A letter and its accent may be one character or two, and a reader sees no difference."""


def patterns(literals: Iterable[str]) -> list[re.Pattern[str]]:
    """What finds the literals in a text, whatever their case, their width and the white space in them.

    In the query of an address white space is a plus sign.
    """
    written = {form for one in literals for form in (one, *(unicodedata.normalize(name, one) for name in _FORMS))}
    return [
        re.compile(r"[\s+]+".join(map(re.escape, one.split())), re.IGNORECASE) for one in sorted(written) if one.strip()
    ]


def in_bytes(literals: Iterable[str], data: bytes) -> bool:
    """Whether bytes hold a literal in any charset, also where a stray byte puts a decoder out of step."""
    if data.isascii():
        return False
    lowered = data.lower()
    return any(needle in lowered for one in literals for needle in _needles(one))


def _needles(literal: str) -> set[bytes]:
    found = set()
    for charset in CHARSETS:
        try:
            needle = literal.encode(charset).lower()
        except UnicodeEncodeError:
            continue
        # Plain letters are found by reading; in the bytes of pictures and codings they are found by chance.
        if len(needle) >= _FEWEST and not needle.isascii():
            found.add(needle)
    return found
