"""Files that are written once and survive a power cut: temporary file, fsync, link, fsync of the folder."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import EvidenceError, StorageError


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files behind them."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes | bytearray) -> None:
    """Write every byte to an open file descriptor; OSError when the disk does not take them."""
    with memoryview(data) as whole:
        written = 0
        while written < len(whole):
            written += os.write(handle, whole[written:])


def write_once(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Create a file that holds exactly `data`, or leave one that already does.

    Raises EvidenceError when the name is taken by other bytes (evidence is never
    overwritten), StorageError when the disk does not take it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            # Held until it has its name, so that nobody takes it for what a killed process left.
            fcntl.flock(handle, fcntl.LOCK_EX)
            write_all(handle, data)
            os.fsync(handle)
            _name(temporary, path)
        finally:
            os.close(handle)
    except FileExistsError:
        if path.read_bytes() != data:
            raise EvidenceError("will not overwrite evidence", str(path), "look at who wrote it first") from None
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(path), "free space or mend the permissions"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock, the file `path`, which dies with its process. Raises StorageError when the file cannot be made."""
    try:
        file = path.open("a")
    except OSError as error:
        why = f"cannot be written ({error.strerror})"
        raise StorageError(why, str(path), "mend the permissions or free space") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_aside(path: Path, mark: str) -> Path:
    """Rename a file to ``<name>.<mark>``, so that its name is free and its bytes stay."""
    aside = path.with_name(f"{path.name}.{mark}")
    path.rename(aside)
    sync_folder(path.parent)
    return aside


def _name(temporary: Path, path: Path) -> None:
    """Give the file its name unless the name is taken; FileExistsError then."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        # A file system without hard links offers no atomic "create if absent" by name.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        temporary.rename(path)
