"""Seals and stamps whose files a killed run wrote, and whose ledger entries never came."""

import glob
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import TitlewatchError, VerificationError
from crawler.evidence import entries, key_change, keys, stamps, timestamp
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.ledger import NO_ENTRY, Ledger
from crawler.evidence.seal import SIGNATURE
from crawler.evidence.segment import SUFFIX
from crawler.evidence.stamp_names import SEAL
from crawler.evidence.tree import Frontier
from crawler.store import schema
from crawler.store.upgrading import BEFORE
from crawler.workspace import Workspace

REMEDY = "run: titlewatch verify on the workspace"
UNREADABLE = (TitlewatchError, OSError, KeyError, TypeError, ValueError)


def enter_seals(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Enter each seal that holds and that no entry names; returns a sentence for each, also where one does not hold."""
    named = {str(entry.body["segment"]) for entry in ledger.entries() if entry.type == "seal"}
    found: list[str] = []
    for path in sorted(workspace.evidence.glob(f"*{SEAL}")):
        if path.name.removesuffix(SEAL) + SUFFIX in named:
            continue
        try:
            _check_seal(workspace, ledger, path)
            body = entries.seal_body(path)
        except UNREADABLE as error:
            found.append(f"{path.name} has no ledger entry and was not entered: {error}")
            continue
        ledger.append([body])
        found.append(f"{path.name} entered in the ledger")
    return found


def enter_upgrades(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Enter each bringing up to date of the database, which its copy shows and no entry names; returns a sentence for each."""
    copies = sorted(workspace.folder.glob(f"{workspace.database.name}{BEFORE}*"))
    if not copies:
        return []
    named = {entry.body["copy"] for entry in ledger.entries() if entry.type == "upgrade"}
    found: list[str] = []
    for path in copies:
        if path.name not in named:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            body = {"type": "upgrade", "of": workspace.database.name, "from": path.name.rpartition(BEFORE)[2],
                    "to": str(schema.VERSION), "copy": path.name, "copy_sha256": digest}  # fmt: skip
            ledger.append([body])
            found.append(f"{path.name}: the database was brought up to date, entered in the ledger")
    return found


def enter_stamps(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Enter each stamp that holds and that no entry names; returns a sentence for each, also where one does not hold."""
    named = {(e.body["subject"], e.body["authority"]) for e in ledger.entries() if e.type == "stamp"}
    found: list[str] = []
    for subject, authority, renewal in stamps.accepted(workspace.evidence):
        over = stamps.subject_of(subject, authority, renewal)
        if (over.name, authority) in named:
            continue
        facts = stamps.stamp_paths(subject, authority, renewal)[3]
        try:
            _check_stamp(workspace, subject, authority, renewal)
            body = entries.stamp_body(subject, authority, renewal)
        except UNREADABLE as error:
            found.append(f"{facts.name} has no ledger entry and was not entered: {error}")
            continue
        ledger.append([body])
        found.append(f"{facts.name} entered in the ledger")
    return found


def _check_seal(workspace: Workspace, ledger: Ledger, path: Path) -> None:
    """Raises VerificationError unless signature, segment and ledger head are those that the seal names."""
    data = path.read_bytes()
    said: Mapping[str, Any] = json.loads(data)
    signer, history = said["signer"], key_change.history(ledger)
    history.confirm(signer, None, said["ledger"]["size"], None)
    # A ledger of an early version names fingerprints only.
    files = (file.read_bytes() for file in workspace.keys.rglob("*.pub.pem"))
    public = history.public(signer) or next((pem for pem in files if keys.fingerprint(pem) == signer), None)
    if public is None:
        raise VerificationError("signed with a key that is not the workspace's", path.name, REMEDY)
    keys.verify(public, data, path.with_name(path.name + SIGNATURE).read_bytes(), path.name)
    segment = path.with_name(path.name.removesuffix(SEAL) + SUFFIX)
    with segment.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if (said["segment"], said["bytes"], said["sha256"]) != (segment.name, segment.stat().st_size, digest):
        raise VerificationError("the segment is not the one that was sealed", segment.name, REMEDY)
    head = said["ledger"]
    if (head["root"], head["last"]) != _head(ledger, head["size"]):
        raise VerificationError("the ledger does not begin with the entries that were sealed", path.name, REMEDY)


def _head(ledger: Ledger, size: int) -> tuple[str, str]:
    """Root and last hash of the first `size` entries; of fewer, where there are fewer."""
    frontier, last = Frontier(), NO_ENTRY
    for entry in ledger.entries():
        if entry.seq >= size:
            break
        frontier.append(entry.leaf)
        last = entry.hash
    return frontier.root().hex(), last


def _check_stamp(workspace: Workspace, subject: Path, authority: str, renewal: int) -> None:
    """Raises TimestampError or VerificationError unless a pinned authority made this stamp."""
    request, reply, chain, facts = (path.read_bytes() for path in stamps.stamp_paths(subject, authority, renewal))
    over = stamps.subject_of(subject, authority, renewal)
    # Any authority may renew another's stamp.
    roots = _roots(workspace, authority if not renewal else "")
    stamp = timestamp.verify_stored(over.read_bytes(), request, reply, chain, roots)
    said = json.loads(facts)
    if (said["gen_time"], said["reply_sha256"]) != (clock.stamp(stamp.gen_time), sha256_hex(reply)):
        raise VerificationError("not what the reply says", over.name, REMEDY)


def _roots(workspace: Workspace, authority: str) -> bytes:
    """The roots that are or were pinned for an authority; all that were ever pinned, where it is configured no longer."""
    for known in workspace.configuration().evidence.timestamps:
        if known.id == authority:
            earlier = sorted(workspace.roots.glob(f"{glob.escape(authority)}.earlier-*.pem"))
            return b"".join(path.read_bytes() for path in (workspace.folder / known.roots, *earlier))
    return b"".join(path.read_bytes() for path in sorted(workspace.roots.glob("*.pem")))
