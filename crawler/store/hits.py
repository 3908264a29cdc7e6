"""Hits as an analyst reads them: the match, its listing, the targets and the status that decisions gave it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.store import landings
from crawler.store.database import Store
from crawler.store.exhibits import CHANGED_SINCE_DECISION
from crawler.store.sealed import AWAY
from crawler.store.timeline import SINCE, STATE, STATES

_SELECT = f"""
SELECT h.hit_id, l.site_id, h.url, h.work_id, h.score, h.status, h.reasons, h.first_seen, h.last_seen, h.exhibit_id,
  l.listing_id, {STATE} AS last_event, {SINCE} AS last_event_at, l.title, l.posted_at, l.posted_at_text, l.posted_by,
  l.price, l.counters, {CHANGED_SINCE_DECISION} AS changed,
  (SELECT e.made_at FROM exhibits e WHERE e.exhibit_id = h.exhibit_id) AS exhibit_at,
  (SELECT e.picture_missing FROM exhibits e WHERE e.exhibit_id = h.exhibit_id) AS picture_missing,
  (SELECT json_extract(e.listing, '$.read_from') FROM exhibits e WHERE e.exhibit_id = h.exhibit_id) AS read_from,
  h.look_back, b.at AS looked_at, l.exchange_id, x.ledger_seq AS exchange_seq, x.segment
FROM hits h JOIN listings l USING (listing_id) LEFT JOIN look_backs b ON b.look_back_id = h.look_back
  LEFT JOIN exchanges x ON x.exchange_id = l.exchange_id
"""

_SHOWN = f"NOT {AWAY.format('h.hit_id')}"
"""What was sealed away is shown to nobody."""


def select(
    store: Store,
    *,
    at_least: float = 0.0,
    below: float | None = None,
    site: str | None = None,
    work: str | None = None,
    status: str | None = None,
    since: str | None = None,
    changed_since: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The hits with ``at_least <= score < below``, oldest first, as `hits --json` prints them.

    Without `below`, those that a person decided upon too: none is hidden because its page, and so its
    score, has changed since. With it, none of these that score less: they stand in the other list.
    `since` leaves out those found before a moment, as `clock.stamp` writes it; `changed_since` leaves
    only decided hits whose page was found changed since that moment.
    """
    clauses = [_SHOWN, "(h.score >= ? OR h.status != 'new')"]
    wanted: list[object] = [at_least]
    if below is not None:
        clauses = [_SHOWN, "h.score >= ?", "h.score < ?", "h.status = 'new'"]
        wanted.append(below)
    for column, value in (("l.site_id", site), ("h.work_id", work), ("h.status", status)):
        if value is not None:
            clauses.append(f"{column} = ?")
            wanted.append(value)
    if since is not None:
        clauses.append("coalesce(b.at, h.first_seen) >= ?")
        wanted.append(since)
    if changed_since is not None:
        clauses.append(
            f"{CHANGED_SINCE_DECISION} AND (SELECT made_at FROM exhibits WHERE exhibit_id = h.exhibit_id) >= ?"
        )
        wanted.append(changed_since)
    cursor = store.connection.execute(
        f"{_SELECT} WHERE {' AND '.join(clauses)} ORDER BY h.first_seen, h.hit_id", wanted
    )
    for row in cursor:
        yield _as_read(store, row)


def several(store: Store, hit_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The hits of some ids, in the order asked; ids that name nothing, or what was sealed away, are left out."""
    found = []
    for hit_id in hit_ids:
        row = store.row(f"{_SELECT} WHERE h.hit_id = ? AND {_SHOWN}", (hit_id,))
        if row:
            found.append(_as_read(store, row))
    return found


def listing_of(store: Store, hit_id: str) -> str:
    """The listing of a hit that is known."""
    row = store.row("SELECT listing_id FROM hits WHERE hit_id = ?", (hit_id,))
    assert row is not None
    return str(row[0])


def counts(store: Store, threshold: float) -> dict[str, int]:
    """How many hits stand in each status: from `threshold` up, and those that a person decided upon."""
    return {
        str(row[0]): int(row[1])
        for row in store.rows(
            f"SELECT status, count(*) FROM hits h WHERE {_SHOWN} AND (score >= ? OR status != 'new') "
            "GROUP BY status ORDER BY status",
            (threshold,),
        )
    }


def _as_read(store: Store, row: Any) -> dict[str, Any]:
    links = store.rows(
        "SELECT u.kind, u.family, u.url, u.object, u.access_code, u.as_written, u.damaged, u.found_where, t.state, t.since, "
        "t.checked_at, t.said, t.exchange_id AS landing_exchange, t.leads_to FROM hosting_urls u "
        f"LEFT JOIN landings t ON t.target = {landings.TARGET} WHERE u.listing_id = ? ORDER BY u.position, u.url",
        (row["listing_id"],),
    )
    return {
        "hit_id": row["hit_id"],
        "site": row["site_id"],
        "url": row["url"],
        "work_id": row["work_id"],
        "score": row["score"],
        "status": row["status"],
        "title": row["title"],
        "posted_at": row["posted_at"],
        "posted_at_text": row["posted_at_text"],
        "posted_by": row["posted_by"],
        "price": row["price"],
        "counters": json.loads(row["counters"]),
        "seen_first": row["first_seen"],
        "seen_last": row["last_seen"],
        "links": [_link(link) for link in links],
        "reasons": json.loads(row["reasons"]),
        "exhibit": row["exhibit_id"],
        "exhibit_at": row["exhibit_at"],
        "read_from": row["read_from"] or "response",
        "picture_missing": json.loads(row["picture_missing"]) if row["picture_missing"] else None,
        "state": STATES.get(row["last_event"] or "up", "up"),
        "state_since": row["last_event_at"] or row["first_seen"],
        "changed_since_decision": bool(row["changed"]),
        "look_back": _look_back(row) if row["look_back"] else None,
    }


def _look_back(row: Any) -> dict[str, Any]:
    """By which search of what was seen a hit was found, when, and what its listing was last read from."""
    return {
        "look_back": row["look_back"],
        "at": row["looked_at"],
        "exchange": row["exchange_id"],
        "entry": row["exchange_seq"],
        "bytes_kept": row["segment"] is not None,
    }


def _link(row: Any) -> dict[str, Any]:
    names = ("kind", "family", "url", "object", "access_code", "as_written")
    return {
        **{name: row[name] for name in names},
        "damaged": bool(row["damaged"]),
        "expanded": row["found_where"] == landings.REDIRECT,
        "landing": landings.as_read(row),
    }
