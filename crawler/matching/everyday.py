"""What people write every day without meaning a work."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from crawler.matching.lexicon import phrases
from crawler.text import IDEOGRAPH, class_of, spelled


class _Everyday(NamedTuple):
    words: frozenset[str]
    phrases: frozenset[str]
    patterns: frozenset[str]
    """Names' usual parts and all that they hold, and all that the lexicon's phrases of several words hold."""
    listings: frozenset[str]
    """The lexicon's phrases."""


@cache
def _everyday() -> _Everyday:
    text = files(__package__).joinpath("everyday.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(text)
    words = frozenset(word for one in lists["words"].values() for word in one.split())
    said = frozenset(phrase for one in lists["phrases"].values() for phrase in _lines(one))
    patterns = {
        part for one in lists["patterns"].values() for phrase in _lines(one) for part in _parts(phrase, whole=True)
    }
    patterns.update(part for phrase in phrases() for part in _parts(phrase, whole=False))
    return _Everyday(words, said, frozenset(patterns), frozenset(phrases()))


def is_word(spelling: str) -> bool:
    """Whether a spelling is a word of every day, with or without its article."""
    return spelling in _everyday().words or spelling.removeprefix("the ").removeprefix("a ") in _everyday().words


def is_phrase(spelling: str) -> bool:
    """Whether a spelling is a phrase of every day."""
    return spelling in _everyday().phrases


def of_listings(spelling: str) -> bool:
    """Whether a spelling is a word or phrase by which listings are recognised."""
    return spelling in _everyday().listings


def in_pattern(spelling: str) -> bool:
    """Whether a spelling is, or stands inside, a usual part of names, or inside a phrase that listings use."""
    return spelling in _everyday().patterns


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (spelled(phrase) for phrase in line.split("|") if phrase)


def _parts(phrase: str, *, whole: bool) -> Iterator[str]:
    """The runs of words (of two characters and more in Chinese) in a phrase, without bare articles and the like."""
    native = bool(phrase) and class_of(phrase[0]) == IDEOGRAPH
    units = list(phrase) if native else phrase.split(" ")
    least = 2 if native else 1
    for first in range(len(units)):
        for last in range(first + least, len(units) + 1):
            part = ("" if native else " ").join(units[first:last])
            if (whole or last - first < len(units)) and (native or len(part) > 3):
                yield part
