"""Moves of a host: what was so at one time and was otherwise at a later one, each with what shows both.

A move is a whole change: nothing of before is left. One address of several that take turns, a name server more, a table
of addresses that thinks otherwise of the same address are none, and where an edge of a delivery network stands is said of
no server.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal

from crawler.attribution.lives import Sign, changes
from crawler.statement import Confidence, Statement, StatementKind

MoveKind = Literal[
    "dns",
    "address",
    "network",
    "country",
    "registrar",
    "domain",
    "mirror",
    "redirect",
    "geo-block-on",
    "geo-block-off",
    "dark",
    "back",
]
"""``dns`` is another name server, mail server or alias, ``domain`` a site's new name to which its old one leads, ``mirror`` a
further name beside one that still answers, ``redirect`` a host that sends its visitors to another."""
SHOWN_BY: dict[StatementKind, MoveKind] = {
    "name-server": "dns",
    "mail-server": "dns",
    "alias": "dns",
    "address": "address",
    "network": "network",
    "country": "country",
    "registrar": "registrar",
}
"""Which statements show which moves."""
_PLACED: tuple[StatementKind, ...] = ("network", "country")
"""What is said of an address rather than of the host."""
_ORDER: tuple[Confidence, ...] = ("low", "medium", "high")
_NEAR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a host, between the time when it was last seen as before and the time when it was first seen as after."""

    host: str
    """A host name or an address, without a port."""
    kind: MoveKind
    before: tuple[str, ...]
    """The values of before, in order; several where a host had several at once; empty where there was none."""
    after: tuple[str, ...]
    at: datetime
    """When the new state was first seen, UTC."""
    last_seen: datetime | None
    """When the old state was last seen, UTC: the change lies between the two, and where this is the later of them both
    were seen for a while. None where it was not seen."""
    statements: tuple[str, ...]
    """The ids of the statements that show both sides."""
    exchanges: tuple[str, ...] = ()
    """The ids of the exchanges that show both sides, where answers show it rather than statements."""
    confidence: Confidence = "high"
    """By the days on which the new state was seen: one low, two medium; medium at most by joined or unsure sources, and low
    where sources name different things."""
    vantage: str | None = None
    """The declared country of the device that saw it, ISO 3166-1 alpha-2, where that decides (geo-blocks)."""
    edge: str | None = None
    """The delivery network to which the new address belongs: where the server is does not follow from it."""
    site: str | None = None
    shown_by: StatementKind | None = None
    """The kind of the statements, which tells the moves of a name's own servers apart."""

    @property
    def move_id(self) -> str:
        """The same for the same move whenever it is looked at, also when a redirect has become the site's change of name."""
        kind = "redirect" if self.kind == "domain" else self.kind
        told = (self.host, kind, self.shown_by or "", self.vantage or "", *self.after, self.at.date().isoformat())
        return sha256("\n".join(told).encode()).hexdigest()[:20]

    @property
    def is_sure(self) -> bool:
        """Whether more than one day bears it out, and no source speaks against it."""
        return self.confidence != "low"


def stated_moves(statements: Iterable[Statement]) -> tuple[Move, ...]:
    """The moves that statements of any number of hosts show, oldest first; neither their order nor doubles matter."""
    said = {one.statement_id: one for one in statements if one.kind in SHOWN_BY or one.kind == "edge"}
    edges = {one.about: one.value for one in sorted(said.values(), key=_in_time) if one.kind == "edge" and one.about}
    behind = {(one.host, one.at.date(), one.about) for one in said.values() if one.kind == "edge"}
    behind_any = {(host, day) for host, day, _ in behind}
    grouped: dict[tuple[str, StatementKind], list[Statement]] = defaultdict(list)
    for one in said.values():
        day = one.at.date()
        # The country of an edge is the edge's own; one that names no address may be just that.
        is_of_edge = (
            one.about in edges or (one.host, day, None) in behind or (not one.about and (one.host, day) in behind_any)
        )
        if one.kind != "edge" and not (one.kind == "country" and is_of_edge):
            grouped[one.host, one.kind].append(one)
    found: list[Move] = []
    for (host, kind), mine in grouped.items():
        found += _agreed(move for line in _lines(mine) for move in _of_line(host, kind, line, edges))
    return ordered(found)


def carried(moves: Iterable[Move], statements: Iterable[Statement]) -> tuple[Move, ...]:
    """The changes of country that a change of name brought: where the old name was last and where the new one was first.

    Nothing for a name behind an edge, nor where one place is among those of the other.
    """
    said = [one for one in statements if one.kind in ("country", "edge")]
    hidden = {(one.host, one.about) for one in said if one.kind == "edge"}
    placed = [one for one in sorted(said, key=_in_time) if one.kind == "country" and not _is_hidden(one, hidden)]
    found = []
    for move in moves:
        if move.kind != "domain" or not move.before or not move.after:
            continue
        old = _by_value(one for one in placed if one.host in move.before and one.at <= move.at)
        old = [one for one in old if old[-1].at - one.at <= _NEAR] if old else []
        new = [one for one in placed if one.host in move.after]
        new = _by_value(reversed([one for one in new if one.at - new[0].at <= _NEAR]))
        if old and new and not {one.value for one in old} & {one.value for one in new}:
            before, after = (tuple(sorted(one.value for one in side)) for side in (old, new))
            shown = tuple(one.statement_id for one in (*old, *new))
            at, last = max(move.at, min(one.at for one in new)), max(one.at for one in old)
            found.append(
                Move(move.after[0], "country", before, after, at, last, shown, confidence="medium", shown_by="country")
            )
    return ordered(found)


