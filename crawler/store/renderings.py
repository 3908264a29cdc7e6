"""Sites whose pages could be read in a browser alone."""

import sqlite3

from crawler.store.database import Store


def known(store: Store, site_id: str) -> bool:
    """Whether pages of a site were read in a browser before."""
    return store.row("SELECT 1 FROM site_renderings WHERE site_id = ?", (site_id,)) is not None


def write(connection: sqlite3.Connection, site_id: str, at: str) -> None:
    """Remember that a page of a site was read in a browser at a time (ISO 8601)."""
    connection.execute(
        "INSERT INTO site_renderings VALUES (?, ?, ?) ON CONFLICT (site_id) DO UPDATE SET last_at = excluded.last_at",
        (site_id, at, at),
    )
