"""Moves of sites: gathered from the record, noticed at night, and followed by the cases that they concern."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from crawler import clock
from crawler.attribution.acts import Act, ActKind
from crawler.attribution.moves import Move, MoveKind, carried, ordered, stated_moves
from crawler.attribution.sightings import Home, seen_moves
from crawler.casework import copies
from crawler.casework.agencies import Counterpart
from crawler.casework.countries import Touch
from crawler.casework.routing import route
from crawler.casework.timeline import timeline
from crawler.casework.timeline_picture import picture
from crawler.desk import conducting
from crawler.desk import routing as desk_routing
from crawler.desk.entering import enter
from crawler.desk.referring import draft
from crawler.desk.sighting import sightings
from crawler.errors import TitlewatchError, UnknownObjectError
from crawler.model import TRACKS
from crawler.store import Store, cases, correspondence, hits, referrals, sites, statements
from crawler.store import moves as store_moves
from crawler.store.moves import Followed
from crawler.wording import say
from crawler.workspace import Workspace

TELLING: frozenset[MoveKind] = frozenset(
    {"network", "country", "registrar", "domain", "mirror", "redirect", "geo-block-on", "geo-block-off", "dark", "back"}
)
"""Moves that are told when one night shows them; of the others two nights must."""
FOLLOWED: frozenset[MoveKind] = frozenset({"country", "domain", "mirror", "back"})
"""Moves after which a case goes on: copies lie elsewhere, under another name, or again."""
NIGHTLY = "titlewatch nightly"


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed, and what followed from it."""

    moves: tuple[Move, ...]
    followed: tuple[Followed, ...]
    not_drafted: tuple[tuple[str, str], ...]
    """Cases for which no draft could be prepared, and why."""


def sites_of(store: Store, name: str) -> list[str]:
    """The site of an id, or those that a host belongs to. Raises UnknownObjectError."""
    if any(site.site_id == name for site in sites.every(store)):
        return [name]
    if found := store_moves.of_host(store, name):
        return found
    raise UnknownObjectError("no such site or host", name, "see: titlewatch sites list")


def of_site(store: Store, workspace: Workspace, site_id: str) -> tuple[Move, ...]:
    """The moves of a site and its hosts, oldest first, as far as anything on record shows them."""
    homes = [
        Home(name, since)
        for host, _, since in store_moves.homes(store, site_id)
        if (name := urlsplit(f"//{host}").hostname)
    ]
    seen = seen_moves(sightings(store, workspace, site_id), homes)
    names = {home.host for home in homes} | {name for move in seen if move.kind == "domain" for name in move.after}
    said = statements.of_hosts(store, sorted(names)) if names else []
    return ordered(replace(move, site=site_id) for move in (*seen, *stated_moves(said), *carried(seen, said)))


def of_hosts(store: Store, hosts: Collection[str]) -> tuple[Move, ...]:
    """The moves of hosts of no site, by what is stated of them."""
    return stated_moves(statements.of_hosts(store, sorted(hosts))) if hosts else ()


def acts_on(store: Store, site_id: str) -> tuple[Act, ...]:
    """What we did about a site, oldest first: the first finding, the cases, the referrals and notices that people sent."""
    found = [Act(site_id, "finding", at) for at, _ in store_moves.found_on(store, site_id)[:1]]
    for case_id in store_moves.cases_on(store, site_id):
        case = cases.one(store, case_id)
        found.append(Act(case_id, "case", case.opened_at, reference=case.title))
        for referral in referrals.every(store, case_id):
            kind: ActKind = "referral" if referral.track in (None, *TRACKS) else "notice"
            found += [
                Act(sent.act_id, kind, datetime.combine(sent.on_day, time(tzinfo=UTC)), referral.agency, is_day=True)
                for sent in correspondence.of_referral(store, referral.referral_id)
                if sent.act == "dispatch"
            ]
    return tuple(sorted(found, key=lambda act: (act.at, act.act_id)))


def drawn(store: Store, workspace: Workspace, site_id: str, language: str, further: Sequence[Act] = ()) -> str:
    """The timeline of a site as SVG; `further` are acts that are not on record."""
    moves = of_site(store, workspace, site_id)
    names = {name for host, _, _ in store_moves.homes(store, site_id) if (name := urlsplit(f"//{host}").hostname)}
    names |= {name for move in moves if move.kind == "domain" for name in move.after}
    said = statements.of_hosts(store, sorted(names)) if names else []
    acts = [*acts_on(store, site_id), *further]
    return picture(timeline(site_id, moves, said, store_moves.found_on(store, site_id), acts, clock.now()), language)


