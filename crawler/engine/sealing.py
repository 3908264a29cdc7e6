"""Sealing what a run wrote, and asking every authority for the stamps that are missing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from crawler import __version__, clock
from crawler.config import Authority
from crawler.engine.stamping import send
from crawler.errors import TimestampError, VerificationError
from crawler.evidence import entries, seal
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.evidence.segment import Segment
from crawler.evidence.timestamp import check_reply, make_request
from crawler.workspace import Workspace

SOFTWARE = f"titlewatch {__version__}"
Send = Callable[[Authority, bytes], bytes]


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


def stamp_all(workspace: Workspace, ledger: Ledger, authorities: Sequence[Authority], sender: Send = send) -> list[str]:
    """Ask for every missing stamp over a seal; returns one sentence for each that is still pending.

    An authority that cannot be reached is asked once per call, not once per seal.
    """
    known = {authority.id: authority for authority in authorities}
    silent: dict[str, str] = {}
    still: list[str] = []
    for subject, authority_id in seal.pending(workspace.evidence, list(known)):
        authority = known[authority_id]
        if authority_id not in silent:
            try:
                _stamp(workspace, ledger, subject, authority, sender)
                continue
            except TimestampError as error:
                silent[authority_id] = str(error)
        still.append(f"{subject.name}: {silent[authority_id]}")
    return still


def _stamp(workspace: Workspace, ledger: Ledger, subject: Path, authority: Authority, sender: Send) -> None:
    request = make_request(subject.read_bytes())
    reply = sender(authority, request.der)
    stamp = check_reply(request.der, reply, roots_of(workspace, authority), clock.now())
    seal.store_stamp(subject, authority.id, request.der, reply, stamp, authority.url)
    ledger.append([entries.stamp_body(subject, authority.id)])


def roots_of(workspace: Workspace, authority: Authority) -> bytes:
    """The pinned roots of an authority. Raises TimestampError when the file is gone."""
    path = workspace.folder / authority.roots
    try:
        return path.read_bytes()
    except OSError as error:
        raise TimestampError(
            f"its roots cannot be read ({error.strerror})", str(path), "set evidence.timestamps again"
        ) from error
