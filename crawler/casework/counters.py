"""What is counted in a case, row by row: what was observed, what pages claim, and what people estimated stay apart.

A figure that a page displays is the page's claim: it is kept as displayed and as a number, and counts once for each
listing, whatever number of works that offers. Amounts of money come from people, with their source.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from crawler import clock
from crawler.casework import copies

CounterName = Literal[
    "copies", "works", "offers", "views", "downloads", "sold", "members", "turnover", "gains", "retail-value", "loss"
]
"""``copies``, ``works`` and ``offers`` are observed; ``views``, ``downloads`` and ``sold`` are what pages display; the
rest is entered by people: ``turnover`` is what was taken, ``gains`` what was unlawfully earned, ``retail-value`` what the
copies would have cost, ``loss`` what the right-holder lost, ``members`` who registered or paid."""
COUNTERS: tuple[CounterName, ...] = get_args(CounterName)
Basis = Literal["observed", "claimed", "estimated"]
BASES: tuple[Basis, ...] = get_args(Basis)
MONEY: frozenset[CounterName] = frozenset({"turnover", "gains", "retail-value", "loss"})
DISPLAYED: tuple[CounterName, ...] = ("views", "downloads", "sold")
ENTERED: tuple[CounterName, ...] = ("members", "turnover", "gains", "retail-value", "loss")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is counted."""

    counter: CounterName
    basis: Basis
    number: float
    at: datetime
    """When the act took place: when the copy was first offered, or when the figure was displayed or holds; UTC."""
    what: str
    """The object, the work, the listing, or the source of an amount."""
    shown: str = ""
    """As displayed or as entered."""
    unit: str = ""
    """ISO 4217 for money, otherwise nothing."""
    exhibits: tuple[str, ...] = ()
    is_dated: bool = True
    """Whether the time is that of the act, not merely of our looking."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure that a person entered, with where it comes from."""

    counter: CounterName
    basis: Basis
    number: float
    unit: str
    source: str
    at: datetime


def rows(hits: Iterable[Mapping[str, Any]], amounts: Sequence[Amount] = ()) -> list[Row]:
    """Everything that is counted, from hits as `titlewatch hits --json` prints them, in order of counter and time."""
    hits = list(hits)
    found = [*_copies(hits), *_works(hits), *_offers(hits), *_displayed(hits)]
    found += [Row(a.counter, a.basis, a.number, a.at, a.source, f"{a.number:g}", a.unit) for a in amounts]
    return sorted(found, key=lambda row: (COUNTERS.index(row.counter), row.at, row.what))


def total(counted: Iterable[Row]) -> float:
    """The sum of rows of one counter, one basis and one unit."""
    return sum(row.number for row in counted)


def _copies(hits: list[Mapping[str, Any]]) -> list[Row]:
    return [
        Row(
            "copies",
            "observed",
            1,
            each.offered,
            f"{each.work_id}: {each.object}",
            exhibits=each.exhibits,
            is_dated=each.is_dated,
        )
        for each in copies.observed(hits)
    ]


def _works(hits: list[Mapping[str, Any]]) -> list[Row]:
    first: dict[str, copies.Copy] = {}
    for each in copies.observed(hits):
        if each.work_id not in first or each.offered < first[each.work_id].offered:
            first[each.work_id] = each
    return [
        Row("works", "observed", 1, each.offered, work, exhibits=each.exhibits, is_dated=each.is_dated)
        for work, each in first.items()
    ]


def _offers(hits: list[Mapping[str, Any]]) -> list[Row]:
    return [
        Row("offers", "observed", 1, _when(hit), hit["url"], exhibits=_exhibits(hit), is_dated=bool(hit["posted_at"]))
        for hit in {hit["url"]: hit for hit in hits}.values()
    ]


def _displayed(hits: list[Mapping[str, Any]]) -> list[Row]:
    found = []
    for hit in {hit["url"]: hit for hit in hits}.values():
        for counter in hit["counters"]:
            if counter["name"] in DISPLAYED:
                at = clock.parse(hit["seen_last"])
                found.append(
                    Row(
                        counter["name"],
                        "claimed",
                        counter["number"],
                        at,
                        hit["url"],
                        counter["shown"],
                        exhibits=_exhibits(hit),
                    )
                )
    return found


def _when(hit: Mapping[str, Any]) -> datetime:
    return clock.parse(hit["posted_at"] or hit["seen_first"])


def _exhibits(hit: Mapping[str, Any]) -> tuple[str, ...]:
    return (hit["exhibit"],) if hit["exhibit"] else ()
