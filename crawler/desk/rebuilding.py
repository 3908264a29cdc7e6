"""A database made anew from the ledger, when the one there was is lost and there is no backup."""

import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from crawler import clock
from crawler.desk.entering import enter
from crawler.engine.recovery import recover_all
from crawler.errors import EnvironmentProblem, StorageError
from crawler.evidence.durable import set_aside
from crawler.evidence.ledger import Ledger
from crawler.store import Store, exchanges
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came back, and what did not."""

    exchanges: int
    captures: int
    orphans: int
    """Exhibits, decisions and cases that only the ledger still knows: their listings, notes and titles stood in the database alone."""
    aside: Path | None
    """Where the damaged database lies now."""


def rebuild(workspace: Workspace) -> Rebuilt:
    """Make the index of exchanges and captures anew from the ledger; watchlist, sites, hits, decisions and cases are lost.

    The ledger and every record stay as they are and verify; a new crawl finds the hits again
    and gives them exhibits. Raises EnvironmentProblem while the database that is there can be
    read, StorageError when the disk refuses.
    """
    with workspace.run_lock():
        aside = _set_aside(workspace)
        with ExitStack() as opened:
            store = Store.open(workspace.database, create=True)
            opened.callback(store.close)
            ledger = opened.enter_context(Ledger(workspace.ledger))
            before = sum(1 for _ in ledger.entries())
            enter(workspace, [{"type": "rebuild", "of": "titlewatch.db", "entries": before}])
            recover_all(workspace, store, ledger)
            orphans = [
                name
                for entry in ledger.entries(before)
                if entry.type == "recovery"
                for name in entry.body.get("orphans", ())
            ]
            count = exchanges.counts(store)
    return Rebuilt(count[0], count[1], len(orphans), aside)


def _set_aside(workspace: Workspace) -> Path | None:
    path = workspace.database
    if not path.exists():
        return None
    try:
        store = Store.open(path)
        try:
            sound = store.rows("PRAGMA quick_check(1)")[0][0] == "ok"
        finally:
            store.close()
    except (StorageError, sqlite3.DatabaseError):
        sound = False
    if sound:
        what = "the database can be read, and would lose what only it holds"
        raise EnvironmentProblem(what, str(path), "move it away yourself if you mean it")
    mark = f"damaged-{clock.new_id()}"
    for name in ("-wal", "-shm"):
        beside = path.with_name(path.name + name)
        if beside.exists():
            set_aside(beside, mark)
    return set_aside(path, mark)
