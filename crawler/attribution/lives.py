"""When values that take turns or replace each other were there: whole changes, told apart from turns."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

AWAY = 3
"""Days on which others were seen and a value was not, from which it had gone before it came back."""
AWAY_FROM_COMPANIONS = 7
"""The same, where the others were once named with it in one answer: those may take turns."""
SETTLED = 7
"""Days of a value beside an older one from which both belong together."""
TURNS = timedelta(days=14)
"""What was replaced and is back beside its successor within this time had only taken turns with it."""
_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sign:
    """One value, seen once."""

    at: datetime
    value: str
    answer: str
    """What it was named in; all values of one answer were there at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """All of before was replaced by what is after."""

    before: frozenset[str]
    after: frozenset[str]
    at: datetime
    """When the first of the new values was first seen."""
    last_seen: datetime
    """When the last of the old values was last seen; later than `at` where both were seen for a while."""
    until: datetime
    """When the new state had ended in its turn."""


@dataclass(frozen=True, slots=True)
class _Life:
    value: str
    start: datetime
    end: datetime
    is_over: bool

    def is_at(self, moment: datetime) -> bool:
        return self.start <= moment and (moment < self.end or not self.is_over or moment == self.start)


def changes(signs: Iterable[Sign]) -> list[Change]:
    """The whole changes among values that one source named, oldest first; neither order nor doubles matter.

    A value that is missing for a day or two while others show is one that takes turns with them.
    """
    known = set(signs)
    lives = _lives(_first_and_last(known), _companions(known))
    found: list[Change] = []
    anchor: dict[str, _Life] = {}
    for moment in sorted({one.start for one in lives} | {one.end for one in lives if one.is_over}):
        # When a life is over its value was there to the end, and is not from then on.
        there = {one.value: one for one in lives if one.is_at(moment)}
        if not anchor:
            anchor = there
        elif there and set(anchor).isdisjoint(there):
            at, last = min(one.start for one in there.values()), max(one.end for one in anchor.values())
            if not any(_take_turns(one, there, lives) for one in anchor.values()):
                found.append(Change(frozenset(anchor), frozenset(there), at, last, _END))
            anchor = there
        else:
            older = max((anchor[value].end for value in anchor if value in there), default=moment)
            anchor |= {
                value: one
                for value, one in there.items()
                if value in anchor or (min(older, one.end) - one.start).days >= SETTLED
            }
    return [replace(one, until=later.at) for one, later in pairwise(found)] + found[-1:]


def _take_turns(old: _Life, new: Mapping[str, _Life], lives: Sequence[_Life]) -> bool:
    """Whether a value that seemed to be gone is soon there again beside those that seemed to have replaced it."""
    return any(
        again.value == old.value
        and any(one.start < again.start <= min(one.end, one.start + TURNS) for one in new.values())
        for again in lives
        if again.start > old.end
    )


def _first_and_last(signs: Collection[Sign]) -> list[Sign]:
    """Of each value the first and the last sign of each day, in order of time: a night shows most a thousand times."""
    kept: dict[tuple[str, date], tuple[Sign, Sign]] = {}
    for one in sorted(signs, key=lambda s: (s.at, s.value, s.answer)):
        key = one.value, _day(one.at)
        kept[key] = (kept[key][0] if key in kept else one, one)
    return sorted({one for pair in kept.values() for one in pair}, key=lambda s: (s.at, s.value, s.answer))


def _companions(signs: Iterable[Sign]) -> Mapping[str, set[str]]:
    """For each value those that were named with it in one answer."""
    by_answer: dict[str, set[str]] = defaultdict(set)
    for one in signs:
        by_answer[one.answer].add(one.value)
    found: dict[str, set[str]] = defaultdict(set)
    for values in set(map(frozenset, by_answer.values())):
        for value in values:
            found[value] |= values
    return found


def _lives(seen: Sequence[Sign], companions: Mapping[str, set[str]]) -> list[_Life]:
    times = [one.at for one in seen]
    by_value: dict[str, list[datetime]] = defaultdict(list)
    for one in seen:
        by_value[one.value].append(one.at)
    lives: list[_Life] = []
    for value, own in by_value.items():
        start = own[0]
        # Those that showed during its life take turns with it.
        beside = set(companions[value])
        for number, earlier in enumerate(own):
            later = own[number + 1] if number + 1 < len(own) else None
            between = seen[bisect_right(times, earlier) : len(seen) if later is None else bisect_left(times, later)]
            between = [one for one in between if one.value != value]
            if later is None:
                is_replaced = any(one.value not in beside for one in between)
                lives.append(_Life(value, start, earlier, is_replaced or _is_away(between, beside)))
            elif _is_away(between, beside):
                lives.append(_Life(value, start, earlier, True))
                start, beside = later, set(companions[value])
            else:
                beside |= {one.value for one in between}
    return lives


def _is_away(between: Sequence[Sign], beside: Collection[str]) -> bool:
    """Whether what was seen meanwhile shows that a value had gone."""
    strange = {_day(one.at) for one in between if one.value not in beside}
    return len(strange) >= AWAY or len({_day(one.at) for one in between}) >= AWAY_FROM_COMPANIONS


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
