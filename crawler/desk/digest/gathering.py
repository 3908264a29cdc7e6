"""A digest's facts: sites that need a person, and what became of hits since a moment."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from crawler import clock
from crawler.attribution.moves import Move
from crawler.desk import corresponding, health, moving
from crawler.desk.health import SiteHealth
from crawler.errors import UnknownObjectError, UsageError
from crawler.store import Store, hits, landings, runs, timeline, works
from crawler.workspace import Workspace

SECTIONS = ("new", "changed", "gone", "back", "moved")
"""What may become of a hit, in the order in which it is told."""
LOST = frozenset({"dead", "removed", "geo-blocked"})
"""States in which a copy cannot be had from where we look."""
THERE = frozenset({"live", "locked", "file"})
DUE_SHOWN = 20
_AGO = re.compile(r"(\d{1,4})\s*([hd])")
_UNITS = {"h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened between two moments."""

    since: datetime
    until: datetime
    organisation: str
    sites: tuple[SiteHealth, ...]
    """All sites; those that need a person first."""
    visits: tuple[Mapping[str, Any], ...]
    """The visits of the time: site, requests, pages, listings, hits, new_hits, errors, finished."""
    hits: Mapping[str, tuple[Mapping[str, Any], ...]]
    """For each of SECTIONS: site, title, url, work, at, and `hit_id` where there is one.

    A hit also has `look_back`: when looking back found it in what had been read before; None where a visit found it.
    """
    links: tuple[Mapping[str, Any], ...]
    """Targets of hits that died, were removed or came back: site, title, url, target, state, before, said, at, `listings`
    (how many name it), exchange."""
    due: int
    """Hits that wait for a decision."""
    due_earlier: int
    """Those among them that are not among the new ones."""
    due_shown: tuple[Mapping[str, Any], ...]
    """The oldest of them that are not among the new ones."""
    unstamped: bool
    moves: tuple[Move, ...] = ()
    """Moves of sites that were noticed."""
    referrals: tuple[Mapping[str, Any], ...] = ()
    """Referrals that need a person: `why` is ``overdue`` (no reply by the `day`) or ``correction`` (a decision behind `count`
    of the items that were sent has changed); referral, case, agency."""

    @property
    def failing(self) -> tuple[SiteHealth, ...]:
        """The sites that need a person."""
        return tuple(one for one in self.sites if one.needs_person)

    @property
    def requests(self) -> int:
        """Requests of all visits."""
        return sum(int(one["requests"]) for one in self.visits)

    @property
    def looked_back(self) -> int:
        """New hits that looking back found in what had been read before."""
        return sum(one.get("look_back") is not None for one in self.hits["new"])

    @property
    def visited(self) -> int:
        """Sites that were visited."""
        return len({one["site"] for one in self.visits})

    def as_dict(self) -> dict[str, Any]:
        """The form of `digest --json`."""
        return {
            "since": clock.stamp(self.since),
            "until": clock.stamp(self.until),
            "needs_person": [one.as_dict() for one in self.failing],
            **{name: [dict(one) for one in self.hits[name]] for name in SECTIONS},
            "links": [dict(one) for one in self.links],
            "sites_moved": [_move(one) for one in self.moves],
            "referrals": [dict(one) for one in self.referrals],
            "due": self.due,
            "due_oldest": [dict(one) for one in self.due_shown],
            "sites_visited": self.visited,
            "requests": self.requests,
            "visits": [dict(one) for one in self.visits],
            "unstamped": self.unstamped,
        }


def gather(store: Store, workspace: Workspace, since: datetime) -> Digest:
    """The digest of everything since a moment."""
    settings = workspace.configuration()
    moment = clock.stamp(since)
    told = _Titles(store)
    new = [_hit(one, told) for one in hits.select(store, at_least=settings.matching.threshold, since=moment)]
    became: dict[str, list[Mapping[str, Any]]] = {name: [] for name in SECTIONS}
    became["new"] = [one for one in new if one["status"] == "new"]
    became["changed"] = [{**_hit(one, told), "at": one["exhibit_at"]} for one in changed(store, moment)]
    listed = {one["url"] for one in (*became["changed"], *new)}
    found = tuple(health.every(store))
    # What a site shows that cannot be read as before says nothing of its listings.
    failing = {one.site for one in found if one.needs_person}
    for event in timeline.since(store, moment):
        name = str(event["event"])
        if name == "gone" and event["site"] in failing:
            continue
        # A page may change several times in a night, and what is new is told as such.
        if name in ("gone", "back", "moved") or (name == "changed" and event["url"] not in listed):
            listed.add(event["url"]) if name == "changed" else None
            became[name].append(_event(event))
    fresh = {one["hit_id"] for one in became["new"]}
    due = hits.counts(store, settings.matching.threshold).get("new", 0)
    waiting = (
        hit
        for hit in hits.select(store, at_least=settings.matching.threshold, status="new")
        if hit["hit_id"] not in fresh
    )
    return Digest(
        since,
        clock.now(),
        settings.collector.organisation or settings.collector.name,
        found,
        tuple(runs.visits_since(store, moment)),
        {name: tuple(events) for name, events in became.items()},
        tuple(_links(store, moment)),
        due,
        max(0, due - len(fresh)),
        tuple(_hit(one, told) for one in islice(waiting, DUE_SHOWN)),
        settings.unstamped,
        moving.noticed_since(store, workspace, moment),
        tuple(_referrals(store)),
    )


