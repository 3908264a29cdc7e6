"""Translations of exhibits that people entered: of which part, from what into what, and whether a person or a machine made it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.store.database import Store

PARTS = ("title", "text", "page")
WAYS = ("human", "machine")


@dataclass(frozen=True, slots=True)
class EnteredTranslation:
    """A translation of a part of an exhibit, and who entered it."""

    translation_id: str
    exhibit_id: str
    part: str
    """One of PARTS."""
    source: str
    """BCP 47, as is `into`."""
    into: str
    way: str
    """One of WAYS."""
    done_by: str
    """The translator, or who ran the machine."""
    document_sha256: str | None
    system_user: str
    system_host: str
    at: datetime
    ledger_seq: int | None = None


def write(connection: sqlite3.Connection, made: EnteredTranslation) -> None:
    """Write a translation, whose ledger entry is not there yet."""
    t = made
    connection.execute(
        "INSERT INTO translations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            t.translation_id, t.exhibit_id, t.part, t.source, t.into, t.way, t.done_by, t.document_sha256, t.system_user,
            t.system_host, clock.stamp(t.at), t.ledger_seq,
        ),
    )  # fmt: skip


def number(connection: sqlite3.Connection, translation_id: str, ledger_seq: int) -> None:
    """Give a translation the number of its ledger entry."""
    connection.execute("UPDATE translations SET ledger_seq = ? WHERE translation_id = ?", (ledger_seq, translation_id))


def of_exhibits(store: Store, exhibit_ids: Sequence[str]) -> list[EnteredTranslation]:
    """The translations of some exhibits, in order of time."""
    wanted = set(exhibit_ids)
    return [
        EnteredTranslation(
            row["translation_id"], row["exhibit_id"], row["part"], row["source"], row["into_language"], row["way"],
            row["done_by"], row["document_sha256"], row["system_user"], row["system_host"], clock.parse(row["at"]),
            row["ledger_seq"],
        )
        for row in store.rows("SELECT * FROM translations ORDER BY at, translation_id")
        if row["exhibit_id"] in wanted
    ]  # fmt: skip
