"""What a row of a list says anew of the page that it names: by its mark, and by its place in the list."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date

from crawler.store.lists import ListRow

DAYS_APART = 2
"""Days by which two ways of showing one time may differ: a zone, a day that was rounded."""
_TIMED = re.compile(r"(.*) at (\d{4}-\d\d-\d\d)(T\d\d:\d\dZ?)?", re.S)


def says_new(before: str | None, now: str | None) -> bool:
    """Whether a mark tells of another state than the mark before it.

    A mark may end in the time of what was written last, `` at 2026-03-01T08:00Z`` (UTC), ``at 2026-03-01T08:00`` (the
    site's clock) or ``at 2026-03-01`` (about that day). One time is shown in several ways as it grows old, so that two
    forms tell of a change only when they lie days apart.
    """
    if now is None or now == before:
        return False
    if before is None:
        return True
    earlier, later = _TIMED.fullmatch(before), _TIMED.fullmatch(now)
    if (earlier[1] if earlier else before) != (later[1] if later else now):
        return True
    if not earlier or not later:
        return False
    if _form(earlier[3]) == _form(later[3]) != 0:
        return True
    return abs((date.fromisoformat(earlier[2]) - date.fromisoformat(later[2])).days) > DAYS_APART


def _form(clock: str | None) -> int:
    return len(clock or "")


def bumped(rows: Sequence[ListRow], before: Mapping[int, ListRow]) -> list[int]:
    """The pages whose rows stand before what stood before them, at the head of the list: somebody wrote there.

    `before` holds how the list showed the rows, by page id; those that are new stand anywhere. Rows that stay where
    they are, as pinned ones do, come first; a row further down that changed its place says nothing.
    """
    places = [before[row.page_id].position if row.page_id in before else None for row in rows]
    known = [place for place in places if place is not None]
    stay = _longest_ascent(known)
    pinned = 0
    for place, first in zip(places, sorted(known), strict=False):
        if place != first:
            break
        pinned += 1
    found = []
    for row, place in zip(rows[pinned:], places[pinned:], strict=True):
        if place in stay:
            break
        if place is not None:
            found.append(row.page_id)
    return found


def _longest_ascent(places: Sequence[int]) -> set[int]:
    """A longest run of places in their order, however much stands between them."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        at = bisect_left(ends, place)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[at], last[at] = place, index
    found: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        found.add(places[index])
        index = before[index]
    return found
