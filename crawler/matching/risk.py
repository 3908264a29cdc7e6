"""How risky a watched title is: how easily a text names it without meaning the work."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, Literal

import numpy as np
from daachorse import CharwiseDoubleArrayAhoCorasick

from crawler.matching.everyday import in_pattern, is_phrase, is_word, of_listings
from crawler.matching.strength import strength
from crawler.matching.variants import ideographs
from crawler.model import Work
from crawler.text import IDEOGRAPH, Positions, View, class_of, fold, spelled, words

Grade = Literal["low", "medium", "high"]
GRADES: tuple[Grade, ...] = ("low", "medium", "high")
SEVERITY = {
    "no-letters": 3,
    "word-of-listings": 3,
    "everyday-word": 2,
    "everyday-phrase": 2,
    "two-characters": 2,
    "short-word": 2,
    "single-word": 1,
    "three-characters": 1,
    "usual-part": 1,
    "same-title": 2,
    "same-title-other-year": 1,
    "inside-other": 1,
    "year-missing": 1,
    "creators-missing": 1,
}
"""What each reason counts; 1 and 2 make a medium risk, 3 and more a high one."""
_SHORT_WORD = 4
_CALMED = 1
"""What a year and creators on file together take off: each match can be held against both."""


@dataclass(frozen=True, slots=True)
class Peril:
    """One named reason why a title is risky, with what its sentence says."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Risk:
    """A work's risk: that of its riskiest name."""

    grade: Grade
    name: str
    """The title or alias that it is measured on."""
    spelling: str
    """Its words form."""
    perils: tuple[Peril, ...] = ()


def risks(works: Sequence[Work], among: Iterable[Work] | None = None) -> list[Risk]:
    """The risk of each work, measured within the whole watchlist `among` (the works themselves, if none is given).

    The time grows with the number of titles in all, not with its square.
    """
    listed = list(works if among is None else among)
    neighbours = _Neighbours(works, listed)
    return [_risk(work, neighbours) for work in works]


def _risk(work: Work, neighbours: "_Neighbours") -> Risk:
    graded = []
    for name in dict.fromkeys((work.title, *work.aliases)):
        perils = tuple(_perils(name, work, neighbours))
        weight = sum(SEVERITY[peril.name] for peril in perils)
        if weight and work.year and work.creators:
            weight -= _CALMED
        graded.append((weight, name, perils))
    weight, name, perils = max(graded, key=lambda one: one[0])
    return Risk("high" if weight >= 3 else "medium" if weight else "low", name, neighbours.spelling(name), perils)


def _perils(name: str, work: Work, neighbours: "_Neighbours") -> Iterator[Peril]:
    spelling = neighbours.spelling(name)
    if not spelling:
        yield Peril("no-letters", {"title": name})
        return
    own = [*_of_the_name(name, spelling), *neighbours.of(work, spelling)]
    yield from own
    # A long title of its own needs neither; a year then only tells a remake apart.
    if any(SEVERITY[peril.name] for peril in own):
        if work.year is None:
            yield Peril("year-missing")
        if not work.creators:
            yield Peril("creators-missing")


def _of_the_name(name: str, spelling: str) -> Iterator[Peril]:
    facts = {"title": name}
    native = ideographs(spelling)
    letters = len(spelling.replace(" ", ""))
    if of_listings(spelling):
        yield Peril("word-of-listings", facts)
    elif is_word(spelling):
        yield Peril("everyday-word", facts)
    elif is_phrase(spelling):
        yield Peril("everyday-phrase", facts)
    elif in_pattern(spelling):
        yield Peril("usual-part", facts)
    said = strength(spelling)
    if said == "common" and native and letters <= 2:
        yield Peril("two-characters" if native == letters == 2 else "short-word", facts)
    elif said == "common" or (not native and letters <= _SHORT_WORD):
        yield Peril("short-word", facts)
    elif said == "single" and not is_word(spelling):
        yield Peril("single-word", facts)
    elif said == "short" and native and letters <= 3:
        yield Peril("three-characters", facts)


