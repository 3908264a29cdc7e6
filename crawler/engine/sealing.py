"""Sealing what a run wrote, and asking every authority for the stamps that are missing."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.config import Authority, Evidence
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.stamping import Obtained, Send, obtain, send
from crawler.errors import TimestampError, VerificationError
from crawler.evidence import clock_offset, durable, entries, seal, stamps
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.evidence.segment import Segment
from crawler.workspace import Workspace

SOFTWARE = f"titlewatch {__version__}"


@dataclass(frozen=True, slots=True)
class StillPending:
    """A stamp over a seal that was asked for in vain."""

    subject: str
    authority: str
    why: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.why}"


def close_open(paths: Sequence[Path]) -> None:
    """Rename closed ``.open`` segments to their final names."""
    for path in paths:
        Segment.resume(path, {}).seal()


def seal_all(
    workspace: Workspace, ledger: Ledger, signer: Signer, authorities: Sequence[Authority], run_id: str
) -> list[str]:
    """Seal every closed segment that has no seal yet, a killed run's included.

    A segment that is damaged stays unsealed and does not keep the others from their seals;
    returns one sentence for each.
    """
    damaged: list[str] = []
    for path in seal.unsealed(workspace.evidence):
        try:
            sealed = seal.seal(path, ledger.head(), signer, run_id, SOFTWARE, [a.id for a in authorities])
        except VerificationError as error:
            damaged.append(f"{path.name} is damaged and was not sealed: {error}")
            continue
        ledger.append([entries.seal_body(sealed)])
    return damaged


def stamp_all(
    workspace: Workspace,
    ledger: Ledger,
    evidence: Evidence,
    run_id: str | None = None,
    sender: Send = send,
    on_stamp: Callable[[dict[str, Any], dict[str, Any]], None] = lambda stamp, clock: None,
) -> list[StillPending]:
    """Ask for every missing stamp over a seal; returns those that are still pending.

    An authority that cannot be reached is asked once per call, not once per seal; `on_stamp`
    gets the two entries of each stamp that was accepted. Nobody waits for us meanwhile: the
    lock is held to store a stamp, not to ask for it.
    """
    known = {authority.id: authority for authority in evidence.timestamps}
    lists = RevocationLists()
    silent: dict[str, str] = {}
    still: list[StillPending] = []
    for subject, authority_id in stamps.pending(workspace.evidence, list(known)):
        if authority_id not in silent:
            try:
                authority = known[authority_id]
                roots = roots_of(workspace, authority)
                obtained = obtain(subject.read_bytes(), authority, roots, sender, lists)
            except TimestampError as error:
                silent[authority_id] = str(error)
            else:
                with stamping_lock(workspace):
                    if not stamps.is_accepted(subject, authority_id):
                        on_stamp(*keep(ledger, subject, authority, obtained, run_id, evidence.clock_limit))
                continue
        still.append(StillPending(subject.name, authority_id, silent[authority_id]))
    return still


def keep(
    ledger: Ledger,
    subject: Path,
    authority: Authority,
    obtained: Obtained,
    run_id: str | None,
    limit: float,
    renewal: int = 0,
    of: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Store an accepted stamp over `subject` and enter it, with what it says of our clock; returns both entries.

    A renewal renews the stamp of the authority `of`, which need not be the one that was asked.
    """
    name = of or authority.id
    request, reply, stamp = obtained.request, obtained.reply, obtained.stamp
    stamps.store_stamp(subject, name, request, reply, stamp, authority.url, renewal)
    body = entries.stamp_body(subject, name, renewal)
    asked, answered = obtained.asked_at, obtained.answered_at
    told = clock_offset.stamp_body(run_id, authority.id, body["subject"], stamp.gen_time, asked, answered, limit)
    entered = ledger.append([body, told])
    return entered[0].body, entered[1].body


def stamping_lock(workspace: Workspace) -> AbstractContextManager[None]:
    """Keep two processes from storing the same stamp at once; not held while somebody is asked."""
    return durable.locked(workspace.folder / "stamps.lock")


def roots_of(workspace: Workspace, authority: Authority) -> bytes:
    """The pinned roots of an authority. Raises TimestampError when the file is gone."""
    path = workspace.folder / authority.roots
    try:
        return path.read_bytes()
    except OSError as error:
        raise TimestampError(
            f"its roots cannot be read ({error.strerror})", str(path), "set evidence.timestamps again"
        ) from error
