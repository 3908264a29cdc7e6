"""Threads in which one work is asked for and another is given: under its own name, or in place of the one nobody has."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import known
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.text import spelled

GIVEN_IS_OTHER = -6.5
Span = tuple[int, int]

_LONGEST, _LABELLED = 4000, 160
_LINK = re.compile(r"https?://\S+|magnet:\S+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,8}/\S+")
_ASKED = re.compile(
    r"(?i)\[?\breq(?:uest(?:ed|ing)?)?\b|\bwanted\b|\bneed(?:ing|ed)?\b|\b(?:looking|searching|hunting|asking) (?:\w+ ){0,2}for\b|\bin search of\b|\biso\b"
    r"|\b(?:any(?:one|body)|some(?:one|body)|who)\b[^.!\n]{0,24}\b(?:ha(?:ve|s)|got|share|up|upload|seed|post)\b"
)
_WORD = r"[A-Z][\w'’]*"
_SMALL = r"(?:of|the|and|in|to|for|a|an)"
_NAME = rf"(?:{_WORD}(?: (?:{_SMALL} ){{0,2}}{_WORD}){{1,6}})"
# "Gullane Street S01 1080p: https://...": what stands before a link is called so.
_LABEL = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME})(?P<marks>(?:,? (?:\(?(?:(?i:s\d\d?\w*|season \d+|series \d+|e\d+|complete|full)|(?:19|20)\d\d|\d{{3,4}}[pi]|4k|(?i:epub|mobi|azw3|pdf|m4b|mp3|flac|cbz|web-?dl|web-?rip|blu-?ray|retail|instead|though|here|as well|too|in the meantime))\)?,?)){{0,6}})\s?(?:[:–—>-]{{0,2}})\s*$"
)
# Without these or the marks of a release, capitals before a link may be what the link is called.
_ANOTHER = re.compile(
    r"(?i)\b(?:other|another|instead|meanwhile|in the meantime|(?:do|only|also|still|just) have|next best|closest)\b"
)
_BY_THE_WAY = re.compile(r"(?i)\b(?:from|on|at|via|with|by|through|in|of|to|my|your)(?: (?:the|my|a|an))? $")
_SPEAKER = re.compile(r"[^\S\n]*[\w.#@ -]{1,24}?[:>](?!//)\s?")
# "Don't have that one, only the second, The Amber Toll".
_INSTEAD = re.compile(
    r"\b(?i:don'?t have|do not have|haven'?t(?: got)?|not (?:that|this) one|not the first|don'?t own|no [\w ]{1,24} here|is missing|couldn'?t find|can'?t find|no luck)\b[^\n.!?]{0,60}?"
    rf"\b(?i:only|just|but i|do have)\b[^\n.!?]{{0,40}}?(?P<name>{_NAME})"
)


def thread_rules(near: Surroundings) -> Iterator[Evidence]:
    """The title is asked for, and whatever the thread gives has another work's name."""
    raw, place = near.page.raw, near.place
    if place.field.where == "target" or len(raw) > _LONGEST or raw.count("\n") < 2:
        return
    other = _given(near.page)
    if other is None:
        return
    own = place.spelling
    if _names(raw[slice(*other)], own) or not any(
        _names(line, own) and _ASKED.search(line) and not _LINK.search(line) for line in raw.split("\n")
    ):
        return
    if any(_names(line, own) and _LINK.search(line) for line in raw.split("\n")):
        return
    yield rule("given-is-other", GIVEN_IS_OTHER, other, words=raw[slice(*other)])


def given_instead(page: Page, start: int) -> bool:
    """Whether the name at a raw position is of what somebody has in place of what was asked for."""
    return any(low <= start < high for low, high in _instead(page))


@lru_cache(maxsize=4)
def _instead(page: Page) -> tuple[Span, ...]:
    raw = page.raw
    if len(raw) > _LONGEST or "\n" not in raw:
        return ()
    return tuple(
        found.span("name")
        for found in _INSTEAD.finditer(raw)
        if _LINK.search(raw, found.end()) and _telling(found["name"])
    )


@lru_cache(maxsize=4)
def _given(page: Page) -> Span | None:
    """The name under which everything linked in a thread is given, or that of what is given instead; None when any has none."""
    raw = page.raw
    links = list(_LINK.finditer(raw))
    if not links:
        return None
    instead = _instead(page)
    names: list[Span] = []
    for link in links:
        begun = raw.rfind("\n", 0, link.start()) + 1
        speaker = _SPEAKER.match(raw, begun, link.start())
        first = max(speaker.end() if speaker else begun, link.start() - _LABELLED)
        label = _LABEL.search(raw[first : link.start()])
        ahead = raw[first : first + label.start()] if label else ""
        marked = label is not None and (label["marks"] or _ANOTHER.search(ahead))
        if label and marked and _telling(label["name"]) and not _BY_THE_WAY.search(ahead):
            names.append((first + label.start("name"), first + label.end("name")))
        elif before := [span for span in instead if span[1] <= link.start()]:
            names.append(before[-1])
        else:
            return None
    return names[0]


def _telling(name: str) -> bool:
    return any(not known(word.lower()) for word in name.split())


def _names(text: str, spelling: str) -> bool:
    return f" {spelling} " in f" {spelled(text)} "
