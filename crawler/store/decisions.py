"""Decisions: what people made of hits; a later one supersedes, none is changed."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's verdict on one hit."""

    decision_id: str
    hit_id: str
    verdict: str
    note: str
    decided_by: str
    """The name that was given."""
    system_user: str
    system_host: str
    decided_at: datetime
    supersedes: str | None = None
    ledger_seq: int | None = None


def write(connection: sqlite3.Connection, decisions: Sequence[Decision]) -> None:
    """Write decisions and give their hits the status."""
    for d in decisions:
        connection.execute(
            "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                d.decision_id, d.hit_id, d.verdict, d.note, d.decided_by, d.system_user, d.system_host,
                clock.stamp(d.decided_at), d.supersedes, d.ledger_seq,
            ),
        )  # fmt: skip
        connection.execute("UPDATE hits SET status = ? WHERE hit_id = ?", (d.verdict, d.hit_id))


def number(connection: sqlite3.Connection, seqs: Mapping[str, int]) -> None:
    """Give decisions (by id) the numbers of their ledger entries."""
    connection.executemany(
        "UPDATE decisions SET ledger_seq = ? WHERE decision_id = ?",
        [(seq, decision_id) for decision_id, seq in seqs.items()],
    )


def latest(store: Store, hit_id: str) -> Decision | None:
    """The decision that stands for a hit, or None."""
    row = store.row(
        "SELECT * FROM decisions WHERE hit_id = ? ORDER BY ledger_seq DESC, decision_id DESC LIMIT 1", (hit_id,)
    )
    if row is None:
        return None
    return Decision(**{**dict(row), "decided_at": clock.parse(row["decided_at"])})
