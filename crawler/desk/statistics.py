"""The figures of a period gathered from the record."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawler import clock
from crawler.casework import copies, countries, statistics
from crawler.casework.statistics import Found, Statistics, Sum
from crawler.errors import UsageError
from crawler.store import Store, amounts, cases, hits, referrals, sites, statements, works


def gather(store: Store, since: date, until: date, threshold: float) -> Statistics:
    """What was found from one day to another (UTC, both included); suspected hits from `threshold` up. Raises UsageError for a period that ends before it begins."""
    if until < since:
        raise UsageError("the period ends before it begins", f"{since} to {until}", "correct --from or --to")
    inside = [
        hit for hit in hits.select(store, at_least=threshold) if statistics.is_within(hit["seen_first"], since, until)
    ]
    verdicts = Counter(str(hit["status"]) for hit in inside)
    in_cases = _cases(store)
    kinds = {work.work_id: work.kind or "" for work in works.every(store)}
    placed = _Places(store)
    found = [
        Found(hit, kinds.get(hit["work_id"], ""), placed.of(hit), tuple(in_cases.get(hit["hit_id"], ())))
        for hit in copies.counting(inside)
    ]
    drafted = Counter(one.state for one in referrals.every(store) if since <= one.drafted_at.date() <= until)
    touched = sorted({case for one in found for case in one.cases})
    return statistics.count(
        found, since, until, sums=_sums(store, touched, since, until), verdicts=verdicts, referrals=drafted
    )


def _cases(store: Store) -> dict[str, list[str]]:
    """Hit -> the cases that hold it."""
    held: dict[str, list[str]] = defaultdict(list)
    for case in cases.every(store):
        for hit_id in cases.hit_ids(store, case["case_id"]):
            held[hit_id].append(case["case_id"])
    return held


def _sums(store: Store, case_ids: list[str], since: date, until: date) -> tuple[Sum, ...]:
    entered: dict[tuple[str, str, str], list[tuple[str, float]]] = defaultdict(list)
    for case_id in case_ids:
        for one in amounts.of_case(store, case_id):
            if since <= one.at.date() <= until:
                entered[one.counter, one.basis, one.unit].append((case_id, one.number))
    return tuple(
        Sum(counter, basis, unit, sum(number for _, number in given), len({case for case, _ in given}))
        for (counter, basis, unit), given in sorted(entered.items())
    )


class _Places:
    """The countries of servers, host by host, as they were last observed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hosts = {
            site.site_id: {name for host in site.hosts if (name := urlsplit(f"//{host}").hostname)}
            for site in sites.every(store)
        }
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, hit: Mapping[str, Any]) -> tuple[str, ...]:
        """Where the servers of a hit's site stand."""
        site_id = str(hit["site"])
        if site_id not in self._known:
            hosts = sorted(self._hosts.get(site_id, set()))
            said = statements.of_hosts(self._store, hosts) if hosts else []
            touches = countries.touched(hosts, said, None, clock.now())
            self._known[site_id] = tuple(sorted({touch.country for touch in touches if touch.role == "server"}))
        return self._known[site_id]
