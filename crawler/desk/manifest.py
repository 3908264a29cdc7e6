"""``backup.json``: what a backup holds, file by file, signed; and checking a backup against it."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from crawler.errors import StorageError, VerificationError
from crawler.evidence import keys
from crawler.evidence.canonical import canonical_json
from crawler.evidence.plain_file import open_plain, read_plain
from crawler.model import Finding
from crawler.wording import counted
from crawler.workspace import BACKUP

SIGNATURE = f"{BACKUP}.ed25519"
FORMAT = "titlewatch-backup/1"
MANIFEST_LIMIT = 256 * 1024 * 1024
SMALL = 1024 * 1024
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    software: str
    workspace: str
    """Hash of the first ledger entry: the same in every copy of one workspace."""
    ledger: Mapping[str, Any]
    """``size, last, root`` of the ledger that it holds."""
    key: str
    """included (one without a passphrase at least), encrypted (each), left out, absent (there was none), or outside (the
    workspace keeps its key elsewhere)."""
    files: Mapping[str, Mapping[str, Any]]
    """Path -> ``sha256, bytes``."""

    def as_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(
            {
                "format": FORMAT,
                "made_at": self.made_at,
                "software": self.software,
                "workspace": self.workspace,
                "ledger": dict(self.ledger),
                "key": self.key,
                "files": {path: dict(about) for path, about in self.files.items()},
            }
        )


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises StorageError when it cannot be read, VerificationError when it is none."""
    try:
        said = json.loads(read_plain(folder / BACKUP, MANIFEST_LIMIT))
        if said["format"] != FORMAT:
            raise VerificationError(f"a backup of another format ({said['format']})", str(folder), "update titlewatch")
        for about in said["files"].values():
            if not (isinstance(about["sha256"], str) and isinstance(about["bytes"], int)):
                raise TypeError("a file without its hash and length")
        return Manifest(
            said["made_at"], said["software"], said["workspace"], said["ledger"], said["key"], dict(said["files"])
        )
    except OSError as error:
        raise StorageError(f"no backup can be read ({error.strerror})", str(folder), "give a backup's folder") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VerificationError(
            f"not a backup's manifest ({error})", str(folder / BACKUP), "take another copy"
        ) from None


def digest(path: Path) -> dict[str, Any]:
    """``sha256, bytes`` of a file."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: BinaryIO) -> dict[str, Any]:
    hashed, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        hashed.update(piece)
        size += len(piece)
    return {"sha256": hashed.hexdigest(), "bytes": size}


def check(folder: Path, key: bytes | None = None) -> Iterator[Finding]:
    """Check a backup against its manifest: every file there, none changed, none added, the manifest signed."""
    try:
        manifest = read(folder)
    except (VerificationError, StorageError) as error:
        yield Finding("backup", BACKUP, "fail", "a manifest", None, str(error))
        return
    wrong = False
    every = sorted(folder.rglob("*"))
    present = {str(path.relative_to(folder)): path for path in every if path.is_symlink() or not path.is_dir()}
    for name, path in present.items():
        if path.is_symlink() or (
            name not in manifest.files and name not in (BACKUP, SIGNATURE, "evidence/ledger.lock")
        ):
            wrong = True
            yield Finding("backup file", name, "fail", "no such file", "a file", "the manifest does not name it")
    for name, about in manifest.files.items():
        said = _found(present[name], about["bytes"]) if name in present else "no such file"
        if said != about["sha256"]:
            wrong = True
            yield Finding("backup file", name, "fail", about["sha256"], said, "not the file that was backed up")
    if not wrong:
        yield Finding("backup", BACKUP, "pass", None, counted(len(manifest.files), "file"), "each as it was backed up")
    yield _signed(folder, key)


def _found(path: Path, size: int) -> str:
    """The hash of a file of that length, or what else there is; nothing is followed, and nothing waited for."""
    try:
        with open_plain(path) as file:
            there = os.fstat(file.fileno()).st_size
            return str(_digest(file)["sha256"]) if there == size else counted(there, "byte")
    except VerificationError as error:
        return error.what
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def _signed(folder: Path, key: bytes | None) -> Finding:
    signature, public = folder / SIGNATURE, folder / "keys" / keys.PUBLIC
    if not signature.exists() and not signature.is_symlink():
        return Finding("backup signature", SIGNATURE, "not_checked", None, None, "the backup is not signed")
    try:
        pem = key or read_plain(public, SMALL)
        keys.verify(pem, read_plain(folder / BACKUP, MANIFEST_LIMIT), read_plain(signature, SMALL), SIGNATURE)
    except VerificationError as error:
        return Finding("backup signature", SIGNATURE, "fail", None, None, error.what)
    except OSError as error:
        return Finding("backup signature", SIGNATURE, "not_checked", None, None, f"no public key ({error.strerror})")
    why = "signed by the workspace's key" if key else "signed by the key that lies in the backup itself"
    return Finding("backup signature", SIGNATURE, "pass", None, keys.fingerprint(pem), why)
