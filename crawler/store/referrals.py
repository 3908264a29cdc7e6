"""Referrals: to whom a case goes, on what legal basis, and which people approved it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.errors import UnknownObjectError
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval: the name given, and the operating-system user and host that gave it."""

    approved_by: str
    system_user: str
    system_host: str
    approved_at: datetime
    logins: tuple[str, ...] = ()
    """Other accounts that the approver stood behind: who called sudo, who logged in, whose terminal it was."""
    subject_sha256: str | None = None
    """Of what was approved: the referral and the case's items with their decisions, as they were then."""
    ledger_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A draft, or a dispatched referral, of one case to one agency."""

    referral_id: str
    case_id: str
    agency: str
    """``COUNTRY/NAME``."""
    legal_basis: str
    state: str
    drafted_by: str
    drafted_at: datetime
    approvals: tuple[Approval, ...] = ()
    bundle_id: str | None = None
    track: str | None = None
    """The legal lane (`crawler.model.ACTIONS`); None where the case has none."""


def save(store: Store, referral: Referral) -> None:
    """Record a draft, whose ledger entry is not there yet."""
    r = referral
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO referrals (referral_id, case_id, bundle_id, agency, legal_basis, state, drafted_by, drafted_at, "
            "track) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                r.referral_id, r.case_id, r.bundle_id, r.agency, r.legal_basis, r.state, r.drafted_by,
                clock.stamp(r.drafted_at), r.track,
            ),
        )  # fmt: skip


def number(connection: sqlite3.Connection, referral_id: str, ledger_seq: int) -> None:
    """Remember which ledger entry a draft has."""
    connection.execute("UPDATE referrals SET ledger_seq = ? WHERE referral_id = ?", (ledger_seq, referral_id))


def approve(connection: sqlite3.Connection, referral_id: str, approval: Approval, state: str) -> None:
    """Record an approval and the state that the referral is in with it; a later one of a system user takes the place of his earlier."""
    connection.execute(
        "INSERT OR REPLACE INTO referral_approvals (referral_id, approved_by, system_user, system_host, approved_at, logins, "
        "subject_sha256, ledger_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            referral_id, approval.approved_by, approval.system_user, approval.system_host,
            clock.stamp(approval.approved_at), " ".join(approval.logins), approval.subject_sha256, approval.ledger_seq,
        ),
    )  # fmt: skip
    connection.execute("UPDATE referrals SET state = ? WHERE referral_id = ?", (state, referral_id))


def attach(store: Store, referral_id: str, bundle_id: str) -> None:
    """Remember which bundle was made for a referral."""
    with store.transaction() as connection:
        connection.execute("UPDATE referrals SET bundle_id = ? WHERE referral_id = ?", (bundle_id, referral_id))


def every(store: Store, case_id: str | None = None) -> list[Referral]:
    """The referrals of a case, or all, oldest first."""
    rows = store.rows(
        "SELECT * FROM referrals WHERE ? IS NULL OR case_id = ? ORDER BY drafted_at, referral_id", (case_id, case_id)
    )
    return [_one(store, row) for row in rows]


def one(store: Store, referral_id: str) -> Referral:
    """The referral of an id. Raises UnknownObjectError."""
    row = store.row("SELECT * FROM referrals WHERE referral_id = ?", (referral_id,))
    if row is None:
        raise UnknownObjectError("no such referral", referral_id, "see: titlewatch referrals list")
    return _one(store, row)


def _one(store: Store, row: Any) -> Referral:
    approvals = store.rows(
        "SELECT approved_by, system_user, system_host, approved_at, logins, subject_sha256, ledger_seq "
        "FROM referral_approvals WHERE referral_id = ? ORDER BY approved_at",
        (row["referral_id"],),
    )
    return Referral(
        referral_id=row["referral_id"],
        case_id=row["case_id"],
        agency=row["agency"],
        legal_basis=row["legal_basis"],
        state=row["state"],
        drafted_by=row["drafted_by"],
        drafted_at=clock.parse(row["drafted_at"]),
        approvals=tuple(
            Approval(a[0], a[1], a[2], clock.parse(a[3]), tuple(a[4].split()), a[5], a[6]) for a in approvals
        ),
        bundle_id=row["bundle_id"],
        track=row["track"],
    )
