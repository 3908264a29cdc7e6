"""The thresholds of offences, as dated data, held against what a case counts: met, half met or not met, with the rows.

The figures come from thresholds.toml, or from a file of the same shape that lawyers correct and the configuration names.
A threshold counts the acts of the days on which it is in force, so that a case may be held against an old and a new one.
Estimates never make a threshold met; where they would, that is said beside it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Literal, get_args

from crawler import datafile
from crawler.casework.counters import BASES, COUNTERS, MONEY, Basis, CounterName, Row, total
from crawler.errors import ConfigurationError
from crawler.model import TRACKS

State = Literal["met", "half-met", "not-met"]
Needs = Literal["all", "any"]
_FIELDS: datafile.Fields = {
    "id": str, "jurisdiction": str, "track": str, "offence": dict, "citation": str, "effective_from": date,
    "effective_to": date, "window_days": int, "needs": str, "halves": int, "condition": list, "note": dict,
    "checked_by": str, "checked_on": date,
}  # fmt: skip
_NEEDED = ("id", "jurisdiction", "track", "offence", "citation", "effective_from", "needs", "condition", "checked_by")
_HALF = 0.5
_ORDER: tuple[State, ...] = ("not-met", "half-met", "met")


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure that one counter must reach."""

    counter: CounterName
    figure: float
    is_exclusive: bool
    """Whether it must be passed, not merely reached."""
    unit: str = ""

    def is_on(self, row: Row) -> bool:
        """Whether a row is of its counter and unit."""
        return (row.counter, row.unit) == (self.counter, self.unit)

    def share(self, number: float) -> float:
        """How much of the figure is reached; below 1 where it must be passed and is only reached."""
        return (
            min(number / self.figure, 1 - 1e-9) if self.is_exclusive and number <= self.figure else number / self.figure
        )


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when to when, for whose courts, what must be counted, and where that is written."""

    threshold_id: str
    jurisdiction: str
    """ISO 3166-1 alpha-2."""
    track: str
    offence: Mapping[str, str]
    """Language -> text."""
    citation: str
    effective_from: date
    effective_to: date | None
    """The last day, or None while it is in force."""
    window_days: int | None
    needs: Needs
    halves: int | None
    conditions: tuple[Condition, ...]
    note: Mapping[str, str]
    checked_by: str
    """Who compared it with the text of the law; empty where nobody has, and whatever prints it says so."""
    checked_on: date | None

    def covers(self, at: datetime) -> bool:
        """Whether it is in force on the day (UTC) of an act."""
        return self.effective_from <= at.date() and (self.effective_to is None or at.date() <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Figure:
    """A condition held against the rows."""

    condition: Condition
    rows: tuple[Row, ...]
    """Those that count: observed and claimed, and never estimated."""
    estimated: tuple[Row, ...]
    outside: tuple[Row, ...] = ()
    """Of days on which the threshold is not in force: none of them counts here."""

    @property
    def by_basis(self) -> dict[Basis, float]:
        """What was observed, and what was claimed, where there is any of it."""
        bases = (basis for basis in BASES if any(row.basis == basis for row in self.rows))
        return {basis: total(row for row in self.rows if row.basis == basis) for basis in bases}

    @property
    def number(self) -> float:
        """What was observed and claimed."""
        return total(self.rows)

    @property
    def is_known(self) -> bool:
        """Whether anything says how much it is; copies, works and offers are counted, so that none is 0."""
        return bool(self.rows) or self.condition.counter in ("copies", "works", "offers")

    @property
    def share(self) -> float:
        """How much of the figure is reached."""
        return self.condition.share(self.number)


@dataclass(frozen=True, slots=True)
class Assessment:
    """How far a case reaches a threshold."""

    threshold: Threshold
    state: State
    figures: tuple[Figure, ...]
    window: tuple[datetime, datetime] | None
    """The fullest period, where the threshold has one and anything was counted; half-open, UTC."""
    state_with_estimates: State
    """What it would be if estimates counted."""
    state_with_observed: State
    """What it would be if observed figures alone counted, of the period in which they are fullest."""


def assess(threshold: Threshold, rows: Sequence[Row]) -> Assessment:
    """Hold a threshold against what a case counts; of a threshold with a period, the fullest one stands."""
    window, figures = _held(threshold, rows)
    _, seen = _held(threshold, [row for row in rows if row.basis == "observed"])
    hoped = [figure.condition.share(figure.number + total(figure.estimated)) for figure in figures]
    state, observed = (_state(threshold, [one.share for one in each]) for each in (figures, seen))
    return Assessment(threshold, state, figures, window, _state(threshold, hoped), observed)


def _held(threshold: Threshold, rows: Sequence[Row]) -> tuple[tuple[datetime, datetime] | None, tuple[Figure, ...]]:
    covered = [row for row in rows if threshold.covers(row.at)]
    outside = [row for row in rows if not threshold.covers(row.at)]
    window = _fullest(threshold, covered)
    inside = [row for row in covered if window is None or window[0] <= row.at < window[1]]
    return window, tuple(_figure(condition, inside, outside) for condition in threshold.conditions)


def _fullest(threshold: Threshold, rows: Sequence[Row]) -> tuple[datetime, datetime] | None:
    """The period in which most is reached; the earliest of equals. It can always be moved until a row begins it."""
    if threshold.window_days is None or not rows:
        return None
    days = timedelta(days=threshold.window_days)
    sums = [_Sums(_figure(condition, rows).rows) for condition in threshold.conditions]

    def fullness(start: datetime) -> tuple[int, float]:
        pairs = zip(threshold.conditions, sums, strict=True)
        shares = [condition.share(known.between(start, start + days)) for condition, known in pairs]
        return _ORDER.index(_state(threshold, shares)), sum(min(share, 1.0) for share in shares)

    start = max(sorted({row.at for row in rows}), key=fullness)
    return start, start + days


class _Sums:
    """Running sums of rows in order of time, so that a period is two look-ups whatever a case counts."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted(rows, key=lambda row: row.at)
        self._times = [row.at for row in ordered]
        self._sums = [0.0, *accumulate(row.number for row in ordered)]

    def between(self, start: datetime, end: datetime) -> float:
        return self._sums[bisect_left(self._times, end)] - self._sums[bisect_left(self._times, start)]


