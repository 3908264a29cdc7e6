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
from crawler.reading import Page
from crawler.store.database import Store

COLUMNS = (
    "page_id, site_id, url, role, depth, priority, attempts, hop, via, via_page_id, etag, last_modified, mark, number"
)
LEARNED = "state, next_due, last_fetched, reading, list_id, changed_at, digest, offers"


@dataclass(frozen=True, slots=True)
class Known:
    """What the table holds of a page that a link names again."""

    page: Page
    state: str
    next_due: str | None
    last_fetched: str | None
    reading: str | None = None
    list_id: int | None = None
    """The first page of the list that it is part of, once it was read as one."""
    changed_at: str | None = None
    """When a list last showed something new, or a page's listings last changed."""
    digest: str | None = None
    """Of the listings that the page held."""
    offers: int = 0


Ended = Literal["done", "failed", "refused", "due"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a page's fetch ended, for the row."""

    page_id: int
    state: Ended
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
    list_id: int | None = None
    changed_at: datetime | None = None
    """None when nothing changed, and what was known stays; so with `list_id` and `digest`."""
    digest: str | None = None


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
        number=row["number"],
    )


def due(store: Store, site_id: str, now: datetime) -> list[Page]:
    """Pages of a site that wait to be fetched, and known pages but lists whose time to be read again has come.

    What was fetched a day or more after `now` was fetched under a clock that was wrong: its time is unknown, so it has come.
    """
    return [
        _page(row)
        for row in store.rows(
            f"SELECT {COLUMNS} FROM pages WHERE site_id = ? AND (state = 'due' OR (next_due IS NOT NULL "
            "AND (state = 'failed' OR role NOT IN ('list', 'feed', 'entry')) AND (next_due <= ? OR last_fetched > ?))) "
            "ORDER BY priority DESC, page_id",
            (site_id, clock.stamp(now), clock.stamp(now + timedelta(days=1))),
        )
    ]


def lists_due(store: Store, site_id: str, now: datetime, since: str) -> list[Known]:
    """Known lists and feeds of a site whose time has come and that were not read since a moment (`clock.stamp`).

    One whose time is unknown, from before times were kept, is due; so is one in whose place something else stood.
    """
    return [
        _known(row)
        for row in store.rows(
            f"SELECT {COLUMNS}, {LEARNED} FROM pages WHERE site_id = ? AND role IN ('list', 'feed') AND state = 'done' "
            "AND (next_due IS NULL OR next_due <= ?) "
            "AND (coalesce(last_fetched, '') < ? OR reading IN ('challenge', 'blocked', 'parked')) "
            "AND coalesce(reading, '') <> 'redirect' ORDER BY priority DESC, page_id",
            (site_id, clock.stamp(now), since),
        )
    ]


def last_entry(store: Store, site_id: str) -> Known | None:
    """The page that the entry's redirects last led to."""
    row = store.row(
        f"SELECT {COLUMNS}, {LEARNED} FROM pages WHERE site_id = ? AND role = 'entry' AND state = 'done' AND hop > 0 "
        "AND reading IN ('ok', 'not_modified') ORDER BY last_fetched DESC LIMIT 1",
        (site_id,),
    )
    return _known(row) if row else None


def entrances(store: Store, site_id: str) -> list[Known]:
    """Entry pages below the site's own that were read as a list once."""
    return [
        _known(row)
        for row in store.rows(
            f"SELECT {COLUMNS}, {LEARNED} FROM pages WHERE site_id = ? AND role = 'entry' AND depth > 0 "
            "AND list_id IS NOT NULL ORDER BY page_id",
            (site_id,),
        )
    ]


def canary(store: Store, site_id: str) -> Page | None:
    """The topic page of a site that was read last with an offer on it: what a reader must be able to read again."""
    row = store.row(
        f"SELECT {COLUMNS} FROM pages WHERE site_id = ? AND role = 'topic' AND state = 'done' AND offers > 0 "
        "AND digest IS NOT NULL AND reading IN ('ok', 'not_modified') ORDER BY last_fetched DESC LIMIT 1",
        (site_id,),
    )
    return _page(row) if row else None


def last_parts(store: Store, page_id: int) -> list[Page]:
    """The further pages that a topic's page led to, the highest number first."""
    return [
        _page(row)
        for row in store.rows(
            f"SELECT {COLUMNS} FROM pages WHERE via_page_id = ? AND role = 'topic' AND number IS NOT NULL "
            "ORDER BY number DESC LIMIT 1",
            (page_id,),
        )
    ]


def known(store: Store, site_id: str, url: str) -> Known | None:
    """The row of a URL, if the site has it."""
    row = store.row(f"SELECT {COLUMNS}, {LEARNED} FROM pages WHERE site_id = ? AND url = ?", (site_id, url))
    return _known(row) if row else None


def by_id(store: Store, page_id: int) -> Known | None:
    """The row of an id."""
    row = store.row(f"SELECT {COLUMNS}, {LEARNED} FROM pages WHERE page_id = ?", (page_id,))
    return _known(row) if row else None


def _known(row: sqlite3.Row) -> Known:
    names = ("state", "next_due", "last_fetched", "reading", "list_id", "changed_at", "digest", "offers")
    return Known(_page(row), *(row[name] for name in names))


def count(store: Store, site_id: str) -> int:
    """How many pages of a site are known."""
    row = store.row("SELECT count(*) FROM pages WHERE site_id = ?", (site_id,))
    return int(row[0]) if row else 0


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
        "INSERT INTO pages (page_id, site_id, url, role, depth, priority, hop, via, via_page_id, mark, number) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page_id) DO UPDATE SET state = 'due', attempts = 0, "
        "not_before = NULL, role = excluded.role, via = excluded.via, via_page_id = excluded.via_page_id, "
        "mark = coalesce(excluded.mark, mark), priority = excluded.priority, hop = excluded.hop, "
        "number = coalesce(excluded.number, number)",
        [
            (p.page_id, p.site_id, p.url, p.role, p.depth, p.priority, p.hop, p.via, p.via_page_id, p.mark, p.number)
            for p in pages
        ],
    )


def write_outcomes(connection: sqlite3.Connection, outcomes: Iterable[Outcome]) -> None:
    """Write how pages' fetches ended."""
    connection.executemany(
        "UPDATE pages SET state = ?, reading = coalesce(?, reading), error = ?, attempts = ?, not_before = ?, "
        "etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), last_exchange = coalesce(?, last_exchange), "
        "last_fetched = ?, next_due = ?, offers = coalesce(?, offers), list_id = coalesce(?, list_id), "
        "changed_at = coalesce(?, changed_at), digest = coalesce(?, digest) WHERE page_id = ?",
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
                o.list_id,
                clock.stamp(o.changed_at) if o.changed_at else None,
                o.digest,
                o.page_id,
            )
            for o in outcomes
        ],
    )
