"""Acts of people written anew from their ledger entries: on cases, on referrals, on what is sealed away, and what lets us act."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from crawler import clock
from crawler.casework import gates
from crawler.evidence.ledger import Entry
from crawler.store import Store, authorisations, case_acts, correspondence, law_approvals, referrals, sealed
from crawler.store.authorisations import Authorisation
from crawler.store.case_acts import CaseAct
from crawler.store.correspondence import ReferralAct
from crawler.store.law_approvals import LawApproval
from crawler.store.referrals import Approval, Referral
from crawler.store.sealed import Sealed

TYPES = frozenset({"case-act", "sealed-away", "authorisation", "law-approval", "referral"})
"""Types of the entries that `retell` reads."""
_ENTRY = frozenset({"seq", "prev", "utc", "mono_ns", "hash", "type", "act", "system_user", "system_host"})
_OF_CASE = _ENTRY | {"case", "id", "by"}
_OF_REFERRAL = _ENTRY | {"referral", "case", "agency", "referral_act", "day", "document_sha256", "done_by"}
_WORDS = {"dispatch": ("to",), "message": ("text",), "outcome": ("text",), "withdraw": ("why",), "correction": ("to",)}
"""What a person wrote with an act, of which an entry may hold no more than the hash."""


def retell(
    store: Store, entries: Iterable[Entry], known_cases: Collection[str], void: Collection[str], showing: Mapping[str, str], captures: Collection[str]
) -> int:  # fmt: skip
    """Write what the entries of TYPES tell, in their order; returns how many acts that is.

    `void` are the ids that a recovery named as without effect; `showing` is each exchange or capture of an exhibit with
    its hit; `captures` are the ids that are captures. An act on a case or referral that is not there is left out.
    """
    drafts: dict[str, Referral] = {}
    count = 0
    with store.transaction() as connection:
        for entry in entries:
            body = entry.body
            if entry.type == "case-act" and body["case"] in known_cases and body["id"] not in void:
                facts = {name: value for name, value in body.items() if name not in _OF_CASE}
                at = clock.parse(body["utc"])
                who = body["by"], body["system_user"], body["system_host"]
                case_acts.write(connection, CaseAct(body["id"], body["case"], body["act"], facts, *who, at, entry.seq))
            elif entry.type == "sealed-away":
                for one in _sealed(body, showing, captures):
                    sealed.write(connection, one, entry.seq)
            elif entry.type == "authorisation" and body["authorisation"] not in void:
                authorisations.save(store, _authorisation(body))
            elif (
                entry.type == "law-approval"
                and body["approval"] not in void
                and (body["case"] is None or body["case"] in known_cases)
            ):
                law_approvals.write(connection, _law_approval(body, entry.seq))
            elif entry.type == "referral" and body["case"] in known_cases and body["referral"] not in void:
                if not _referred(store, entry, drafts):
                    continue
            else:
                continue
            count += 1
    return count


def _referred(store: Store, entry: Entry, drafts: dict[str, Referral]) -> bool:
    """Write one entry about a referral; False for what leaves no row, such as a package that was made."""
    body, act, referral_id = entry.body, entry.body["act"], entry.body["referral"]
    with store.transaction() as connection:
        if act == "draft":
            drafted_by = f"{body['drafted_by']} ({body['system_user']}@{body['system_host']})"
            made = Referral(
                referral_id, body["case"], body["agency"], body["legal_basis"], "draft", drafted_by,
                clock.parse(body["utc"]), track=body.get("track"),
            )  # fmt: skip
            referrals.save(store, made)
            referrals.number(connection, referral_id, entry.seq)
            drafts[referral_id] = made
            return True
        if referral_id not in drafts:
            return False
        if act == "approve":
            approval = Approval(
                body["approved_by"], body["system_user"], body["system_host"], clock.parse(body["utc"]),
                tuple(body.get("logins", ())), body.get("subject_sha256"), entry.seq,
            )  # fmt: skip
            before = drafts[referral_id]
            same = [
                one
                for one in before.approvals
                if (one.system_user, one.system_host) != (approval.system_user, approval.system_host)
                and one.subject_sha256 == approval.subject_sha256
            ]
            after = replace(before, approvals=(*same, approval))
            after = replace(after, state="approved" if gates.people(after) >= gates.PEOPLE else "draft")
            referrals.approve(connection, referral_id, approval, after.state)
            drafts[referral_id] = after
            return True
        if "referral_act" not in body:
            return False
        facts = {name: value for name, value in body.items() if name not in _OF_REFERRAL}
        facts |= {name: "" for name in _WORDS.get(act, ()) if name not in facts}
        who = body["done_by"], body["system_user"], body["system_host"]
        day, at = date.fromisoformat(body["day"]), clock.parse(body["utc"])
        made_act = ReferralAct(
            body["referral_act"], referral_id, act, day, facts, body.get("document_sha256"), *who, at, entry.seq
        )
        correspondence.write(connection, made_act)
        return True


def _sealed(body: Mapping[str, Any], showing: Mapping[str, str], captures: Collection[str]) -> list[Sealed]:
    """What one entry sealed, by hit; what no exhibit names is put down to the first."""
    hits = set(body["hits"])
    things: dict[str, list[tuple[str, str]]] = {hit: [("hit", hit)] for hit in body["hits"]}
    for one in body["objects"]:
        if one not in hits:
            hit = showing.get(one, "")
            kind = "capture" if one in captures else "exchange"
            things[hit if hit in hits else body["hits"][0]].append((kind, one))
    who = body["by"], body["system_user"], body["system_host"]
    at = clock.parse(body["utc"])
    return [Sealed(hit, body["reason"], *who, at, tuple(objects)) for hit, objects in things.items()]


def _authorisation(body: Mapping[str, Any]) -> Authorisation:
    return Authorisation(
        body["authorisation"], body["rightsholder"], body["reference"], tuple(body["territory"]),
        date.fromisoformat(body["valid_from"]), date.fromisoformat(body["valid_to"]), tuple(body["works"]),
        f"{body['system_user']}@{body['system_host']}", clock.parse(body["utc"]), body.get("document_sha256"),
        tuple(body.get("acts", ())),
    )  # fmt: skip


def _law_approval(body: Mapping[str, Any], seq: int) -> LawApproval:
    return LawApproval(
        body["approval"], tuple(body["laws"]), body["reference"], body["authority"], tuple(body["recipients"]),
        body["case"], date.fromisoformat(body["valid_from"]), date.fromisoformat(body["valid_to"]), body["by"],
        body["system_user"], body["system_host"], clock.parse(body["utc"]), seq,
    )  # fmt: skip
