"""Moves that answers show rather than statements: a name that leads elsewhere, goes dark, or is shut to one country.

What one device cannot reach another may: nothing is dark that any of them sees, and only what another country sees is
shut to one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.attribution.moves import Move, MoveKind, ordered
from crawler.hosts import as_address, registrable_domain

Outcome = Literal["open", "shut", "unreachable", "parked", "redirect", "unclear"]
"""``shut`` is an answer that keeps out visitors of a country (status 451, or 403 with words that say so), ``parked`` a page
of who sells the name, ``unclear`` an answer that says only that somebody is there."""
DARK_DAYS = 2
"""Days on which nothing was reached, from which a host has gone dark."""
WHILE = timedelta(days=7)
"""How far apart two countries' sightings may lie to be held against each other."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a host answered once."""

    host: str
    """Without a port."""
    at: datetime
    outcome: Outcome
    exchange: str
    vantage: str | None = None
    """The declared country of the device that asked, ISO 3166-1 alpha-2; None where none was declared."""
    detail: str = ""
    """The status or the fault."""
    to: str = ""
    """The host, without a port, to which a redirect leads."""


@dataclass(frozen=True, slots=True)
class Home:
    """A host of a site, and since when it is one."""

    host: str
    """Without a port."""
    since: datetime


def seen_moves(sightings: Iterable[Sighting], homes: Sequence[Home] = ()) -> tuple[Move, ...]:
    """The moves that answers of a site's hosts show, oldest first; neither their order nor doubles matter."""
    by_host: dict[str, list[Sighting]] = defaultdict(list)
    for one in sorted(set(sightings), key=lambda s: (s.at, s.exchange)):
        by_host[one.host].append(one)
    found: list[Move] = []
    for host, seen in by_host.items():
        found += _darkness(host, seen)
        found += _shut(host, seen)
        found += _led_away(host, seen, homes)
    found += _mirrors(by_host, homes, found)
    return ordered(found)


def _darkness(host: str, seen: Sequence[Sighting]) -> Iterable[Move]:
    """When a host went dark to all, and when it was back."""
    alive: Sighting | None = None
    dark: list[Sighting] = []
    for one in seen:
        if one.outcome in ("unreachable", "parked"):
            if alive is not None:
                dark.append(one)
            continue
        if alive is not None and _days(dark) >= DARK_DAYS:
            yield _went_dark(host, alive, dark)
            yield _move(host, "back", dark[-1], one, (_said(dark[-1]),), (_said(one),))
        alive, dark = one, []
    if alive is not None and _days(dark) >= DARK_DAYS:
        yield _went_dark(host, alive, dark)


def _went_dark(host: str, alive: Sighting, dark: Sequence[Sighting]) -> Move:
    return _move(
        host, "dark", alive, dark[0], (_said(alive),), (_said(dark[0]),), "medium" if _days(dark) == 2 else "high"
    )


def _shut(host: str, seen: Sequence[Sighting]) -> Iterable[Move]:
    """When a host was shut to the visitors of a country and seen from another, and when it was open to them again."""
    open_anywhere = [one for one in seen if one.outcome == "open"]
    for vantage in sorted({one.vantage for one in seen if one.vantage}):
        own = [one for one in seen if one.vantage == vantage and one.outcome in ("open", "shut")]
        others = [one for one in open_anywhere if one.vantage not in (vantage, None)]
        last_open: Sighting | None = None
        spell: list[Sighting] = []
        is_told = False
        for one in own:
            if one.outcome == "shut":
                spell.append(one)
                witness = _witness(spell, others, last_open)
                if witness is not None and not is_told:
                    is_told = True
                    yield _shut_move(host, vantage, last_open, spell[0], witness, own)
                continue
            if is_told:
                yield _move(host, "geo-block-off", spell[-1], one, (_said(spell[-1]),), (_said(one),), vantage=vantage)
            last_open, spell, is_told = one, [], False


def _witness(spell: Sequence[Sighting], others: Sequence[Sighting], last_open: Sighting | None) -> Sighting | None:
    """A sighting from another country, near one of those that were shut out, after the host was last open to them."""
    since = last_open.at if last_open else None
    return next(
        (
            one
            for one in others
            if (since is None or one.at > since) and any(abs(one.at - s.at) <= WHILE for s in spell)
        ),
        None,
    )


