"""``backup.json``: what a backup holds, file by file, signed; and checking a backup against it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import StorageError, VerificationError
from crawler.evidence import keys
from crawler.evidence.canonical import canonical_json
from crawler.model import Finding
from crawler.workspace import BACKUP

SIGNATURE = f"{BACKUP}.ed25519"
FORMAT = "titlewatch-backup/1"
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
    """included, encrypted, left out, or outside (the workspace keeps its key elsewhere)."""
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
        said = json.loads((folder / BACKUP).read_bytes())
        if said["format"] != FORMAT:
            raise VerificationError(f"a backup of another format ({said['format']})", str(folder), "update titlewatch")
        return Manifest(
            said["made_at"], said["software"], said["workspace"], said["ledger"], said["key"], dict(said["files"])
        )
    except OSError as error:
        raise StorageError(f"no backup can be read ({error.strerror})", str(folder), "give a backup's folder") from None
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationError(
            f"not a backup's manifest ({error})", str(folder / BACKUP), "take another copy"
        ) from None


def digest(path: Path) -> dict[str, Any]:
    """``sha256, bytes`` of a file."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
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
    present = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    for name, path in present.items():
        if path.is_symlink() or (
            name not in manifest.files and name not in (BACKUP, SIGNATURE, "evidence/ledger.lock")
        ):
            wrong = True
            yield Finding("backup file", name, "fail", "no such file", "a file", "the manifest does not name it")
    for name, about in manifest.files.items():
        found = digest(present[name]) if name in present else None
        if found != about:
            wrong = True
            said = found["sha256"] if found else "no such file"
            yield Finding("backup file", name, "fail", about["sha256"], said, "not the file that was backed up")
    if not wrong:
        yield Finding("backup", BACKUP, "pass", None, f"{len(manifest.files)} files", "each as it was backed up")
    yield _signed(folder, key)


def _signed(folder: Path, key: bytes | None) -> Finding:
    signature, public = folder / SIGNATURE, folder / "keys" / keys.PUBLIC
    if not signature.is_file():
        return Finding("backup signature", SIGNATURE, "not_checked", None, None, "the backup is not signed")
    try:
        pem = key or public.read_bytes()
        keys.verify(pem, (folder / BACKUP).read_bytes(), signature.read_bytes(), SIGNATURE)
    except VerificationError as error:
        return Finding("backup signature", SIGNATURE, "fail", None, None, error.what)
    except OSError as error:
        return Finding("backup signature", SIGNATURE, "not_checked", None, None, f"no public key ({error.strerror})")
    why = "signed by the workspace's key" if key else "signed by the key that lies in the backup itself"
    return Finding("backup signature", SIGNATURE, "pass", None, keys.fingerprint(pem), why)
