"""Authorisations put on file, and referrals drafted and approved by people."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from crawler import clock
from crawler.casework import gates
from crawler.desk.clearing import Cleared, Purpose, clear
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UnknownObjectError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.durable import write_once
from crawler.store import Store, authorisations, cases, referrals, works
from crawler.store.authorisations import Authorisation
from crawler.store.referrals import Approval, Referral
from crawler.workspace import Workspace

DOCUMENTS = "documents"


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
) -> Authorisation:
    """Put an authorisation on file, with a copy of its document. Raises UsageError for a fault, and files nothing."""
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
    digest = _keep(workspace, document) if document else None
    made = Authorisation(
        clock.new_id(), rightsholder.strip(), reference.strip(), countries, valid_from, valid_to, wanted,
        str(acting()), clock.now(), digest,
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
    }


def draft(store: Store, workspace: Workspace, case_id: str, agency: str, legal_basis: str, drafted_by: str) -> Referral:
    """Draft a referral of a case to an agency; nothing is sent. Raises UnknownObjectError or UsageError."""
    case, to = cases.one(store, case_id), gates.agency(agency)
    if not legal_basis.strip() or not drafted_by.strip():
        raise UsageError("a draft needs a legal basis and a name", f"case {case_id}", "give --basis and --by")
    person = acting()
    made = Referral(
        clock.new_id(),
        case.case_id,
        str(to),
        legal_basis.strip(),
        "draft",
        f"{drafted_by.strip()} ({person})",
        clock.now(),
    )
    body = {
        "type": "referral", "act": "draft", "referral": made.referral_id, "case": case.case_id, "agency": str(to),
        "legal_basis": made.legal_basis, "drafted_by": drafted_by.strip(),
    }  # fmt: skip
    with store.transaction() as connection:
        referrals.save(store, made)
        (seq,) = enter(workspace, [body])
        referrals.number(connection, made.referral_id, seq)
    return made


def approve(store: Store, workspace: Workspace, referral_id: str, approved_by: str) -> Referral:
    """Approve a draft; it is approved once two people have. Raises UsageError when this system user has approved already."""
    referral, person = referrals.one(store, referral_id), acting()
    if not approved_by.strip():
        raise UsageError("nobody approves", "--by", "give the name of the person who approves")
    if any((a.system_user, a.system_host) == (person.user, person.host) for a in referral.approvals):
        raise UsageError(
            f"{person} approved it already", referral_id, "the second approval comes from another system user"
        )
    approval = Approval(approved_by.strip(), person.user, person.host, clock.now())
    after = replace(referral, approvals=(*referral.approvals, approval))
    after = replace(after, state="approved" if gates.people(after) >= gates.PEOPLE else "draft")
    body = {
        "type": "referral", "act": "approve", "referral": referral_id, "case": referral.case_id,
        "approved_by": approval.approved_by,
    }  # fmt: skip
    with store.transaction():
        referrals.approve(store, referral_id, approval, after.state)
        enter(workspace, [body])
    return after


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


def _keep(workspace: Workspace, document: Path) -> str:
    try:
        data = document.read_bytes()
    except OSError as error:
        raise UsageError(f"the document cannot be read ({error.strerror})", str(document), "check the path") from None
    folder = workspace.folder / DOCUMENTS
    folder.mkdir(exist_ok=True)
    digest = sha256_hex(data)
    write_once(folder / f"{digest}{document.suffix.lower()}", data)
    return digest
