"""A workspace: the folder with titlewatch.toml, the database, the evidence, the keys and the exports."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler import config
from crawler.errors import StorageError, UsageError, WorkspaceLockedError

VARIABLE = "TITLEWATCH_WORKSPACE"
BACKUP = "backup.json"
"""With it a folder is a backup, which nobody works in."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The places inside one workspace folder."""

    folder: Path

    @property
    def configuration_file(self) -> Path:
        return self.folder / config.FILE_NAME

    @property
    def database(self) -> Path:
        return self.folder / "titlewatch.db"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def ledger(self) -> Path:
        return self.evidence / "ledger.jsonl"

    @property
    def spool(self) -> Path:
        """What a run has fetched and not yet judged."""
        return self.evidence / "spool"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def roots(self) -> Path:
        """The pinned roots of the timestamp authorities."""
        return self.keys / "roots"

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.folder / "cache"

    def configuration(self) -> config.Configuration:
        """Read titlewatch.toml. Raises ConfigurationError."""
        return config.load(self.configuration_file)

    @contextmanager
    def run_lock(self) -> Iterator[None]:
        """Hold the one lock of crawl, nightly and ingest; it dies with the process.

        Raises WorkspaceLockedError when another run holds it.
        """
        path = self.folder / "run.lock"
        try:
            handle = path.open("a+")
        except OSError as error:
            raise StorageError(
                f"cannot be written ({error.strerror})", str(path), "check permissions and space"
            ) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                handle.seek(0)
                holder = handle.read(20).strip() or "unknown"
                raise WorkspaceLockedError(
                    f"another run (process {holder}) is at work here", str(self.folder), "wait for it, or stop it"
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def find(named: str | None = None) -> Workspace:
    """The workspace that was named, or TITLEWATCH_WORKSPACE, or the nearest parent folder with a titlewatch.toml.

    Raises UsageError when there is none.
    """
    chosen = named or os.environ.get(VARIABLE)
    if chosen:
        folder = Path(chosen)
        if not (folder / config.FILE_NAME).is_file():
            raise UsageError("no workspace", str(folder), f"make one with: titlewatch init {folder}")
        return _no_backup(Workspace(folder.resolve()))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / config.FILE_NAME).is_file():
            return _no_backup(Workspace(folder))
    raise UsageError(
        "no workspace here", str(here), "make one with: titlewatch init DIR, or name one with --workspace DIR"
    )


def _no_backup(found: Workspace) -> Workspace:
    """Work in a backup would make it a second, diverging workspace. Raises UsageError."""
    if (found.folder / BACKUP).is_file():
        remedy = f"make a workspace of it with: titlewatch restore {found.folder} DIR"
        raise UsageError("a backup, not a workspace to work in", str(found.folder), remedy)
    return found
