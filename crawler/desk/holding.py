"""The workspace's signing keys: listed, replaced, reported lost, and guarded by a passphrase."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crawler import clock
from crawler.desk.entering import enter, marks
from crawler.engine.unentered import enter_seals
from crawler.errors import UsageError
from crawler.evidence import key_change, key_ring, passphrase
from crawler.evidence.key_change import Change
from crawler.evidence.key_history import COMPROMISED, LOST, ROTATE, Key
from crawler.evidence.key_ring import KeyRing
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Held:
    """A key with the times of its service."""

    key: Key
    since: str
    until: str | None
    """None while it signs."""


def held(workspace: Workspace) -> list[Held]:
    """Every key that the ledger names, oldest first."""
    with Ledger(workspace.ledger) as ledger:
        keys = list(key_change.history(ledger).keys.values())
    ends = [*(key.utc for key in keys[1:]), None]
    return [Held(key, key.utc, end) for key, end in zip(keys, ends, strict=True)]


def rotate(workspace: Workspace, by: str, why: str, destroy: bool = False) -> Signer:
    """Replace the key by a new one, each signing the change. Raises UsageError without a name and a reason."""
    return _replace(workspace, Change(ROTATE, by, why, destroy, person=marks()))


def lose(workspace: Workspace, by: str, why: str, compromised: bool, trusted: str | None = None) -> Signer:
    """Replace a key that is gone, or that somebody else has; `trusted` is the last entry (or time) that is still trusted.

    Raises UsageError without a name and a reason, when nothing in the ledger is that old, and for a compromised key
    of which nobody says until when it is trusted.
    """
    if compromised and trusted is None:
        what = "who has the key may have signed already: say until when it is trusted"
        remedy = "give the last entry, or the time, before somebody else had it; see: titlewatch ledger --last 100"
        raise UsageError(what, "--trusted", remedy)
    act = COMPROMISED if compromised else LOST
    last = None if trusted is None else _last_trusted(workspace, trusted)
    return _replace(workspace, Change(act, by, why, trusted=last, person=marks()))


def guard(workspace: Workspace, guarded: bool) -> bool:
    """Put a passphrase on the private key, or take it off; False when it is so already."""
    ring = key_ring.ring_of(workspace)
    with _signing(workspace) as ledger:
        signer = key_change.signer_of(ring, ledger)
    if guarded == key_ring.is_protected(ring.private.read_bytes()):
        return False
    phrase = passphrase.fresh(str(ring.private)) if guarded else None
    enter(workspace, [{"type": "key-file", "act": "protect" if guarded else "unprotect", "signer": signer.fingerprint}])
    return key_change.protect(ring, phrase)


def check(workspace: Workspace) -> str | None:
    """Read the key once, asking for its passphrase if it has one, so that nothing begins that could not be signed.

    Returns how a change of key that a crash cut short ended (``finished``, ``abandoned``), None
    when there was none. Raises EnvironmentProblem or EvidenceError.
    """
    ring, ended = key_ring.ring_of(workspace), None
    if ring.intent.exists():
        with _signing(workspace) as ledger:
            ended = key_change.settle(ring, ledger)
    key_ring.read(ring.private)
    return ended


def private(workspace: Workspace) -> tuple[str, dict[str, str]]:
    """How the private key lies there: ``guarded``, ``unguarded``, or ``absent`` with why."""
    try:
        data = key_ring.ring_of(workspace).private.read_bytes()
    except OSError as error:
        return "absent", {"why": str(error.strerror)}
    return ("guarded" if key_ring.is_protected(data) else "unguarded"), {}


def is_guarded(workspace: Workspace) -> bool:
    """Whether the private key is there and has a passphrase."""
    return private(workspace)[0] == "guarded"


def ring_of(workspace: Workspace) -> KeyRing:
    """Where the key's files lie."""
    return key_ring.ring_of(workspace)


def _replace(workspace: Workspace, change: Change) -> Signer:
    with workspace.run_lock(), _signing(workspace) as ledger:
        # A seal that a killed run did not enter is entered while its key is the one in use.
        enter_seals(workspace, ledger)
        return key_change.replace(key_ring.ring_of(workspace), ledger, change)


@contextmanager
def _signing(workspace: Workspace) -> Iterator[Ledger]:
    ledger = Ledger(workspace.ledger)
    try:
        yield ledger
    finally:
        ledger.close()


def _last_trusted(workspace: Workspace, trusted: str) -> int:
    if trusted.isdecimal():
        return int(trusted)
    try:
        moment = clock.parse(trusted)
    except ValueError:
        raise UsageError(
            "neither an entry nor a time", trusted, "write a number, or a time such as 2026-03-01T08:00:00Z"
        ) from None
    found = None
    with _signing(workspace) as ledger:
        for entry in ledger.entries():
            if clock.parse(json.loads(entry.line)["utc"]) <= moment:
                found = entry.seq
    if found is None:
        raise UsageError("nothing in the ledger is that old", trusted, "see: titlewatch ledger")
    return found
