"""Watched titles that a page writes by sound, in parts, or with letters in the place of characters."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from crawler.matching.folding import folded_short
from crawler.matching.index import Index
from crawler.matching.page import Page
from crawler.matching.pinyin import readings
from crawler.matching.sounds import (
    SHORTEST,
    alike,
    composed,
    heard,
    may_be_heard,
    mixed,
    plainly,
    sound,
    syllables,
    two_ways,
    unenclosed,
)
from crawler.matching.variants import ALIAS, INITIALS, MIXED, PARTS, SOUND, TITLE
from crawler.text import View, spelled

_ENDS_A_PHRASE = frozenset("。！？；，、：,;!?\n")
_MARKS = ("《", "「", "『", "【")
_LONGEST_GAP = 3
_POST = 2500
"""Characters of a page on which the rarer ways of writing are looked for."""
_FEW = 2
_DIGIT = re.compile("[0-9]")
ON_PURPOSE = re.compile(
    "谐音|諧音|拆字|拆开|防吞|防夹|防和谐|防屏蔽|防河蟹|会被吞|你懂|自己拼|错别字|会被(?:夹|删|和谐|屏蔽)|打全(?:名|了)?(?:会|就|要)|过不了审|怕(?:被)?(?:夹|吞|删)"
)
"""A writer says why a title stands there in other characters."""


COUNTED = re.compile(r"[\s,.·:《》」』】-]{0,2}(?:全(?:套|部)? ?)?\d{1,3} ?集")
"""Episodes counted right behind a title."""


class Heard(NamedTuple):
    """A title that stands on a page in other characters than its own."""

    work: int
    form: str
    """``sound``, ``parts`` or ``mixed``; ``title`` for one in its own characters, with signs between them."""
    spelling: str
    start: int
    end: int
    """Raw span."""


def listen(page: Page, index: Index) -> Iterator[Heard]:
    """Every title written by its sound, its parts or some initials, on the page's telling lines.

    Of a long watchlist some title sounds like any clause: what nothing on the page can bear out is left out at once.
    """
    for heard_there in _all(page, index):
        if heard_there.form == TITLE or _may_be_borne_out(page, index, heard_there):
            yield heard_there


_BARE_PARTS = frozenset("氵亻扌犭纟讠钅饣忄礻衤刂阝艹冫攵疒宀")


def taken_apart(written: str) -> bool:
    """Two of the strokes stand alone that nobody writes but as a part of a character."""
    return sum(map(_BARE_PARTS.__contains__, written)) > 1


@lru_cache(maxsize=4)
def on_purpose(text: str) -> bool:
    """Whether a writer says why a title stands there in other characters."""
    return ON_PURPOSE.search(text) is not None


def _may_be_borne_out(page: Page, index: Index, title: Heard) -> bool:
    """Whether the page holds what a title in other characters needs: its year or its people, or most of its characters."""
    own = title.spelling.replace(" ", "")
    written = plainly(folded_short(page.raw[title.start : title.end]))
    kept = sum(map(written.__contains__, own))
    if title.form == PARTS and len(own) == _FEW and (not kept or page.raw[title.start - 1 : title.start] in _MARKS):
        return True
    if title.form == PARTS and taken_apart(page.raw[title.start : title.end]):
        # Nobody writes such strokes but to take a character apart.
        return True
    creators = index.work(title.work).creators if index.credited(title.work) else ()
    named = any(page.find_name(name) for name in creators) or (creators and name_heard(page, creators) is not None)
    if named or (title.form == SOUND and len(own) - kept == 1 and len(own) <= 4):
        return bool(named) or on_purpose(page.raw)
    if len(own) >= 4 and kept >= 0.6 * len(own):
        return True
    behind = page.raw[title.end : title.end + 8]
    counted = title.form == SOUND and COUNTED.match(folded_short(behind))
    if counted and index.work(title.work).kind == "series":
        return True
    year = index.year(title.work)
    return year != 0 and (f"{year % 100:02}" in behind or year in _years_about(page))


@lru_cache(maxsize=4)
def _years_about(page: Page) -> frozenset[int]:
    """The years on a page and those that are one or two off."""
    return frozenset(int(found[0]) + apart for found in page.years for apart in range(-2, 3))


def _all(page: Page, index: Index) -> Iterator[Heard]:
    if not may_be_heard(page.searched):
        return
    plain = page.searched.bare
    whole = composed(plain)
    if whole is not None:
        yield from _in_view(page, index, whole, PARTS, as_spelled=PARTS)
        yield from _short_in_parts(page, index, whole)
    shown = unenclosed(page.codes, plain)
    if shown is not None:
        yield from _in_view(page, index, shown, SOUND, as_spelled=TITLE)
    yield from _in_view(page, index, plain, SOUND, as_spelled="")
    short = len(page.raw) <= _POST
    # Whatever does not touch what is read anew was found before, and one character more shows whether a number goes on.
    other = two_ways(plain, index.longest_heard) if short and index.longest_heard else None
    if other is not None:
        yield from _in_view(page, index, other, SOUND, as_spelled="")
    for said in (*syllables(page.searched), *(syllables(plain) if short else ())):
        yield from _in_view(page, index, said.bare, MIXED, as_spelled=MIXED)
    yield from _mixed(page, index, page.searched)
    if plain is not page.searched:
        yield from _mixed(page, index, plain)


def _in_view(page: Page, index: Index, view: View, form: str, *, as_spelled: str) -> Iterator[Heard]:
    """Titles heard in a view; one in its own characters has the form `as_spelled`, if any, when the view uncovered it."""
    hits = index.find_heard(heard(view).text)
    if not hits.starts.size:
        return
    numbered = _DIGIT.search(view.text) is not None
    raw = view.starts[hits.starts].tolist(), view.ends[hits.ends - 1].tolist()
    for start, end, pattern, low, high in zip(
        hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), *raw, strict=True
    ):
        if numbered and _cuts_number(view.text, start, end):
            continue
        written = view.text[start:end]
        for found in index.heard_owners(pattern):
            title = found.spelling.replace(" ", "")
            own = written == title
            if own and not (as_spelled and _hidden(page, view, start, end)):
                continue
            if _together(page.masked, view, start, end):
                yield Heard(found.work, as_spelled if own else form, found.spelling, low, high)


def _short_in_parts(page: Page, index: Index, whole: View) -> Iterator[Heard]:
    """Titles of two characters, of which at least one is taken apart: too short to be listened for."""
    hits = index.find_spaced(whole.text)
    for start, end, pattern in zip(hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), strict=True):
        if end - start != _FEW or not _hidden(page, whole, start, end) or not _together(page.masked, whole, start, end):
            continue
        for found in index.spaced_owners(pattern):
            if found.form in (TITLE, ALIAS) and found.spelling == whole.text[start:end]:
                yield Heard(found.work, PARTS, found.spelling, *whole.span(start, end))


def _cuts_number(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return any(len(pair) == 2 and pair.isascii() and pair.isdigit() for pair in around)


def _hidden(page: Page, view: View, start: int, end: int) -> bool:
    widths = view.ends[start:end] - view.starts[start:end]
    between = view.starts[start + 1 : end] - view.ends[start : end - 1]
    filled = any(
        page.masked[int(view.ends[at]) : int(view.starts[at + 1])].strip() for at in np.flatnonzero(between > 0) + start
    )
    return bool((widths > 1).any()) or filled


def _together(text: str, view: View, start: int, end: int) -> bool:
    for at in range(start, end - 1):
        gap = text[int(view.ends[at]) : int(view.starts[at + 1])]
        if len(gap) > _LONGEST_GAP or not _ENDS_A_PHRASE.isdisjoint(gap):
            return False
    return True


def _mixed(page: Page, index: Index, view: View) -> Iterator[Heard]:
    runs = mixed(view.text)
    if not runs:
        return
    for start, end, initials in runs:
        for pattern in index.find_spaced(f" {initials} ").patterns.tolist():
            for found in index.spaced_owners(pattern):
                if found.form != INITIALS or found.spelling != initials:
                    continue
                for variant in index.variants(found.work):
                    share = alike(view.text[start:end], variant.words) if variant.form in (TITLE, ALIAS) else None
                    if share is not None and 0.3 < share < 1:
                        yield Heard(found.work, MIXED, variant.words, *view.span(start, end))
                        break


@lru_cache(maxsize=4)
def _views(page: Page) -> tuple[View, ...]:
    """The heard views of a whole page, asked for by every title on it."""
    plain = page.folded.bare
    return tuple(heard(view) for view in (plain, composed(plain)) if view is not None)


def name_heard(page: Page, names: tuple[str, ...]) -> tuple[str, tuple[int, int]] | None:
    """The first of some people whose Chinese name the page writes by sound, in parts, in pinyin or with initials in it.

    With the raw span; for pages that hide a title that way, and names of three characters or more.
    """
    for name in map(spelled, names):
        wanted = sound(name)
        if not wanted:
            continue
        for view in _views(page):
            at = view.text.find(wanted)
            if at >= 0:
                return name, view.span(at, at + len(wanted))
        for view, pattern in ((page.folded, _with_initials(name)), (page.words, _in_pinyin(name))):
            found = re.search(pattern, view.text) if pattern else None
            if found and len(found[0].strip()) >= SHORTEST:
                return name, view.span(*found.span())
    return None


def _with_initials(name: str) -> str:
    name = name.replace(" ", "")
    letters = [readings(char) for char in name]
    if not all(letters):
        return ""
    parts = [f"[{char}{known[0][0][0]}]" for char, known in zip(name, letters, strict=True)]
    return rf"(?<![a-z])(?=[a-z]*[\u4e00-\u9fff]){''.join(parts)}(?![a-z])"


def _in_pinyin(name: str) -> str:
    known = readings(name)
    return rf" {' ?'.join(known[0])} " if known else ""
