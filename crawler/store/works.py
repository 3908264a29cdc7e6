"""Works: the watchlist at rest."""

import sqlite3
from collections.abc import Iterable, Sequence

from crawler import clock
from crawler.errors import UsageError
from crawler.model import Work
from crawler.store import given
from crawler.store.database import Store

FACETS = {
    "alias": "aliases",
    "creator": "creators",
    "licensed_domain": "licensed_domains",
    "identifier": "identifiers",
}


def save(store: Store, works: Iterable[Work], by: str = "", note: str = "") -> tuple[int, int]:
    """Add or replace works by their id, all or none; returns how many were added and how many changed.

    `by` and `note` are kept with the policies that change.

    Raises UsageError when an identifier is a URL that was seen offering a copy.
    """
    try:
        return _save(store, works, by, note)
    except sqlite3.IntegrityError as error:
        raise UsageError(str(error), "the identifiers of a work", "leave that address out of the identifiers") from None


def _save(store: Store, works: Iterable[Work], by: str, note: str) -> tuple[int, int]:
    at = clock.stamp(clock.now())
    added = changed = 0
    known = {work.work_id: work for work in every(store)}
    with store.transaction() as connection:
        for work in works:
            if known.get(work.work_id) == work:
                continue
            added, changed = (added, changed + 1) if work.work_id in known else (added + 1, changed)
            connection.execute(
                "INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (work_id) DO UPDATE SET title = excluded.title, "
                "kind = excluded.kind, year = excluded.year, language = excluded.language, changed_at = excluded.changed_at",
                (work.work_id, work.title, work.kind, work.year, work.language, at, at),
            )
            connection.execute("DELETE FROM work_facets WHERE work_id = ?", (work.work_id,))
            connection.executemany(
                "INSERT INTO work_facets VALUES (?, ?, ?, ?)",
                [
                    (work.work_id, facet, position, value)
                    for facet, name in FACETS.items()
                    for position, value in enumerate(getattr(work, name))
                ],
            )
            connection.execute("DELETE FROM reference_urls WHERE work_id = ?", (work.work_id,))
            connection.executemany(
                "INSERT OR IGNORE INTO reference_urls VALUES (?, ?)",
                [(i, work.work_id) for i in work.identifiers if i.startswith(("http://", "https://"))],
            )
            before = known.get(work.work_id)
            if work.policy != (before.policy if before else "default"):
                connection.execute(
                    "INSERT OR REPLACE INTO work_policies VALUES (?, ?, ?, ?, ?)",
                    (work.work_id, work.policy, by, note, at),
                )
            known[work.work_id] = work
    return added, changed


def every(store: Store) -> Sequence[Work]:
    """All works, in the order of their ids."""
    facets: dict[tuple[str, str], list[str]] = {}
    for row in store.connection.execute(
        "SELECT work_id, facet, value FROM work_facets ORDER BY work_id, facet, position"
    ):
        facets.setdefault((row[0], row[1]), []).append(row[2])
    policies: dict[str, str] = dict(store.connection.execute("SELECT work_id, policy FROM work_policies").fetchall())
    return [
        Work(
            work_id=row["work_id"],
            title=row["title"],
            kind=row["kind"],
            year=row["year"],
            language=row["language"],
            aliases=tuple(facets.get((row["work_id"], "alias"), ())),
            creators=tuple(facets.get((row["work_id"], "creator"), ())),
            licensed_domains=tuple(facets.get((row["work_id"], "licensed_domain"), ())),
            identifiers=tuple(facets.get((row["work_id"], "identifier"), ())),
            policy=policies.get(row["work_id"], "default"),
        )
        for row in store.rows("SELECT * FROM works ORDER BY work_id")
    ]


def one(store: Store, work_id: str) -> Work:
    """The work of an id, or of a beginning that no other id has. Raises UnknownObjectError, UsageError."""
    (wanted,) = given.whole(store, "work", [work_id])
    return next(work for work in every(store) if work.work_id == wanted)


def reference_urls(store: Store) -> frozenset[str]:
    """The genuine pages of watched works: never a source page, never a target."""
    return frozenset(row[0] for row in store.rows("SELECT url FROM reference_urls"))
