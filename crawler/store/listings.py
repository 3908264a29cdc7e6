"""Listings with their targets, the hits among them, and the exhibits that prove a hit."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.model import Listing, Match, Target
from crawler.reading import PictureMissing
from crawler.store import texts
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class KnownHit:
    """A hit that the workspace holds already."""

    hit_id: str
    exhibit_id: str | None
    snapshot: str | None
    """The listing as its exhibit shows it (canonical JSON)."""


def known_hit(store: Store, url: str, work_id: str) -> KnownHit | None:
    """The hit of a URL and a work, if there is one."""
    row = store.row(
        "SELECT h.hit_id, h.exhibit_id, e.listing FROM hits h LEFT JOIN exhibits e USING (exhibit_id) "
        "WHERE h.url = ? AND h.work_id = ?",
        (url, work_id),
    )
    return KnownHit(row[0], row[1], row[2]) if row else None


def unread_time(store: Store, site_id: str) -> str | None:
    """How the site's page wrote the time of the listing seen last, where no moment could be read of it; else None."""
    row = store.row(
        "SELECT posted_at, posted_at_text FROM listings WHERE site_id = ? AND posted_at_text IS NOT NULL "
        "ORDER BY last_seen DESC LIMIT 1",
        (site_id,),
    )
    return str(row["posted_at_text"]) if row and row["posted_at"] is None and row["posted_at_text"] else None


def write_listing(
    connection: sqlite3.Connection, site_id: str, listing: Listing, page_title: str, seen_at: datetime, exchange_id: str
) -> str:
    """Write a listing with its targets, or bring the known one up to date; returns its id.

    Targets that are gone stay, with the day on which they were last seen.
    """
    at = clock.stamp(seen_at)
    connection.execute(
        "INSERT INTO source_pages VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (url) DO UPDATE SET title = excluded.title, last_seen = excluded.last_seen",
        (listing.page_url, site_id, page_title, at, at),
    )
    row = connection.execute(
        "INSERT INTO listings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (url) DO UPDATE SET source_page = excluded.source_page, title = excluded.title, "
        "text = excluded.text, posted_at = coalesce(excluded.posted_at, posted_at), "
        "posted_at_text = excluded.posted_at_text, posted_at_basis = excluded.posted_at_basis, "
        "posted_by = excluded.posted_by, hidden = excluded.hidden, players = excluded.players, "
        "price = excluded.price, counters = excluded.counters, last_seen = excluded.last_seen, "
        "exchange_id = excluded.exchange_id RETURNING listing_id",
        (
            clock.new_id(),
            site_id,
            listing.page_url,
            listing.url,
            listing.title,
            listing.passage.text,
            clock.stamp(listing.posted_at) if listing.posted_at else None,
            listing.posted_at_text,
            listing.posted_at_basis,
            listing.posted_by,
            listing.hidden,
            json.dumps(listing.players),
            listing.price,
            listing.is_reply,
            at,
            at,
            exchange_id,
            json.dumps([asdict(each) for each in listing.counters], ensure_ascii=False),
        ),
    ).fetchone()
    listing_id = str(row[0])
    _write_targets(connection, listing_id, listing.targets, at)
    texts.write(connection, listing_id, listing, at)
    return listing_id


def seen_again(connection: sqlite3.Connection, page_url: str, seen_at: datetime) -> None:
    """The server said that a page is unchanged: its listings and hits stand there still."""
    at = clock.stamp(seen_at)
    connection.execute("UPDATE listings SET last_seen = ? WHERE source_page = ?", (at, page_url))
    connection.execute(
        "UPDATE hits SET last_seen = ? WHERE listing_id IN (SELECT listing_id FROM listings WHERE source_page = ?)",
        (at, page_url),
    )


def _write_targets(connection: sqlite3.Connection, listing_id: str, targets: Iterable[Target], at: str) -> None:
    references = {
        row[0]
        for target in targets
        for row in connection.execute("SELECT url FROM reference_urls WHERE url = ?", (target.url,))
    }
    connection.executemany(
        "INSERT INTO hosting_urls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (listing_id, url) DO UPDATE SET "
        "position = excluded.position, access_code = coalesce(excluded.access_code, access_code), "
        "last_seen = excluded.last_seen",
        [
            (
                listing_id, position, t.kind, t.family, t.url, t.object, t.access_code, t.as_written,
                t.where, t.damaged, at, at,
            )
            for position, t in enumerate(targets)
            if t.url not in references
        ],
    )  # fmt: skip


