"""Sites that people have paused: nothing of them is asked for, and nothing of their record is lost."""

import sqlite3
from collections.abc import Iterable, Mapping

from crawler.errors import UsageError
from crawler.store.database import Store


def paused(store: Store) -> Mapping[str, str]:
    """Site id -> since when it is paused (ISO 8601)."""
    return {row[0]: row[1] for row in store.rows("SELECT site_id, paused_at FROM site_pauses")}


def refuse(store: Store, site_ids: Iterable[str]) -> None:
    """Raise UsageError for the first of some sites that is paused."""
    held = paused(store)
    for site_id in site_ids:
        if site_id in held:
            raise UsageError("the site is paused", site_id, f"visit it again: titlewatch sites resume {site_id}")


def write(connection: sqlite3.Connection, site_id: str, at: str, by: str) -> None:
    """Pause a site at a time (ISO 8601)."""
    connection.execute("INSERT OR IGNORE INTO site_pauses VALUES (?, ?, ?)", (site_id, at, by))


def lift(connection: sqlite3.Connection, site_id: str) -> None:
    """Let a site be visited again."""
    connection.execute("DELETE FROM site_pauses WHERE site_id = ?", (site_id,))
