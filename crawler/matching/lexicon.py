"""The words that the rules weigh, found in a text in one pass."""

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from crawler.matching.borders import Border, borders
from crawler.matching.romanised import romanised
from crawler.matching.signs import Signs
from crawler.text import IDEOGRAPH, class_of, fold, words

OFFERING = (
    "offer",
    "offer_weak",
    "offer_act",
    "offer_site",
    "offer_storage",
    "offer_channel",
    "offer_carrier",
    "offer_copy",
    "offer_unlocked",
    "offer_payment",
    "offer_delivery",
    "offer_selling",
    "offer_whole",
    "offer_free",
    "offer_tongue",
    "offer_hint",
    "invitation",
    "sale",
)
FORMATS = ("video", "book", "audio", "audiobook", "software", "game", "season")
AGAINST = (
    "review",
    "news",
    "trailer",
    "soundtrack",
    "subtitles",
    "merchandise",
    "fanwork",
    "request",
    "moderation",
    "removed",
    "licensed",
    "reference",
    "related",
    "compared",
    "not-shared",
    "lending",
    "programme",
    "second-hand",
    "free-work",
    "support",
)


_LONG_ENOUGH = 5
"""Letters of a Russian phrase from which on its spelling in Latin letters is no word of another language."""


class Word(NamedTuple):
    """A phrase of the lexicon at its place in a words view."""

    start: int
    end: int
    groups: frozenset[str]


class _Lexicon(NamedTuple):
    keys: Signs
    groups: list[frozenset[str]]
    padding: list[tuple[bool, bool]]
    borders: list[Border | None]
    phrases: dict[str, frozenset[str]]
    licensed: frozenset[str]
    marketplace: frozenset[str]
    reference: frozenset[str]


def pattern(phrase: str) -> tuple[str, bool, bool]:
    """A phrase as it stands in a words view, and whether it begins and ends with the space of a whole word."""
    view = words(fold(phrase))
    text = view.text.strip()
    first, last = class_of(text[0]) != IDEOGRAPH, class_of(text[-1]) != IDEOGRAPH
    return f"{' ' * first}{text}{' ' * last}", first, last


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("phrases", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _lexicon() -> _Lexicon:
    hosts = _read("hosts")
    groups: dict[str, set[str]] = {}
    padding: dict[str, tuple[bool, bool]] = {}
    for language in ("alphabetic", "offers", "against", "chinese", "against_chinese"):
        for group, entry in _read(language).items():
            for phrase in entry["phrases"]:
                for spelling in (phrase, *(romanised(phrase) if len(phrase) >= _LONG_ENOUGH else ())):
                    key, first, last = pattern(spelling)
                    groups.setdefault(key, set()).add(group)
                    padding[key] = (first, last)
    bordered = borders([key for key, of in groups.items() if not of.isdisjoint(AGAINST)])
    keys = sorted(groups)
    return _Lexicon(
        Signs(keys),
        [frozenset(groups[key]) for key in keys],
        [padding[key] for key in keys],
        [bordered.get(key) for key in keys],
        {key: frozenset(groups[key]) for key in keys},
        frozenset(hosts["licensed"]),
        frozenset(hosts["marketplace"]),
        frozenset(hosts["reference"]),
    )


def spoken(text: str) -> list[Word]:
    """The lexicon's phrases in the text of a words view, by place; a phrase inside a longer one is left out."""
    lexicon = _lexicon()
    found: list[tuple[int, int, int]] = []
    for start, end, key in lexicon.keys.found(text):
        first, last = lexicon.padding[key]
        border = lexicon.borders[key]
        if border and not border.apart(text, start + first, end - last):
            continue
        found.append((start + first, last - end, key))
    found.sort()
    kept: list[Word] = []
    reach = -1
    for start, before, key in found:
        if -before > reach:
            reach = -before
            # The constructor of a named tuple takes three times as long.
            kept.append(tuple.__new__(Word, (start, reach, lexicon.groups[key])))
    return kept


def known(phrase: str) -> bool:
    """True when the words form of a phrase is in the lexicon."""
    # Plain words need no folding.
    plain = phrase.isascii() and phrase.isalnum()
    return (f" {phrase.lower()} " if plain else pattern(phrase)[0]) in _lexicon().phrases


def phrases() -> list[str]:
    """All phrases of the lexicon, in their words form."""
    return [phrase.strip() for phrase in _lexicon().phrases]


def _within(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[first:]) in domains for first in range(len(labels)))


@lru_cache(maxsize=4096)
def genuine_host(host: str) -> str | None:
    """What a host offers, None when that is unknown.

    ``licensed`` is a shop or service, ``marketplace`` a place where anybody sells anything, ``reference`` one that
    describes works.
    """
    host = host.rsplit(":", 1)[0].lower()
    if _within(host, _lexicon().licensed):
        return "licensed"
    if _within(host, _lexicon().marketplace):
        return "marketplace"
    return "reference" if _within(host, _lexicon().reference) else None
