"""The publisher of a work, named beside its title: weak by itself, since publishers have many works."""

from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import known
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import IDEOGRAPH, class_of, spelled

ON_LINE, IN_RECORD = 0.8, 0.5
_REACH = 400


def publisher_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A publisher of the work is named in whole, on the title's line or in the record around it."""
    for name in work.publishers:
        wanted = spelled(name)
        if not wanted:
            continue
        for start, end in _places(near, wanted):
            if _is_word(near, wanted, start) or (start < near.place.end and near.place.start < end):
                continue
            on_line = near.line.start <= start < near.line.end
            if on_line or near.page.segments.speaks(start, near.place.start):
                yield rule("publisher-named", ON_LINE if on_line else IN_RECORD, (start, end), name=name)
                return


def _places(near: Surroundings, wanted: str) -> Iterator[tuple[int, int]]:
    """Where a name stands not far from the title, its own line first."""
    view, place = near.page.words, near.place
    native = class_of(wanted[0]) == IDEOGRAPH
    first, last = view.at(max(0, place.start - _REACH)), view.at(min(len(near.page.raw), place.end + _REACH))
    found = []
    pattern = wanted if native else f" {wanted} "
    at = view.text.find(pattern, max(0, first - 1), last + 1)
    while at >= 0:
        low = at + (not native)
        found.append(view.span(low, low + len(wanted)))
        at = view.text.find(pattern, at + 1, last + 1)
    yield from sorted(
        found, key=lambda span: (not near.line.start <= span[0] < near.line.end, abs(span[0] - place.end))
    )


def _is_word(near: Surroundings, wanted: str, start: int) -> bool:
    """A name that is a plain word and is written as one."""
    return " " not in wanted and known(wanted) and near.page.raw[start : start + 1].islower()
