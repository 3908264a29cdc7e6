"""What was found in a period, in the units in which agencies report: cases, links, sites, works, copies, amounts.

Only hits that a person found infringing count, each on the day (UTC) on which it was first seen. A link is an address where a
copy sits, a copy one distinct object behind links, so that a mirror adds links and no copies. A hit of several groups (two
countries, two channels) counts in each of them and once in the total, so that groups may add up to more than the total.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from crawler import clock
from crawler.casework import copies

Unit = Literal["cases", "links", "sites", "works", "copies"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Grouping = Literal["month", "country", "kind", "channel"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
UNKNOWN = "unknown"
"""The group of what nothing says the country or the kind of."""
GOODS, WORDS = "goods", "words"
"""The channels of offers without a link: an article with a price, and words that offer a copy."""


@dataclass(frozen=True, slots=True)
class Found:
    """An infringing hit with what it is grouped by."""

    hit: Mapping[str, Any]
    """As `titlewatch hits --json` prints it."""
    kind: str
    """Of the work; empty where the watchlist does not say."""
    countries: tuple[str, ...]
    """Where servers of its site were observed (ISO 3166-1 alpha-2), never where a delivery network's edge is; empty where hidden."""
    cases: tuple[str, ...]

    @property
    def month(self) -> str:
        """The month in which it was first seen, UTC: ``2026-03``."""
        return str(self.hit["seen_first"])[:7]

    @property
    def channels(self) -> tuple[str, ...]:
        """The kinds of its links, or what it offers without one."""
        kinds = tuple(dict.fromkeys(str(link["kind"]) for link in self.hit["links"]))
        return kinds or (GOODS if self.hit.get("price") else WORDS,)


@dataclass(frozen=True, slots=True)
class Line:
    """One group and its figures."""

    group: str
    figures: Mapping[Unit, int]


@dataclass(frozen=True, slots=True)
class Sum:
    """Money or people that persons entered for the cases of a period; figures of another basis or unit are never added up."""

    counter: str
    basis: str
    unit: str
    number: float
    cases: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a period."""

    since: date
    until: date
    """The last day."""
    total: Mapping[Unit, int]
    groups: Mapping[Grouping, tuple[Line, ...]]
    sums: tuple[Sum, ...]
    verdicts: Mapping[str, int]
    """Of all hits first seen in the period: how many stand in each status."""
    referrals: Mapping[str, int]
    """Of the referrals drafted in the period: how many stand in each state."""


def count(
    found: Iterable[Found], since: date, until: date, *, sums: Sequence[Sum] = (), verdicts: Mapping[str, int] | None = None,
    referrals: Mapping[str, int] | None = None,
) -> Statistics:  # fmt: skip
    """The figures of the days from `since` to `until`, both included."""
    inside = [one for one in found if is_within(one.hit["seen_first"], since, until)]
    by: dict[Grouping, dict[str, list[Found]]] = {
        "month": {month: [] for month in months(since, until)} if inside else {}, "country": {}, "kind": {}, "channel": {},
    }  # fmt: skip
    for one in inside:
        by["month"][one.month].append(one)
        by["kind"].setdefault(one.kind or UNKNOWN, []).append(one)
        for country in one.countries or (UNKNOWN,):
            by["country"].setdefault(country, []).append(one)
        for channel in one.channels:
            by["channel"].setdefault(channel, []).append(_of_channel(one, channel))
    groups: dict[Grouping, tuple[Line, ...]] = {}
    for grouping, grouped in by.items():
        lines = [Line(group, figures(members)) for group, members in grouped.items()]
        groups[grouping] = tuple(lines if grouping == "month" else sorted(lines, key=_largest_first))
    return Statistics(since, until, figures(inside), groups, tuple(sums), dict(verdicts or {}), dict(referrals or {}))


def figures(found: Sequence[Found]) -> dict[Unit, int]:
    """Every unit of some hits, each distinct thing once."""
    return {
        "cases": len({case for one in found for case in one.cases}),
        "links": len({link["url"] for one in found for link in one.hit["links"]}),
        "sites": len({one.hit["site"] for one in found}),
        "works": len({one.hit["work_id"] for one in found}),
        "copies": len(copies.observed(one.hit for one in found)),
    }


def is_within(moment: str, since: date, until: date) -> bool:
    """Whether a moment lies on one of the days, UTC."""
    begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
    end = datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)
    return begin <= clock.parse(moment) < end


def months(since: date, until: date) -> list[str]:
    """The months that days from `since` to `until` lie in.

    >>> months(date(2025, 11, 30), date(2026, 1, 1))
    ['2025-11', '2025-12', '2026-01']
    """
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _of_channel(one: Found, channel: str) -> Found:
    """A hit with the links of one channel alone."""
    links = [link for link in one.hit["links"] if link["kind"] == channel]
    return Found({**one.hit, "links": links}, one.kind, one.countries, one.cases)


def _largest_first(line: Line) -> tuple[int, int, str]:
    return -line.figures["copies"], -line.figures["links"], line.group
