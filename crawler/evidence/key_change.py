"""Replacing the signing key: prepared, entered in the ledger, then put in place; and finishing what a crash cut short.

The entry is the change. Before it lies in the ledger the old key signs, and what was
prepared is thrown away; after it the new key signs, and whoever signs next puts it in place.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crawler.errors import EvidenceError, StorageError, UsageError
from crawler.evidence import durable, key_ring, keys, passphrase
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.evidence.key_history import COMPROMISED, LOST, ROTATE, KeyHistory, statement
from crawler.evidence.key_ring import KeyRing
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Head, Ledger

ABANDONED, FINISHED = "abandoned", "finished"
LOCK = "keys.lock"
"""Held in ``keys/`` while a key is changed, or read together with the ledger that names it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of key as a person orders it."""

    act: str
    """``rotate``, ``lost`` or ``compromised``."""
    by: str
    why: str
    destroy: bool = False
    """The old private key is overwritten and removed, not kept among the retired ones."""
    trusted: int | None = None
    """Last entry that may be trusted under a key that was lost or compromised; None: the ledger's last."""
    person: Mapping[str, str] | None = None
    """``system_user`` and ``system_host``."""


def signer_of(ring: KeyRing, ledger: Ledger) -> Signer:
    """The workspace's key, ready to sign; a change that a crash cut short is finished first.

    Raises what `key_ring.read` raises, and EvidenceError when the key is not the one that
    the ledger names last.
    """
    settle(ring, ledger)
    return _named(ring, ledger)


def history(ledger: Ledger) -> KeyHistory:
    """Every key that the ledger names; what is wrong with one of its entries is for `verify` to say."""
    found = KeyHistory()
    for entry in ledger.entries():
        if entry.type in ("init", "key"):
            for _ in found.add(entry.body, entry.seq, None, ""):
                continue
    return found


def replace(ring: KeyRing, ledger: Ledger, change: Change) -> Signer:
    """Replace the key; returns the new one, in place. The caller holds the run lock.

    Raises UsageError for a change that says too little, and what reading the old key raises
    (only `rotate` reads it).
    """
    if not change.by.strip() or not change.why.strip():
        raise UsageError("a change of key needs a name and a reason", "--by, --why", "say who changes it, and why")
    with durable.locked(ring.folder / LOCK):
        _settle(ring, ledger)
        old = _old(ring, ledger, change)
        new = _prepare(ring, old.public_pem, change, ledger)
        ledger.append_over(lambda head: [_body(change, head, old, new)])
        _put_in_place(ring)
    return new


def settle(ring: KeyRing, ledger: Ledger) -> str | None:
    """Finish, or abandon, a change of key that a crash cut short; None when there was none, else how it ended."""
    if not ring.intent.exists():
        return None
    with durable.locked(ring.folder / LOCK):
        return _settle(ring, ledger)


def protect(ring: KeyRing, phrase: bytes | None) -> bool:
    """Write the private key anew with a passphrase, or without one; False when it is so already.

    Raises what reading the key raises, StorageError when the disk refuses.
    """
    with durable.locked(ring.folder / LOCK):
        data = _bytes(ring)
        if phrase is None and not key_ring.is_protected(data):
            return False
        key = key_ring.unlock(data, ring.private)
        key_ring.put(ring.private, keys.private_pem(key, phrase))
        return True


def _old(ring: KeyRing, ledger: Ledger, change: Change) -> "_Old":
    if change.act == ROTATE:
        signer = _named(ring, ledger)
        return _Old(signer.fingerprint, signer.public_pem, signer)
    if change.act not in (LOST, COMPROMISED):
        raise UsageError("not a change of key", change.act, f"use {ROTATE}, {LOST} or {COMPROMISED}")
    try:
        public = ring.public.read_bytes()
    except OSError as error:
        why = f"the old public key cannot be read ({error.strerror})"
        raise StorageError(why, str(ring.public), "restore signer.pub.pem: a bundle's signatures/ holds it") from None
    found = keys.fingerprint(public)
    if ledger.signer is not None and found != ledger.signer:
        raise EvidenceError("not the key that the ledger names", str(ring.public), "restore keys/ from a backup")
    return _Old(found, keys.plain(public), None)


def _named(ring: KeyRing, ledger: Ledger) -> Signer:
    signer, named = key_ring.read(ring.private), ledger.signer
    if named is not None and named != signer.fingerprint:
        what = f"the ledger names another signing key ({named[:16]}) than this one ({signer.fingerprint[:16]})"
        remedy = "restore the newest keys/ from a backup, or see: titlewatch keys lost --help"
        raise EvidenceError(what, str(ring.private), remedy)
    return signer


@dataclass(frozen=True, slots=True)
class _Old:
    fingerprint: str
    public_pem: bytes
    signer: Signer | None


