"""The page table: what is known of every page of every site, and what is due.

A page that is being fetched has no state of its own: it stays due until the transaction
that records it, so a killed crawl repeats it and loses nothing.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler import clock
from crawler.model import Page
from crawler.store.database import Store

COLUMNS = "page_id, site_id, url, role, depth, priority, attempts, hop, via, via_page_id, etag, last_modified, mark"


@dataclass(frozen=True, slots=True)
class Known:
    """What the table holds of a page that a link names again."""

    page: Page
    state: str
    next_due: str | None
    last_fetched: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a page's fetch ended, for the row."""

    page_id: int
    state: Literal["done", "failed", "refused", "due"]
    reading: str | None
    error: str | None
    attempts: int
    not_before: datetime | None
    etag: str | None
    last_modified: str | None
    exchange_id: str | None
    fetched_at: datetime
    next_due: datetime | None
    offers: int | None
    """How many offers the page held; None when its answer did not say, and what was known stays."""


def _page(row: sqlite3.Row) -> Page:
    return Page(
        page_id=row["page_id"],
        site_id=row["site_id"],
        url=row["url"],
        role=row["role"],
        depth=row["depth"],
        priority=row["priority"],
        attempts=row["attempts"],
        hop=row["hop"],
        via=row["via"],
        via_page_id=row["via_page_id"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        mark=row["mark"],
    )


def due(store: Store, site_id: str, now: datetime) -> list[Page]:
    """Pages of a site that wait to be fetched, and known pages whose time to be read again has come.

    What was fetched a day or more after `now` was fetched under a clock that was wrong: its time is unknown, so it has come.
    """
    return [
        _page(row)
        for row in store.rows(
            f"SELECT {COLUMNS} FROM pages WHERE site_id = ? AND (state = 'due' OR (next_due IS NOT NULL AND (next_due <= ? OR last_fetched > ?))) "
            "ORDER BY priority DESC, page_id",
            (site_id, clock.stamp(now), clock.stamp(now + timedelta(days=1))),
        )
    ]


def known(store: Store, site_id: str, url: str) -> Known | None:
    """The row of a URL, if the site has it."""
    row = store.row(
        f"SELECT {COLUMNS}, state, next_due, last_fetched FROM pages WHERE site_id = ? AND url = ?", (site_id, url)
    )
    return Known(_page(row), row["state"], row["next_due"], row["last_fetched"]) if row else None


def held_offers(store: Store, page_id: int) -> bool:
    """True when a page held an offer when it was last read."""
    return store.row("SELECT 1 FROM pages WHERE page_id = ? AND offers > 0", (page_id,)) is not None


def last_id(store: Store) -> int:
    """The highest page id given so far."""
    row = store.row("SELECT max(page_id) FROM pages")
    return int(row[0] or 0) if row else 0


def write_new(connection: sqlite3.Connection, pages: Iterable[Page]) -> None:
    """Insert pages that a link named for the first time, or make known ones due again."""
    connection.executemany(
        "INSERT INTO pages (page_id, site_id, url, role, depth, priority, hop, via, via_page_id, mark) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page_id) DO UPDATE SET state = 'due', attempts = 0, "
        "not_before = NULL, role = excluded.role, via = excluded.via, via_page_id = excluded.via_page_id, "
        "mark = excluded.mark, priority = excluded.priority, hop = excluded.hop",
        [
            (p.page_id, p.site_id, p.url, p.role, p.depth, p.priority, p.hop, p.via, p.via_page_id, p.mark)
            for p in pages
        ],
    )


def write_outcomes(connection: sqlite3.Connection, outcomes: Iterable[Outcome]) -> None:
    """Write how pages' fetches ended."""
    connection.executemany(
        "UPDATE pages SET state = ?, reading = coalesce(?, reading), error = ?, attempts = ?, not_before = ?, "
        "etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), last_exchange = coalesce(?, last_exchange), "
        "last_fetched = ?, next_due = ?, offers = coalesce(?, offers) WHERE page_id = ?",
        [
            (
                o.state,
                o.reading,
                o.error,
                o.attempts,
                clock.stamp(o.not_before) if o.not_before else None,
                o.etag,
                o.last_modified,
                o.exchange_id,
                clock.stamp(o.fetched_at),
                clock.stamp(o.next_due) if o.next_due else None,
                o.offers,
                o.page_id,
            )
            for o in outcomes
        ],
    )
