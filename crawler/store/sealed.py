"""What was sealed away: unlawful imagery and malware, which stays in the record and is shown to nobody."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler import clock
from crawler.store.database import Store

Reason = Literal["unlawful-imagery", "malware"]
AWAY = "EXISTS (SELECT 1 FROM sealed_away z WHERE z.object_id = {})"
"""Whether an object was sealed away, as a condition on the column that holds its id."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A hit with all that shows it, sealed away by a person."""

    hit_id: str
    reason: Reason
    done_by: str
    system_user: str
    system_host: str
    at: datetime
    objects: tuple[tuple[str, str], ...]
    """Kind and id of all that is sealed with it: the hit itself, its pages' exchanges, its captures."""


def shows(store: Store, hit_id: str) -> tuple[tuple[str, str], ...]:
    """The hit, and the exchanges and captures that show it: its page and what stands in its pictures, of every exhibit."""
    rows = store.rows(
        "SELECT 'exchange', x.exchange_id FROM exhibits e JOIN exhibit_exchanges x USING (exhibit_id) "
        "WHERE e.hit_id = ?1 AND x.role IN ('page', 'picture') UNION "
        "SELECT 'capture', c.capture_id FROM exhibits e JOIN exhibit_captures c USING (exhibit_id) WHERE e.hit_id = ?1 UNION "
        "SELECT 'exchange', l.exchange_id FROM hits h JOIN listings l USING (listing_id) "
        "JOIN exchanges USING (exchange_id) WHERE h.hit_id = ?1",
        (hit_id,),
    )
    return (("hit", hit_id), *((str(row[0]), str(row[1])) for row in rows))


def beside(store: Store, objects: Iterable[tuple[str, str]]) -> list[str]:
    """The other hits whose exhibits rest on the same exchanges or captures, in the order of their ids."""
    found: set[str] = set()
    for kind, object_id in objects:
        if kind == "hit":
            continue
        table, column = (
            ("exhibit_exchanges", "exchange_id") if kind == "exchange" else ("exhibit_captures", "capture_id")
        )
        rows = store.rows(
            f"SELECT DISTINCT e.hit_id FROM exhibits e JOIN {table} t USING (exhibit_id) WHERE t.{column} = ?",
            (object_id,),
        )
        found |= {str(row[0]) for row in rows}
    return sorted(found)


def write(connection: sqlite3.Connection, sealed: Sealed, ledger_seq: int) -> None:
    """Seal objects away, those that are so already left as they are."""
    connection.executemany(
        "INSERT OR IGNORE INTO sealed_away VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                object_id, kind, sealed.hit_id, sealed.reason, sealed.done_by, sealed.system_user, sealed.system_host,
                clock.stamp(sealed.at), ledger_seq,
            )
            for kind, object_id in sealed.objects
        ],
    )  # fmt: skip


def rest(connection: sqlite3.Connection, hit_id: str) -> None:
    """Ask for the page of a sealed hit no more of our own accord."""
    connection.execute(
        "UPDATE pages SET next_due = NULL, state = 'done' WHERE (site_id, url) IN (SELECT l.site_id, l.source_page FROM hits h "
        "JOIN listings l USING (listing_id) WHERE h.hit_id = ?)",
        (hit_id,),
    )


def is_away(store: Store, object_id: str) -> bool:
    """Whether an object of an id was sealed away."""
    return store.row("SELECT 1 FROM sealed_away WHERE object_id = ?", (object_id,)) is not None


def page_is_away(store: Store, page_url: str) -> bool:
    """Whether a page holds a hit that was sealed away."""
    found = store.row(
        "SELECT 1 FROM listings l JOIN hits h USING (listing_id) JOIN sealed_away z ON z.object_id = h.hit_id "
        "WHERE l.source_page = ? LIMIT 1",
        (page_url,),
    )
    return found is not None


def in_case(store: Store, case_id: str) -> list[str]:
    """The hits of a case that were sealed away, or whose exhibits rest on something that was."""
    rows = store.rows(
        "SELECT i.hit_id FROM case_items i JOIN sealed_away z ON z.object_id = i.hit_id WHERE i.case_id = ?1 UNION "
        "SELECT i.hit_id FROM case_items i JOIN exhibits e USING (hit_id) JOIN exhibit_exchanges x USING (exhibit_id) "
        "JOIN sealed_away z ON z.object_id = x.exchange_id WHERE i.case_id = ?1 UNION "
        "SELECT i.hit_id FROM case_items i JOIN exhibits e USING (hit_id) JOIN exhibit_captures c USING (exhibit_id) "
        "JOIN sealed_away z ON z.object_id = c.capture_id WHERE i.case_id = ?1 ORDER BY 1",
        (case_id,),
    )
    return [str(row[0]) for row in rows]


def every(store: Store) -> list[dict[str, object]]:
    """The hits that were sealed away, oldest first: id, site, reason, by whom and when; nothing of what they show.

    The site is empty where the hit was lost with a database.
    """
    rows = store.rows(
        "SELECT z.hit_id, coalesce(l.site_id, '') AS site, z.reason, z.done_by AS by, z.at, z.ledger_seq AS entry FROM sealed_away z "
        "LEFT JOIN hits h ON h.hit_id = z.object_id LEFT JOIN listings l USING (listing_id) WHERE z.kind = 'hit' ORDER BY z.at"
    )
    return [dict(row) for row in rows]