def write_hit(
    connection: sqlite3.Connection, hit_id: str, listing_id: str, listing_url: str, match: Match, seen_at: datetime
) -> None:
    """Write a hit, or bring the known one's score and reasons up to date; its decision stays."""
    at = clock.stamp(seen_at)
    connection.execute(
        "INSERT INTO hits (hit_id, listing_id, work_id, url, score, reasons, rules_version, first_seen, last_seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url, work_id) DO UPDATE SET score = excluded.score, "
        "reasons = excluded.reasons, rules_version = excluded.rules_version, last_seen = excluded.last_seen",
        (
            hit_id,
            listing_id,
            match.work_id,
            listing_url,
            match.score,
            json.dumps([reason_facts(r) for r in match.reasons], ensure_ascii=False),
            match.rules_version,
            at,
            at,
        ),
    )


def reason_facts(reason: Any) -> dict[str, Any]:
    """A reason as the contract writes it, with the facts for saying it in another language."""
    return {
        "rule": reason.rule,
        "weight": reason.weight,
        "text": reason.text,
        "in": reason.where,
        "span": list(reason.span) if reason.span else None,
        "facts": dict(reason.facts),
    }


@dataclass(frozen=True, slots=True)
class ExhibitDue:
    """A recorded hit that waits for its picture, or for word that there will be none."""

    hit_id: str
    url: str
    work_id: str
    snapshot: str
    """The listing as its page showed it (canonical JSON)."""
    roles: Mapping[str, str]
    """Exchange id -> page, lead, redirect or robots."""


def exhibits_due(store: Store, exchange_id: str) -> list[ExhibitDue]:
    """The hits of one page that have no exhibit of what it showed."""
    return [
        ExhibitDue(row["hit_id"], row["url"], row["work_id"], row["snapshot"], json.loads(row["roles"]))
        for row in store.rows(
            "SELECT d.*, h.url, h.work_id FROM exhibits_due d JOIN hits h USING (hit_id) WHERE d.exchange_id = ? "
            "ORDER BY d.hit_id",
            (exchange_id,),
        )
    ]


def pages_without_exhibits(store: Store, site_id: str) -> list[tuple[str, float]]:
    """The exchanges of a site whose hits a killed run left without exhibits, each with its best score."""
    return [
        (row[0], row[1])
        for row in store.rows(
            "SELECT d.exchange_id, max(h.score) FROM exhibits_due d JOIN hits h USING (hit_id) "
            "JOIN exchanges e USING (exchange_id) WHERE e.site_id = ? GROUP BY d.exchange_id",
            (site_id,),
        )
    ]


def write_due(connection: sqlite3.Connection, exchange_id: str, due: ExhibitDue) -> None:
    """Remember that a hit needs an exhibit."""
    connection.execute(
        "INSERT OR REPLACE INTO exhibits_due VALUES (?, ?, ?, ?)",
        (due.hit_id, exchange_id, due.snapshot, json.dumps(dict(due.roles))),
    )


def write_exhibit(
    connection: sqlite3.Connection,
    exhibit_id: str,
    hit_id: str,
    made_at: datetime,
    ledger_seq: int,
    snapshot: str,
    exchanges: Mapping[str, str],
    captures: Iterable[str],
    missing: PictureMissing | None = None,
) -> None:
    """Write an exhibit with the exchanges (id -> role) and captures that it rests on; the hit points to it."""
    connection.execute(
        "INSERT INTO exhibits (exhibit_id, hit_id, made_at, ledger_seq, listing, picture_missing) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            exhibit_id,
            hit_id,
            clock.stamp(made_at),
            ledger_seq,
            snapshot,
            json.dumps(missing.as_dict(), ensure_ascii=False) if missing else None,
        ),
    )
    connection.executemany(
        "INSERT INTO exhibit_exchanges VALUES (?, ?, ?)", [(exhibit_id, e, role) for e, role in exchanges.items()]
    )
    connection.executemany("INSERT INTO exhibit_captures VALUES (?, ?)", [(exhibit_id, c) for c in captures])
    connection.execute("UPDATE hits SET exhibit_id = ? WHERE hit_id = ?", (exhibit_id, hit_id))
    connection.execute("DELETE FROM exhibits_due WHERE hit_id = ?", (hit_id,))
