"""The landing pages of hits' targets: which are due, in what state each was found, and where redirectors lead.

A target is known by its object, or by its address where it has none; so a share that many listings point to is asked
once. Its history belongs to it, and every listing that holds it shows it.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from crawler import clock
from crawler.store.database import Store

TARGET = "coalesce(u.object, u.url)"
"""What a target is known by, of a row ``u`` of hosting_urls; indexed."""
SETTLED = ("not_infringing", "licensed", "same_title_other_work", "review_news")
"""Verdicts after which nobody needs to know what became of the copy."""
_SILENT = ("unknown", "not-visited")
REDIRECT = "redirect"
"""Where an expanded target was found: behind another."""


class Due(NamedTuple):
    """A target whose landing page is to be asked for."""

    target: str
    kind: str
    family: str | None
    url: str
    access_code: str | None
    site_id: str
    """The site of a listing that points to it."""
    exchange_id: str
    """The exchange that brought that listing."""
    changed_at: str | None
    """Since when it is in the state that it was last found in; None for one that was never asked."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One address on the way from a target to its landing page."""

    url: str
    exchange_id: str | None
    """None for an address that was not asked."""
    status: int | None
    note: str = ""
    """Why the way ends here, where it does so against what the server said."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of asking one target."""

    target: str
    url: str
    """As a listing gives it."""
    state: str
    said: Mapping[str, Any]
    """``by`` and the particulars: by which sign, or why not."""
    hops: tuple[Hop, ...] = ()
    leads_to: Mapping[str, Any] | None = None
    """The target behind it: kind, url, family, object, code."""
    passing: bool = False
    """It could not be asked for a reason that may pass: what was known of it before still stands."""
    next_due: datetime = field(default_factory=clock.now)

    @property
    def exchange_id(self) -> str | None:
        """The last exchange that was made."""
        return next((hop.exchange_id for hop in reversed(self.hops) if hop.exchange_id), None)


def due(store: Store, kinds: Sequence[str], families: Sequence[str], threshold: float, now: datetime) -> Iterator[Due]:
    """The targets of hits that are of some kinds, or of some families whatever their kind, and whose time has come.

    Those that were never asked come first, then the better hits.
    """
    marks = [",".join("?" * len(names)) for names in (kinds, families, SETTLED)]
    rows = store.connection.execute(
        f"SELECT {TARGET} AS target, u.kind, u.family, u.url, u.access_code, l.site_id, l.exchange_id, t.since, "
        "max(h.score) AS score FROM hits h JOIN listings l USING (listing_id) JOIN hosting_urls u USING (listing_id) "
        f"LEFT JOIN landings t ON t.target = {TARGET} WHERE NOT u.damaged AND (u.kind IN ({marks[0]}) "
        f"OR u.family IN ({marks[1]})) AND (h.score >= ? OR h.status <> 'new') AND h.status NOT IN ({marks[2]}) "
        "AND (t.next_due IS NULL OR t.next_due <= ?) GROUP BY 1 ORDER BY t.target IS NOT NULL, score DESC, target",
        (*kinds, *families, threshold, *SETTLED, clock.stamp(now)),
    )
    names = ("target", "kind", "family", "url", "access_code", "site_id", "exchange_id", "since")
    for row in rows:
        yield Due(*(row[name] for name in names))


def changed(store: Store, moment: str) -> Iterator[dict[str, Any]]:
    """What became of hits' targets since a moment (`clock.stamp`): site, url and title of each listing, target, state, why.

    `before` is what the target was last known to be, None where nothing had spoken. The first state of a target is left
    out where nothing spoke.
    """
    for row in store.rows(
        "SELECT DISTINCT l.site_id, l.url, l.title, u.url AS target, e.at, e.state, e.said, e.exchange_id, "
        "(SELECT o.state FROM landing_events o WHERE o.target = e.target AND o.at < e.at "
        "AND o.state NOT IN ('unknown', 'not-visited') ORDER BY o.at DESC LIMIT 1) AS before "
        f"FROM landing_events e JOIN hosting_urls u ON {TARGET} = e.target JOIN listings l USING (listing_id) "
        "WHERE e.at >= ? AND EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = l.listing_id) AND (e.state NOT IN "
        "('unknown', 'not-visited') OR EXISTS (SELECT 1 FROM landing_events o WHERE o.target = e.target AND o.at < e.at)) "
        "ORDER BY e.at",
        (moment,),
    ):
        yield {
            "site": row["site_id"],
            "url": row["url"],
            "title": row["title"],
            "target": row["target"],
            "at": row["at"],
            "state": row["state"],
            "before": row["before"],
            "said": json.loads(row["said"]),
            "exchange": row["exchange_id"],
        }


def since(store: Store, target: str, state: str, now: datetime) -> datetime:
    """Since when a target is in a state that it is found in now."""
    row = store.row("SELECT state, since FROM landings WHERE target = ?", (target,))
    return clock.parse(row["since"]) if row and row["state"] == state else now


def _write_look(connection: sqlite3.Connection, found: Found, ledger_seq: int, at: str) -> None:
    """Keep a look with those that found another state or sign than the look before; of the same ones the first and the last."""
    last = connection.execute(
        "SELECT at, state, sign FROM landing_looks WHERE target = ? ORDER BY at DESC LIMIT 2", (found.target,)
    ).fetchall()
    if len(last) == 2 and last[0][1:] == last[1][1:]:
        connection.execute("DELETE FROM landing_looks WHERE target = ? AND at = ?", (found.target, last[0][0]))
    exchanges = json.dumps([hop.exchange_id for hop in found.hops if hop.exchange_id])
    connection.execute(
        "INSERT OR REPLACE INTO landing_looks VALUES (?, ?, ?, ?, ?, ?)",
        (found.target, at, ledger_seq, found.state, found.said.get("by"), exchanges),
    )


