"""Sites whose pages could be read in a browser alone."""

import json
import sqlite3

from crawler.store.database import Store
from crawler.store.listings import exhibits_due


def known(store: Store, site_id: str) -> bool:
    """Whether pages of a site were read in a browser before."""
    return store.row("SELECT 1 FROM site_renderings WHERE site_id = ?", (site_id,)) is not None


def write(connection: sqlite3.Connection, site_id: str, at: str) -> None:
    """Remember that a page of a site was read in a browser at a time (ISO 8601)."""
    connection.execute(
        "INSERT INTO site_renderings VALUES (?, ?, ?) ON CONFLICT (site_id) DO UPDATE SET last_at = excluded.last_at",
        (site_id, at, at),
    )


def route_of(store: Store, exchange_id: str) -> str | None:
    """The address of a page with due exhibits, where a route of its own scripts is part of it: no request carries that."""
    for due in exhibits_due(store, exchange_id):
        address = str(json.loads(due.snapshot)["page_url"])
        if "#" in address:
            return address
    return None
