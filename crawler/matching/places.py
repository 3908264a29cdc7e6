"""Where a spelling really stands, checked on the page's own characters."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.matching.disguises import disguise
from crawler.matching.edges import Edges
from crawler.matching.hearing import listen
from crawler.matching.index import Index
from crawler.matching.lexicon import FORMATS, OFFERING, spoken
from crawler.matching.numbers import numbers
from crawler.matching.page import Field, Page
from crawler.matching.table import Found
from crawler.matching.typos import SHORTEST, comparable, slip
from crawler.matching.variants import FORMS, INITIALS, PINYIN, TITLE, TYPO
from crawler.text import Positions, View, anywhere, fold, spelled, words

_MOST_WORDS = 10
_HEAD = 90
_MOST_LINES = 6
_LONGEST_POST = 2500
_CAPITALS = re.compile(
    r"[A-Z][a-z'’]+(?: (?:(?:of|the|and|to|in|a|an|for|on|from|with|&|at|de|la|le) ){0,3}[A-Z][a-z'’]+){1,6}"
)
"""Words written with capitals, as names are."""
_MOST_NAMES = 6
_LEADS_OUT = frozenset((*FORMATS, *OFFERING, "edition"))
_NOWHERE: Positions = np.zeros(0, dtype=np.int64)


class Place(NamedTuple):
    """A work's title on a page."""

    work: int
    form: str
    disguise: str
    """As `disguise` says, ``encoded``, or the kind of slip."""
    spelling: str
    start: int
    end: int
    """Raw span."""
    field: Field


def _written(view: View, start: int, end: int) -> str:
    first = view.at(start)
    last = int(view.ends.searchsorted(end, side="right"))
    return view.text[first:last]


def _place(page: Page, found: Found, span: tuple[int, int]) -> Place | None:
    field = page.field_of(*span)
    if field is None:
        return None
    how = disguise(_written(page.folded, *span), found.spelling, span[1] - span[0])
    if how is None or (found.form == INITIALS and how != "none"):
        return None
    if how in ("none", "invisible") and any(low < span[1] and span[0] < high for low, high in page.encoded):
        how = "encoded"
    elif how == "invisible":
        # The view has closed up letters that stand apart on the page.
        shown = page.raw[slice(*span)]
        if spelled(shown) != found.spelling:
            how = "spaced" if " " in shown else "symbols"
    return Place(found.work, found.form, how, found.spelling, *span, field)


def _spans(page: Page, index: Index) -> Iterator[tuple[Found, tuple[int, int]]]:
    words, squeezed, edges = page.searched_words, page.squeezed, Edges(page)
    spaced = index.find_spaced(words.text)
    joined = index.find_joined(squeezed.text, edges.begins)
    low, high = _NOWHERE, _NOWHERE
    if spaced.starts.size:
        low = words.starts.take(spaced.starts + page.spaces.take(spaced.starts))
        high = words.ends.take(spaced.ends - page.spaces.take(spaced.ends - 1) - 1)
    if joined.starts.size:
        joined = joined.of(edges.ends(joined.ends - 1).nonzero()[0])
        low = np.concatenate((low, squeezed.starts.take(joined.starts)))
        high = np.concatenate((high, squeezed.ends.take(joined.ends - 1)))
    if not low.size:
        return
    # Both are asked about at once: what a look costs depends little on the number of places.
    amid, first = page.amid_words(low, high), len(spaced.starts)
    for owners, hits, part in (
        (index.spaced_owners, spaced, slice(first)),
        (index.joined_owners, joined, slice(first, None)),
    ):
        kept = (~(hits.weak & amid[part])).nonzero()[0]
        if kept.size:
            yield from _owned(owners, kept, hits.patterns, low[part], high[part], amid[part])


_LETTERS = re.compile(r"(?<= )(?:[a-z0-9] ){3,}")


def _letter_by_letter(page: Page, index: Index) -> Iterator[tuple[Found, tuple[int, int]]]:
    """Short titles of which every letter stands alone: ``H.E.A.T``; longer ones are found with all their spaces gone."""
    view = page.searched_words
    alone = page.alone
    if not anywhere(alone[2:] & alone[1:-1] & alone[:-2]):
        return
    for found in _LETTERS.finditer(view.text):
        joined = f" {found[0].replace(' ', '')} "
        hits = index.find_spaced(joined)
        for start, end, pattern in zip(hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), strict=True):
            if (start, end) == (0, len(joined)):
                for owner in index.spaced_owners(pattern):
                    yield owner, view.span(found.start(), found.end() - 1)


