"""On-site search: where a site's search is, and for which titles it was asked."""

import sqlite3
from collections.abc import Iterable

from crawler.reading import Page
from crawler.store.database import Store
from crawler.store.pages import COLUMNS, _page


def address(store: Store, site_id: str) -> str | None:
    """A site's search, with ``{title}`` where the title goes; None when no page showed one."""
    row = store.row("SELECT url FROM ways_in WHERE site_id = ? AND kind = 'search'", (site_id,))
    return str(row[0]) if row else None


def unasked(store: Store, site_id: str, limit: int) -> list[tuple[str, str]]:
    """Works (id, title) added after the site was first visited to its end, and not searched for under their titles."""
    return [
        (row[0], row[1])
        for row in store.rows(
            "SELECT w.work_id, w.title FROM works w WHERE w.added_at > "
            "(SELECT min(v.started_at) FROM visits v WHERE v.site_id = ? AND v.finished = 1) "
            "AND NOT EXISTS (SELECT 1 FROM titles_searched t WHERE t.site_id = ? AND t.work_id = w.work_id AND t.title = w.title) "
            "ORDER BY w.added_at, w.work_id LIMIT ?",
            (site_id, site_id, limit),
        )
    ]


def on_record(store: Store, site_id: str, title: str) -> list[Page]:
    """The pages of a site on which listings are known that name a title and are no hit of anything yet."""
    names = ", ".join(f"p.{name.strip()}" for name in COLUMNS.split(","))
    return [
        _page(row)
        for row in store.rows(
            f"SELECT DISTINCT {names} FROM listings l JOIN pages p ON p.url = l.source_page AND p.site_id = l.site_id "
            "WHERE l.site_id = ? AND p.state = 'done' AND (instr(lower(l.title), lower(?)) OR instr(lower(l.text), lower(?))) "
            "LIMIT 100",
            (site_id, title, title),
        )
    ]


def write(
    connection: sqlite3.Connection, site_id: str, found: str | None, asked: Iterable[tuple[str, str]], at: str
) -> None:
    """Remember where a site's search is, and the titles (work, title) that it was asked for."""
    if found:
        connection.execute(
            "INSERT INTO ways_in VALUES (?, 'search', ?, ?) ON CONFLICT (site_id, kind) DO UPDATE SET "
            "url = excluded.url, found_at = excluded.found_at WHERE url <> excluded.url",
            (site_id, found, at),
        )
    connection.executemany(
        "INSERT OR IGNORE INTO titles_searched VALUES (?, ?, ?, ?)",
        [(site_id, work, title, at) for work, title in asked],
    )
