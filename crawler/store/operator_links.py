"""What links of operators rest on beside statements, and which links people dispute."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Dispute:
    """A person's word on a link between two sites; the last one stands."""

    dispute_id: str
    one: str
    other: str
    """After `one` in the order of characters."""
    is_disputed: bool
    note: str
    done_by: str
    system_user: str
    system_host: str
    at: datetime
    ledger_seq: int


def owners(store: Store) -> dict[str, str]:
    """Host, without a port -> the site that it belongs to."""
    return {
        row["host"].rpartition(":")[0].strip("[]"): row["site_id"]
        for row in store.rows("SELECT host, site_id FROM site_hosts")
    }


def certificate_names(store: Store) -> Mapping[str, list[str]]:
    """Certificate, as it is stated -> the names in it."""
    found = {}
    for row in store.rows(
        "SELECT DISTINCT facts ->> '$.certificate.issuer' AS issuer, facts ->> '$.certificate.serial' AS serial, "
        "facts -> '$.certificate.names' AS names FROM net_observations WHERE facts ->> '$.certificate.serial' IS NOT NULL"
    ):
        found[f"{row['issuer'] or ''} serial {row['serial']}"] = list(json.loads(row["names"] or "[]"))
    return found


def dispute(connection: sqlite3.Connection, said: Dispute) -> None:
    """Record a person's word on a link."""
    connection.execute(
        "INSERT INTO link_disputes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said.dispute_id, said.one, said.other, said.is_disputed, said.note, said.done_by, said.system_user,
            said.system_host, clock.stamp(said.at), said.ledger_seq,
        ),
    )  # fmt: skip


def disputes(store: Store) -> dict[frozenset[str], Dispute]:
    """The last word on each pair of which a person said something."""
    return {
        frozenset((row["one"], row["other"])): Dispute(
            row["dispute_id"], row["one"], row["other"], bool(row["disputed"]), row["note"], row["done_by"],
            row["system_user"], row["system_host"], clock.parse(row["at"]), row["ledger_seq"],
        )
        for row in store.rows("SELECT * FROM link_disputes ORDER BY ledger_seq")
    }  # fmt: skip