_WITH_DIGITS = re.compile(r"(?<= )(?=[0-9]*[a-z])(?=[a-z]*[0-9])[a-z0-9]{4,5}(?= )")
_AS_LETTERS = [str.maketrans({"0": "o", "1": one, "3": "e", "4": "a", "5": "s", "7": "t"}) for one in "il"]


def _with_digits(page: Page, index: Index) -> Iterator[tuple[Found, tuple[int, int]]]:
    """Short titles of one word with digits for letters, on a post; longer ones are found with the others."""
    if len(page.raw) > _LONGEST_POST or not numbers(page.folded.text):
        return
    view = page.searched_words
    for found in _WITH_DIGITS.finditer(view.text):
        for word in {found[0].translate(table) for table in _AS_LETTERS}:
            hits = index.find_spaced(f" {word} ") if word.isalpha() else None
            for pattern in () if hits is None else hits.patterns.tolist():
                for owner in index.spaced_owners(pattern):
                    if owner.spelling == word:
                        yield owner, view.span(*found.span())


_ALONE = re.compile("(?<= )(?:[\u4e00-\u9fff] ){2,}")
_NO_SIGN_WITHIN = frozenset("，、。；：？！,;:?!\n")


def _character_by_character(page: Page, index: Index) -> Iterator[tuple[Found, tuple[int, int]]]:
    """Chinese titles of two characters of which each stands alone; longer ones are found with all between them gone."""
    view = page.searched_words
    if view.text.isascii():
        return
    alone = page.alone
    if not anywhere(alone[1:] & alone[:-1]):
        return
    for found in _ALONE.finditer(view.text):
        joined = found[0].replace(" ", "")
        hits = index.find_spaced(joined)
        for start, end, pattern in zip(hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), strict=True):
            first = found.start() + 2 * start
            span = view.span(first, found.start() + 2 * end - 1)
            written = page.raw[slice(*span)]
            sign = written[1:-1].strip()
            # What leads to the title ends with another sign than the one that parts its characters.
            if start and (not sign or page.raw[view.span(first - 2, first - 1)[1] : span[0]].strip() == sign):
                continue
            # Of a phrase with a blank behind every character the title is but a part.
            if (end < len(joined) and not sign) or not _NO_SIGN_WITHIN.isdisjoint(written):
                continue
            behind = view.span(found.start() + 2 * end, found.start() + 2 * end + 1)[0] if end < len(joined) else 0
            listed = behind and page.raw[span[1] : behind].strip() == sign
            for owner in index.spaced_owners(pattern):
                if not listed or _goes_on(joined[end:], index.work(owner.work).creators):
                    yield owner, span


def _goes_on(rest: str, makers: Iterable[str]) -> bool:
    """Whether single characters behind a title of single characters are its maker's name or words of listings.

    Any others make the title a part of a list of characters.
    """
    return any(rest.startswith(spelled(maker)) for maker in makers) or any(
        word.start <= 1 for word in spoken(f" {rest} ")
    )


def _owned(
    owners: Callable[[int], list[Found]], kept: Positions, patterns: Positions, low: Positions, high: Positions,
    amid: npt.NDArray[np.bool_],
) -> Iterator[tuple[Found, tuple[int, int]]]:  # fmt: skip
    """The owners of the patterns kept; one whose own spelling says little is left out amid words, whoever shares it."""
    rows = zip(patterns[kept].tolist(), low[kept].tolist(), high[kept].tolist(), amid[kept].tolist(), strict=True)
    for pattern, start, end, among_words in rows:
        for found in owners(pattern):
            if not (among_words and found.weak):
                yield found, (start, end)


def _slips(page: Page, index: Index, standing: Collection[Place]) -> Iterator[Place]:
    """Titles with one slip, looked for where listings have their title.

    That is just before a year, and at either end of what leads to the first word that names a
    form or offers, on the first few lines that hold no title as it is.
    """
    seen: set[tuple[int, int]] = set()
    for year in page.years:
        raw = page.folded.span(*year.span())
        field = page.field_of(*raw)
        if field is not None:
            line = page.line(*raw, field)
            yield from _slips_before(page, index, field, max(line.start, raw[0] - _HEAD), raw[0], seen, False)
    sure = [place for place in standing if len(place.spelling) >= SHORTEST]
    lines = 0
    for word in page.said:
        if lines == _MOST_LINES:
            break
        if word.groups.isdisjoint(_LEADS_OUT):
            continue
        raw = page.words.span(word.start, word.end)
        field = page.field_of(*raw)
        if field is None:
            continue
        line = page.line(*raw, field)
        if (line.start, line.start) in seen:
            continue
        seen.add((line.start, line.start))
        if any(line.start <= place.start < line.start + len(line.raw) for place in sure):
            continue
        lines += 1
        yield from _slips_before(page, index, field, line.start, min(raw[0], line.start + _HEAD), seen, True)
    if lines:
        yield from _slips_in_names(page, index, seen)


