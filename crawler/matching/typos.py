"""One slip of the fingers: two letters swapped, one left out, one too many, one wrong.

A swapped, missing or doubled letter makes a slip; another letter in its place, or one more
at the end of a word, often makes another title (a sequel, a plural, a parody).
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Literal

from crawler.text import GAP, IDEOGRAPH, classes_of

SHORTEST = 8
LONGEST = 60
"""Letters of the titles that are compared; Chinese titles never are, since one character makes another title."""

Slip = Literal["swapped", "missing", "extra", "wrong"]


def _hashed(kind: str, length: int, text: str) -> int:
    return int.from_bytes(blake2b(f"{kind}{length}{text}".encode(), digest_size=8).digest(), "little")


def _halves(text: str, length: int) -> Iterator[int]:
    half = length // 2
    yield _hashed("head", length, text[:half])
    yield _hashed("tail", length, text[-(length - half) :])


def keys_of(spelling: str, longest: bool = False) -> list[int]:
    """Numbers that two texts share when one slip lies between them.

    With `longest`, the keys of a text whose title may be one letter shorter or longer.
    """
    text = spelling.replace(" ", "")
    if not SHORTEST <= len(text) <= LONGEST or not text.isalnum() or IDEOGRAPH in classes_of(text):
        return []
    lengths = (len(text) - 1, len(text), len(text) + 1) if longest else (len(text),)
    keys = [key for length in lengths for key in _halves(text, length)]
    return [*keys, _hashed("sorted", len(text), "".join(sorted(text)))]


def slip(written: str, title: str) -> Slip | None:
    """The one slip that turns a title into what was written, both as folded words; None when it is not exactly one."""
    one, other = written.replace(" ", ""), title.replace(" ", "")
    if one == other or abs(len(one) - len(other)) > 1 or GAP in classes_of(one):
        return None
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    rest, whole = one[at:], other[at:]
    if len(rest) == len(whole):
        if rest[1:] == whole[1:]:
            return "wrong"
        return "swapped" if rest[:2] == whole[1::-1] and rest[2:] == whole[2:] else None
    if len(rest) < len(whole):
        return "missing" if rest == whole[1:] else None
    return "extra" if rest[1:] == whole else None
