"""Where a ledger stood once, so that a long one need not be hashed anew each time it is opened.

It is a shortcut and no evidence: it is believed only where it is whole and where the entry
that it calls the last stands at its place with its hash. Verification and export read every
entry and never look at it.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crawler.evidence.canonical import canonical_json, sha256_hex

NAME = ".ledger.checkpoint"
FORMAT = "titlewatch-checkpoint/1"
EVERY = 8 * 1024 * 1024
"""So many bytes of entries are worth a new one."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state after some entry."""

    size: int
    start: int
    """Where the last entry begins."""
    offset: int
    """Where the next one begins."""
    last: str
    """Hash of the last entry."""
    peaks: tuple[bytes, ...]
    """The tree's frontier."""
    signer: str | None


def read(folder: Path) -> Checkpoint | None:
    """The checkpoint of a ledger's folder; None where there is none that is whole."""
    try:
        digest, _, data = (folder / NAME).read_bytes().partition(b"\n")
        if sha256_hex(data).encode() != digest:
            return None
        said = json.loads(data)
        if said["format"] != FORMAT:
            return None
        peaks = tuple(bytes.fromhex(peak) for peak in said["peaks"])
        return Checkpoint(said["size"], said["start"], said["offset"], said["last"], peaks, said["signer"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint; where that cannot be done, the next opening takes longer and nothing else happens."""
    data = canonical_json(
        {
            "format": FORMAT,
            "size": checkpoint.size,
            "start": checkpoint.start,
            "offset": checkpoint.offset,
            "last": checkpoint.last,
            "peaks": [peak.hex() for peak in checkpoint.peaks],
            "signer": checkpoint.signer,
        }
    )
    temporary = folder / f"{NAME}.part"
    with suppress(OSError):
        temporary.write_bytes(sha256_hex(data).encode() + b"\n" + data)
        temporary.replace(folder / NAME)
