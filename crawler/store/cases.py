"""Cases and the hits gathered in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.errors import UnknownObjectError
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Case:
    """A case: a title, a track, and who opened it."""

    case_id: str
    title: str
    track: str | None
    opened_at: datetime
    opened_by: str
    """``user@host`` of the operating system."""
    ledger_seq: int | None = None


def save(store: Store, case: Case) -> None:
    """Record a new case."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)",
            (case.case_id, case.title, case.track, clock.stamp(case.opened_at), case.opened_by, case.ledger_seq),
        )


def add(store: Store, case_id: str, hit_ids: Sequence[str], added_at: datetime, ledger_seqs: Sequence[int]) -> None:
    """Put hits into a case, after those that it holds; a hit that it holds already stays where it is."""
    with store.transaction() as connection:
        last = connection.execute(
            "SELECT coalesce(max(position), 0) FROM case_items WHERE case_id = ?", (case_id,)
        ).fetchone()[0]
        connection.executemany(
            "INSERT OR IGNORE INTO case_items VALUES (?, ?, ?, ?, ?)",
            [
                (case_id, hit_id, last + position, clock.stamp(added_at), seq)
                for position, (hit_id, seq) in enumerate(zip(hit_ids, ledger_seqs, strict=True), 1)
            ],
        )


def one(store: Store, case_id: str) -> Case:
    """The case of an id. Raises UnknownObjectError."""
    row = store.row("SELECT * FROM cases WHERE case_id = ?", (case_id,))
    if row is None:
        raise UnknownObjectError("no such case", case_id, "see: titlewatch cases list")
    return _case(row)


def every(store: Store) -> list[dict[str, Any]]:
    """All cases with how many items each holds and how many of them are decided, oldest first."""
    return [
        {
            "case_id": row["case_id"], "title": row["title"], "track": row["track"], "opened_at": row["opened_at"],
            "items": row["items"], "decided": row["decided"], "bundles": row["bundles"],
        }
        for row in store.rows(
            """SELECT c.*, count(i.hit_id) AS items,
                 count(i.hit_id) FILTER (WHERE EXISTS (SELECT 1 FROM decisions d WHERE d.hit_id = i.hit_id)) AS decided,
                 (SELECT count(*) FROM bundles b WHERE b.case_id = c.case_id) AS bundles
               FROM cases c LEFT JOIN case_items i USING (case_id) GROUP BY c.case_id ORDER BY c.opened_at, c.case_id"""
        )
    ]  # fmt: skip


def hit_ids(store: Store, case_id: str) -> list[str]:
    """The hits of a case, in their order."""
    return [
        str(row[0])
        for row in store.rows("SELECT hit_id FROM case_items WHERE case_id = ? ORDER BY position, hit_id", (case_id,))
    ]


def work_ids(store: Store, case_id: str) -> list[str]:
    """The works that the hits of a case offer."""
    return [
        str(row[0])
        for row in store.rows(
            "SELECT DISTINCT h.work_id FROM case_items i JOIN hits h USING (hit_id) WHERE i.case_id = ? ORDER BY h.work_id",
            (case_id,),
        )
    ]


def undecided(store: Store, case_id: str) -> list[str]:
    """The hits of a case that no person has decided."""
    return [
        str(row[0])
        for row in store.rows(
            "SELECT hit_id FROM case_items i WHERE case_id = ? "
            "AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.hit_id = i.hit_id) ORDER BY position",
            (case_id,),
        )
    ]


def _case(row: Any) -> Case:
    return Case(
        case_id=row["case_id"],
        title=row["title"],
        track=row["track"],
        opened_at=clock.parse(row["opened_at"]),
        opened_by=row["opened_by"],
        ledger_seq=row["ledger_seq"],
    )
