"""Works: the watchlist at rest."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from crawler import clock
from crawler.errors import UsageError
from crawler.model import Work
from crawler.store import given, look_backs
from crawler.store.database import Store

FACETS = {
    "alias": "aliases",
    "creator": "creators",
    "licensed_domain": "licensed_domains",
    "identifier": "identifiers",
    "publisher": "publishers",
}
_RESTING = (
    ("hits", "hits on the work are on record", "look for it no longer: titlewatch works policy {} off"),
    ("authorisation_works", "an authorisation names the work", "look for it no longer: titlewatch works policy {} off"),
)
AT_ONCE = 500
"""Works that one statement asks for by their ids."""


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
    with store.transaction() as connection:
        for work, before in _beside_known(store, works):
            if before == work:
                continue
            added, changed = (added, changed + 1) if before else (added + 1, changed)
            connection.execute(
                "INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (work_id) DO UPDATE SET title = excluded.title, "
                "kind = excluded.kind, year = excluded.year, language = excluded.language, changed_at = excluded.changed_at",
                (work.work_id, work.title, work.kind, work.year, work.language, at, at),
            )
            look_backs.owe(connection, work.work_id)
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
            if work.policy != (before.policy if before else "default"):
                connection.execute(
                    "INSERT OR REPLACE INTO work_policies VALUES (?, ?, ?, ?, ?)",
                    (work.work_id, work.policy, by, note, at),
                )
    return added, changed


def remove(store: Store, work_id: str) -> None:
    """Take a work off the watchlist, with all that was said of it. Raises UsageError for one that a record rests on."""
    for table, what, remedy in _RESTING:
        if store.row(f"SELECT 1 FROM {table} WHERE work_id = ? LIMIT 1", (work_id,)):
            raise UsageError(what, work_id, remedy.format(work_id))
    with store.transaction() as connection:
        for table in ("looks_owed", "titles_searched", "work_policies", "reference_urls", "work_facets", "works"):
            connection.execute(f"DELETE FROM {table} WHERE work_id = ?", (work_id,))


def _beside_known(store: Store, works: Iterable[Work]) -> Iterator[tuple[Work, Work | None]]:
    """Each work with what is known by its id when its turn comes, looked up many at a time."""
    coming = iter(works)
    while batch := list(islice(coming, AT_ONCE)):
        known = {work.work_id: work for work, _ in stream(store, [work.work_id for work in batch])}
        for work in batch:
            yield work, known.get(work.work_id)
            known[work.work_id] = work


def every(store: Store) -> Sequence[Work]:
    """All works, in the order of their ids."""
    return [work for work, _ in stream(store)]


def stream(store: Store, work_ids: Iterable[str] | None = None) -> Iterator[tuple[Work, str]]:
    """Works, all or those of some ids, in the order of their ids and as they are asked for.

    Each comes with the time of its last change, which is another one as soon as the work is.
    """
    if work_ids is None:
        yield from _read(store, "", ())
        return
    wanted = iter(sorted(set(work_ids)))
    while batch := list(islice(wanted, AT_ONCE)):
        yield from _read(store, f"WHERE work_id IN ({', '.join('?' * len(batch))})", batch)


def _read(store: Store, where: str, values: Sequence[str]) -> Iterator[tuple[Work, str]]:
    read = store.connection.execute
    facets = groupby(
        read(f"SELECT work_id, facet, value FROM work_facets {where} ORDER BY work_id, facet, position", values),
        key=itemgetter(0),
    )
    policies = dict(read(f"SELECT work_id, policy FROM work_policies {where}", values).fetchall())
    owner, theirs = next(facets, (None, iter(())))
    columns = "work_id, title, kind, year, language, changed_at"
    for work_id, title, kind, year, language, changed_at in read(
        f"SELECT {columns} FROM works {where} ORDER BY work_id", values
    ):
        # A facet whose work came after this statement began belongs to the next reading.
        while owner is not None and owner < work_id:
            owner, theirs = next(facets, (None, iter(())))
        said: dict[str, list[str]] = {}
        if owner == work_id:
            for _, facet, value in theirs:
                said.setdefault(FACETS[facet], []).append(value)
        several = {name: tuple(values) for name, values in said.items()}
        policy = policies.get(work_id, "default")
        yield Work(work_id, title, kind, year, language, policy=policy, **several), changed_at


def marks(store: Store) -> Iterator[tuple[str, str]]:
    """The id of every work and the time of its last change, in the order of the ids."""
    cursor = store.connection.cursor()
    # Plain pairs: a million rows with names take three times as long.
    cursor.row_factory = None
    return iter(cursor.execute("SELECT work_id, changed_at FROM works ORDER BY work_id"))


def state(store: Store) -> tuple[int, str]:
    """How many works there are and when one was changed last: another state, another watchlist."""
    row = store.connection.execute("SELECT count(*), max(changed_at) FROM works").fetchone()
    return row[0], row[1] or ""


def writes(store: Store) -> int:
    """A number that is another one when another connection has changed anything in the database."""
    return int(store.connection.execute("PRAGMA data_version").fetchone()[0])


def one(store: Store, work_id: str) -> Work:
    """The work of an id, or of a beginning that no other id has. Raises UnknownObjectError, UsageError."""
    (wanted,) = given.whole(store, "work", [work_id])
    return next(work for work, _ in stream(store, [wanted]))


def reference_urls(store: Store) -> frozenset[str]:
    """The genuine pages of watched works: never a source page, never a target."""
    return frozenset(row[0] for row in store.rows("SELECT url FROM reference_urls"))


def genuine_pages(store: Store, work_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The genuine pages of some works, in order."""
    found: dict[str, list[str]] = {work_id: [] for work_id in work_ids}
    for row in store.rows("SELECT work_id, url FROM reference_urls ORDER BY url"):
        if row["work_id"] in found:
            found[row["work_id"]].append(row["url"])
    return {work_id: tuple(urls) for work_id, urls in found.items()}
