"""What was said of hosts: dated, sourced, never rewritten."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler import clock, personal
from crawler.statement import PERSONAL, Statement
from crawler.store.database import Store


def write(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Record statements, each once; of kinds that are personal the value is encrypted."""
    connection.executemany(
        "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                s.statement_id, s.host, s.kind, _at_rest(connection, s), clock.stamp(s.at), s.source, s.confidence, s.basis,
                s.source_date, s.about, s.handling,
            )
            for s in statements
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """What a connection to a host showed, and the exchange that holds it."""

    host: str
    """Without its port."""
    at: datetime
    exchange_id: str
    address: str | None
    certificate: Mapping[str, Any] | None
    """Its facts as `crawler.attribution.observation` gives them."""


def observations(store: Store, hosts: Collection[str] | None = None) -> Iterator[Observation]:
    """What connections showed of some hosts, or of all, oldest first."""
    for row in store.connection.execute(
        "SELECT * FROM net_observations ORDER BY observed_at, observation_id"
    ).fetchall():
        name = urlsplit(f"//{row['host']}").hostname or row["host"]
        if hosts is None or name in hosts:
            certificate = json.loads(row["facts"]).get("certificate")
            yield Observation(name, clock.parse(row["observed_at"]), row["exchange_id"], row["address"], certificate)


def bases(store: Store) -> set[tuple[str, str, str | None]]:
    """Each exchange of which something is stated, with each source that stated it and that source's day."""
    return {
        (row[0], row[1], row[2]) for row in store.rows("SELECT DISTINCT basis, source, source_date FROM statements")
    }


def of_hosts(store: Store, hosts: Sequence[str]) -> list[Statement]:
    """Everything said of some hosts, in order of time."""
    marks = ", ".join("?" * len(hosts))
    rows = store.rows(f"SELECT * FROM statements WHERE host IN ({marks}) ORDER BY at, statement_id", tuple(hosts))
    return [_one(store, row) for row in rows]


def sharing(store: Store, kind: str, value: str) -> list[Statement]:
    """Every statement of a kind that gives one value, in order of time: who else has this number."""
    if kind in PERSONAL:
        # Two ciphertexts of one value differ, so that they are opened to be compared; there are few of them.
        rows = store.rows("SELECT * FROM statements WHERE kind = ? ORDER BY at, statement_id", (kind,))
        return [one for row in rows if (one := _one(store, row)).value == value]
    rows = store.rows("SELECT * FROM statements WHERE kind = ? AND value = ? ORDER BY at, statement_id", (kind, value))
    return [_one(store, row) for row in rows]


def firsts(store: Store, kinds: Sequence[str]) -> list[Statement]:
    """For each host, kind, value, address and confidence the first statement, in order of time."""
    marks = ", ".join("?" * len(kinds))
    rows = store.rows(
        f"SELECT * FROM statements WHERE statement_id IN (SELECT substr(min(at || statement_id), length(min(at)) + 1) "
        f"FROM statements WHERE kind IN ({marks}) GROUP BY host, kind, value, about, confidence, handling) ORDER BY at, statement_id",
        tuple(kinds),
    )
    return [_one(store, row) for row in rows]


def _at_rest(connection: sqlite3.Connection, statement: Statement) -> str:
    if statement.kind not in PERSONAL:
        return statement.value
    return _key(connection, create=True).seal(statement.value, _place(statement.statement_id))


def _key(connection: sqlite3.Connection, *, create: bool = False) -> personal.PersonalKey:
    file = next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    return personal.key_of(Path(file).with_name("keys"), create=create)


def _place(statement_id: str) -> str:
    return f"statements/{statement_id}/value"


def _one(store: Store, row: Any) -> Statement:
    values = {**dict(row), "at": clock.parse(row["at"])}
    if str(row["value"]).startswith(personal.SCHEME):
        values["value"] = _key(store.connection).open(row["value"], _place(row["statement_id"]))
    return Statement(**values)
