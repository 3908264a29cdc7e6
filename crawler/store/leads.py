"""What partners sent, and the clues in it, beside what our own visits know of them."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import UnknownObjectError
from crawler.reading import Page
from crawler.store.database import Store

SHORTEST = 6
"""Characters of the shortest beginning of an id."""


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the database holds it."""

    lead_id: str
    provider: str
    received_at: str
    form: str
    name: str
    handling: str
    reliability: str
    original_sha256: str
    facts: dict[str, Any]
    entered_by: str
    entered_at: str
    rejected: str | None
    clues: int


@dataclass(frozen=True, slots=True)
class ClueRow:
    """A clue as the database holds it, with the page that is to be read for it."""

    lead_id: str
    position: int
    url: str
    host: str
    title: str
    reference_url: str
    seen_at: str
    note: str
    original: dict[str, Any] | None
    page_id: int | None


def write(connection: sqlite3.Connection, lead: Row, ledger_seq: int, clues: Iterable[ClueRow]) -> None:
    """Write a lead with its clues."""
    connection.execute(
        "INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        (
            lead.lead_id, lead.provider, lead.received_at, lead.form, lead.name, lead.handling, lead.reliability,
            lead.original_sha256, json.dumps(lead.facts, ensure_ascii=False), lead.entered_by, lead.entered_at, ledger_seq,
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO clues VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                c.lead_id, c.position, c.url, c.host, c.title, c.reference_url, c.seen_at, c.note,
                None if c.original is None else json.dumps(c.original, ensure_ascii=False), c.page_id,
            )
            for c in clues
        ],
    )  # fmt: skip


def entered(connection: sqlite3.Connection, lead_id: str, ledger_seq: int) -> None:
    """Note the entry of the ledger that a lead was taken in by."""
    connection.execute("UPDATE leads SET ledger_seq = ? WHERE lead_id = ?", (ledger_seq, lead_id))


def reject(connection: sqlite3.Connection, lead_id: str, why: str) -> None:
    """Put a lead aside."""
    connection.execute("UPDATE leads SET rejected = ? WHERE lead_id = ?", (why, lead_id))


def every(store: Store) -> list[Row]:
    """All leads, the newest first."""
    return [_row(row) for row in store.rows(f"{_SELECT} ORDER BY entered_at DESC, lead_id DESC")]


def one(store: Store, given: str) -> Row:
    """The lead of an id, or of the beginning of one. Raises UnknownObjectError."""
    word = given.upper()
    found = store.rows(f"{_SELECT} WHERE lead_id = ?", (word,))
    if not found and len(word) >= SHORTEST:
        found = store.rows(f"{_SELECT} WHERE substr(lead_id, 1, ?) = ?", (len(word), word))
    if len(found) != 1:
        what = "several leads begin so" if found else "no such lead"
        raise UnknownObjectError(what, given, "see: titlewatch leads list")
    return _row(found[0])


def of_original(store: Store, sha256: str, provider: str) -> Row | None:
    """The lead that a file of a provider was entered as."""
    row = store.row(f"{_SELECT} WHERE original_sha256 = ? AND provider = ?", (sha256, provider))
    return _row(row) if row else None


def clues_of(store: Store, lead_id: str) -> list[ClueRow]:
    """The clues of a lead, in their order."""
    return [
        ClueRow(**{**dict(row), "original": json.loads(row["original"]) if row["original"] else None})
        for row in store.rows("SELECT * FROM clues WHERE lead_id = ? ORDER BY position", (lead_id,))
    ]


def queue(connection: sqlite3.Connection, lead_id: str, position: int, page: Page) -> None:
    """Note which page is to be read for a clue."""
    connection.execute(
        "UPDATE clues SET page_id = ? WHERE lead_id = ? AND position = ?", (page.page_id, lead_id, position)
    )


def hits_at(store: Store, urls: Sequence[str], objects: Sequence[str]) -> list[tuple[str, str, str]]:
    """Id, status and work of the hits whose listing or source page has one of the URLs, or whose target is one of the objects."""
    marks = ", ".join("?" * len(urls))
    rows = store.rows(
        f"SELECT h.hit_id, h.status, h.work_id FROM hits h JOIN listings l USING (listing_id) WHERE h.url IN ({marks}) OR l.source_page "
        f"IN ({marks}) OR EXISTS (SELECT 1 FROM hosting_urls t WHERE t.listing_id = l.listing_id AND (t.url IN ({marks}) "
        f"OR t.object IN ({', '.join('?' * len(objects))}))) ORDER BY h.hit_id",
        (*urls, *urls, *urls, *objects),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def hits_on(store: Store, site_id: str) -> list[tuple[str, str, str]]:
    """Id, status and work of the hits of a site."""
    rows = store.rows(
        "SELECT h.hit_id, h.status, h.work_id FROM hits h JOIN listings l USING (listing_id) WHERE l.site_id = ? ORDER BY h.hit_id",
        (site_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def went_on(store: Store, page_id: int) -> tuple[str, tuple[str, ...]] | None:
    """How a page was read in the end, and its URL with those that its redirects led to; None for a page that is not there.

    ``due`` while it waits, else what the page was read as, or how its fetch ended.
    """
    urls: list[str] = []
    state = None
    current: int | None = page_id
    while current is not None and len(urls) <= 20:
        row = store.row("SELECT url, state, reading FROM pages WHERE page_id = ?", (current,))
        if row is None:
            break
        urls.append(row["url"])
        state = row["reading"] if row["state"] == "done" and row["reading"] else row["state"]
        further = store.row(
            "SELECT page_id FROM pages WHERE via_page_id = ? AND hop > 0 ORDER BY page_id DESC", (current,)
        )
        current = further["page_id"] if further else None
    return None if state is None else (state, tuple(urls))


_SELECT = "SELECT leads.*, (SELECT count(*) FROM clues WHERE clues.lead_id = leads.lead_id) AS clues FROM leads"


def _row(row: Any) -> Row:
    names = Row.__dataclass_fields__
    return Row(**{name: json.loads(row[name]) if name == "facts" else row[name] for name in names})
