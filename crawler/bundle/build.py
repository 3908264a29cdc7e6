"""Building a bundle: gather, write, sign, stamp, give it its name; a crash leaves nothing under that name."""

import os
import platform
import pwd
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from crawler import clock
from crawler.bundle import casefile, custody, log, payload
from crawler.bundle.archive import zip_bundle
from crawler.bundle.assembly import Assembly, Progress, Steps
from crawler.bundle.bag import Bag
from crawler.bundle.closing import Closed, close
from crawler.bundle.payload import Payload
from crawler.bundle.reports import PRINTED
from crawler.bundle.stamping import Send, banner
from crawler.errors import EvidenceError, StorageError
from crawler.evidence import key_change, key_ring
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.durable import sync_folder
from crawler.evidence.ledger import Ledger
from crawler.evidence.making import EXPORT, clear_abandoned, making
from crawler.store import Store, exhibits
from crawler.wording import say
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Built:
    """A finished bundle."""

    bundle: Path
    """Absolute."""
    exhibits: int
    stamped: tuple[str, ...]
    """Authorities whose stamp over the bundle was accepted."""
    pending: Mapping[str, str]
    """Authority -> why its stamp is missing."""
    unstamped: bool
    """True when no authority is configured."""
    notes: tuple[str, ...]
    """What the reader of a summary must know: records unsealed or unstamped, no PDF."""
    payload_sha256: str
    """Of manifest-sha256.txt: the same for every export of an unchanged case."""
    zip: Path | None = None
    records: str = "stamped"
    """``unstamped``, ``pending`` or ``stamped``: what the seals of the case's records say."""


def build(
    store: Store,
    workspace: Workspace,
    case_id: str,
    *,
    out: Path | None = None,
    agency: str | None = None,
    zipped: bool = False,
    stamp: Send | None = None,
    progress: Progress | None = None,
) -> Built:
    """Export a case as an evidence bundle and enter the export in ledger and store.

    `stamp` sends a timestamp query (DER) to an authority and returns its reply. An authority
    that fails is marked pending in the bundle. Raises RefusedError naming every item that
    has no person's decision, no exhibit or no bytes; EvidenceError when the record does not
    hold; StorageError when the disk refuses.
    """
    steps = Steps(progress)
    steps.next("gather")
    case = casefile.gather(store, case_id, agency)
    parent = (out or workspace.exports).absolute()
    name = f"TW-{case.file_name}-{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    final, temporary = parent / name, parent / f".{name}.part"
    ledger, bag, held = Ledger(workspace.ledger), Bag(temporary), ExitStack()
    try:
        signer = key_change.signer_of(key_ring.ring_of(workspace), ledger)
        clear_abandoned(parent, EXPORT)
        held.enter_context(making(temporary))
        steps.next("ledger")
        case_log = log.select(ledger, case)
        if case_log.of_type("init", "key")[-1].get("signer") not in (None, signer.fingerprint):
            raise EvidenceError("the signing key was changed meanwhile", "ledger.jsonl", "start the export again")
        assembly = Assembly(bag, name, case, case_log, workspace, workspace.configuration(), signer, agency, steps)
        written = payload.write(assembly)
        closed = close(assembly, written, stamp)
        assembly.bag.sync()
        payload_sha256 = assembly.bag.tags["manifest-sha256.txt"].sha256
        with store.transaction():
            _enter(store, ledger, assembly, closed, final, payload_sha256)
            temporary.rename(final)
            sync_folder(parent)
        custody.begin(final, by=assembly.configuration.collector.name)
    except OSError as error:
        why = f"cannot write ({error.strerror})"
        raise StorageError(why, str(parent), "free space or mend the permissions") from error
    finally:
        ledger.close()
        bag.close()
        held.close()
    steps.next("zip" if zipped else "done")
    return Built(
        bundle=final,
        exhibits=len(case.exhibits),
        stamped=closed.stamped,
        pending=closed.pending,
        unstamped=assembly.configuration.unstamped,
        notes=_notes(written),
        payload_sha256=payload_sha256,
        zip=zip_bundle(final) if zipped else None,
        records=banner(written.segments)[0],
    )


def _enter(store: Store, ledger: Ledger, assembly: Assembly, closed: Closed, final: Path, payload_sha256: str) -> None:
    """Enter the export in the ledger and the store, before the bundle gets its name: no bundle is without its entry."""
    case_id, made_at = assembly.case.case_id, clock.stamp(clock.now())
    body = {
        "type": "export",
        "case": case_id,
        "bundle": final.name,
        "payload_sha256": payload_sha256,
        "tag_manifest_sha256": sha256_hex(closed.signed),
        "tree": {"size": assembly.log.size, "root": assembly.log.root},
        "exhibits": [exhibit.row.exhibit_id for exhibit in assembly.case.exhibits],
        "agency": assembly.agency,
        "system_user": _user(),
        "system_host": platform.node() or "localhost",
    }
    entry = ledger.append([body])[0]
    exhibits.record_bundle(
        store,
        bundle_id=final.name,
        case_id=case_id,
        made_at=made_at,
        folder=str(final),
        payload_sha256=payload_sha256,
        agency=assembly.agency,
        ledger_seq=entry.seq,
    )


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _notes(written: Payload) -> tuple[str, ...]:
    notes = []
    key, named = banner(written.segments)
    if key != "stamped":
        notes.append(say(f"report.banner.{key}", "en", **named))
    if written.reports != PRINTED:
        notes.append(f"reports: {written.reports}")
    return tuple(notes)
