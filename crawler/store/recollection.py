"""Listings as they were last read, put together again from their rows."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.model import Attribute, Listing, Passage, Target
from crawler.store.database import Store

AT_ONCE = 500
"""Listings that one statement asks for."""
_REFERENCE = "a", "href"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A listing that the workspace holds, and when it was read."""

    listing_id: str
    site_id: str
    listing: Listing
    read_at: datetime
    """When its text was last read."""
    seen_at: datetime
    """When it was last known to stand there."""
    exchange_id: str
    """What brought the text."""


def recalled(store: Store, listing_ids: Iterable[str]) -> dict[str, Recalled]:
    """Listings by their ids, with the targets that they had when they were last read; ids that name nothing are left out."""
    wanted, found = list(listing_ids), {}
    for first in range(0, len(wanted), AT_ONCE):
        batch = wanted[first : first + AT_ONCE]
        slots = ", ".join("?" * len(batch))
        rows = store.rows(
            "SELECT l.*, t.read_at, t.spans, t.refs FROM listings l LEFT JOIN listing_texts t USING (listing_id) "
            f"WHERE l.listing_id IN ({slots})",
            batch,
        )
        targets: dict[str, list[sqlite3.Row]] = {}
        for target in store.rows(
            "SELECT u.*, t.read_at FROM hosting_urls u LEFT JOIN listing_texts t USING (listing_id) "
            f"WHERE u.listing_id IN ({slots}) AND u.found_where <> 'redirect' ORDER BY u.listing_id, u.position, u.url",
            batch,
        ):
            # What a later reading did not show again is history.
            if target["read_at"] is None or target["last_seen"] >= target["read_at"]:
                targets.setdefault(target["listing_id"], []).append(target)
        found.update({row["listing_id"]: _recalled(row, targets.get(row["listing_id"], [])) for row in rows})
    return found


def _recalled(row: sqlite3.Row, targets: list[sqlite3.Row]) -> Recalled:
    spans: Mapping[str, list[int]] = json.loads(row["spans"] or "{}")
    references = json.loads(row["refs"] or "[]")
    listing = Listing(
        url=row["url"],
        page_url=row["source_page"],
        title=row["title"],
        passage=Passage(row["text"], tuple(Attribute(*_REFERENCE, address, 0, 0) for address in references)),
        targets=tuple(
            Target(
                t["kind"],
                t["url"],
                t["object"],
                t["as_written"],
                t["access_code"],
                t["family"],
                where=t["found_where"],
                span=(span[0], span[1]) if (span := spans.get(str(t["position"]))) else None,
                damaged=bool(t["damaged"]),
            )
            for t in targets
        ),
        posted_at=clock.parse(row["posted_at"]) if row["posted_at"] else None,
        posted_at_text=row["posted_at_text"],
        posted_at_basis=row["posted_at_basis"],
        posted_by=row["posted_by"],
        hidden=row["hidden"],
        players=tuple(json.loads(row["players"])),
        price=row["price"],
        is_reply=bool(row["is_reply"]),
    )
    seen_at = clock.parse(row["last_seen"])
    read_at = clock.parse(row["read_at"]) if row["read_at"] else seen_at
    return Recalled(row["listing_id"], row["site_id"], listing, read_at, seen_at, row["exchange_id"])
