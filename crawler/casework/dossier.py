"""Everything that a package may say of a case to one recipient, each fact with what it rests on.

Nothing here is read from anywhere: the desk gathers it. All times are UTC; days are counted between dates in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal

from crawler.casework.basis import Basis, Fact, Labels
from crawler.casework.counters import Basis as CountBasis
from crawler.casework.counters import CounterName
from crawler.casework.facts import (
    Act,
    Addressee,
    Approved,
    BundleFact,
    CaseFact,
    Collector,
    CopyFact,
    Item,
    LinkFact,
    MoveFact,
    NoRouteFact,
    Party,
    Place,
    RouteFact,
    RowFact,
    StatementFact,
    ThresholdFact,
    Total,
    Translation,
    Unplaced,
    WorkFact,
)

Stamps = Literal["stamped", "pending", "unstamped"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that may be said of a case to one recipient."""

    case: CaseFact
    collector: Collector
    addressee: Addressee
    referral_id: str
    works: tuple[WorkFact, ...]
    items: tuple[Item, ...]
    left_out: int
    """Items of the case that no person found infringing; nothing is said of them."""
    copies: tuple[CopyFact, ...]
    rows: tuple[RowFact, ...]
    totals: tuple[Total, ...]
    thresholds: tuple[ThresholdFact, ...]
    hosts: tuple[str, ...]
    statements: tuple[StatementFact, ...]
    withheld: int
    """Statements whose source lets them go no further (crawler.statement): counted here and not said."""
    places: tuple[Place, ...]
    unplaced: tuple[Unplaced, ...]
    crosses_borders: bool
    moves: tuple[MoveFact, ...]
    links: tuple[LinkFact, ...]
    routes: tuple[RouteFact, ...]
    refusals: tuple[NoRouteFact, ...]
    acts: tuple[Act, ...]
    parties: tuple[Party, ...]
    approvals: tuple[Approved, ...]
    translations: tuple[Translation, ...]
    bundle: BundleFact | None
    stamps: Stamps = "stamped"
    """Whether records and bundle carry the timestamps of an independent authority."""

    def facts(self) -> Iterator[Fact]:
        """Every fact, in the order of the fields."""
        for field in fields(self):
            yield from _facts(getattr(self, field.name))

    def labels(self) -> Labels:
        """Short names for everything that the facts rest on; those of an unchanged case stay the same.

        What is said again and again has numbers in one row, so that a page can name it as one run.
        """
        together: dict[tuple[object, ...], list[StatementFact]] = {}
        for fact in self.statements:
            together.setdefault(alike(fact), []).append(fact)
        ordered = replace(self, statements=tuple(fact for group in together.values() for fact in group))
        said = [one for fact in ordered.facts() if not isinstance(fact, BundleFact) for one in fact.basis]
        exhibits = [(item.number, item.exhibit_id) for item in self.items]
        return Labels(exhibits, [*said, *(self.bundle.basis if self.bundle else ())])

    def work(self, work_id: str) -> WorkFact:
        """The work of an id. Raises KeyError."""
        return {work.work_id: work for work in self.works}[work_id]

    def of_host(self, host: str) -> tuple[StatementFact, ...]:
        """What was said of a host, in order of time."""
        return tuple(fact for fact in self.statements if fact.statement.host == host)

    def total(self, counter: CounterName, counted: CountBasis) -> Mapping[str, Total]:
        """The sums of a counter on one basis by unit; empty where nothing is counted."""
        return {one.unit: one for one in self.totals if (one.counter, one.counted) == (counter, counted)}

    @property
    def thresholds_in_force(self) -> tuple[ThresholdFact, ...]:
        """Those of the recipient's country that were in force on a day of the case."""
        country = self.addressee.country
        return tuple(
            one for one in self.thresholds if one.assessment.threshold.jurisdiction == country and self.is_in_force(one)
        )

    def is_in_force(self, fact: ThresholdFact) -> bool:
        """Whether a threshold was in force on a day on which something counts or was seen."""
        days = {
            *(row.at for row in self.rows),
            *(at for item in self.items for at in (item.seen_first, item.seen_last)),
        }
        return any(fact.assessment.threshold.covers(day) for day in days)

    @property
    def found_at(self) -> datetime | None:
        """The first finding."""
        return min((act.at for act in self.acts if act.kind == "found"), default=None)


def alike(fact: StatementFact) -> tuple[object, ...]:
    """What two statements share that say the same of a host, however often that was observed."""
    one = fact.statement
    return one.host, one.kind, one.value, one.about, one.source, one.source_date, one.confidence, one.handling


def days_between(earlier: datetime | None, later: datetime) -> int | None:
    """Days between the dates (UTC) of two moments; None where the first is missing or later."""
    if earlier is None or earlier > later:
        return None
    return (later.date() - earlier.date()).days


def _facts(value: object) -> Iterator[Fact]:
    if isinstance(value, Fact):
        yield value
        for field in fields(value):
            yield from _facts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _facts(one)


def covering(items: Iterable[Item]) -> tuple[Basis, ...]:
    """The exhibits of items."""
    return tuple(Basis("exhibit", item.exhibit_id) for item in items)
