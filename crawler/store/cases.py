"""Cases and the hits gathered in them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.store import given
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


def write(connection: sqlite3.Connection, case: Case) -> None:
    """Write a new case."""
    connection.execute(
        "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)",
        (case.case_id, case.title, case.track, clock.stamp(case.opened_at), case.opened_by, case.ledger_seq),
    )


def number(connection: sqlite3.Connection, case_id: str, ledger_seq: int) -> None:
    """Give a case the number of the ledger entry that opened it."""
    connection.execute("UPDATE cases SET ledger_seq = ? WHERE case_id = ?", (ledger_seq, case_id))


def add(connection: sqlite3.Connection, case_id: str, hit_ids: Sequence[str], added_at: datetime) -> None:
    """Put hits that a case does not hold into it, after those that it holds."""
    last = connection.execute(
        "SELECT coalesce(max(position), 0) FROM case_items WHERE case_id = ?", (case_id,)
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO case_items VALUES (?, ?, ?, ?, NULL)",
        [(case_id, hit_id, last + position, clock.stamp(added_at)) for position, hit_id in enumerate(hit_ids, 1)],
    )


def number_items(connection: sqlite3.Connection, case_id: str, hit_ids: Sequence[str], ledger_seq: int) -> None:
    """Give hits of a case the number of the ledger entry that put them there."""
    connection.executemany(
        "UPDATE case_items SET ledger_seq = ? WHERE case_id = ? AND hit_id = ?",
        [(ledger_seq, case_id, hit_id) for hit_id in hit_ids],
    )


def one(store: Store, case_id: str) -> Case:
    """The case of an id, or of a beginning that only one has. Raises UnknownObjectError, or UsageError for several."""
    (wanted,) = given.whole(store, "case", [case_id])
    return _case(store.row("SELECT * FROM cases WHERE case_id = ?", (wanted,)))


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
