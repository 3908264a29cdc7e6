"""Sites: identities with their host:port, which are observations."""

import sqlite3

from crawler import clock
from crawler.errors import UnknownObjectError, UsageError
from crawler.model import Site
from crawler.store.database import Store


def add(store: Store, site: Site, added_by: str, at: str | None = None) -> None:
    """Add a site, now or at a time (ISO 8601). Raises UsageError when its id or one of its hosts is taken."""
    at = at or clock.stamp(clock.now())
    for host in site.hosts:
        taken = store.row("SELECT site_id FROM site_hosts WHERE host = ?", (host,))
        if taken:
            raise UsageError(
                f"the host already belongs to site {taken[0]}", host, "visit that site, or add another host"
            )
    try:
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (site.site_id, site.url, site.engine, site.engine_named, site.robots, site.authority, at, added_by),
            )
            connection.executemany(
                "INSERT INTO site_hosts VALUES (?, ?, 'added', ?)", [(site.site_id, host, at) for host in site.hosts]
            )
    except sqlite3.IntegrityError:
        raise UsageError("the site id is taken", site.site_id, "choose another with --id") from None


def every(store: Store) -> list[Site]:
    """All sites, in the order in which they were added."""
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