def _is_hidden(one: Statement, hidden: Collection[tuple[str, str | None]]) -> bool:
    return (one.host, None) in hidden or any(host == one.host and one.about in (None, about) for host, about in hidden)


def ordered(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Moves, oldest first; those of one time by host and kind."""
    return tuple(sorted(moves, key=lambda m: (m.at, m.host, m.kind, m.shown_by or "", m.before, m.after)))


def _in_time(one: Statement) -> tuple[datetime, str]:
    return one.at, one.statement_id


def _lines(said: Sequence[Statement]) -> list[tuple[list[Statement], bool]]:
    """Statements by source, each line in order of time; a source that began after another ended goes on with its line.

    What two sources say at the same time is never held against each other. The second value: whether sources were joined.
    """
    by_source: dict[str, list[Statement]] = defaultdict(list)
    for one in _of_its_day(said):
        by_source[one.source].append(one)
    lines: list[tuple[list[Statement], bool]] = []
    for each in sorted(by_source.values(), key=lambda line: (line[0].at, line[0].source)):
        for number, (line, _) in enumerate(lines):
            if line[-1].at < each[0].at:
                lines[number] = (line + each, True)
                break
        else:
            lines.append((each, False))
    return lines


def _of_its_day(said: Sequence[Statement]) -> list[Statement]:
    """Of what editions of one table say of one thing at one time, the edition of the nearest day; in order of time."""
    nearest: dict[tuple[str, datetime, str | None, str], list[Statement]] = defaultdict(list)
    for one in said:
        nearest[one.source, one.at, one.about, one.basis].append(one)
    kept: list[Statement] = []
    for each in nearest.values():
        least = min(_days_off(one) for one in each)
        kept += [one for one in each if _days_off(one) == least]
    return sorted(kept, key=_in_time)


def _days_off(one: Statement) -> int:
    try:
        return abs((one.at.date() - date.fromisoformat(one.source_date or "")).days)
    except ValueError:
        return 0


def _of_line(
    host: str, kind: StatementKind, line: tuple[list[Statement], bool], edges: dict[str, str]
) -> Iterable[Move]:
    said, is_joined = line
    for change in changes([Sign(one.at, _same(kind, one.value), one.basis) for one in said]):
        old = [one for one in said if _same(kind, one.value) in change.before and one.at <= change.last_seen]
        new = [
            one
            for one in said
            if _same(kind, one.value) in change.after and change.at <= one.at and one.at < change.until
        ]
        if kind in _PLACED and {one.about for one in old} & {one.about for one in new} - {None}:
            # The same address, of which the source thinks otherwise now.
            continue
        last, first = _by_value(old), _by_value(reversed(new))
        before, after = (tuple(sorted(one.value for one in side)) for side in (last, first))
        if kind == "address":
            behind = {edges.get(value) for value in (*before, *after)}
            if None not in behind and len(behind) == 1:
                # A network that hands out its own addresses in turn.
                continue
        edge = next((edges[value] for value in _places(kind, new) if value in edges), None)
        days = len({one.at.date() for one in new})
        unsure = is_joined or any(all(one.confidence == "low" for one in side) for side in (last, first))
        sure: Confidence = "low" if days == 1 else "medium" if days == 2 or unsure else "high"
        shown = tuple(one.statement_id for one in (*last, *first))
        yield Move(
            host, SHOWN_BY[kind], before, after, change.at, change.last_seen, shown,
            confidence=sure, edge=edge if SHOWN_BY[kind] in ("address", "network") else None, shown_by=kind,
        )  # fmt: skip


def _same(kind: StatementKind, value: str) -> str:
    """The form in which values are compared: names of hosts and of companies are written in several ways."""
    if kind == "registrar":
        return "".join(c for c in value.casefold() if c.isalnum()) or value
    return value.strip().rstrip(".").lower()


def _by_value(said: Iterable[Statement]) -> list[Statement]:
    """The last statement for each value."""
    return list({_same(one.kind, one.value): one for one in said}.values())


def _places(kind: StatementKind, said: Sequence[Statement]) -> list[str]:
    return [one.value if kind == "address" else one.about or "" for one in said]


def _agreed(moves: Iterable[Move]) -> list[Move]:
    """The same move by several sources as one; where sources name different countries at the same time none is sure."""
    made: list[Move] = []
    for move in ordered(moves):
        for number, one in enumerate(made):
            if _is_same(one, move):
                made[number] = _joined(one, move)
                break
        else:
            made.append(move)
    return [
        replace(one, confidence="low") if any(_disagree(one, other) for other in made if other is not one) else one
        for one in made
    ]


def _is_same(one: Move, later: Move) -> bool:
    alike = all(_alike(mine) & _alike(its) for mine, its in ((one.before, later.before), (one.after, later.after)))
    return alike and (later.last_seen is None or later.last_seen <= one.at or later.at - one.at <= _NEAR)


def _alike(values: Iterable[str]) -> set[str]:
    return {_same("registrar", value) for value in values}


def _joined(one: Move, other: Move) -> Move:
    seen = [at for at in (one.last_seen, other.last_seen) if at is not None]
    return replace(
        one,
        before=_union(one.before, other.before),
        after=_union(one.after, other.after),
        # The narrowest time in which it lies, where both sides were not seen at once.
        last_seen=max((at for at in seen if at <= one.at), default=max(seen, default=None)),
        statements=tuple(dict.fromkeys((*one.statements, *other.statements))),
        confidence=max(one.confidence, other.confidence, key=_ORDER.index),
        edge=one.edge or other.edge,
    )


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({_same("registrar", value): value for value in (*other, *one)}.values()))


def _disagree(one: Move, other: Move) -> bool:
    return one.kind == "country" and abs(one.at - other.at) <= _NEAR and not set(one.after) & set(other.after)