def _prepare(ring: KeyRing, old_public: bytes, change: Change, ledger: Ledger) -> Signer:
    """The new key beside the old one, and the intent; a protected key is followed by a protected one."""
    if change.trusted is not None and not 0 <= change.trusted < ledger.head().size:
        raise UsageError("no such entry", str(change.trusted), "see: titlewatch ledger")
    was = ring.private.read_bytes() if ring.private.is_file() else b""
    key = Ed25519PrivateKey.generate()
    new = Signer(key)
    protected = change.act == ROTATE and key_ring.is_protected(was)
    phrase = passphrase.wanted(str(ring.private)) if protected else None
    pem = keys.private_pem(key, phrase)
    key_ring.put(ring.next, pem)
    intent = {
        "act": change.act,
        "old": keys.fingerprint(old_public),
        "old_public": old_public.decode(),
        "new": new.fingerprint,
        "new_public": new.public_pem.decode(),
        "destroy": change.destroy,
        "new_file_sha256": sha256_hex(pem),
    }
    key_ring.put(ring.intent, canonical_json(intent))
    return new


def _body(change: Change, head: Head, old: _Old, new: Signer) -> dict[str, Any]:
    trusted = None
    if change.act != ROTATE:
        trusted = head.size - 1 if change.trusted is None else change.trusted
    body: dict[str, Any] = {
        "type": "key",
        "act": change.act,
        "signer": new.fingerprint,
        "public": new.public_pem.decode(),
        "replaces": old.fingerprint,
        "old_public": old.public_pem.decode(),
        "by": well_formed(change.by.strip()),
        "why": well_formed(change.why.strip()),
        "head": {"size": head.size, "last": head.last, "root": head.root},
        "trusted": trusted,
        **(change.person or {}),
    }
    stated = statement(body)
    body["old_signature"] = old.signer.sign(stated).hex() if old.signer else None
    body["new_signature"] = new.sign(stated).hex()
    return body


def _settle(ring: KeyRing, ledger: Ledger) -> str | None:
    if not ring.intent.exists():
        return None
    intent = _intent(ring)
    ledger.head()
    if ledger.signer == intent["new"]:
        _put_in_place(ring)
        _note(ledger, intent, FINISHED)
        return FINISHED
    ring.next.unlink(missing_ok=True)
    _note(ledger, intent, ABANDONED)
    ring.intent.unlink()
    durable.sync_folder(ring.folder)
    return ABANDONED


def _note(ledger: Ledger, intent: Mapping[str, Any], how: str) -> None:
    facts = {name: intent[name] for name in ("act", "old", "new")}
    ledger.append([{"type": "recovery", "of": "key change", "change": facts, "outcome": how}])


def _put_in_place(ring: KeyRing) -> None:
    """Bring in the key that the ledger names; every step may be done again after a crash."""
    intent = _intent(ring)
    old = intent["old"]
    try:
        ring.retired.mkdir(mode=0o700, exist_ok=True)
        durable.write_once(ring.retired_public(old), intent["old_public"].encode())
        there = ring.next if ring.next.exists() else ring.private
        if not there.is_file():
            raise StorageError("the new signing key is not there", str(ring.next), "put in the medium that holds it")
        # A change of an earlier version did not note the hash.
        if intent.get("new_file_sha256") not in (None, sha256_hex(there.read_bytes())):
            raise StorageError("not the new signing key", str(there), "put in the medium that holds it")
        if there == ring.next:
            # As long as the new one waits, what lies in the place is the old one.
            _retire(ring, old, intent["destroy"])
            ring.next.replace(ring.private)
            durable.sync_folder(ring.private.parent)
        key_ring.put(ring.public, intent["new_public"].encode(), 0o644)
        ring.intent.unlink()
        durable.sync_folder(ring.folder)
    except OSError as error:
        why = f"the new key cannot be put in place ({error.strerror})"
        raise StorageError(
            why, str(ring.private), "mend the permissions; the next command that signs goes on"
        ) from None


def _retire(ring: KeyRing, fingerprint: str, destroy: bool) -> None:
    if not ring.private.is_file():
        return
    if not destroy:
        durable.write_once(ring.retired_private(fingerprint), ring.private.read_bytes(), mode=0o600)
        return
    with ring.private.open("r+b") as file:
        file.write(os.urandom(ring.private.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _intent(ring: KeyRing) -> dict[str, Any]:
    try:
        return dict(json.loads(ring.intent.read_bytes()))
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot be read ({error})", str(ring.intent), "restore keys/ from a backup") from None


def _bytes(ring: KeyRing) -> bytes:
    try:
        return ring.private.read_bytes()
    except OSError as error:
        raise StorageError(f"the key cannot be read ({error.strerror})", str(ring.private), "restore it") from None
