"""What the start of a run does about a run that was killed: adopt, set aside, and say so in the ledger."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.engine.orphans import name_orphaned_acts
from crawler.engine.unentered import enter_seals, enter_stamps, enter_upgrades
from crawler.errors import StorageError
from crawler.evidence import entries, making
from crawler.evidence.ledger import Ledger
from crawler.evidence.segment import Segment, recover
from crawler.store import Store, askings, exchanges, exhibits, plain
from crawler.store.exchanges import Kept
from crawler.wording import counted
from crawler.workspace import Workspace


def recover_all(workspace: Workspace, store: Store, ledger: Ledger) -> list[str]:
    """Bring evidence and database to one state; returns a sentence for each thing that was found.

    A segment's records without an entry are adopted, its torn tail is set aside, the
    segment is closed; a run without an end is named; ledger entries that the database missed are indexed, and exhibits among
    them named as orphans, because their hits get others; a seal or stamp
    that was written and never entered is entered when it holds.
    """
    found = [f"{name}: never finished, removed" for name in _clear_leftovers(workspace)]
    found += enter_upgrades(workspace, ledger)
    found += _seal_personal(store)
    named = _named_until(ledger)
    killed, closed = _unended(ledger), []
    for path in sorted(workspace.evidence.glob("*.warc.gz.open")):
        name = path.name.removesuffix(".open")
        recovered = recover(path)
        adopted = [m for m in recovered.members if m.offset >= named.get(name, 0)]
        if adopted or recovered.torn:
            ledger.append([entries.recovery_body(recovered, named.get(name, 0))])
            torn = f", {recovered.torn['bytes']} torn bytes set aside" if recovered.torn else ""
            found.append(f"{name}: {counted(len(adopted), 'record')} adopted{torn}")
        Segment.resume(path, {}).seal()
        closed.append(name)
    if killed:
        ledger.append([entries.unended_body(killed, closed)])
        found.append(
            f"{len(killed)} runs that never came to their end"
            if len(killed) > 1
            else f"run {killed[0]} never came to its end"
        )
    after = exchanges.last_seq(store)
    orphans = _orphans(store, ledger, after)
    if orphans:
        # Named before the captures are indexed: they move the number on, past which the next start does not look.
        ledger.append([entries.orphans_body(orphans)])
        found.append(f"{counted(len(orphans), 'exhibit')} that the database never learned of; their hits get others")
    missed = _index_missed(store, ledger, after)
    if missed:
        found.append(f"{counted(missed, 'ledger entry', 'ledger entries')} indexed that the database had missed")
    acts = name_orphaned_acts(store, ledger)
    if acts:
        found.append(f"{counted(len(acts), 'act')} that the database never learned of and that had no effect")
    return found + enter_seals(workspace, ledger) + enter_stamps(workspace, ledger)


def _seal_personal(store: Store) -> list[str]:
    """Encrypt what an older version left open, and say so; without its key it stands as it was, and that is said."""
    try:
        with store.transaction() as connection:
            sealed = plain.seal(connection, store.path)
    except StorageError as error:
        return [f"statements that may lead to a person stand open and cannot be encrypted: {error}"]
    return [f"{counted(sealed, 'statement')} that may lead to a person stood open, encrypted now"] if sealed else []


def _clear_leftovers(workspace: Workspace) -> list[str]:
    """Remove what a killed process was writing and never gave its name."""
    gone = [name for folder in _written(workspace) for name in making.clear_unnamed(folder)]
    return gone + making.clear_abandoned(workspace.exports, making.EXPORT)


def _written(workspace: Workspace) -> tuple[Path, ...]:
    return workspace.evidence, workspace.keys, workspace.keys / "retired"


def _unended(ledger: Ledger) -> list[str]:
    """The runs that the ledger has begun and not ended, and that no recovery has named."""
    wanted = (b'"type":"run-start"', b'"type":"run-end"', b'"of":"runs"')
    begun: dict[str, None] = {}
    for entry in ledger.entries():
        if not any(mark in entry.line for mark in wanted):
            continue
        body = entry.body
        if entry.type == "run-start":
            begun[str(body["run"])] = None
        elif entry.type == "run-end":
            begun.pop(str(body["run"]), None)
        elif entry.type == "recovery" and body.get("of") == "runs":
            for run in body["runs"]:
                begun.pop(run, None)
    return list(begun)


def _named_until(ledger: Ledger) -> dict[str, int]:
    """For each segment, the byte up to which ledger entries name its records."""
    until: dict[str, int] = {}
    for entry in ledger.entries():
        if b'"record":{' in entry.line:
            record: Mapping[str, Any] = entry.body.get("record") or {}
            if "segment" in record:
                end = int(record["offset"]) + int(record["length"])
                until[record["segment"]] = max(until.get(record["segment"], 0), end)
    return until


def _orphans(store: Store, ledger: Ledger, after: int) -> list[str]:
    """The exhibits entered after number `after` that the database does not hold, and that no recovery has named."""
    unknown: dict[str, None] = {}
    for entry in ledger.entries(after + 1):
        if entry.type == "exhibit":
            exhibit_id = str(entry.body["exhibit"])
            if not exhibits.is_known(store, exhibit_id):
                unknown[exhibit_id] = None
        elif entry.type == "recovery":
            for named in entry.body.get("orphans", ()):
                unknown.pop(named, None)
    return list(unknown)


def _index_missed(store: Store, ledger: Ledger, after: int) -> int:
    """Index the exchanges, late keepings and captures entered after number `after` whose database commit never came."""
    count = 0
    with store.transaction() as connection:
        for entry in ledger.entries(after + 1):
            if entry.type == "exchange":
                count += exchanges.write_missed(connection, entry.seq, entry.body, _kept(entry.body.get("record")))
            elif entry.type == "kept" and (kept := _kept(entry.body["record"])):
                exchanges.write_kept(connection, entry.body["exchange"], kept)
                count += 1
            elif entry.type == "capture" and (kept := _kept(entry.body["record"])):
                count += exchanges.write_missed_capture(connection, entry.seq, entry.body, kept)
            elif entry.type in ("dns", "registration"):
                count += askings.write_missed(connection, entry.seq, entry.body)
    return count


def _kept(record: Mapping[str, Any] | None) -> Kept | None:
    if not record:
        return None
    return Kept(record["segment"], record["offset"], record["length"], tuple(record["records"]))
