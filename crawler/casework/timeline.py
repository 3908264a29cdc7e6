"""What a site's timeline shows: lanes of periods, from what was stated and seen and never beyond it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.attribution.acts import Act, After, after_acts
from crawler.attribution.moves import SHOWN_BY, Move, MoveKind
from crawler.statement import Statement, StatementKind

State = Literal["value", "between", "edge", "open", "dark", "shut", "away"]
"""``value`` is what was stated, ``between`` the time in which it changed, ``edge`` behind a delivery network."""
HOSTS = 8
"""Hosts for which a picture has room."""
_PLACES: tuple[StatementKind, ...] = ("country", "network", "address")
_STATES: dict[MoveKind, State] = {
    "dark": "dark",
    "back": "open",
    "geo-block-on": "shut",
    "geo-block-off": "open",
    "redirect": "away",
    "domain": "away",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Something that was so from one time to another."""

    start: datetime
    end: datetime
    state: State
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: a kind of fact about a host."""

    host: str
    what: StatementKind | Literal["state"]
    periods: tuple[Period, ...]
    vantage: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the picture of a site shows."""

    site: str
    begin: datetime
    end: datetime
    hits: tuple[tuple[datetime, int], ...]
    """When hits were first seen, and how many."""
    lanes: tuple[Lane, ...]
    moves: tuple[Move, ...]
    acts: tuple[Act, ...]
    after: tuple[After, ...]
    left_out: int = 0
    """Hosts for which there was no room: those without a move go first."""


def timeline(
    site: str, moves: Sequence[Move], statements: Iterable[Statement], hits: Sequence[tuple[datetime, int]],
    acts: Sequence[Act], until: datetime,
) -> Timeline:  # fmt: skip
    """The timeline of a site up to a time."""
    said = sorted(statements, key=lambda s: (s.at, s.statement_id))
    lanes = [*_places(moves, said), *_states(moves, hits, until)]
    hosts = list(dict.fromkeys(lane.host for lane in lanes))
    moved = {name for move in moves for name in (move.host, *(move.after if move.kind == "domain" else ()))}
    kept = sorted(sorted(hosts, key=lambda host: host not in moved)[:HOSTS], key=hosts.index)
    lanes = sorted((lane for lane in lanes if lane.host in kept), key=lambda lane: kept.index(lane.host))
    times = [until, *(at for at, _ in hits), *(act.at for act in acts), *(one.at for one in said)]
    times += [at for move in moves for at in (move.at, move.last_seen) if at is not None]
    return Timeline(
        site, min(times), max(times), tuple(sorted(hits)), tuple(lanes), tuple(moves),
        tuple(sorted(acts, key=lambda act: (act.at, act.act_id))), after_acts(moves, acts), len(hosts) - len(kept),
    )  # fmt: skip


def _places(moves: Sequence[Move], said: Sequence[Statement]) -> list[Lane]:
    """Where each host was: its country but behind an edge, its network, its address."""
    by_host: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    edges = {(one.host, one.about) for one in said if one.kind == "edge"}
    for one in said:
        is_of_edge = (one.host, None) in edges or (one.host, one.about) in edges
        if one.kind != "country" or not is_of_edge:
            by_host[one.host][one.kind].append(one)
    lanes = []
    for host, kinds in sorted(by_host.items(), key=lambda item: (min(s[0].at for s in item[1].values()), item[0])):
        for kind in _PLACES:
            own = [
                move for move in moves if move.host == host and move.shown_by == kind and move.kind == SHOWN_BY[kind]
            ]
            periods = _periods(kinds.get(kind, ()), own)
            if kind == "country":
                periods += _hidden(kinds.get("edge", ()), periods)
            if periods:
                lanes.append(Lane(host, kind, tuple(sorted(periods, key=lambda p: (p.start, p.end, p.state)))))
    return lanes


def _periods(said: Sequence[Statement], moves: Sequence[Move]) -> list[Period]:
    if not said:
        return []
    found: list[Period] = []
    start, values = said[0].at, tuple(sorted({one.value for one in said}))
    for move in sorted(moves, key=lambda m: m.at):
        last = min(move.last_seen or move.at, move.at)
        found += [Period(start, max(last, start), "value", move.before), Period(max(last, start), move.at, "between")]
        start, values = move.at, move.after
    return [*found, Period(start, max(said[-1].at, start), "value", values)]


def _hidden(edges: Sequence[Statement], known: Sequence[Period]) -> list[Period]:
    """From when to when a host stood behind an edge, where no country of a server is known."""
    found: list[Period] = []
    taken = [one for one in known if one.state == "value"]
    run: list[Statement] = []

    def close() -> None:
        if run:
            found.append(Period(run[0].at, run[-1].at, "edge", (run[-1].value,)))
            run.clear()

    for one in edges:
        if any(period.start <= one.at <= period.end for period in taken):
            close()
            continue
        if run and (run[-1].value != one.value or any(run[-1].at < period.start < one.at for period in taken)):
            close()
        run.append(one)
    close()
    return found


def _states(moves: Sequence[Move], hits: Sequence[tuple[datetime, int]], until: datetime) -> list[Lane]:
    """When each host was there, dark, shut to a country, or led elsewhere."""
    grouped: dict[tuple[str, str | None], list[Move]] = defaultdict(list)
    for move in moves:
        if move.kind in _STATES and not (move.kind == "domain" and move.last_seen is None):
            grouped[move.before[0] if move.kind == "domain" else move.host, move.vantage].append(move)
    lanes = []
    first_hit = min((at for at, _ in hits), default=None)
    for (host, vantage), own in sorted(grouped.items(), key=lambda item: (item[1][0].at, item[0][0], item[0][1] or "")):
        begins = [at for at in (first_hit if vantage is None else None, own[0].last_seen, own[0].at) if at is not None]
        start, periods = min(begins), list[Period]()
        state: State = "open"
        values: tuple[str, ...] = ()
        for move in own:
            last = min(move.last_seen or move.at, move.at)
            periods += [
                Period(start, max(last, start), state, values), Period(max(last, start), move.at, "between"),
            ]  # fmt: skip
            start, state = move.at, _STATES[move.kind]
            values = move.after if state == "away" else ()
        periods.append(Period(start, max(start, until), state, values))
        lanes.append(Lane(host, "state", tuple(periods), vantage))
    return lanes