def _slips_in_names(page: Page, index: Index, seen: set[tuple[int, int]]) -> Iterator[Place]:
    """Slips in the first names on a post: words with capitals side by side, whole or without the last ones."""
    body = page.fields[1]
    if body.end - body.start > _LONGEST_POST:
        return
    for found in islice(_CAPITALS.finditer(page.masked, body.start, body.end), _MOST_NAMES):
        tokens = [one.span() for one in re.finditer(r"\S+", found[0])]
        for _, last in tokens[:0:-1]:
            low, high = found.start(), found.start() + last
            if (low, high) not in seen and last >= SHORTEST:
                seen.add((low, high))
                yield from _misspelt(page, index, body, spelled(page.raw[low:high]), low, high)


def _misspelt(page: Page, index: Index, field: Field, written: str, low: int, high: int) -> Iterator[Place]:
    for work in index.near(written):
        for spelling in index.misspelt(work):
            kind = slip(written, spelling)
            if kind is not None:
                yield Place(work, TYPO, kind, spelling, low, high, field)
                break


def _slips_before(
    page: Page, index: Index, field: Field, low: int, high: int, seen: set[tuple[int, int]], heads: bool
) -> Iterator[Place]:
    """Slips among the words right before a raw position, and with `heads` among the first ones of the line."""
    if not comparable(page.raw[low:high]):
        return
    head = words(fold(page.raw[low:high]))
    bounds = [found.span() for found in re.finditer(r"\S+", head.text)]
    if not bounds:
        return
    windows = [(start, bounds[-1][1]) for start, _ in bounds[-_MOST_WORDS:]]
    for word in sorted(spoken(head.text), key=lambda word: -word.end):
        # "clockwrok parson uncut 1989": words of editions stand between the title and its year.
        if word.end == windows[0][1] and word.start > bounds[0][0]:
            windows = [(start, word.start - 1) for start, _ in bounds if start < word.start][-_MOST_WORDS:]
    if heads:
        windows += [(bounds[0][0], end) for _, end in bounds[:_MOST_WORDS]]
    for start, stop in windows:
        written = head.text[start:stop].strip()
        span = head.span(start, max(start + 1, start + len(written)))
        if (low + span[0], low + span[1]) in seen:
            continue
        seen.add((low + span[0], low + span[1]))
        yield from _misspelt(page, index, field, written, low + span[0], low + span[1])


def places(page: Page, index: Index) -> list[Place]:
    """Every title on the page that is really there, plainest first for each work and span, by place."""
    best: dict[tuple[int, int, int], Place] = {}
    for found, span in chain(
        _spans(page, index),
        _letter_by_letter(page, index),
        _character_by_character(page, index),
        _with_digits(page, index),
    ):
        place = _place(page, found, span)
        if place is not None:
            key = (place.work, *span)
            if key not in best or _plainer(page, place, best[key]):
                best[key] = place
    for place in _slips(page, index, list(best.values())):
        whole = [other for other in best.values() if other.work == place.work and other.form != INITIALS]
        if all(place.start <= other.start and other.end < place.end for other in whole):
            best.setdefault((place.work, place.start, place.end), place)
    for heard in listen(page, index):
        field = page.field_of(heard.start, heard.end)
        shown = [other for other in best.values() if other.work == heard.work and other.form not in (PINYIN, INITIALS)]
        if field and all(heard.end <= other.start or other.end <= heard.start for other in shown):
            place = Place(
                heard.work,
                heard.form,
                "symbols" if heard.form == TITLE else "none",
                heard.spelling,
                heard.start,
                heard.end,
                field,
            )
            best.setdefault((heard.work, heard.start, heard.end), place)
    return sorted(best.values(), key=lambda place: (place.start, -place.end, place.work))


def _plainer(page: Page, place: Place, other: Place) -> bool:
    """Whether of two places with one span the first explains it better."""
    one, two = _plainness(place), _plainness(other)
    if one != two or place.spelling == other.spelling:
        return one < two
    return spelled(_written(page.folded, place.start, place.end)) == place.spelling


def _plainness(place: Place) -> tuple[bool, int, bool]:
    return place.disguise == "leet", FORMS.index(place.form), place.disguise != "none"
