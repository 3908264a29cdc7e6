"""Files that take the place of an older one whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import StorageError, UsageError

SETTINGS = "titlewatch.toml"
"""Its presence makes a folder a workspace."""
OWN_FOLDERS = frozenset({"evidence", "keys", "documents", "leads", "cache", "languages"})
OWN_FILES = ("titlewatch.", "run.lock", "agencies.toml", "thresholds.toml")
"""How the names of files begin that a workspace's folder holds for itself."""


@contextmanager
def prepared(path: Path, data: bytes, mode: int | None = None) -> Iterator[None]:
    """A durable file written beside its place, which it takes when the block ends without an error. Raises OSError.

    `mode` is its permissions; by default those of the file that it replaces.
    """
    # What a killed process leaves is written over by the next: of a key, nothing may lie about under many names.
    temporary = path.with_name(f".{path.name}.part")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o666 if mode is None else mode), "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is None and path.exists():
            shutil.copymode(path, temporary)
        yield
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def replace(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a file in place of an older one. Raises OSError."""
    with prepared(path, data, mode):
        pass


@contextmanager
def handed_out(path: Path, data: bytes) -> Iterator[None]:
    """A file that a person wants in a folder, made if need be; it is there when the block ends without an error.

    Raises UsageError for a place where a workspace keeps what is its own, StorageError when the disk refuses.
    """
    _is_free(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with prepared(path, data):
            yield
    except OSError as error:
        raise StorageError(f"cannot write ({error.strerror})", str(path), "check the folder and the space") from None


def _is_free(path: Path) -> None:
    """Raise UsageError where a file would take the place of evidence, keys, the database or the settings of a workspace."""
    place = path.absolute()
    # A link may lead there as well as a name.
    for given in (place, place.resolve()):
        for folder in given.parents:
            if (folder / SETTINGS).is_file():
                first = given.relative_to(folder).parts[0].lower()
                if first in OWN_FOLDERS or first.startswith(OWN_FILES):
                    raise UsageError("the workspace keeps its own things there", str(path), "name a file elsewhere")


def hand_out(path: Path, data: bytes) -> None:
    """Put a file where a person wants it. Raises StorageError when the disk refuses."""
    with handed_out(path, data):
        pass


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
