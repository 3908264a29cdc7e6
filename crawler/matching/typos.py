"""Slips of the fingers and of the ear: letters swapped, left out, too many, wrong, or spelled as they sound.

A swapped, missing or doubled letter makes a slip; another letter in its place, or one more
at the end of a word, often makes another title (a sequel, a plural, a parody).
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Literal

from crawler.text import GAP, IDEOGRAPH, classes_of

SHORTEST = 8
LONGEST = 60
"""Letters of the titles that are compared; Chinese titles never are, since one character makes another title."""

Slip = Literal["swapped", "missing", "extra", "wrong", "vowel", "misspelt"]
"""``vowel`` is one vowel in another's place; ``misspelt`` is two slips that leave what a word sounds like."""
_VOWELS = frozenset("aeiouy")
_FEWEST_CONSONANTS = 4
_MOST_SLIPS = 3
_LONG_WORD = 8
_MIDDLING_WORD = 6
_LONG = 12
"""Letters of a title in which two slips still leave it itself."""


# Characters that fold to no letter, and of which nobody knows what they fold to.
_NO_LETTER = "\u3001\u3002\u3008-\u3011\u2018-\u201d\u2014\u2026\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\u4e00-\u9fff"
_PLAIN = re.compile("[0-9A-Za-z]")
_OTHER = re.compile(f"[^\\x00-\\x7f{_NO_LETTER}]")


_FIGURES = re.compile("[0-9]+")


def comparable(text: str) -> bool:
    """Whether any words of a raw text can have keys: a glance that spares the folding of Chinese lines."""
    return bool(text.isascii() or _OTHER.search(text)) or len(_PLAIN.findall(text)) >= SHORTEST


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
    heard = sorted(_consonants(text))
    # Letters swapped leave these as they are, and so do vowels mistaken and letters doubled.
    return [*keys, _hashed("heard", 0, "".join(heard))] if len(heard) >= _FEWEST_CONSONANTS else keys


def _consonants(text: str) -> str:
    """The consonants of joined words as they are heard: a doubled one once, ph as f, ck as k."""
    text = text.replace("ph", "f").replace("ck", "k").replace("ght", "t").replace("z", "s")
    return "".join(
        char for char, ahead in zip(text, f" {text}", strict=False) if char not in _VOWELS and char not in (ahead, "h")
    )


def slip(written: str, title: str) -> Slip | None:
    """The slip that turns a title into what was written, both as folded words; None when it is none or another title."""
    one, other = written.replace(" ", ""), title.replace(" ", "")
    if one == other or abs(len(one) - len(other)) > _MOST_SLIPS - 1 or GAP in classes_of(one):
        return None
    if _FIGURES.findall(one) != _FIGURES.findall(other):
        # Another number is another volume, and so is none.
        return None
    changed = _changed(written, title)
    kind = _one_slip(one, other)
    if kind == "vowel" and changed < _LONG_WORD:
        return "wrong"
    return kind or (_misspelt(one, other) if changed >= _MIDDLING_WORD else None)


def _changed(written: str, title: str) -> int:
    """Letters of the shortest word of a title that is written in another way: short words make other words."""
    ours, theirs = written.split(" "), title.split(" ")
    if len(ours) != len(theirs):
        return max(map(len, theirs))
    return min((len(want) for have, want in zip(ours, theirs, strict=True) if have != want), default=0)


def _one_slip(one: str, other: str) -> Slip | None:
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    rest, whole = one[at:], other[at:]
    if len(rest) == len(whole):
        if rest[1:] == whole[1:]:
            return "vowel" if rest[0] in _VOWELS and whole[0] in _VOWELS else "wrong"
        return "swapped" if rest[:2] == whole[1::-1] and rest[2:] == whole[2:] else None
    if abs(len(rest) - len(whole)) > 1:
        return None
    if len(rest) < len(whole):
        return "missing" if rest == whole[1:] else None
    return "extra" if rest[1:] == whole else None


def _misspelt(one: str, other: str) -> Slip | None:
    if one[0] != other[0] or len(other) <= SHORTEST or one[-1:].isdigit() or other[-1:].isdigit():
        return None
    heard, wanted = _consonants(one), _consonants(other)
    # A title that sounds alike is this one; a long one may lack a consonant or have one more. Another consonant makes
    # another word (ropemaker, ropewalker).
    near = len(other) >= _LONG and abs(len(heard) - len(wanted)) == 1 and _within(*sorted((heard, wanted), key=len))
    most = _MOST_SLIPS if heard == wanted else _MOST_SLIPS - 1 if near else 0
    return "misspelt" if _distance(one, other, most) <= most else None


def _within(short: str, long: str) -> bool:
    """Whether the letters of one text stand in the other, in their order."""
    rest = iter(long)
    return all(char in rest for char in short)


def _distance(one: str, other: str, most: int) -> int:
    """The letters to change, add, leave out or swap with the next between two texts; above `most`, any number above it."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, char in enumerate(one, 1):
        last, row = row, [place]
        for at, want in enumerate(other, 1):
            cost = min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (char != want))
            if place > 1 and at > 1 and char == other[at - 2] and one[place - 2] == want:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        before = last
        if min(row) > most:
            return most + 1
    return row[-1]