def write(connection: sqlite3.Connection, found: Found, ledger_seq: int, at: str) -> None:
    """Write what was found; a state that is new is an event in the target's history."""
    _write_look(connection, found, ledger_seq, at)
    before = connection.execute("SELECT state FROM landings WHERE target = ?", (found.target,)).fetchone()
    if found.passing and before is not None and before[0] not in _SILENT:
        connection.execute(
            "UPDATE landings SET checked_at = ?, next_due = ? WHERE target = ?",
            (at, clock.stamp(found.next_due), found.target),
        )
        return
    said = json.dumps(dict(found.said), ensure_ascii=False)
    leads_to = json.dumps(dict(found.leads_to), ensure_ascii=False) if found.leads_to else None
    connection.execute(
        "INSERT INTO landings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (target) DO UPDATE SET "
        "url = excluded.url, since = CASE WHEN state = excluded.state THEN since ELSE excluded.since END, "
        "state = excluded.state, said = excluded.said, checked_at = excluded.checked_at, "
        "next_due = excluded.next_due, exchange_id = excluded.exchange_id, leads_to = excluded.leads_to, "
        "ledger_seq = excluded.ledger_seq",
        (
            found.target, found.url, found.state, said, at, at, clock.stamp(found.next_due), found.exchange_id,
            leads_to, ledger_seq,
        ),
    )  # fmt: skip
    if before is None or before[0] != found.state:
        hops = json.dumps([asdict(hop) for hop in found.hops], ensure_ascii=False)
        connection.execute(
            "INSERT OR IGNORE INTO landing_events VALUES (?, ?, ?, ?, ?, ?)",
            (found.target, at, found.state, found.exchange_id, said, hops),
        )


def spread(connection: sqlite3.Connection, at: str) -> None:
    """Give every listing that holds a redirector's address the target behind it too, unless it names that itself.

    A genuine page is never a target, wherever a redirector leads.
    """
    connection.execute(
        "INSERT INTO hosting_urls (listing_id, position, kind, family, url, object, access_code, as_written, "
        "found_where, damaged, first_seen, last_seen) "
        "SELECT u.listing_id, u.position, t.leads_to ->> 'kind', t.leads_to ->> 'family', t.leads_to ->> 'url', "
        "t.leads_to ->> 'object', coalesce(u.access_code, t.leads_to ->> 'code'), u.url, ?, 0, ?, ? "
        f"FROM landings t JOIN hosting_urls u ON {TARGET} = t.target WHERE t.leads_to IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM hosting_urls o WHERE o.listing_id = u.listing_id AND o.found_where <> ? "
        "AND (o.object = t.leads_to ->> 'object' OR o.url = t.leads_to ->> 'url')) "
        "AND NOT EXISTS (SELECT 1 FROM reference_urls r WHERE r.url = t.leads_to ->> 'url') "
        "ON CONFLICT (listing_id, url) DO UPDATE SET last_seen = excluded.last_seen",
        (REDIRECT, at, at, REDIRECT),
    )


def of_listing(store: Store, listing_id: str) -> list[dict[str, Any]]:
    """The history of a listing's targets, the oldest first: at, event, exchange, status, and what says so.

    What a target went through before the listing held it is left out but for the state that it was then in.
    """
    rows = store.rows(
        "SELECT e.*, u.url, x.status, x.response_sha256, x.segment FROM hosting_urls u JOIN landing_events e "
        f"ON e.target = {TARGET} LEFT JOIN exchanges x USING (exchange_id) WHERE u.listing_id = ? AND e.at >= coalesce("
        "(SELECT max(o.at) FROM landing_events o WHERE o.target = e.target AND o.at <= u.first_seen), '') ORDER BY e.at",
        (listing_id,),
    )
    return [
        {
            "at": row["at"],
            "event": row["state"],
            "exchange": row["exchange_id"],
            "status": row["status"],
            "response_sha256": row["response_sha256"],
            "bytes_kept": row["segment"] is not None,
            "facts": {"target": row["url"], **json.loads(row["said"]), "hops": json.loads(row["hops"])},
        }
        for row in rows
    ]


def counts(store: Store, run_id: str) -> dict[str, int]:
    """How many targets are in each state that this run asked."""
    return {
        str(row[0]): int(row[1])
        for row in store.rows(
            "SELECT t.state, count(*) FROM landings t WHERE t.checked_at >= "
            "(SELECT started_at FROM runs WHERE run_id = ?) GROUP BY 1 ORDER BY 1",
            (run_id,),
        )
    }


def as_read(row: sqlite3.Row) -> dict[str, Any] | None:
    """The state of a link's target as `hits --json` prints it; None for one that was never asked."""
    if row["state"] is None:
        return None
    leads_to = json.loads(row["leads_to"]) if row["leads_to"] else None
    return {
        "state": row["state"],
        "since": row["since"],
        "checked": row["checked_at"],
        "said": json.loads(row["said"]),
        "exchange": row["landing_exchange"],
        "leads_to": leads_to["url"] if leads_to else None,
    }
