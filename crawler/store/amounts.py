"""Amounts that people entered for a case, each with its source; one that was wrong is withdrawn, never deleted."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.errors import UnknownObjectError
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class EnteredAmount:
    """A figure of a case, who entered it and from what source."""

    amount_id: str
    case_id: str
    counter: str
    basis: str
    number: float
    unit: str
    source: str
    at: datetime
    """The day that it holds for, UTC."""
    entered_by: str
    system_user: str
    system_host: str
    entered_at: datetime
    withdrawn_at: datetime | None = None
    ledger_seq: int | None = None


def write(connection: sqlite3.Connection, amount: EnteredAmount) -> None:
    """Write an amount."""
    a = amount
    connection.execute(
        "INSERT INTO case_amounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        (
            a.amount_id, a.case_id, a.counter, a.basis, a.number, a.unit, a.source, clock.stamp(a.at), a.entered_by,
            a.system_user, a.system_host, clock.stamp(a.entered_at), a.ledger_seq,
        ),
    )  # fmt: skip


def number(connection: sqlite3.Connection, amount_id: str, ledger_seq: int) -> None:
    """Give an amount the number of its ledger entry."""
    connection.execute("UPDATE case_amounts SET ledger_seq = ? WHERE amount_id = ?", (ledger_seq, amount_id))


def withdraw(connection: sqlite3.Connection, amount_id: str, at: datetime) -> None:
    """Count an amount no longer."""
    connection.execute("UPDATE case_amounts SET withdrawn_at = ? WHERE amount_id = ?", (clock.stamp(at), amount_id))


def of_case(store: Store, case_id: str) -> list[EnteredAmount]:
    """The amounts of a case that stand, in order of their days."""
    rows = store.rows(
        "SELECT * FROM case_amounts WHERE case_id = ? AND withdrawn_at IS NULL ORDER BY at, amount_id", (case_id,)
    )
    return [_one(row) for row in rows]


def one(store: Store, amount_id: str) -> EnteredAmount:
    """The amount of an id. Raises UnknownObjectError."""
    row = store.row("SELECT * FROM case_amounts WHERE amount_id = ?", (amount_id,))
    if row is None:
        raise UnknownObjectError("no such amount", amount_id, "see: titlewatch cases facts CASE")
    return _one(row)


def _one(row: Any) -> EnteredAmount:
    times = {name: clock.parse(row[name]) if row[name] else None for name in ("at", "entered_at", "withdrawn_at")}
    return EnteredAmount(**{**dict(row), **times})
