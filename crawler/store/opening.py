"""Ways to open a database file: to write it, or, where nothing can be written, to read it as it lies there."""

import os
import shutil
import sqlite3
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.errors import StorageError

BUSY_SECONDS = 30.0
REBUILD = "restore it from a backup, or: titlewatch evidence rebuild"
_PAGE_SIZE, _PAGE_COUNT, _CHANGED, _COUNTED_AT = 16, 28, 24, 92
"""Where the header has them (SQLite file format, 1.3)."""


class Connection(sqlite3.Connection):
    """A connection that can keep a temporary folder for as long as it lives."""

    def close(self) -> None:
        """Close it, and let its file be opened by other means again."""
        super().close()
        _open.pop(self, None)


_open: "weakref.WeakKeyDictionary[Connection, tuple[int, int]]" = weakref.WeakKeyDictionary()
"""The files that connections of this process hold."""


def is_writable(path: Path) -> bool:
    """Whether this process may change the database; its folder must take the journal, too."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def connect(path: Path) -> Connection:
    """A connection that can write, if the permissions are there. Raises sqlite3.Error."""
    return _opened(path)


def connect_reading(path: Path) -> Connection:
    """A connection that reads a database in a place that takes no writing. Raises sqlite3.Error, OSError.

    While a writer is at work elsewhere, its journal is shared. Without a journal the file
    is read as it is. A journal that a killed writer left is replayed in a copy.
    """
    uri = path.absolute().as_uri()
    try:
        connection = _opened(f"{uri}?mode=ro", uri=True)
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        return connection
    except sqlite3.OperationalError:
        pass
    journal = path.with_name(f"{path.name}-wal")
    if not journal.exists() or not journal.stat().st_size:
        return _opened(f"{uri}?mode=ro&immutable=1", uri=True)
    folder = TemporaryDirectory(prefix="titlewatch-")
    for part in (path, journal):
        shutil.copyfile(part, Path(folder.name) / part.name)
    connection = _opened(Path(folder.name) / path.name)
    connection.execute("PRAGMA query_only = ON")
    weakref.finalize(connection, folder.cleanup)
    return connection


def check_whole(path: Path) -> None:
    """Raises StorageError when the file is shorter than its own header says. SQLite would find out page by page.

    A file that this process has open is left alone: closing it here would give up the locks of
    the other connection (SQLite, How To Corrupt, 2.2), and another process could take its journal away.
    """
    if any(_file(path) == kept for kept in _open.values()):
        return
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        return
    page = int.from_bytes(head[_PAGE_SIZE : _PAGE_SIZE + 2], "big")
    counted = head[_CHANGED : _CHANGED + 4] == head[_COUNTED_AT : _COUNTED_AT + 4]
    wanted = int.from_bytes(head[_PAGE_COUNT : _PAGE_COUNT + 4], "big") * (65536 if page == 1 else page)
    journal = path.with_name(f"{path.name}-wal")
    if counted and path.stat().st_size < wanted and not (journal.exists() and journal.stat().st_size):
        what = f"the database was cut off: {path.stat().st_size} bytes of {wanted}"
        raise StorageError(what, str(path), REBUILD)


def _opened(name: str | Path, *, uri: bool = False) -> Connection:
    connection = sqlite3.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection, uri=uri
    )
    connection.row_factory = sqlite3.Row
    if not uri:
        # The file is made when it is first read.
        connection.execute("PRAGMA schema_version")
        _open[connection] = _file(Path(name))
    return connection


def _file(path: Path) -> tuple[int, int]:
    """What tells a file from every other, whatever its path."""
    found = path.stat()
    return found.st_dev, found.st_ino
