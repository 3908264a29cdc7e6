"""Runs and the visits that make them up."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from crawler import clock
from crawler.store.database import Store

COUNTS = ("requests", "pages", "listings", "hits", "new_hits", "errors")


def begin(store: Store, run_id: str, software: str, configuration: str) -> None:
    """Open a run; runs that a killed process left open are marked as killed."""
    at = clock.stamp(clock.now())
    with store.transaction() as connection:
        connection.execute("UPDATE runs SET outcome = 'killed', finished_at = ? WHERE finished_at IS NULL", (at,))
        connection.execute(
            "INSERT INTO runs (run_id, started_at, software, configuration) VALUES (?, ?, ?, ?)",
            (run_id, at, software, configuration),
        )


def begin_visit(store: Store, run_id: str, site_id: str) -> None:
    """Open the visit of one site in a run."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO visits (run_id, site_id, started_at) VALUES (?, ?, ?)",
            (run_id, site_id, clock.stamp(clock.now())),
        )


def unfinished_visit(store: Store, site_id: str) -> tuple[str, str | None] | None:
    """The visit that is going on, if the site's latest one did not finish: when it began, what it knew of the clock.

    Runs are taken in the order in which they were entered: a clock that was set back turns
    the order of their ids and times around.
    """
    rows = store.rows(
        "SELECT v.started_at, v.clock FROM visits v JOIN runs r USING (run_id) WHERE v.site_id = ? AND r.rowid > "
        "coalesce((SELECT max(f.rowid) FROM visits w JOIN runs f USING (run_id) WHERE w.site_id = ? AND w.finished = 1), 0) "
        "ORDER BY r.rowid",
        (site_id, site_id),
    )
    if not rows:
        return None
    began = min(row["started_at"] for row in rows)
    return began, next((row["clock"] for row in reversed(rows) if row["clock"]), None)


def last_clock(store: Store, site_id: str, since: str) -> str | None:
    """What the latest visit of a site since a moment knew of its clock."""
    row = store.row(
        "SELECT v.clock FROM visits v JOIN runs r USING (run_id) WHERE v.site_id = ? AND v.clock IS NOT NULL "
        "AND v.started_at >= ? ORDER BY r.rowid DESC LIMIT 1",
        (site_id, since),
    )
    return str(row[0]) if row else None


def write_visit(connection: sqlite3.Connection, run_id: str, site_id: str, facts: Mapping[str, Any]) -> None:
    """Bring a visit's counts up to date; `facts` holds COUNTS, engine, notes and finished."""
    connection.execute(
        f"UPDATE visits SET engine = ?, notes = ?, clock = ?, finished = ?, {', '.join(f'{name} = ?' for name in COUNTS)} "
        "WHERE run_id = ? AND site_id = ?",
        (
            facts["engine"],
            json.dumps(facts["notes"], ensure_ascii=False),
            facts["clock"],
            facts["finished"],
            *(facts[name] for name in COUNTS),
            run_id,
            site_id,
        ),
    )


def end_visit(store: Store, run_id: str, site_id: str, facts: Mapping[str, Any]) -> None:
    """Close a visit with its last counts."""
    with store.transaction() as connection:
        write_visit(connection, run_id, site_id, facts)
        connection.execute(
            "UPDATE visits SET finished_at = ? WHERE run_id = ? AND site_id = ?",
            (clock.stamp(clock.now()), run_id, site_id),
        )


def end(store: Store, run_id: str, outcome: str) -> None:
    """Close a run: ``done``, ``part`` (some sites failed) or ``interrupted``."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE runs SET finished_at = ?, outcome = ? WHERE run_id = ?",
            (clock.stamp(clock.now()), outcome, run_id),
        )


def started_at(store: Store, run_id: str) -> str:
    """When a run began; the beginning of time for one that is not known."""
    row = store.row("SELECT started_at FROM runs WHERE run_id = ?", (run_id,))
    return str(row[0]) if row else ""


def ended_at(store: Store, run_id: str) -> str | None:
    """When a run ended; None for one that goes on or is not known."""
    row = store.row("SELECT finished_at FROM runs WHERE run_id = ?", (run_id,))
    return str(row[0]) if row and row[0] else None


def started(store: Store, since: str) -> list[tuple[str, str]]:
    """The runs since a moment (ISO 8601), and when each began."""
    rows = store.rows("SELECT run_id, started_at FROM runs WHERE started_at >= ? ORDER BY run_id", (since,))
    return [(row["run_id"], row["started_at"]) for row in rows]


def latest(store: Store) -> tuple[str, str] | None:
    """The run that was entered last of those that visited sites, or of all where none did, and when it began."""
    row = store.row(
        "SELECT run_id, started_at FROM runs r ORDER BY EXISTS (SELECT 1 FROM visits v WHERE v.run_id = r.run_id) DESC, "
        "r.rowid DESC LIMIT 1"
    )
    return (row["run_id"], row["started_at"]) if row else None


def visits_since(store: Store, moment: str) -> list[dict[str, Any]]:
    """What the visits of runs that began at a moment (`clock.stamp`) or later came to, in their order."""
    names = ("run_id", "site_id", "engine", *COUNTS, "finished")
    return [
        {("site" if name == "site_id" else name): row[name] for name in names}
        for row in store.rows(
            f"SELECT {', '.join(f'v.{name}' for name in names)} FROM visits v JOIN runs r USING (run_id) "
            "WHERE r.started_at >= ? ORDER BY r.rowid, v.started_at",
            (moment,),
        )
    ]


def first(store: Store) -> str | None:
    """The first run of all."""
    row = store.row("SELECT run_id FROM runs ORDER BY rowid LIMIT 1")
    return str(row[0]) if row else None


def pictures_due(store: Store) -> int:
    """Exhibits that wait for their picture."""
    row = store.row("SELECT count(*) FROM exhibits_due")
    return int(row[0]) if row else 0
