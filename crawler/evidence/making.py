"""Folders in the making: ours alone while our process lives, so that what a killed one left can be told and removed."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crawler import clock

SETTLED = 2.0
"""Seconds after which a new folder must have been locked by its maker."""
EXPORT = r"\.TW-.+-\d{8}T\d{6}Z-[0-9a-f]{8}(\.zip)?(\.part|\.(custody\.jsonl|sha256)\.\d+\.\d+)"
"""The name of an export in the making, and of a file beside it that `durable.write_once` is writing."""
_TEMPORARY = re.compile(r"\..+\.(\d+)\.\d+")
"""What `durable.write_once` names a file that it is writing: by process and thread."""


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Make a folder and hold it; what is left under that name at the end is removed. Raises OSError."""
    folder.mkdir(parents=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


@contextmanager
def held(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that is ours while it is being written, durable at the end. Raises OSError."""
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
        settle(file)


def settle(file: IO[bytes]) -> None:
    """Have what was written to a file reach the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def clear_abandoned(parent: Path, name: str) -> list[str]:
    """Remove the folders and files whose whole name the expression `name` matches and that nobody holds; returns their names."""
    gone = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else ():
        if not re.fullmatch(name, path.name) or path.is_symlink() or not (path.is_dir() or path.is_file()):
            continue
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except (FileNotFoundError, PermissionError):
            # Finished meanwhile, under its name; or another user's.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if clock.now().timestamp() - path.stat().st_ctime > SETTLED:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
                gone.append(path.name)
        except (BlockingIOError, FileNotFoundError):
            # Its maker is at work, or has just given it its name.
            continue
        finally:
            os.close(handle)
    return gone


def clear_unnamed(folder: Path) -> list[str]:
    """Remove the files that a dead process was writing and never gave their names; returns what they were called.

    A file that somebody holds is never removed: a process of another container has numbers that say nothing here. One
    that nobody holds goes when its process is gone, or, the number being another's now, when it is not new.
    """
    gone = []
    for path in sorted(folder.glob(".*")) if folder.is_dir() else ():
        found = _TEMPORARY.fullmatch(path.name)
        if found is None or path.is_symlink() or not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                settled = clock.now().timestamp() - os.fstat(file.fileno()).st_ctime > SETTLED
                if settled or not _lives(int(found[1])):
                    path.unlink()
                    gone.append(path.name)
        except (BlockingIOError, FileNotFoundError):
            # It is being written, or has just got its name.
            continue
    return gone


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
