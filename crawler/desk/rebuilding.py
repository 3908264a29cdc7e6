"""A database made anew from the ledger, when the one there was is lost and there is no backup."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.desk import retelling
from crawler.desk.entering import enter
from crawler.engine.recovery import recover_all
from crawler.errors import EnvironmentProblem, StorageError
from crawler.evidence.durable import set_aside
from crawler.evidence.ledger import Entry, Ledger
from crawler.model import Site
from crawler.store import Store, cases, exchanges, pauses, rules, sites
from crawler.store.cases import Case
from crawler.store.rules import RuleAct
from crawler.workspace import Workspace

_TOLD = (
    ("site", "add"), ("site", "change"), ("site", "follow"), ("case", "open"), (rules.SUSPENSION, None),
    (rules.RESUMPTION, None),
)  # fmt: skip
"""Type and act of the entries that tell in full what they are about."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came back, and what did not."""

    exchanges: int
    captures: int
    sites: int
    cases: int
    """Opened anew under their ids and titles, held or closed as they were, and empty: the hits in them are lost."""
    acts: int
    """Acts on cases and referrals, seals, authorisations and approvals, from their entries."""
    orphans: int
    """Exhibits and decisions that only the ledger still knows: their listings and notes stood in the database alone."""
    aside: Path | None
    """Where the damaged database lies now."""


def rebuild(workspace: Workspace) -> Rebuilt:
    """Make anew what the ledger tells: the index of exchanges and captures, sites, suspended rules, cases by name.

    Every act on a case comes back with it, so that what is under legal hold stays so; what was sealed away stays sealed,
    under the ids that it had; and so do authorisations, approvals under data law, referrals, their approvals and what
    became of them, save texts of which an entry holds the hash.

    Lost are the watchlist, listings, hits, exhibits, decisions and notes as rows, what cases held, parties, translations,
    leads with their clues, moves that were noticed or followed, and disputes. The ledger and every record stay as they are
    and verify; a new crawl finds the hits again under new ids and gives them exhibits: a page that was sealed away, too,
    which is then sealed anew. Raises EnvironmentProblem while the database that is there can be read, StorageError when
    the disk refuses.
    """
    with workspace.run_lock():
        aside = _set_aside(workspace)
        with ExitStack() as opened:
            store = Store.open(workspace.database, create=True)
            opened.callback(store.close)
            ledger = opened.enter_context(Ledger(workspace.ledger))
            before = sum(1 for _ in ledger.entries())
            enter(workspace, [{"type": "rebuild", "of": "titlewatch.db", "entries": before}])
            told = _tell(store, ledger)
            recover_all(workspace, store, ledger)
            orphans = [
                name
                for entry in ledger.entries(before)
                if entry.type == "recovery"
                for name in entry.body.get("orphans", ())
            ]
            count = exchanges.counts(store)
    return Rebuilt(count[0], count[1], *told, len(orphans), aside)


def _tell(store: Store, ledger: Ledger) -> tuple[int, int, int]:
    """Write the sites, cases and acts that entries tell in full; returns how many of each."""
    told = {kind: dict[str, Entry]() for kind, _ in _TOLD}
    paused: dict[str, Entry] = {}
    acts: list[Entry] = []
    void: set[str] = set()
    showing: dict[str, str] = {}
    captures: set[str] = set()
    for entry in ledger.entries():
        if entry.type in retelling.TYPES:
            acts.append(entry)
        elif entry.type == "exhibit":
            body = entry.body
            showing |= dict.fromkeys((*body.get("exchanges", ()), *body.get("captures", ())), body["hit"])
        elif entry.type == "capture":
            captures.add(entry.body["capture"])
        if (entry.type, entry.body.get("act")) in _TOLD:
            told[entry.type][entry.body[entry.type]] = entry
        elif entry.type == "site" and entry.body.get("act") == "pause":
            paused[entry.body["site"]] = entry
        elif entry.type == "site" and entry.body.get("act") == "resume":
            paused.pop(entry.body["site"], None)
        elif entry.type == "recovery":
            void.update(entry.body.get("orphans", ()))
            for name in entry.body.get("orphans", ()):
                for entered in told.values():
                    entered.pop(name, None)
    with store.transaction() as connection:
        for entry in _apart(told["site"].values()):
            sites.add(store, _site(entry.body), _who(entry.body), entry.body["utc"], entry.body.get("file"))
        known = {site.site_id for site in sites.every(store)}
        for site_id, entry in paused.items():
            if site_id in known:
                pauses.write(connection, site_id, entry.body["utc"], _who(entry.body))
        for entry in told["case"].values():
            body, opened_at = entry.body, clock.parse(entry.body["utc"])
            opened = Case(body["case"], body["title"], body["track"], opened_at, _who(body), entry.seq)
            cases.write(connection, opened)
        for kind in (rules.SUSPENSION, rules.RESUMPTION):
            for act in told[kind].values():
                rules.write(connection, _rule_act(act.body), act.seq)
        count = retelling.retell(store, acts, told["case"], void, showing, captures)
    return len(sites.every(store)), len(told["case"]), count


def _rule_act(body: Mapping[str, Any]) -> RuleAct:
    """A suspension or its end; its note stood in the database alone."""
    kind, decided_at = body["type"], clock.parse(body["decided_at"])
    who = body["decided_by"], body["system_user"], body["system_host"]
    return RuleAct(body[kind], body["rule"], kind, "", *who, decided_at)


def _apart(entered: Iterable[Entry]) -> list[Entry]:
    """The sites whose hosts no later entry gives to another: an earlier one had no effect."""
    taken: set[str] = set()
    kept: list[Entry] = []
    for entry in reversed(list(entered)):
        if not taken & set(entry.body["hosts"]):
            taken |= set(entry.body["hosts"])
            kept.insert(0, entry)
    return kept


def _who(body: Mapping[str, Any]) -> str:
    return f"{body.get('system_user')}@{body.get('system_host')}"


def _site(body: Mapping[str, Any]) -> Site:
    return Site(
        site_id=body["site"],
        url=body["url"],
        hosts=tuple(body["hosts"]),
        engine=body["engine"],
        engine_named=body["engine"] is not None,
        robots=body["robots"],
        authority=body["authority"],
    )


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
