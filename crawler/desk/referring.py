"""Authorisations put on file, and referrals drafted and approved by people."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from crawler import clock
from crawler.casework import gates
from crawler.casework.conduct import conduct
from crawler.desk.clearing import Cleared, Purpose, clear, decided, ground_of, standing, subject
from crawler.desk.documents import keep
from crawler.desk.entering import enter
from crawler.desk.person import Person, acting
from crawler.errors import RefusedError, UnknownObjectError, UsageError
from crawler.model import ACTIONS
from crawler.store import Store, authorisations, case_acts, cases, referrals, works
from crawler.store.authorisations import Authorisation
from crawler.store.referrals import Approval, Referral
from crawler.workspace import Workspace


def put_on_file(
    store: Store,
    workspace: Workspace,
    *,
    rightsholder: str,
    reference: str,
    work_ids: Sequence[str],
    territory: str,
    valid_from: date,
    valid_to: date,
    document: Path | None = None,
    acts: Sequence[str] = (),
) -> Authorisation:
    """Put an authorisation on file, with a copy of its document. Raises UsageError for a fault, and files nothing.

    `acts` are the kinds of act that the document names (`crawler.model.ACTIONS`); none, where it names none.
    """
    wanted = tuple(dict.fromkeys(part.strip() for part in work_ids if part.strip()))
    known = {work.work_id for work in works.every(store)}
    missing = [work for work in wanted if work not in known]
    if missing or not wanted:
        raise UnknownObjectError("no such work", ", ".join(missing) or "--works", "see: titlewatch works list")
    countries = tuple(part.upper() for part in re.split(r"[\s,;]+", territory) if part)
    strange = [c for c in countries if not re.fullmatch("[A-Z]{2}", c) and c != gates.WORLD]
    if strange or not countries:
        raise UsageError(
            "not a territory", ", ".join(strange) or territory, f"give country codes such as CN,US, or {gates.WORLD}"
        )
    if valid_to < valid_from:
        raise UsageError("it ends before it begins", f"{valid_from} to {valid_to}", "correct --from or --to")
    for name, text in (("--rightsholder", rightsholder), ("--reference", reference)):
        if not text.strip():
            raise UsageError("empty", name, "say who authorises, by which document")
    kinds = tuple(dict.fromkeys(part.strip() for part in acts if part.strip()))
    if unknown := [kind for kind in kinds if kind not in ACTIONS]:
        raise UsageError("not a kind of act", ", ".join(unknown), f"use {', '.join(ACTIONS)}")
    digest = keep(workspace, document) if document else None
    made = Authorisation(
        clock.new_id(), rightsholder.strip(), reference.strip(), countries, valid_from, valid_to, wanted,
        str(acting()), clock.now(), digest, kinds,
    )  # fmt: skip
    with store.transaction():
        authorisations.save(store, made)
        enter(workspace, [_authorisation(made)])
    return made


def _authorisation(made: Authorisation) -> dict[str, object]:
    return {
        "type": "authorisation",
        "authorisation": made.authorisation_id,
        "rightsholder": made.rightsholder,
        "reference": made.reference,
        "territory": list(made.territory),
        "valid_from": made.valid_from.isoformat(),
        "valid_to": made.valid_to.isoformat(),
        "works": list(made.works),
        "document_sha256": made.document_sha256,
        "acts": list(made.acts),
    }


def draft(
    store: Store,
    workspace: Workspace,
    case_id: str,
    agency: str,
    legal_basis: str,
    drafted_by: str,
    track: str | None = None,
) -> Referral:
    """Draft a referral of a case to an agency; nothing is sent. Raises UnknownObjectError or UsageError.

    `track` is the legal lane; where it is not named, the only one of the case's that goes to authorities.
    """
    case, to = cases.one(store, case_id), gates.agency(agency)
    if not legal_basis.strip() or not drafted_by.strip():
        raise UsageError("a draft needs a legal basis and a name", f"case {case_id}", "give --basis and --by")
    lanes = [one for one in conduct(case.track, case_acts.of_case(store, case.case_id)).tracks if one in ACTIONS]
    if track is not None and track not in ACTIONS:
        raise UsageError("not a track", track, f"use one of: {', '.join(ACTIONS)}")
    if track is not None and lanes and track not in lanes:
        remedy = f"put it there with: titlewatch cases track {case.case_id} {track} --by NAME"
        raise UsageError(f"the case is not on this track (it is on {', '.join(lanes)})", track, remedy)
    official = [one for one in lanes if one in gates.TO_AUTHORITIES]
    person = acting()
    made = Referral(
        clock.new_id(), case.case_id, str(to), legal_basis.strip(), "draft", f"{drafted_by.strip()} ({person})", clock.now(),
        track=track or (official[0] if len(official) == 1 else None),
    )  # fmt: skip
    body = {
        "type": "referral", "act": "draft", "referral": made.referral_id, "case": case.case_id, "agency": str(to),
        "legal_basis": made.legal_basis, "drafted_by": drafted_by.strip(), "track": made.track,
    }  # fmt: skip
    with store.transaction() as connection:
        referrals.save(store, made)
        (seq,) = enter(workspace, [body])
        referrals.number(connection, made.referral_id, seq)
    return made


def approve(
    store: Store, workspace: Workspace, referral_id: str, approved_by: str, person: Person | None = None
) -> Referral:
    """Approve a draft as its case stands; it is approved once two people have.

    An approval is given to the case's items and their decisions: when they change, it counts no longer, and is given
    anew. `person` is a login of the web console; without one, the operating system's user approves. Raises UsageError
    when whoever acts has approved the case as it stands, RefusedError for an item without a person's decision.
    """
    referral, person = referrals.one(store, referral_id), person or acting()
    if not approved_by.strip():
        raise UsageError("nobody approves", "--by", "give the name of the person who approves")
    ground = ground_of(store, workspace, referral.case_id)
    decided(ground)
    before = standing(ground, referral)
    sha256 = subject(ground, referral)
    approval = Approval(approved_by.strip(), person.user, person.host, clock.now(), person.logins, sha256)
    known = next((a for a in before.approvals if gates.identities(a) & gates.identities(approval)), None)
    if known is not None:
        raise UsageError(
            f"{person} approved it already (as {known.system_user}@{known.system_host})", referral_id,
            "the second approval comes from another system user, who logs in and runs it",
        )  # fmt: skip
    body = {
        "type": "referral", "act": "approve", "referral": referral_id, "case": referral.case_id,
        "approved_by": approval.approved_by, "logins": list(person.logins), "subject_sha256": sha256,
    }  # fmt: skip
    with store.transaction() as connection:
        if subject(ground, referral) != sha256:
            raise RefusedError("the case was changed meanwhile", referral.case_id, "look at it and approve again")
        (seq,) = enter(workspace, [body], person)
        approval = replace(approval, ledger_seq=seq)
        after = replace(before, approvals=(*before.approvals, approval))
        after = replace(after, state="approved" if gates.people(after) >= gates.PEOPLE else "draft")
        referrals.approve(connection, referral_id, approval, after.state)
    return after


def approved(store: Store, workspace: Workspace, referral_id: str) -> Referral:
    """A referral with those of its approvals alone that count: given to the case as it stands, and in the ledger."""
    referral = referrals.one(store, referral_id)
    return standing(ground_of(store, workspace, referral.case_id), referral)


def ready(
    store: Store, workspace: Workspace, referral_id: str, *, purpose: Purpose = "package", approval: str | None = None
) -> Cleared:
    """Pass every gate of a referral that is to leave; returns what it passed them on.

    `purpose` is ``package``, ``notice`` or ``preservation``; the last two need every offer to have been seen within a
    day. `approval` is a reference under data law, beside those on file. Raises RefusedError naming the gate that is shut.
    """
    referral = referrals.one(store, referral_id)
    to = gates.agency(referral.agency)
    return clear(store, workspace, referral.case_id, to, purpose=purpose, approval=approval, referral_id=referral_id)
