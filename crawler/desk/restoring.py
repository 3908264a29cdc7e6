"""A workspace made from a backup: it goes on from the backup's last entry, and says so in its ledger."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler import personal
from crawler.desk import manifest
from crawler.desk.entering import enter
from crawler.errors import StorageError, UsageError, VerificationError
from crawler.evidence import durable, keys, passphrase
from crawler.evidence import verify as checking
from crawler.evidence.canonical import sha256_hex
from crawler.whole_file import replace
from crawler.workspace import BACKUP, Workspace

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """The workspace that a backup became."""

    workspace: Workspace
    made_at: str
    """When the backup was made."""
    entries: int
    """Of the ledger that it held."""
    has_key: bool


def restore(backup: Path, folder: Path, progress: Progress = lambda name: None) -> Restored:
    """Make a workspace of a backup, and enter in its ledger what it was made from.

    Nothing is taken from a backup that does not verify. Whatever the lost workspace entered
    after the backup is not in this one: a copy of its ledger would show as a fork. Raises
    VerificationError for a backup that does not hold, UsageError when the place is taken, EnvironmentProblem for a
    wrong passphrase (without one, the key of personal data stays encrypted as it is, and says so when it is wanted),
    StorageError when the disk refuses; then nothing is left behind.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("there is something already", str(folder), "give a folder that is not there yet")
    said = manifest.read(backup)
    for finding in [*manifest.check(backup), *checking.workspace(backup)]:
        if finding.state == "fail":
            what = f"the backup does not hold ({finding.check}: {finding.why})"
            raise VerificationError(what, finding.object, "take another backup; see: titlewatch verify BACKUP")
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for relative in said.files:
            progress(relative)
            _copy(backup / relative, part / relative)
        workspace = Workspace(part)
        for place in (workspace.keys, workspace.roots, workspace.exports):
            place.mkdir(parents=True, exist_ok=True)
        workspace.keys.chmod(0o700)
        _open_personal(workspace)
        made = sha256_hex((backup / BACKUP).read_bytes())
        body = {"type": "restore", "from": dict(said.ledger), "made_at": said.made_at, "manifest_sha256": made}
        enter(workspace, [body])
        for place in [part, *(path for path in part.rglob("*") if path.is_dir())]:
            durable.sync_folder(place)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        durable.sync_folder(folder.parent)
    except OSError as error:
        why = f"the workspace cannot be written ({error.strerror})"
        raise StorageError(why, str(folder), "check space and permissions") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    kept = Workspace(folder.resolve())
    has_key = said.key == "outside" or (kept.keys / keys.PRIVATE).is_file()
    return Restored(kept, said.made_at, int(said.ledger["size"]), has_key)


def _open_personal(workspace: Workspace) -> None:
    path = workspace.keys / personal.FILE
    if path.is_file() and personal.is_protected(data := path.read_bytes()):
        phrase = passphrase.found(str(path))
        if phrase is not None:
            replace(path, personal.unprotect(data, phrase, str(path)), 0o600)


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, to.open("xb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    shutil.copymode(path, to)