def _referrals(store: Store) -> Iterable[Mapping[str, Any]]:
    today = clock.now().date()
    for one in corresponding.every(store):
        referral, life = one.referral, one.life
        told = {"referral": referral.referral_id, "case": referral.case_id, "agency": referral.agency}
        if one.changed and life.stage != "withdrawn":
            yield {**told, "why": "correction", "count": len(one.changed), "day": None}
        if life.due is not None and life.is_overdue(today):
            yield {**told, "why": "overdue", "count": 0, "day": life.due.isoformat()}


def _move(move: Move) -> dict[str, Any]:
    return {
        "site": move.site, "host": move.host, "kind": move.kind, "before": list(move.before), "after": list(move.after),
        "at": clock.stamp(move.at), "last_seen": clock.stamp(move.last_seen) if move.last_seen else None,
        "confidence": move.confidence,
    }  # fmt: skip


def _links(store: Store, moment: str) -> Iterable[Mapping[str, Any]]:
    """The targets that are lost since a moment, or there again, each once and as it stands by now."""
    found: dict[str, dict[str, Any]] = {}
    for event in landings.changed(store, moment):
        known = found.get(event["target"])
        if known is None:
            found[event["target"]] = {**event, "listings": 1}
        elif known["at"] == event["at"]:
            known["listings"] += 1
        else:
            # What it was before the night is what it is held against.
            found[event["target"]] = {**event, "before": known["before"], "listings": 1}
    for event in found.values():
        lost, was_lost = event["state"] in LOST, event["before"] in LOST
        if (lost and event["state"] != event["before"]) or (event["state"] in THERE and was_lost):
            yield event


def changed(store: Store, moment: str, site_ids: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The decided hits, whatever they score now, whose pages were found changed since the decision and a moment (`clock.stamp`)."""
    found = hits.select(store, changed_since=moment)
    return [hit for hit in found if site_ids is None or hit["site"] in site_ids]


def moment_of(store: Store, text: str | None) -> datetime:
    """The moment that a person means: a time (ISO 8601, UTC where it names no zone), ``24h``, ``7d``, a run's id; else the last run's start.

    Raises UsageError for anything else, and for no run at all.
    """
    if text is None:
        last = runs.latest(store)
        if last is None:
            raise UsageError("there was no run yet", str(store.path.parent), "run: titlewatch nightly")
        return clock.parse(last[1])
    if ago := _AGO.fullmatch(text.strip().lower()):
        return clock.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if began := runs.started_at(store, text):
        return clock.parse(began)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("not a time", text, "write 24h, 7d, 2026-03-01, 2026-03-01T06:00Z, or a run's id") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _Titles:
    """The title of a work, asked for once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    def __call__(self, work_id: str) -> str:
        if work_id not in self._known:
            try:
                self._known[work_id] = works.one(self._store, work_id).title
            except UnknownObjectError:
                self._known[work_id] = work_id
        return self._known[work_id]


def _hit(hit: Mapping[str, Any], title_of: _Titles) -> dict[str, Any]:
    return {
        "hit_id": hit["hit_id"],
        "site": hit["site"],
        "title": hit["title"],
        "url": hit["url"],
        "work": title_of(hit["work_id"]),
        "work_id": hit["work_id"],
        "score": hit["score"],
        "status": hit["status"],
        "at": hit["seen_first"],
        "look_back": hit["look_back"]["at"] if hit["look_back"] else None,
    }


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "site": event["site"],
        "title": event["title"],
        "url": event["url"],
        "at": event["at"],
        "why": event["facts"].get("why"),
        "to": event["facts"].get("to"),
        "status": event["status"],
        "exchange": event["exchange"],
    }