def _shut_move(
    host: str, vantage: str, last_open: Sighting | None, first: Sighting, witness: Sighting, own: Sequence[Sighting]
) -> Move:
    later = [one for one in own if one.at >= first.at]
    spell = later[: next((n for n, one in enumerate(later) if one.outcome == "open"), len(later))]
    shown = tuple(dict.fromkeys(one.exchange for one in (last_open, first, witness) if one is not None))
    days = _days(spell)
    return Move(
        host, "geo-block-on", (_said(last_open),) if last_open else (), (_said(first),), first.at,
        last_open.at if last_open else None, (), shown,
        "low" if days == 1 else "medium" if days == 2 else "high", vantage,
    )  # fmt: skip


def _led_away(host: str, seen: Sequence[Sighting], homes: Sequence[Home]) -> Iterable[Move]:
    """When a host began to lead to a name elsewhere; to one of the site's own it is the site's change of name."""
    own = {home.host for home in homes}
    own_domain = domain_of(host)
    last: Sighting | None = None
    led_to = ""
    for number, one in enumerate(seen):
        away = one.outcome == "redirect" and one.to and domain_of(one.to) != own_domain
        if away and one.to != led_to:
            led_to = one.to
            again = {s.at.date() for s in seen[number:] if s.outcome == "redirect" and s.to == one.to}
            yield Move(
                host, "domain" if one.to in own else "redirect", (host,), (one.to,), one.at, last.at if last else None, (),
                tuple(dict.fromkeys(s.exchange for s in (last, one) if s is not None)),
                "low" if len(again) == 1 else "medium" if len(again) == 2 else "high",
            )  # fmt: skip
        if one.outcome == "open":
            led_to = ""
        if one.outcome in ("open", "redirect"):
            last = one


def _mirrors(by_host: dict[str, list[Sighting]], homes: Sequence[Home], found: Sequence[Move]) -> list[Move]:
    """The names that a site was seen under beside its first ones, and those that replaced one that had gone dark."""
    if not homes:
        return []
    began = min(home.since for home in homes)
    first = sorted({home.host for home in homes if home.since == began})
    named = {(move.kind, name) for move in found for name in move.after}
    domains = {domain_of(name) for name in first}
    made: list[Move] = []
    for home in sorted(set(homes), key=lambda h: (h.since, h.host)):
        domain = domain_of(home.host)
        if domain in domains or ("domain", home.host) in named:
            domains.add(domain)
            continue
        domains.add(domain)
        seen = [one for one in by_host.get(home.host, ()) if one.outcome in ("open", "unclear")]
        at, shown = (seen[0].at, (seen[0].exchange,)) if seen else (home.since, ())
        dark = [
            move
            for move in found
            if move.kind == "dark" and move.host in first and move.at <= at and _still(move, found, at)
        ]
        alone = len({move.host for move in dark}) == len(first)
        made.append(
            Move(
                home.host, "domain" if alone else "mirror", tuple(first), (home.host,), at,
                max((move.last_seen for move in dark if move.last_seen), default=None) if alone else None, (), shown,
                "medium" if seen else "low",
            )
        )  # fmt: skip
    return made


def _still(dark: Move, found: Sequence[Move], at: datetime) -> bool:
    return not any(move.kind == "back" and move.host == dark.host and dark.at < move.at <= at for move in found)


def _move(
    host: str, kind: MoveKind, old: Sighting, new: Sighting, before: tuple[str, ...], after: tuple[str, ...],
    confidence: Literal["high", "medium", "low"] = "high", vantage: str | None = None,
) -> Move:  # fmt: skip
    return Move(host, kind, before, after, new.at, old.at, (), (old.exchange, new.exchange), confidence, vantage)


def _said(one: Sighting) -> str:
    return f"{one.outcome} ({one.detail})" if one.detail else one.outcome


def _days(seen: Iterable[Sighting]) -> int:
    return len({one.at.date() for one in seen})


def domain_of(name: str) -> str:
    """The domain that somebody registered; under an ending that nobody knows the last two labels; an address itself."""
    if as_address(name) is not None:
        return name
    below = f"x.{name}"
    return registrable_domain(name) if registrable_domain(below) != below else ".".join(name.split(".")[-2:])
