"""Watched titles that a page writes by sound, in parts, or with letters in the place of characters."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from crawler.matching.index import Index
from crawler.matching.page import Page
from crawler.matching.sounds import alike, bare, composed, heard, mixed, unenclosed
from crawler.matching.variants import ALIAS, INITIALS, MIXED, PARTS, SOUND, TITLE, variants
from crawler.text import View

_ENDS_A_PHRASE = frozenset("。！？；，、：,;!?\n")
_LONGEST_GAP = 3


class Heard(NamedTuple):
    """A title that stands on a page in other characters than its own."""

    work: int
    form: str
    """``sound``, ``parts`` or ``mixed``."""
    spelling: str
    start: int
    end: int
    """Raw span."""


def listen(page: Page, index: Index) -> Iterator[Heard]:
    """Every title written by its sound, its parts or some initials, on the page's telling lines."""
    if not any(code >= "\u2e80" for code in page.searched.text):
        return
    plain = bare(page.searched)
    yield from _in_view(page, index, plain, SOUND)
    whole = composed(plain)
    if whole is not None:
        yield from _in_view(page, index, whole, PARTS)
    shown = unenclosed(page.masked, plain)
    if shown is not None:
        yield from _in_view(page, index, shown, SOUND)
    yield from _mixed(page, index)


def _in_view(page: Page, index: Index, view: View, form: str) -> Iterator[Heard]:
    hits = index.find_heard(heard(view).text)
    for start, end, pattern in zip(hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), strict=True):
        written = view.text[start:end]
        low, high = view.span(start, end)
        for found in index.heard_owners(pattern):
            title = found.spelling.replace(" ", "")
            as_spelled = written == title
            # In its own characters it was found by its spelling, unless those had been taken apart or apart from each other.
            if as_spelled and not _hidden(page, view, start, end):
                continue
            if _together(page.masked, view, start, end):
                yield Heard(found.work, form, found.spelling, low, high)


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


def _mixed(page: Page, index: Index) -> Iterator[Heard]:
    view = page.searched
    runs = mixed(view.text)
    if not runs:
        return
    for start, end, initials in runs:
        for pattern in index.find_spaced(f" {initials} ").patterns.tolist():
            for found in index.spaced_owners(pattern):
                if found.form != INITIALS or found.spelling != initials:
                    continue
                for variant in variants(index.work(found.work)):
                    share = alike(view.text[start:end], variant.words) if variant.form in (TITLE, ALIAS) else None
                    if share is not None and 0.3 < share < 1:
                        yield Heard(found.work, MIXED, variant.words, *view.span(start, end))
                        break
