"""Sites: identities with their host:port, which are observations, and what people wrote of them."""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

from crawler import clock
from crawler.errors import UnknownObjectError, UsageError
from crawler.model import Site
from crawler.sitefile import SUFFIX, described
from crawler.store.database import Store


def add(store: Store, site: Site, added_by: str, at: str | None = None, text: str | None = None) -> None:
    """Add a site, now or at a time (ISO 8601), with the text of its site file if it has one.

    Raises UsageError when its id or one of its hosts is taken.
    """
    at = at or clock.stamp(clock.now())
    _check_hosts(store, site.hosts)
    try:
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (site.site_id, site.url, site.engine, site.engine_named, site.robots, site.authority, at, added_by),
            )
            connection.executemany(
                "INSERT INTO site_hosts VALUES (?, ?, 'added', ?)", [(site.site_id, host, at) for host in site.hosts]
            )
            _write_file(connection, site.site_id, text, added_by, at)
    except sqlite3.IntegrityError:
        raise UsageError("the site id is taken", site.site_id, "choose another with --id") from None


def change(store: Store, site: Site, changed_by: str, text: str, *, reads_otherwise: bool) -> None:
    """Let a site be as its changed site file says. Its earlier hosts stay with it: pages of theirs are on record.

    Where it is read in another way from now on, every page is due and none may answer that it has not changed.

    Raises UsageError when one of its hosts belongs to another site.
    """
    at = clock.stamp(clock.now())
    _check_hosts(store, site.hosts, site.site_id)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE sites SET url = ?, engine = CASE WHEN ? THEN ? WHEN engine_named THEN NULL ELSE engine END, "
            "engine_named = ?, robots = ?, authority = ? WHERE site_id = ?",
            (site.url, site.engine_named, site.engine, site.engine_named, site.robots, site.authority, site.site_id),
        )
        connection.executemany(
            "INSERT INTO site_hosts VALUES (?, ?, 'added', ?) ON CONFLICT DO UPDATE SET origin = 'added'",
            [(site.site_id, host, at) for host in site.hosts],
        )
        _write_file(connection, site.site_id, text, changed_by, at)
        if reads_otherwise:
            connection.execute(
                "UPDATE pages SET next_due = ?, etag = NULL, last_modified = NULL, mark = NULL "
                "WHERE site_id = ? AND state = 'done'",
                (at, site.site_id),
            )


def _check_hosts(store: Store, hosts: Sequence[str], own: str = "") -> None:
    for host in hosts:
        taken = store.row("SELECT site_id FROM site_hosts WHERE host = ? AND site_id <> ?", (host, own))
        if taken:
            raise UsageError(
                f"the host already belongs to site {taken[0]}", host, "visit that site, or add another host"
            )


def _write_file(connection: sqlite3.Connection, site_id: str, text: str | None, by: str, at: str) -> None:
    if text is not None:
        connection.execute(
            "INSERT OR REPLACE INTO site_files VALUES (?, ?, ?, ?, ?)",
            (site_id, text, hashlib.sha256(text.encode()).hexdigest(), at, by),
        )


def files(store: Store) -> Mapping[str, str]:
    """Site id -> SHA-256 of the site file as it was added, of every site that has one."""
    return {row[0]: row[1] for row in store.rows("SELECT site_id, sha256 FROM site_files")}


def every(store: Store) -> list[Site]:
    """All sites, in the order in which they were added."""
    texts = {row[0]: row[1] for row in store.rows("SELECT site_id, text FROM site_files")}
    hosts: dict[str, list[str]] = {}
    for row in store.rows("SELECT site_id, host FROM site_hosts ORDER BY first_seen, host"):
        hosts.setdefault(row[0], []).append(row[1])
    return [
        Site(
            site_id=row["site_id"],
            url=row["url"],
            hosts=tuple(hosts.get(row["site_id"], ())),
            engine=row["engine"],
            engine_named=bool(row["engine_named"]),
            robots=row["robots"],
            authority=row["authority"],
            description=described(texts[row["site_id"]], row["site_id"] + SUFFIX) if row["site_id"] in texts else None,
        )
        for row in store.rows("SELECT * FROM sites ORDER BY added_at, site_id")
    ]


def one(store: Store, site_id: str) -> Site:
    """The site of an id. Raises UnknownObjectError."""
    for site in every(store):
        if site.site_id == site_id:
            return site
    raise UnknownObjectError("no such site", site_id, "see: titlewatch sites list")


def added_hosts(store: Store, site_id: str) -> list[str]:
    """The ``host:port`` that a person added; what the site redirected itself to is not among them."""
    return [r[0] for r in store.rows("SELECT host FROM site_hosts WHERE site_id = ? AND origin = 'added'", (site_id,))]


def set_engine(connection: sqlite3.Connection, site_id: str, engine: str) -> None:
    """Remember the recognised site software; what a person named stays."""
    connection.execute("UPDATE sites SET engine = ? WHERE site_id = ? AND NOT engine_named", (engine, site_id))


def add_host(connection: sqlite3.Connection, site_id: str, host: str, at: str) -> None:
    """Remember that the site itself redirects to this host of its own name."""
    connection.execute("INSERT OR IGNORE INTO site_hosts VALUES (?, ?, 'redirect', ?)", (site_id, host, at))


def health(store: Store) -> list[dict[str, object]]:
    """Each site with its last visit's counts, for `sites list`."""
    return [
        {
            "site": row["site_id"], "url": row["url"], "engine": row["engine"], "robots": row["robots"],
            "authority": row["authority"], "last_run": row["run_id"], "last_visit": row["finished_at"] or row["started_at"],
            "finished": None if row["finished"] is None else bool(row["finished"]),
            "pages": row["known_pages"], "due": row["due_pages"], "hits": row["hits_in_all"], "errors": row["errors"],
            "notes": row["notes"],
        }
        for row in store.rows(
            """SELECT s.*, v.run_id, v.started_at, v.finished_at, v.finished, v.errors, v.notes,
                 (SELECT count(*) FROM pages p WHERE p.site_id = s.site_id) AS known_pages,
                 (SELECT count(*) FROM pages p WHERE p.site_id = s.site_id AND p.state = 'due') AS due_pages,
                 (SELECT count(*) FROM hits h JOIN listings l USING (listing_id) WHERE l.site_id = s.site_id) AS hits_in_all
               FROM sites s LEFT JOIN visits v ON v.site_id = s.site_id AND v.run_id =
                 (SELECT run_id FROM visits w JOIN runs r USING (run_id) WHERE w.site_id = s.site_id ORDER BY r.rowid DESC LIMIT 1)
               ORDER BY s.added_at, s.site_id"""
        )
    ]  # fmt: skip
