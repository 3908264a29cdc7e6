"""Decisions: what people made of hits; a later one supersedes, none is changed."""

from collections.abc import Sequence
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


def save(store: Store, decisions: Sequence[Decision]) -> None:
    """Record decisions and give their hits the status, all or none."""
    with store.transaction() as connection:
        for d in decisions:
            earlier = connection.execute(
                "SELECT decision_id FROM decisions WHERE hit_id = ? ORDER BY decided_at DESC, decision_id DESC",
                (d.hit_id,),
            ).fetchone()
            connection.execute(
                "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    d.decision_id, d.hit_id, d.verdict, d.note, d.decided_by, d.system_user, d.system_host,
                    clock.stamp(d.decided_at), earlier[0] if earlier else None, d.ledger_seq,
                ),
            )  # fmt: skip
            connection.execute("UPDATE hits SET status = ? WHERE hit_id = ?", (d.verdict, d.hit_id))


def latest(store: Store, hit_id: str) -> Decision | None:
    """The decision that stands for a hit, or None."""
    row = store.row(
        "SELECT * FROM decisions WHERE hit_id = ? ORDER BY decided_at DESC, decision_id DESC LIMIT 1", (hit_id,)
    )
    if row is None:
        return None
    return Decision(**{**dict(row), "decided_at": clock.parse(row["decided_at"])})
