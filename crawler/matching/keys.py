"""By what a text that names a work is found among many: the spellings that stand in it, and halves of misspelt ones."""

from collections.abc import Iterator
from typing import NamedTuple

from crawler.matching.identifiers import DOUBAN, ISBN, STEAM, of_work
from crawler.matching.layer import SHORTEST_JOINED
from crawler.matching.typos import keys_of
from crawler.matching.variants import ALIAS, ARTICLE, INITIALS, TITLE, Variant, ideographs, variants
from crawler.model import Work
from crawler.text import spelled

_LEAST_NATIVE = 3
_LEAST_IN_HALVES = 4
"""Ideographs of a title that may be written with another character of the same sound, or one in its parts."""
_LONG = 10
"""Letters of a name of which half without one still says something."""


class Key(NamedTuple):
    """Folded words with one space between them."""

    words: str
    whole: bool
    """Only where they stand as words: joined, too few letters for a title."""


def keys(work: Work) -> list[Key]:
    """What stands in every text that names the work in one of its spellings, or by an identifier."""
    found = [_key(variant) for variant in variants(work)]
    return list(dict.fromkeys((*found, *_identifiers(work))))


def half_keys(work: Work) -> list[Key]:
    """What stands in texts that name it with one slip: its names' first and second half, with and without their article.

    Letters swapped where the halves meet are in neither, so the first half of a longer name lacks its last letter.
    Chinese names count too, of which a character may be another of the same sound or stand there in parts.
    """
    halves: list[Key] = []
    for variant in variants(work):
        if variant.form not in (TITLE, ALIAS, ARTICLE):
            continue
        text = variant.words.replace(" ", "")
        native = ideographs(text) == len(text) >= _LEAST_IN_HALVES
        if native or ((work.year is not None or work.creators) and keys_of(variant.words)):
            half = len(text) // 2
            head = half if native or len(text) < _LONG else half - 1
            halves += [Key(text[:head], False), Key(text[half:], False)]
    return list(dict.fromkeys(halves))


def _key(variant: Variant) -> Key:
    """The rule by which the index looks for spellings as words or as letters without spaces."""
    native = ideographs(variant.words)
    letters = len(variant.words.replace(" ", ""))
    joinable = variant.form != INITIALS and letters >= (_LEAST_NATIVE if native else SHORTEST_JOINED)
    return Key(variant.words, not joinable and not native)


def _identifiers(work: Work) -> Iterator[Key]:
    for one in of_work(work.identifiers) if work.identifiers else ():
        words = spelled(one.value)
        if one.scheme == ISBN and words.startswith("978"):
            # The older form has neither the prefix nor the same check digit.
            words = words[3:12]
        yield Key(words, one.scheme in (DOUBAN, STEAM))
