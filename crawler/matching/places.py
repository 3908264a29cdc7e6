"""Where a spelling really stands: word boundaries and disguises, checked on the page's own characters."""

import re
from typing import NamedTuple

from crawler.matching.index import Found, Index
from crawler.matching.page import Field, Page
from crawler.matching.typos import slip
from crawler.matching.variants import ALIAS, INITIALS, PINYIN, TYPO, variants
from crawler.text import GAP, IDEOGRAPH, LETTER, classes, fold, words

_SENTENCE = frozenset("。！？；!?;\n")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_WORDS = 10


class Place(NamedTuple):
    """A work's title on a page."""

    work: int
    form: str
    disguise: str
    """``none``, ``joined``, ``spaced``, ``symbols``, ``leet``, ``invisible``, or the kind of slip."""
    spelling: str
    start: int
    end: int
    """Raw span."""
    field: Field


def _plain(written: str) -> str:
    return "".join(char for char, kind in zip(written, classes(fold(written)), strict=False) if kind != GAP)


class _Text:
    """The folded text around one raw span."""

    def __init__(self, page: Page, start: int, end: int) -> None:
        view = page.folded
        self.first = view.at(start)
        self.last = self.first
        while self.last < len(view.text) and int(view.ends[self.last]) <= end and int(view.starts[self.last]) < end:
            self.last += 1
        self.text = view.text[self.first : self.last]
        self.before = view.text[self.first - 1 : self.first] if self.first else ""
        self.after = view.text[self.last : self.last + 1]
        self.view = view


def _kind(char: str) -> int:
    return int(classes(fold(char))[0]) if char and not char.isspace() else GAP


def _bounded(text: _Text, raw: str, start: int, end: int) -> bool:
    """Whether the span begins and ends where words do; joined words may border on digits or on a change of case."""
    if not text.text:
        return False
    if _kind(text.before) == LETTER and _kind(text.text[0]) == LETTER:
        turn = text.before.isdigit() and not text.text[0].isdigit()
        camel = raw[start].isupper() and raw[start - 1 : start].islower()
        if not (turn or camel):
            return False
    if _kind(text.after) == LETTER and _kind(text.text[-1]) == LETTER:
        turn = text.after.isdigit() and not text.text[-1].isdigit()
        camel = raw[end - 1].islower() and raw[end : end + 1].isupper()
        if not (turn or camel):
            return False
    return True


def _disguise(text: _Text, spelling: str, width: int) -> str | None:
    """How the written text hides the spelling; None when it is not that spelling after all."""
    kinds = classes(fold(text.text)) if text.text else []
    letters = [(char, place) for place, (char, kind) in enumerate(zip(text.text, kinds, strict=False)) if kind != GAP]
    leet_signs = [char for char in text.text if char in "@$"]
    if leet_signs:
        letters = [
            (char, place)
            for place, char in enumerate(text.text)
            if kinds[place] != GAP or (char in "@$" and 0 < place < len(text.text) - 1 and kinds[place - 1] == kinds[place + 1] == LETTER)
        ]
    wanted = spelling.replace(" ", "")
    if len(letters) != len(wanted):
        return None
    swapped = 0
    for (char, _), want in zip(letters, wanted, strict=True):
        if char != want:
            if want.isdigit():
                return None
            swapped += char.isdigit() or char in "@$"
    gaps: dict[int, str] = {}
    for count, ((_, one), (_, two)) in enumerate(zip(letters, letters[1:], strict=False), start=1):
        if two > one + 1:
            gaps[count] = text.text[one + 1 : two]
    seams: set[int] = set()
    count = 0
    for part in spelling.split(" "):
        count += len(part)
        seams.add(count)
    odd = {place: gap for place, gap in gaps.items() if place not in seams}
    native = bool((classes(fold(wanted)) == IDEOGRAPH).any())
    if any(len(gap) > 4 for gap in gaps.values()):
        return None
    if swapped:
        if swapped * 2 > len(wanted) or any(part.isdigit() for part in words(fold(text.text)).text.split() if part not in spelling.split()):
            return None
        return "leet"
    spaced = len(gaps) >= 0.6 * (len(wanted) - 1)
    if odd:
        blank = [gap for gap in odd.values() if not gap.strip(" -,'\n\t")]
        if native:
            if any(gap.strip() in _SENTENCE and gap.strip() for gap in odd.values()) and not spaced:
                return None
            if "\n" in "".join(odd.values()) and not spaced:
                return None
            return "spaced" if len(blank) == len(odd) else "symbols"
        if spaced:
            return "spaced" if blank else "symbols"
        return None if blank else "symbols"
    if any("\n" in gap for gap in gaps.values()):
        return None
    if len(text.text) < width and width - len(text.text) > text.text.count("%"):
        return "invisible"
    return "joined" if not gaps and len(seams) > 1 and not native else "none"


def _typos(page: Page, index: Index) -> list[Place]:
    """Titles with one slip, looked for just before a year, where release names have their title."""
    found = []
    for year in _YEAR.finditer(page.raw):
        field = page.field_of(*year.span())
        if field is None:
            continue
        first, _ = page.line_of(*year.span(), field)
        head = words(fold(page.raw[max(first, year.start() - 90) : year.start()]))
        offset = max(first, year.start() - 90)
        starts = [match.start() for match in re.finditer(r"\S+", head.text)][-_MOST_WORDS:]
        stop = len(head.text.rstrip())
        for start in starts:
            written = head.text[start:stop]
            for near in index.near(written):
                work = index.work(near.work)
                for variant in variants(work):
                    if variant.form in (PINYIN, INITIALS):
                        continue
                    kind = slip(written, variant.words)
                    if kind is None or len(variant.words) < 8:
                        continue
                    low, high = head.span(start, stop)
                    found.append(
                        Place(near.work, TYPO, kind, variant.words, low + offset, high + offset, field)
                    )
                    break
    return found


def _place(page: Page, found: Found, span: tuple[int, int]) -> Place | None:
    field = page.field_of(*span)
    if field is None:
        return None
    text = _Text(page, *span)
    if not _bounded(text, page.raw, *span):
        return None
    disguise = _disguise(text, found.spelling, span[1] - span[0])
    if disguise is None:
        return None
    if found.form == INITIALS and disguise != "none":
        return None
    return Place(found.work, found.form, disguise, found.spelling, *span, field)


def places(page: Page, index: Index, slips: bool = True) -> list[Place]:
    """Every title on the page that is really there, plainest first for each work and span, by place."""
    best: dict[tuple[int, int, int], Place] = {}
    found = [(one, page.words.span(one.start, one.end)) for one in index.find_spaced(page.words)]
    found += [(one, page.squeezed.span(one.start, one.end)) for one in index.find_joined(page.squeezed)]
    for one, span in found:
        place = _place(page, one, span)
        if place is not None:
            key = (place.work, *span)
            if key not in best or _plainness(place) < _plainness(best[key]):
                best[key] = place
    if slips:
        for place in _typos(page, index):
            whole = [other for other in best.values() if other.work == place.work and other.form != INITIALS]
            if all(place.start <= other.start and other.end < place.end for other in whole):
                best.setdefault((place.work, place.start, place.end), place)
    return sorted(best.values(), key=lambda place: (place.start, -place.end, place.work))


def _plainness(place: Place) -> tuple[int, bool, bool]:
    order = ("title", ALIAS, "article", "joiner", "numeral", TYPO, PINYIN, INITIALS)
    return order.index(place.form), place.disguise != "none", place.disguise == "leet"
