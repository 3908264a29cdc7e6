"""What moves rest on beside statements, which of them were noticed, and which cases followed them."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """How a host answered for robots.txt or for a page by which a site is entered."""

    exchange_id: str
    url: str
    at: datetime
    status: int | None
    error: str | None
    country: str
    """That of the collector in this run, as its configuration names it."""
    run_id: str
    purpose: str


def answers(store: Store, site_id: str) -> list[Answer]:
    """The answers of a site's hosts, oldest first, of runs in which anything was reached at all."""
    entered = "url IN (SELECT url FROM pages WHERE site_id = ?1 AND role = 'entry' UNION SELECT url FROM sites WHERE site_id = ?1)"
    return [
        Answer(
            row["exchange_id"], row["url"], clock.parse(row["started_at"]), row["status"], row["error"],
            row["country"] or "", row["run_id"], row["purpose"],
        )
        for row in store.rows(
            "SELECT x.*, json_extract(r.configuration, '$.collector.country') AS country FROM exchanges x LEFT JOIN runs r "
            f"USING (run_id) WHERE x.site_id = ?1 AND (x.purpose = 'robots' OR (x.purpose = 'page' AND {entered})) "
            "AND (x.status IS NOT NULL OR EXISTS (SELECT 1 FROM exchanges o WHERE o.run_id = x.run_id AND o.status IS NOT NULL)) "
            "ORDER BY x.started_at, x.exchange_id",
            (site_id,),
        )
    ]  # fmt: skip


def observed(store: Store, site_id: str) -> dict[str, tuple[datetime, str | None, Mapping[str, Any]]]:
    """Run -> when a visit of a site ended, the state that it found, and what it observed."""
    rows = store.rows("SELECT run_id, at, state, observed FROM site_health WHERE site_id = ?", (site_id,))
    return {row["run_id"]: (clock.parse(row["at"]), row["state"], json.loads(row["observed"])) for row in rows}


def homes(store: Store, site_id: str) -> list[tuple[str, str, datetime]]:
    """The ``host:port`` of a site, whether a person ``added`` it or a ``redirect`` showed it, and since when."""
    rows = store.rows(
        "SELECT host, origin, first_seen FROM site_hosts WHERE site_id = ? ORDER BY first_seen, host", (site_id,)
    )
    return [(row["host"], row["origin"], clock.parse(row["first_seen"])) for row in rows]


def owner(store: Store, host: str) -> str | None:
    """The site to which a ``host:port`` belongs by a person's act."""
    row = store.row("SELECT site_id FROM site_hosts WHERE host = ? AND origin = 'added'", (host,))
    return str(row[0]) if row else None


def take_home(connection: sqlite3.Connection, site_id: str, host: str, url: str | None, at: datetime) -> None:
    """Let a ``host:port`` belong to a site, and let the site be entered at `url` from now on where one is given."""
    connection.execute(
        "INSERT INTO site_hosts VALUES (?, ?, 'added', ?) ON CONFLICT DO UPDATE SET origin = 'added'",
        (site_id, host, clock.stamp(at)),
    )
    if url is not None:
        connection.execute("UPDATE sites SET url = ? WHERE site_id = ?", (url, site_id))


def of_host(store: Store, name: str) -> list[str]:
    """The sites that a host (without a port) or a ``host:port`` belongs to."""
    return [
        row[0]
        for row in store.rows(
            "SELECT DISTINCT site_id FROM site_hosts WHERE host = ?1 OR substr(host, 1, length(?1) + 1) = ?1 || ':' ORDER BY 1",
            (name.lower(),),
        )
    ]


def notice(
    connection: sqlite3.Connection, site_id: str, moves: Iterable[tuple[str, str, datetime]], at: datetime
) -> list[str]:
    """Remember moves (id, kind, time) as noticed; returns the ids of those that were not before."""
    fresh = []
    for move_id, kind, moved_at in moves:
        changed = connection.execute(
            "INSERT OR IGNORE INTO moves_noticed VALUES (?, ?, ?, ?, ?)",
            (move_id, site_id, kind, clock.stamp(moved_at), clock.stamp(at)),
        )
        if changed.rowcount:
            fresh.append(move_id)
    return fresh


def noticed_since(store: Store, moment: str) -> dict[str, set[str]]:
    """Site -> ids of the moves that were noticed since a moment (`clock.stamp`)."""
    found: dict[str, set[str]] = {}
    for row in store.rows("SELECT site_id, move_id FROM moves_noticed WHERE noticed_at >= ?", (moment,)):
        found.setdefault(row["site_id"], set()).add(row["move_id"])
    return found


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that followed a move."""

    case_id: str
    move_id: str
    at: datetime
    reopened: bool
    referrals: tuple[str, ...]
    """The drafts that were prepared."""


def follow(connection: sqlite3.Connection, followed: Followed, ledger_seq: int) -> None:
    """Record that a case followed a move, under the number of its ledger entry."""
    connection.execute(
        "INSERT INTO cases_followed VALUES (?, ?, ?, ?, ?, ?)",
        (
            followed.case_id, followed.move_id, clock.stamp(followed.at), followed.reopened,
            json.dumps(followed.referrals), ledger_seq,
        ),
    )  # fmt: skip


def followed(store: Store, move_ids: Collection[str]) -> list[Followed]:
    """Which cases followed some moves, oldest first."""
    marks = ",".join("?" * len(move_ids))
    return [
        Followed(
            row["case_id"],
            row["move_id"],
            clock.parse(row["at"]),
            bool(row["reopened"]),
            tuple(json.loads(row["referrals"])),
        )
        for row in store.rows(
            f"SELECT * FROM cases_followed WHERE move_id IN ({marks}) ORDER BY at, case_id, move_id",
            tuple(sorted(move_ids)),
        )
    ]


def cases_on(store: Store, site_id: str) -> list[str]:
    """The cases that hold hits of a site, oldest first."""
    return [
        row[0]
        for row in store.rows(
            "SELECT DISTINCT i.case_id FROM case_items i JOIN hits h USING (hit_id) JOIN listings l USING (listing_id) "
            "WHERE l.site_id = ? ORDER BY i.case_id",
            (site_id,),
        )
    ]


def found_on(store: Store, site_id: str) -> Sequence[tuple[datetime, int]]:
    """The days (their first moment, UTC) on which hits of a site were first seen, and how many on each."""
    return [
        (clock.parse(row["first"]), row["count"])
        for row in store.rows(
            "SELECT min(h.first_seen) AS first, count(*) AS count FROM hits h JOIN listings l USING (listing_id) "
            "WHERE l.site_id = ? GROUP BY substr(h.first_seen, 1, 10) ORDER BY 1",
            (site_id,),
        )
    ]