class _Bearers:
    """The works of one name, counted, so that a name borne by many costs each of them no look at all the others."""

    def __init__(self) -> None:
        self._first: list[Work] = []
        self._year_of: dict[str, int | None] = {}
        self._years: Counter[int | None] = Counter()

    def add(self, work: Work) -> None:
        """Count a work, once."""
        if work.work_id in self._year_of:
            return
        self._year_of[work.work_id] = work.year or None
        self._years[work.year or None] += 1
        if len(self._first) < 2:
            self._first.append(work)

    def first_but(self, work: Work) -> Work | None:
        """The first that is listed, apart from one work."""
        return next((other for other in self._first if other.work_id != work.work_id), None)

    def count_but(self, work: Work) -> int:
        """How many they are, apart from one work."""
        return len(self._year_of) - (work.work_id in self._year_of)

    def years_but(self, work: Work) -> set[int | None]:
        """Their years, apart from one work's; None for one without."""
        years = set(self._years)
        if work.work_id in self._year_of and self._years[self._year_of[work.work_id]] == 1:
            years.remove(self._year_of[work.work_id])
        return years


class _Neighbours:
    """What else is watched under the same name, or under a longer one that holds it."""

    def __init__(self, asked: Sequence[Work], listed: Sequence[Work]) -> None:
        names = [(name, work) for work in listed for name in dict.fromkeys((work.title, *work.aliases))]
        view, starts, cuts = _at_once([name for name, _ in names])
        own = list(dict.fromkeys(name for work in asked for name in (work.title, *work.aliases)))
        apart, _, bounds = _at_once(own)
        self._spelled = {
            name: apart.text[first:last].strip()
            for name, (first, last) in zip(own, pairwise(bounds.tolist()), strict=True)
        }
        self._bearers: dict[str, _Bearers] = {}
        self._around: dict[str, list[tuple[str, Work]]] = {}
        self._look_inside(asked, names, view, starts, cuts)

    def spelling(self, name: str) -> str:
        """A name in its words form."""
        known = self._spelled.get(name)
        return spelled(name) if known is None else known

    def _look_inside(
        self,
        asked: Sequence[Work],
        names: Sequence[tuple[str, Work]],
        view: View,
        starts: Sequence[int],
        cuts: Positions,
    ) -> None:
        """One pass over all names for all that are asked about; of each longer name two are kept, the first two.

        The rest of the list is not looked at by name: for one new work among a million that is most of the time.
        """
        wanted = {self.spelling(name) for work in asked for name in (work.title, *work.aliases)} - {""}
        patterns = sorted(f"{_edge(spelling[0])}{spelling}{_edge(spelling[-1])}" for spelling in wanted)
        if not patterns:
            return
        automaton = CharwiseDoubleArrayAhoCorasick(patterns)
        for start, end, key in automaton.find_overlapping(view.text):
            pattern = patterns[key]
            first, last = view.span(start + pattern.startswith(" "), end - pattern.endswith(" "))
            place = bisect_right(starts, first) - 1
            spelling = pattern.strip()
            if last > starts[place + 1] - 1:
                continue
            if view.text[cuts[place] : cuts[place + 1]].strip() == spelling:
                self._bearers.setdefault(spelling, _Bearers()).add(names[place][1])
                continue
            around = self._around.setdefault(spelling, [])
            if len(around) < 2 and all(other is not names[place][1] for _, other in around):
                around.append(names[place])

    def of(self, work: Work, spelling: str) -> Iterator[Peril]:
        """What the rest of the watchlist does to one name of a work."""
        bearers = self._bearers.get(spelling)
        if bearers and (first := bearers.first_but(work)):
            years = bearers.years_but(work)
            apart = bool(work.year) and None not in years and work.year not in years
            told = ", ".join(sorted(map(str, years))) if apart else ""
            facts = {"other": first.work_id, "count": bearers.count_but(work), "years": told}
            yield Peril("same-title-other-year" if apart else "same-title", facts)
        longer = [name for name, other in self._around.get(spelling, ()) if other.work_id != work.work_id]
        if longer:
            yield Peril("inside-other", {"longer": longer[0]})


def _at_once(names: Sequence[str]) -> tuple[View, list[int], Positions]:
    """The words view of all names in one, where each begins in them and where in the view.

    Folded one by one they take ten times as long.
    """
    view = words(fold("\n".join(name.replace("\n", " ") for name in names)))
    starts = [0, *accumulate(len(name) + 1 for name in names)]
    return view, starts, np.searchsorted(view.starts, starts)


def _edge(char: str) -> str:
    """The blank that stands where a whole word ends, in a words view."""
    return "" if class_of(char) == IDEOGRAPH else " "
