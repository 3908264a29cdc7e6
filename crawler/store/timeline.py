"""The timeline of a listing: found, still up, changed, gone, back again, each with the exchange that shows it."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from crawler.model import Listing
from crawler.reading import PageRead
from crawler.store import landings
from crawler.store.database import Store
from crawler.store.sealed import AWAY

STATES = {"found": "up", "up": "up", "changed": "up", "back": "up", "gone": "gone", "moved": "moved"}
"""What an event says of the listing from then on; ``unclear`` leaves open what it is."""
_LAST = (
    "(SELECT {what} FROM listing_events v WHERE v.listing_id = l.listing_id AND v.event <> 'unclear' "
    "ORDER BY v.at DESC LIMIT 1)"
)
STATE = _LAST.format(what="v.event")
_WHY = _LAST.format(what="json_extract(v.facts, '$.why')")
SINCE = (
    "(SELECT v.at FROM listing_events v WHERE v.listing_id = l.listing_id AND v.event NOT IN ('unclear', 'up') "
    "ORDER BY v.at DESC LIMIT 1)"
)
_NOT_THERE = ("missing", "redirect")
NO_OFFER, NOT_ON_PAGE = "no longer an offer", "no longer on its page"
OTHER_TEXT = "another text in its place"
_HIDDEN = ("sha256", "links", "status", "words")
"""Facts that are for comparing alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record said of a listing before a page was read."""

    listing_id: str
    url: str
    title: str
    text: str
    is_hit: bool
    is_signed: bool
    """It had a poster or a time."""
    last: str | None
    """Its last event; None for a listing of before there were timelines."""
    last_why: str | None
    """What that event says of its cause."""
    shown: Mapping[str, Any] | None
    """What its page showed when it last changed: ``sha256`` and ``links``."""


def hits_on(store: Store, page_url: str) -> bool:
    """Whether hits are known on a page, those aside that were sealed away."""
    found = store.row(
        "SELECT 1 FROM listings l JOIN hits h USING (listing_id) WHERE l.source_page = ? "
        f"AND NOT {AWAY.format('h.hit_id')} LIMIT 1",
        (page_url,),
    )
    return found is not None


def standing(connection: sqlite3.Connection, read: PageRead) -> dict[str, Standing]:
    """The known listings that a reading can say something of: those it shows, and those last read on its page."""
    urls = [listing.url for listing in read.reading.listings]
    found: dict[str, Standing] = {}
    columns = (
        "l.listing_id, l.url, l.title, l.text, coalesce(l.posted_by, l.posted_at) IS NOT NULL AS is_signed, "
        f"EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = l.listing_id) AS is_hit, {STATE} AS last, "
        f"{_WHY} AS last_why"
    )
    rows = connection.execute(f"SELECT {columns} FROM listings l WHERE l.source_page = ?", (read.page.url,)).fetchall()
    known = {row["url"] for row in rows}
    for url in urls:
        if url not in known:
            rows += connection.execute(f"SELECT {columns} FROM listings l WHERE l.url = ?", (url,)).fetchall()
    for row in rows:
        shown = connection.execute(
            "SELECT facts FROM listing_events WHERE listing_id = ? AND event IN ('found', 'changed', 'back') "
            "ORDER BY at DESC LIMIT 1",
            (row["listing_id"],),
        ).fetchone()
        found[row["url"]] = Standing(
            row["listing_id"],
            row["url"],
            row["title"],
            row["text"],
            bool(row["is_hit"]),
            bool(row["is_signed"]),
            row["last"],
            row["last_why"],
            json.loads(shown[0]) if shown else None,
        )
    return found


def record(
    connection: sqlite3.Connection, read: PageRead, before: Mapping[str, Standing], ids: Mapping[str, str], at: str
) -> None:
    """Write what a reading means for each listing. `ids` holds the listings that were written, url -> id.

    A listing is gone when its page is missing, or is read and no longer holds it; a page that cannot be judged (a
    challenge, a login, another text in its place) leaves it unclear.
    """
    shown = {listing.url: listing for listing in read.reading.listings}
    for url, listing_id in ids.items():
        event, facts = _seen(shown[url], before.get(url))
        known = before.get(url)
        if event != "up" or (known and known.is_hit):
            _write(connection, listing_id, at, event, read.exchange_id, facts)
    for url, earlier in before.items():
        if url in ids:
            continue
        if read.reading.state == "not_modified":
            away = STATES.get(earlier.last or "up") != "up"
            # The validator is that of the last page that was there; one without the listing is still without it.
            if (away and earlier.last_why in _NOT_THERE) or (not away and earlier.is_hit):
                shown_before = dict(earlier.shown or {}) if away else {}
                facts = {**shown_before, "why": "not modified"}
                _write(connection, earlier.listing_id, at, "back" if away else "up", read.exchange_id, facts)
            continue
        lost, facts = _missed(read, earlier, url in shown)
        if lost and earlier.last != lost:
            _write(connection, earlier.listing_id, at, lost, read.exchange_id, facts)


def _seen(listing: Listing, known: Standing | None) -> tuple[str, dict[str, Any]]:
    links = sorted({target.url for target in listing.targets} | set(listing.players))
    codes = sorted(target.access_code for target in listing.targets if target.access_code)
    content = [listing.title, listing.passage.text, links, codes, listing.price, listing.hidden]
    facts: dict[str, Any] = {"sha256": sha256(json.dumps(content).encode()).hexdigest(), "links": links}
    if known is None:
        return "found", facts
    if known.shown is None:
        same = (known.title, known.text) == (listing.title, listing.passage.text)
    else:
        same = known.shown["sha256"] == facts["sha256"]
    away = STATES.get(known.last or "up") != "up"
    if same and not away:
        return "up", {}
    if known.shown is not None:
        facts["links_added"] = sorted(set(links) - set(known.shown["links"]))
        facts["links_removed"] = sorted(set(known.shown["links"]) - set(links))
    if known.title != listing.title:
        facts["title_before"] = known.title
    facts["text_changed"] = known.text != listing.passage.text
    return ("back" if away else "changed"), facts


def _missed(read: PageRead, known: Standing, is_shown: bool) -> tuple[str | None, dict[str, Any]]:
    """What it means that a page does not show a listing that it held, or shows it without its offer."""
    reading, facts = read.reading, {"status": read.status}
    if is_shown or (reading.state == "ok" and (reading.listings or reading.role == "topic")):
        if _is_another(read, known):
            return "unclear", {**facts, "why": OTHER_TEXT}
        return "gone", {**facts, "why": NO_OFFER if is_shown else NOT_ON_PAGE, "words": reading.words}
    if reading.state == "missing" or read.status in (404, 410, 451):
        return "gone", {**facts, "why": "missing", "notes": list(reading.notes)}
    if reading.state == "login_wall":
        return "unclear", {**facts, "why": "login wall", "notes": list(reading.notes)}
    if reading.state == "redirect":
        return "moved", {**facts, "why": "redirect", "to": reading.redirect_to}
    if reading.state in ("failed", "refused"):
        return None, {}
    return "unclear", {**facts, "why": reading.state}


def _is_another(read: PageRead, known: Standing) -> bool:
    """Whether a page has lost the title, the poster and the time too: another text stands in its place."""
    listings = read.reading.listings
    if not known.is_signed or any(one.posted_by or one.posted_at for one in listings):
        return False
    title = known.title.casefold().strip()
    return not any(title in one.casefold() for one in (read.reading.title, *(listing.title for listing in listings)))


def withdraw(store: Store, run_id: str, site_id: str, alike: Collection[str] | None) -> None:
    """Leave unclear what a visit took for gone; `alike` holds the texts of several pages, None is for a visit not ok.

    Of one that was not ok nothing counts, neither what its pages showed nor what was missing, and all of it is due in
    the next visit. Of one that was ok, what is missing stays missing.
    """
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT v.listing_id, v.at, v.facts, l.source_page FROM listing_events v JOIN listings l USING (listing_id) "
            "JOIN exchanges x ON x.exchange_id = v.exchange_id WHERE x.run_id = ?1 AND x.site_id = ?2 AND v.event = 'gone' "
            "AND v.at >= (SELECT started_at FROM visits WHERE run_id = ?1 AND site_id = ?2)",
            (run_id, site_id),
        ).fetchall()
        for row in rows:
            facts = json.loads(row["facts"])
            if alike is not None and (facts["why"] == "missing" or facts.get("words") not in alike):
                continue
            facts |= {"why": OTHER_TEXT if alike is not None else "visit not ok", "was": facts["why"]}
            connection.execute(
                "UPDATE OR REPLACE listing_events SET event = 'unclear', facts = ? "
                "WHERE listing_id = ? AND at = ? AND event = 'gone'",
                (json.dumps(facts, ensure_ascii=False), row["listing_id"], row["at"]),
            )
            connection.execute(
                "UPDATE pages SET next_due = ? WHERE site_id = ? AND url = ? AND state = 'done'",
                (row["at"], site_id, row["source_page"]),
            )


def _write(
    connection: sqlite3.Connection, listing_id: str, at: str, event: str, exchange_id: str | None, facts: object
) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO listing_events VALUES (?, ?, ?, ?, ?)",
        (listing_id, at, event, exchange_id, json.dumps(facts, ensure_ascii=False)),
    )


def of(store: Store, listing_id: str) -> list[dict[str, Any]]:
    """A listing's events, and those of its targets, the oldest first: at, event, exchange, status, and what was found."""
    events = [
        _as_read(row)
        for row in store.rows(
            "SELECT v.*, x.status, x.response_sha256, x.segment FROM listing_events v "
            "LEFT JOIN exchanges x USING (exchange_id) WHERE v.listing_id = ? ORDER BY v.at",
            (listing_id,),
        )
    ]
    return sorted(events + landings.of_listing(store, listing_id), key=lambda event: str(event["at"]))


def since(store: Store, moment: str, *, hits_only: bool = True) -> Iterator[dict[str, Any]]:
    """The events since a moment (`clock.stamp`) but the mere sightings, with site, url and title of their listings."""
    only = "AND EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = v.listing_id)" if hits_only else ""
    away = f"AND NOT EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = v.listing_id AND {AWAY.format('h.hit_id')})"
    for row in store.rows(
        "SELECT v.*, l.site_id, l.url, l.title, x.status, x.response_sha256, x.segment FROM listing_events v "
        "JOIN listings l USING (listing_id) LEFT JOIN exchanges x USING (exchange_id) "
        f"WHERE v.at >= ? AND v.event <> 'up' {only} {away} ORDER BY v.at",
        (moment,),
    ):
        yield {"site": row["site_id"], "url": row["url"], "title": row["title"], **_as_read(row)}


def _as_read(row: sqlite3.Row) -> dict[str, Any]:
    facts = json.loads(row["facts"])
    return {
        "at": row["at"],
        "event": row["event"],
        "exchange": row["exchange_id"],
        "status": row["status"],
        "response_sha256": row["response_sha256"],
        "bytes_kept": row["segment"] is not None,
        "facts": {name: value for name, value in facts.items() if name not in _HIDDEN},
    }
