"""Parties to a case: who, in which role; their names and contacts are stored as they were sealed, never open."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from crawler.errors import UnknownObjectError
from crawler.store.database import Store

ROLES = ("operator", "host", "right-holder", "counsel", "uploader", "other")


@dataclass(frozen=True, slots=True)
class SealedParty:
    """A party as it is stored."""

    party_id: str
    case_id: str
    role: str
    country: str | None
    name: str
    """Sealed (`crawler.personal`)."""
    contact: str | None
    """Sealed."""
    contact_mark: str | None
    """The keyed hash of the contact, by which parties of several cases are found to be one."""
    since: str


def write(connection: sqlite3.Connection, party: SealedParty) -> None:
    """Record a party. Raises sqlite3.IntegrityError for a name or contact that is not sealed."""
    p = party
    connection.execute(
        "INSERT INTO parties VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (p.party_id, p.case_id, p.role, p.country, p.name, p.contact, p.contact_mark, p.since),
    )


def of_case(store: Store, case_id: str) -> list[SealedParty]:
    """The parties to a case, in the order in which they came to it."""
    rows = store.rows("SELECT * FROM parties WHERE case_id = ? ORDER BY since, party_id", (case_id,))
    return [_one(row) for row in rows]


def one(store: Store, party_id: str) -> SealedParty:
    """The party of an id. Raises UnknownObjectError."""
    row = store.row("SELECT * FROM parties WHERE party_id = ?", (party_id.strip().upper(),))
    if row is None:
        raise UnknownObjectError("no such party", party_id, "see: titlewatch cases parties CASE")
    return _one(row)


def marked(store: Store, contact_mark: str) -> list[SealedParty]:
    """The parties of all cases that have one contact."""
    return [
        _one(row) for row in store.rows("SELECT * FROM parties WHERE contact_mark = ? ORDER BY since", (contact_mark,))
    ]


def _one(row: Any) -> SealedParty:
    return SealedParty(**dict(row))
