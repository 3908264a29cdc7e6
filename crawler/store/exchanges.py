"""The index of exchanges and captures: where each one's bytes lie, and under which ledger number."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.model import Exchange
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Spooled:
    """Where an exchange waits until its page has proved to matter or not."""

    spool: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an exchange's or capture's records lie in a WARC segment."""

    segment: str
    offset: int
    length: int
    records: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """What the index says of one exchange."""

    exchange_id: str
    url: str
    purpose: str
    status: int | None
    via: str | None
    started_at: str
    kept: Kept | None
    spooled: Spooled | None
    response_bytes: int


def write(
    connection: sqlite3.Connection,
    exchange: Exchange,
    response_sha256: str,
    ledger_seq: int,
    kept: Kept | None,
    spooled: Spooled | None,
) -> None:
    """Index one exchange."""
    connection.execute(
        "INSERT OR IGNORE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            exchange.exchange_id,
            exchange.run_id,
            exchange.site_id,
            exchange.url,
            exchange.purpose,
            exchange.status,
            exchange.error,
            exchange.truncated,
            clock.stamp(exchange.started_at),
            exchange.address,
            exchange.port,
            exchange.via,
            exchange.hop,
            response_sha256,
            len(exchange.response),
            ledger_seq,
            *_place(kept),
            *((spooled.spool, spooled.offset, spooled.length) if spooled and not kept else (None, None, None)),
        ),
    )


def write_missed(connection: sqlite3.Connection, ledger_seq: int, body: Mapping[str, Any], kept: Kept | None) -> int:
    """Index an exchange from its ledger entry, when its own commit never came; returns 1 when it was missing."""
    return connection.execute(
        "INSERT OR IGNORE INTO exchanges (exchange_id, run_id, site_id, url, purpose, status, error, truncated, started_at, "
        "address, port, via, hop, response_sha256, response_bytes, ledger_seq, segment, segment_offset, segment_length, "
        "records) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(body[name] for name in ("exchange", "run", "site", "url", "purpose", "status", "error", "truncated")),
            *(body[name] for name in ("started", "address", "port", "via", "hop")),
            body["response"]["sha256"],
            body["response"]["bytes"],
            ledger_seq,
            *_place(kept),
        ),
    ).rowcount


def write_kept(connection: sqlite3.Connection, exchange_id: str, kept: Kept) -> None:
    """Say where an exchange's bytes went that were kept after all."""
    connection.execute(
        "UPDATE exchanges SET segment = ?, segment_offset = ?, segment_length = ?, records = ?, "
        "spool = NULL, spool_offset = NULL, spool_length = NULL WHERE exchange_id = ?",
        (*_place(kept), exchange_id),
    )


def forget_spools(store: Store) -> None:
    """Say that no exchange waits in a spool any longer."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE exchanges SET spool = NULL, spool_offset = NULL, spool_length = NULL WHERE spool IS NOT NULL"
        )


def one(store: Store, exchange_id: str) -> ExchangeRow | None:
    """The index row of an exchange."""
    row = store.row("SELECT * FROM exchanges WHERE exchange_id = ?", (exchange_id,))
    return _row(row) if row else None


def is_indexed(connection: sqlite3.Connection, exchange_id: str) -> bool:
    """Whether the index holds an exchange, those of the transaction under way included."""
    return connection.execute("SELECT 1 FROM exchanges WHERE exchange_id = ?", (exchange_id,)).fetchone() is not None


def latest(store: Store, site_id: str, purpose: str, url: str, since: datetime) -> ExchangeRow | None:
    """The newest answered exchange of a URL since a moment, with its bytes kept."""
    row = store.row(
        "SELECT * FROM exchanges WHERE site_id = ? AND purpose = ? AND url = ? AND started_at >= ? "
        "AND status IS NOT NULL AND segment IS NOT NULL ORDER BY ledger_seq DESC LIMIT 1",
        (site_id, purpose, url, clock.stamp(since)),
    )
    return _row(row) if row else None


def last_seq(store: Store) -> int:
    """The highest ledger number that the index holds; -1 when it is empty."""
    row = store.row(
        "SELECT max(n) FROM (SELECT max(ledger_seq) AS n FROM exchanges UNION ALL SELECT max(ledger_seq) FROM captures "
        "UNION ALL SELECT max(ledger_seq) FROM exhibits)"
    )
    return -1 if row is None or row[0] is None else int(row[0])


def counts(store: Store) -> tuple[int, int]:
    """How many exchanges and captures the index holds."""
    row = store.row("SELECT (SELECT count(*) FROM exchanges), (SELECT count(*) FROM captures)")
    return (int(row[0]), int(row[1])) if row else (0, 0)


def write_capture(
    connection: sqlite3.Connection,
    capture_id: str,
    exchange_id: str,
    url: str,
    captured_at: datetime,
    facts: Mapping[str, Any],
    files: Mapping[str, Any],
    kept: Kept,
    ledger_seq: int,
) -> None:
    """Index one browser capture."""
    connection.execute(
        "INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            capture_id,
            exchange_id,
            url,
            clock.stamp(captured_at),
            json.dumps(facts, ensure_ascii=False),
            json.dumps(files),
            *_place(kept),
            ledger_seq,
        ),
    )


def renderings_of(store: Store, exchange_id: str) -> list[str]:
    """The newest capture that a page was read from, of the page that an exchange brought; none or one."""
    return [
        row[0]
        for row in store.rows(
            "SELECT capture_id FROM captures WHERE exchange_id = ? AND json_extract(files, '$.\"rendered.html\"') IS NOT NULL "
            "ORDER BY ledger_seq DESC LIMIT 1",
            (exchange_id,),
        )
    ]


def write_missed_capture(connection: sqlite3.Connection, ledger_seq: int, body: Mapping[str, Any], kept: Kept) -> int:
    """Index a capture from its ledger entry, when its own commit never came; returns 1 when it was missing.

    The time is that of the entry, and what the browser said of itself is in the records alone.
    """
    return connection.execute(
        "INSERT OR IGNORE INTO captures SELECT ?, exchange_id, ?, ?, '{}', ?, ?, ?, ?, ?, ? FROM exchanges "
        "WHERE exchange_id = ?",
        (
            *(body[name] for name in ("capture", "url", "utc")),
            json.dumps(body["files"]),
            *_place(kept),
            ledger_seq,
            body["exchange"],
        ),
    ).rowcount


def write_observations(
    connection: sqlite3.Connection, observations: Iterable[tuple[str, str, str, str, str, str | None, str | None, str]]
) -> None:
    """Write what was seen of a host's place on the network: one row per `net_observations` column."""
    connection.executemany("INSERT INTO net_observations VALUES (?, ?, ?, ?, ?, ?, ?, ?)", observations)


def _place(kept: Kept | None) -> tuple[str | None, int | None, int | None, str | None]:
    if kept is None:
        return (None, None, None, None)
    return (kept.segment, kept.offset, kept.length, json.dumps([dict(r) for r in kept.records]))


def _row(row: sqlite3.Row) -> ExchangeRow:
    kept = spooled = None
    if row["segment"]:
        kept = Kept(row["segment"], row["segment_offset"], row["segment_length"], tuple(json.loads(row["records"])))
    if row["spool"]:
        spooled = Spooled(row["spool"], row["spool_offset"], row["spool_length"])
    return ExchangeRow(
        row["exchange_id"],
        row["url"],
        row["purpose"],
        row["status"],
        row["via"],
        row["started_at"],
        kept,
        spooled,
        row["response_bytes"],
    )
