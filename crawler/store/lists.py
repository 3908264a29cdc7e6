"""What each list, feed and sitemap showed: its rows, in order, each with its mark."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.reading import Page
from crawler.store.database import Store
from crawler.store.pages import COLUMNS, _page

POSITIONS = 1000
"""Rows that one page of a list may hold; a row's position is its page's number times this, and its place there."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One page as a list names it."""

    list_id: int
    """The list's first page."""
    page_id: int
    position: int
    mark: str | None


def row(store: Store, list_id: int, page_id: int) -> ListRow | None:
    """How a list last showed a page; None when it never did."""
    found = store.row(
        "SELECT list_id, page_id, position, mark FROM list_rows WHERE list_id = ? AND page_id = ?", (list_id, page_id)
    )
    return ListRow(*found) if found else None


def shows(store: Store, site_id: str, page_id: int) -> bool:
    """Whether a list, feed or entry page of a site shows a page, as far as it was read last."""
    found = store.row(
        "SELECT 1 FROM pages p JOIN list_rows r ON r.list_id = p.page_id AND r.page_id = ? "
        "WHERE p.site_id = ? AND p.role IN ('entry', 'list', 'feed') LIMIT 1",
        (page_id, site_id),
    )
    return found is not None


def on_page(store: Store, list_id: int, number: int) -> list[ListRow]:
    """The rows that a list showed on its page of a number, in order."""
    low = number * POSITIONS
    rows = store.rows(
        "SELECT list_id, page_id, position, mark FROM list_rows WHERE list_id = ? AND position BETWEEN ? AND ? "
        "ORDER BY position",
        (list_id, low, low + POSITIONS - 1),
    )
    return [ListRow(*found) for found in rows]


def write(connection: sqlite3.Connection, rows: Iterable[ListRow], left: Sequence[tuple[int, int]] = ()) -> None:
    """Write what a list shows; `left` names rows (list, page) that it shows no longer."""
    connection.executemany("DELETE FROM list_rows WHERE list_id = ? AND page_id = ?", left)
    connection.executemany(
        "INSERT INTO list_rows VALUES (?, ?, ?, ?) ON CONFLICT (list_id, page_id) DO UPDATE SET "
        "position = excluded.position, mark = excluded.mark",
        [(one.list_id, one.page_id, one.position, one.mark) for one in rows],
    )


def covered(store: Store, site_id: str) -> frozenset[int]:
    """The lists of a site that show nothing which the entry page's own list does not show as soon, as far as was seen.

    All their rows stand there too, in the same order. A feed is one of them where the entry page lists no entries: each
    part of the site has a list of its own then.
    """
    base = store.row(
        "SELECT list_id FROM pages WHERE site_id = ? AND role = 'entry' AND list_id IS NOT NULL "
        "ORDER BY last_fetched DESC LIMIT 1",
        (site_id,),
    )
    if base is None:
        return frozenset()
    names_entries = store.row(
        "SELECT 1 FROM list_rows r JOIN pages p USING (page_id) WHERE r.list_id = ? AND p.role = 'topic' LIMIT 1", base
    )
    kind = "topic"
    feeds: frozenset[int] = frozenset()
    if names_entries is None:
        kind = "list"
        named = store.rows(
            "SELECT page_id FROM pages WHERE site_id = ? AND role = 'feed' AND priority > 0 AND list_id = page_id",
            (site_id,),
        )
        feeds = frozenset(row[0] for row in named)
    found: dict[int, list[int | None]] = {}
    for list_id, position in store.connection.execute(
        "SELECT l.list_id, e.position FROM list_rows l JOIN pages p ON p.page_id = l.list_id "
        "JOIN pages t ON t.page_id = l.page_id AND (t.role = 'topic' OR t.role = ?) "
        "LEFT JOIN list_rows e ON e.list_id = ? AND e.page_id = l.page_id "
        "WHERE p.site_id = ? AND p.role = 'list' AND l.list_id <> ? ORDER BY l.list_id, l.position",
        (kind, base[0], site_id, base[0]),
    ):
        found.setdefault(list_id, []).append(position)
    return feeds | {list_id for list_id, positions in found.items() if _stands_there(positions)}


def _stands_there(positions: Sequence[int | None]) -> bool:
    """Whether a list's rows, given by their places on the entry page's list, all stand there, in order."""
    known = [position for position in positions if position is not None]
    if len(known) < len(positions):
        return False
    steps = list(pairwise(known))
    # A pinned row or two stand out of order.
    return sum(one > other for one, other in steps) <= max(1, len(steps) // 10)


def elsewhere(store: Store, site_id: str, near: int, covered: Iterable[int], before: str, limit: int) -> list[Page]:
    """Further pages of a site's lists, and lists in `covered`, not read since `before`: those of the list `near` first."""
    among = ", ".join(str(int(one)) for one in covered)
    return [
        _page(found)
        for found in store.rows(
            f"SELECT {COLUMNS} FROM pages WHERE site_id = ? AND role = 'list' AND state = 'done' "
            f"AND (list_id <> page_id OR page_id IN ({among})) AND coalesce(last_fetched, '') < ? "
            "ORDER BY list_id <> ?, number, last_fetched LIMIT ?",
            (site_id, before, near, limit),
        )
    ]