def _figure(condition: Condition, rows: Iterable[Row], outside: Iterable[Row] = ()) -> Figure:
    wanted = [row for row in rows if condition.is_on(row)]
    return Figure(
        condition,
        tuple(row for row in wanted if row.basis != "estimated"),
        tuple(row for row in wanted if row.basis == "estimated"),
        tuple(row for row in outside if condition.is_on(row)),
    )


def _state(threshold: Threshold, shares: Sequence[float]) -> State:
    met, half = sum(share >= 1 for share in shares), sum(share >= _HALF for share in shares)
    if met and (threshold.needs == "any" or met == len(shares)):
        return "met"
    if threshold.halves is not None and half >= threshold.halves:
        return "met"
    if threshold.needs == "all":
        return "half-met" if met or half == len(shares) else "not-met"
    return "half-met" if half else "not-met"


def parse(text: str, source: str = "thresholds.toml") -> tuple[Threshold, ...]:
    """Thresholds from TOML text. Raises ConfigurationError that names the threshold and the fault."""
    entries = datafile.tables(text, source, "threshold").get("threshold", ())
    found = tuple(_threshold(entry, f"{source}: {entry.get('id', 'one without an id')}") for entry in entries)
    datafile.check_once((one.threshold_id for one in found), source)
    return found


def _threshold(entry: Mapping[str, Any], which: str) -> Threshold:
    datafile.check(entry, which, _FIELDS, _NEEDED)
    if entry["track"] not in TRACKS or entry["needs"] not in get_args(Needs):
        raise ConfigurationError("unknown track or needs", which, f"use {', '.join(TRACKS)} and all or any")
    datafile.check_both_languages(entry, which, "offence", "note")
    return Threshold(
        threshold_id=entry["id"],
        jurisdiction=entry["jurisdiction"],
        track=entry["track"],
        offence=entry["offence"],
        citation=entry["citation"],
        effective_from=entry["effective_from"],
        effective_to=entry.get("effective_to"),
        window_days=entry.get("window_days"),
        needs=entry["needs"],
        halves=entry.get("halves"),
        conditions=tuple(_condition(one, which) for one in entry["condition"]),
        note=entry.get("note", {"en": "", "zh": ""}),
        checked_by=entry["checked_by"],
        checked_on=entry.get("checked_on"),
    )


def _condition(entry: Mapping[str, Any], which: str) -> Condition:
    figures = [name for name in ("at_least", "more_than") if name in entry]
    counter = entry.get("counter")
    if counter not in COUNTERS or len(figures) != 1 or set(entry) - {"counter", "unit", *figures}:
        raise ConfigurationError(
            f"a condition cannot be read: {dict(entry)}", which, "give counter, and at_least or more_than"
        )
    figure = entry[figures[0]]
    if not isinstance(figure, int | float) or figure <= 0:
        raise ConfigurationError(f"{figures[0]} is no amount", which, "write a number above 0")
    if bool(entry.get("unit")) != (counter in MONEY):
        raise ConfigurationError(f"the unit of {counter} is wrong", which, "money has one (CNY, USD), nothing else has")
    return Condition(counter, float(figure), figures[0] == "more_than", entry.get("unit", ""))


@cache
def known() -> tuple[Threshold, ...]:
    """The thresholds that come with the product."""
    return parse((files("crawler.casework") / "thresholds.toml").read_text(encoding="utf-8"))
