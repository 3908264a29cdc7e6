"""Approvals under data law: which authority let which data go to whom, by which reference, from when to when."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crawler import clock
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class LawApproval:
    """An authority's approval of a transfer abroad, as a person entered it."""

    approval_id: str
    laws: tuple[str, ...]
    """Ids of `crawler.casework.data_laws`."""
    reference: str
    authority: str
    """Who approved."""
    recipients: tuple[str, ...]
    """Countries (ISO 3166-1 alpha-2) or agencies (``COUNTRY/NAME``) to which the data may go."""
    case_id: str | None
    """The one case that it is for; None for every case."""
    valid_from: date
    valid_to: date
    """The last day on which it holds."""
    entered_by: str
    system_user: str
    system_host: str
    entered_at: datetime
    ledger_seq: int | None = None


def write(connection: sqlite3.Connection, approval: LawApproval) -> None:
    """Put an approval on file."""
    a = approval
    connection.execute(
        "INSERT INTO law_approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            a.approval_id, " ".join(a.laws), a.reference, a.authority, "\n".join(a.recipients), a.case_id,
            a.valid_from.isoformat(), a.valid_to.isoformat(), a.entered_by, a.system_user, a.system_host,
            clock.stamp(a.entered_at), a.ledger_seq,
        ),
    )  # fmt: skip


def number(connection: sqlite3.Connection, approval_id: str, ledger_seq: int) -> None:
    """Remember which ledger entry an approval has."""
    connection.execute("UPDATE law_approvals SET ledger_seq = ? WHERE approval_id = ?", (ledger_seq, approval_id))


def every(store: Store) -> list[LawApproval]:
    """All approvals on file, oldest first."""
    return [_one(row) for row in store.rows("SELECT * FROM law_approvals ORDER BY entered_at, approval_id")]


def _one(row: Any) -> LawApproval:
    return LawApproval(
        approval_id=row["approval_id"],
        laws=tuple(row["laws"].split()),
        reference=row["reference"],
        authority=row["authority"],
        recipients=tuple(row["recipients"].split("\n")),
        case_id=row["case_id"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]),
        entered_by=row["entered_by"],
        system_user=row["system_user"],
        system_host=row["system_host"],
        entered_at=clock.parse(row["entered_at"]),
        ledger_seq=row["ledger_seq"],
    )