def notice(store: Store, workspace: Workspace, site_ids: Iterable[str] | None = None, by: str = NIGHTLY) -> Noticed:
    """Remember the moves that are new, and let the cases on these sites follow: reopened, with a draft for the new country.

    Nothing is sent; a draft waits for two people like any other.
    """
    fresh: list[Move] = []
    followed: list[Followed] = []
    failed: list[tuple[str, str]] = []
    for site_id in [site.site_id for site in sites.every(store)] if site_ids is None else site_ids:
        moves = [move for move in of_site(store, workspace, site_id) if move.is_sure or move.kind in TELLING]
        with store.transaction() as connection:
            noted = ((move.move_id, move.kind, move.at) for move in moves)
            new = set(store_moves.notice(connection, site_id, noted, clock.now()))
        fresh += [move for move in moves if move.move_id in new]
        done = {(one.case_id, one.move_id) for one in store_moves.followed(store, {move.move_id for move in moves})}
        for case_id in store_moves.cases_on(store, site_id):
            opened = cases.one(store, case_id).opened_at
            for move in moves:
                # What was so before the case was opened is nothing to follow.
                if move.is_sure and move.kind in FOLLOWED and move.at > opened and (case_id, move.move_id) not in done:
                    made, why = _follow(store, workspace, case_id, move, by)
                    followed.append(made)
                    failed += [(case_id, one) for one in why]
    return Noticed(ordered(fresh), tuple(followed), tuple(failed))


def noticed_since(store: Store, workspace: Workspace, moment: str) -> tuple[Move, ...]:
    """The moves that were noticed since a moment (`clock.stamp`), oldest first."""
    found: list[Move] = []
    for site_id, ids in store_moves.noticed_since(store, moment).items():
        found += [move for move in of_site(store, workspace, site_id) if move.move_id in ids]
    return ordered(found)


def _follow(store: Store, workspace: Workspace, case_id: str, move: Move, by: str) -> tuple[Followed, list[str]]:
    """Let one case follow one move; the second value says why a draft could not be prepared."""
    is_closed = conducting.standing(store, case_id).closed is not None
    if is_closed:
        why = say("moves.reopened", "en", kind=say(f"moves.kind.{move.kind}", "en"), host=move.host)
        conducting.reopen(store, workspace, case_id, why, by)
    drafted, failed = _drafts(store, workspace, case_id, move, by)
    made = Followed(case_id, move.move_id, clock.now(), is_closed, tuple(drafted))
    body = {
        "type": "case", "act": "follow", "case": case_id, "move": move.move_id, "kind": move.kind, "host": move.host,
        "before": list(move.before), "after": list(move.after), "at": clock.stamp(move.at),
        "last_seen": clock.stamp(move.last_seen) if move.last_seen else None, "statements": list(move.statements),
        "exchanges": list(move.exchanges), "reopened": is_closed, "referrals": drafted, "done_by": by,
    }  # fmt: skip
    with store.transaction() as connection:
        (seq,) = enter(workspace, [body])
        store_moves.follow(connection, made, seq)
    return made, failed


def _drafts(store: Store, workspace: Workspace, case_id: str, move: Move, by: str) -> tuple[list[str], list[str]]:
    """A draft for the first recipient of each country to which the copies went, where none waits already."""
    track = next((one for one in conducting.standing(store, case_id).tracks if one in TRACKS), None)
    if move.kind != "country" or track is None:
        return [], []
    if not any(hit["site"] == move.site for hit in copies.counting(hits.several(store, cases.hit_ids(store, case_id)))):
        return [], [say("moves.undecided", "en")]
    waiting = {one.agency for one in referrals.every(store, case_id) if one.state in ("draft", "approved")}
    drafted: list[str] = []
    failed: list[str] = []
    for country in move.after:
        to = _recipient(workspace, track, country, move)
        if to is None:
            failed.append(say("moves.no_recipient", "en", country=country))
            continue
        agency = f"{country}/{to.name.get('en', to.agency_id)}"
        if agency in waiting:
            continue
        try:
            drafted.append(draft(store, workspace, case_id, agency, say("moves.basis", "en"), by).referral_id)
        except TitlewatchError as error:
            # A shut gate is for a person to open; the night goes on and says so.
            failed.append(f"{agency}: {error}")
    return drafted, failed


def _recipient(workspace: Workspace, track: str, country: str, move: Move) -> Counterpart | None:
    """Whom a right-holder may turn to first in a country to which copies went."""
    there = Touch(country, "server", move.host, move.confidence, move.at, move.statements, ())
    found = route(
        desk_routing.directory(workspace), [there], [], track=track, giver="right-holder", own_country=None,
        today=clock.now().date(),
    )  # fmt: skip
    direct = [one.agency for one in found.recipients if one.through == "directly"]
    return next((agency for agency in direct if agency.country == country), None)
