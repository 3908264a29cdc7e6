"""What was said of hosts: dated, sourced, never rewritten."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from crawler import clock
from crawler.statement import Statement
from crawler.store.database import Store


def write(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Record statements, each once."""
    connection.executemany(
        "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                s.statement_id, s.host, s.kind, s.value, clock.stamp(s.at), s.source, s.confidence, s.basis,
                s.source_date, s.about, s.handling,
            )
            for s in statements
        ],
    )  # fmt: skip


def of_hosts(store: Store, hosts: Sequence[str]) -> list[Statement]:
    """Everything said of some hosts, in order of time."""
    marks = ", ".join("?" * len(hosts))
    rows = store.rows(f"SELECT * FROM statements WHERE host IN ({marks}) ORDER BY at, statement_id", tuple(hosts))
    return [_one(row) for row in rows]


def sharing(store: Store, kind: str, value: str) -> list[Statement]:
    """Every statement of a kind that gives one value, in order of time: who else has this number."""
    rows = store.rows("SELECT * FROM statements WHERE kind = ? AND value = ? ORDER BY at, statement_id", (kind, value))
    return [_one(row) for row in rows]


def _one(row: Any) -> Statement:
    return Statement(**{**dict(row), "at": clock.parse(row["at"])})
