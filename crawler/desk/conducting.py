"""What people do to a case beside gathering it: hold it, close it, put it on a track or into a campaign, name its parties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from crawler import clock, personal
from crawler.casework import campaigns
from crawler.casework.conduct import Conduct, conduct, unheld
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UnknownObjectError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.licence import TERRITORIES
from crawler.model import ACTIONS
from crawler.store import Store, case_acts, cases, given, parties
from crawler.store.case_acts import CaseAct, Kind
from crawler.store.parties import ROLES, SealedParty
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Party:
    """A party to a case, open: it was looked at by a person, for a purpose that the ledger names."""

    party_id: str
    case_id: str
    role: str
    country: str | None
    name: str
    contact: str | None
    also_in: tuple[str, ...]
    """Other cases with a party of the same contact."""


def standing(store: Store, case_id: str) -> Conduct:
    """How a case stands. Raises UnknownObjectError."""
    case = cases.one(store, case_id)
    return conduct(case.track, case_acts.of_case(store, case.case_id))


def hold(store: Store, workspace: Workspace, case_id: str, why: str, until: date | None, by: str) -> CaseAct:
    """Put a case under legal hold: nothing of it is removed until a person releases it; `until` is when to ask again."""
    facts = {"why": _said(why, "--why"), "until": until.isoformat() if until else None}
    return _act(store, workspace, case_id, "hold", facts, by)


def release(store: Store, workspace: Workspace, case_id: str, why: str, by: str) -> CaseAct:
    """Release a case from legal hold. Raises UsageError where it is under none."""
    if standing(store, case_id).hold is None:
        raise UsageError("the case is under no legal hold", case_id, "there is nothing to release")
    return _act(store, workspace, case_id, "release", {"why": _said(why, "--why")}, by)


def close(store: Store, workspace: Workspace, case_id: str, why: str, by: str) -> CaseAct:
    """Close a case; nothing of it is lost, and nothing leaves until it is open again."""
    if standing(store, case_id).closed is not None:
        raise UsageError("the case is closed already", case_id, "see: titlewatch cases timeline CASE")
    return _act(store, workspace, case_id, "close", {"why": _said(why, "--why")}, by)


def reopen(store: Store, workspace: Workspace, case_id: str, why: str, by: str) -> CaseAct:
    """Open a closed case again."""
    if standing(store, case_id).closed is None:
        raise UsageError("the case is open", case_id, "there is nothing to open again")
    return _act(store, workspace, case_id, "reopen", {"why": _said(why, "--why")}, by)


def put_on_track(store: Store, workspace: Workspace, case_id: str, track: str, ended: bool, by: str) -> CaseAct:
    """Put a case on a track beside those that it is on, or end one. Raises UsageError for what is no track."""
    if track not in ACTIONS:
        raise UsageError("not a track", track, f"use one of: {', '.join(ACTIONS)}")
    on_it = track in standing(store, case_id).tracks
    if on_it != ended:
        what = "the case is not on this track" if ended else "the case is on this track already"
        raise UsageError(what, track, "see: titlewatch cases timeline CASE")
    return _act(store, workspace, case_id, "track", {"track": track, "ended": ended}, by)


def put_into_campaign(store: Store, workspace: Workspace, case_id: str, campaign: str, ended: bool, by: str) -> CaseAct:
    """Put a case into a campaign, or take it out. Raises UnknownObjectError for an unknown campaign."""
    one = campaigns.named(campaigns.known(), campaign)
    if (one.campaign_id in standing(store, case_id).campaigns) != ended:
        what = "the case is not in this campaign" if ended else "the case is in this campaign already"
        raise UsageError(what, campaign, "see: titlewatch cases timeline CASE")
    return _act(store, workspace, case_id, "campaign", {"campaign": one.campaign_id, "ended": ended}, by)


def remove(
    store: Store, workspace: Workspace, case_id: str, hit_ids: Sequence[str], why: str, by: str
) -> list[CaseAct]:
    """Take hits out of a case; what was recorded of them stays.

    A case under legal hold loses none but what was sealed away. Raises RefusedError, UnknownObjectError.
    """
    case = cases.one(store, case_id)
    wanted, held = given.whole(store, "hit", hit_ids, ", nothing was removed"), cases.hit_ids(store, case.case_id)
    if missing := [hit for hit in wanted if hit not in held]:
        raise UnknownObjectError("not in the case", ", ".join(missing), f"see: titlewatch cases show {case.case_id}")
    unheld(case.case_id, standing(store, case.case_id))
    facts = {"why": _said(why, "--why")}
    return [
        _act(
            store, workspace, case.case_id, "remove", {"hit": hit, **facts}, by,
            partial(case_acts.remove_item, case_id=case.case_id, hit_id=hit),
        )
        for hit in wanted
    ]  # fmt: skip


def add_party(
    store: Store, workspace: Workspace, case_id: str, role: str, name: str, contact: str, country: str, by: str
) -> str:
    """Name a party to a case; returns its id. Name and contact are encrypted, and the ledger names neither.

    `country` is an ISO 3166-1 alpha-2 code or empty. Raises UsageError for an unknown role or country.
    """
    if role not in ROLES:
        raise UsageError("not a role", role, f"use one of: {', '.join(ROLES)}")
    if country and country.upper() not in TERRITORIES:
        raise UsageError("not a country", country, "write a code such as CN or US")
    case, party_id, key = cases.one(store, case_id), clock.new_id(), personal.key_of(workspace.keys, create=True)
    made = SealedParty(
        party_id,
        case.case_id,
        role,
        country.upper() or None,
        key.seal(_said(name, "--name"), f"parties/{party_id}/name"),
        key.seal(contact.strip(), f"parties/{party_id}/contact") if contact.strip() else None,
        key.mark(contact) if contact.strip() else None,
        clock.stamp(clock.now()),
    )
    facts = {"party": party_id, "role": role, "country": made.country, "sealed_sha256": sha256_hex(made.name.encode())}
    _act(store, workspace, case.case_id, "party", facts, by, lambda connection: parties.write(connection, made))
    return party_id


def view_parties(store: Store, workspace: Workspace, case_id: str, purpose: str, by: str) -> list[Party]:
    """The parties to a case, open; the ledger says first who looks at which of them, and for what purpose."""
    case = cases.one(store, case_id)
    found = parties.of_case(store, case.case_id)
    purpose, by = _said(purpose, "--purpose"), _said(by, "--by")
    if not found:
        return []
    key = personal.key_of(workspace.keys)
    body = {
        "type": "view", "of": "parties", "case": case.case_id, "parties": [one.party_id for one in found],
        "purpose": purpose, "by": by,
    }  # fmt: skip
    enter(workspace, [body])
    return [
        Party(
            one.party_id,
            one.case_id,
            one.role,
            one.country,
            key.open(one.name, f"parties/{one.party_id}/name"),
            key.open(one.contact, f"parties/{one.party_id}/contact") if one.contact else None,
            tuple(
                dict.fromkeys(
                    other.case_id
                    for other in (parties.marked(store, one.contact_mark) if one.contact_mark else ())
                    if other.case_id != one.case_id
                )
            ),
        )
        for one in found
    ]


def _act(
    store: Store,
    workspace: Workspace,
    case_id: str,
    kind: Kind,
    facts: Mapping[str, Any],
    by: str,
    also: Callable[[Any], None] = lambda connection: None,
) -> CaseAct:
    case, person = cases.one(store, case_id), acting()
    act = CaseAct(
        clock.new_id(), case.case_id, kind, facts, _said(by, "--by"), person.user, person.host, clock.now(), -1
    )
    body = {"type": "case-act", "act": kind, "case": case.case_id, "id": act.act_id, "by": act.done_by, **facts}
    with store.transaction() as connection:
        also(connection)
        # Entered when the database has taken what the act changes: an entry stays, whatever the database makes of it.
        (seq,) = enter(workspace, [body])
        act = CaseAct(act.act_id, act.case_id, kind, facts, act.done_by, person.user, person.host, act.at, seq)
        case_acts.write(connection, act)
    return act


def _said(text: str, option: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise UsageError("empty", option, "say it: it is kept with the act")
    return words
