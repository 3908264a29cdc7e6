"""Approvals under data law put on file."""

import re
from datetime import date

from crawler import clock
from crawler.casework import data_laws
from crawler.casework.recipient import agency
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.licence import TERRITORIES
from crawler.store import Store, cases, law_approvals
from crawler.store.law_approvals import LawApproval
from crawler.workspace import Workspace


def put_on_file(
    store: Store,
    workspace: Workspace,
    *,
    reference: str,
    authority: str,
    recipients: str,
    laws: str = "",
    case_id: str | None = None,
    valid_from: date,
    valid_to: date,
    entered_by: str,
) -> LawApproval:
    """Put an authority's approval of a transfer abroad on file; it opens its gate for what it names and no more.

    `recipients` are countries or agencies (``US``, ``US/IPR Center``), apart by semicolons; `laws` ids of
    `crawler.casework.data_laws`, apart by commas, all of them when empty; without `case_id` it is for every case.
    Raises UsageError for a fault, and files nothing.
    """
    said = {"--reference": reference, "--authority": authority, "--by": entered_by}
    words = {option: " ".join(text.split()) for option, text in said.items()}
    if empty := [option for option, text in words.items() if not text]:
        raise UsageError("empty", ", ".join(empty), "say who approved, by which document, and who enters it")
    if valid_to < valid_from:
        raise UsageError("it ends before it begins", f"{valid_from} to {valid_to}", "correct --from or --to")
    person = acting()
    made = LawApproval(
        clock.new_id(), data_laws.chosen(laws), words["--reference"], words["--authority"], _recipients(recipients),
        cases.one(store, case_id).case_id if case_id else None, valid_from, valid_to, words["--by"], person.user, person.host,
        clock.now(),
    )  # fmt: skip
    body = {
        "type": "law-approval", "approval": made.approval_id, "laws": list(made.laws), "reference": made.reference,
        "authority": made.authority, "recipients": list(made.recipients), "case": made.case_id,
        "valid_from": made.valid_from.isoformat(), "valid_to": made.valid_to.isoformat(), "by": made.entered_by,
    }  # fmt: skip
    with store.transaction() as connection:
        law_approvals.write(connection, made)
        (seq,) = enter(workspace, [body])
        law_approvals.number(connection, made.approval_id, seq)
    return made


def _recipients(written: str) -> tuple[str, ...]:
    found = []
    for part in re.split(r"[;；\n]", written):
        if not (text := " ".join(part.split())):
            continue
        if "/" in text:
            found.append(str(agency(text)))
        elif text.upper() in TERRITORIES:
            found.append(text.upper())
        else:
            raise UsageError(
                "not a recipient", text, 'write a country such as US, or an agency such as "US/IPR Center"'
            )
    if not found:
        raise UsageError("for nobody", "--for", "say to which country or agency the data may go")
    return tuple(dict.fromkeys(found))
