"""One SQLite file per workspace: opened safely, migrated, written in short transactions."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.errors import StorageError, WorkspaceVersionError
from crawler.store import schema

BUSY_SECONDS = 30.0


class Store:
    """An open workspace database (WAL, synchronous=FULL: a commit survives power loss).

    Writers hold the lock only inside `transaction`, so that `decide` and `export` work
    while a crawl runs.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.tables = Database(connection)

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> "Store":
        """Open (or make) the database at `path` and bring its tables up to date.

        Raises StorageError when it is missing or no database, WorkspaceVersionError when
        a newer titlewatch wrote it; in both cases nothing is changed.
        """
        if not create and not path.is_file():
            raise StorageError("the workspace has no database", str(path), "restore titlewatch.db from a backup")
        try:
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.OperationalError as error:
            # The disk or the permissions refused; the file itself is as good as before.
            raise StorageError(
                f"the database cannot be opened ({error})", str(path), "check space and permissions"
            ) from error
        except sqlite3.Error as error:
            raise StorageError(f"not a readable database ({error})", str(path), "restore it from a backup") from error
        if version > schema.VERSION:
            connection.close()
            raise WorkspaceVersionError(
                f"the workspace is of version {version}, this titlewatch knows {schema.VERSION}",
                str(path),
                "update titlewatch",
            )
        store = cls(connection, path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if version < schema.VERSION:
                schema.migrations.apply(store.tables)
                connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        except sqlite3.Error as error:
            connection.close()
            raise StorageError(
                f"the database cannot be written ({error})", str(path), "check permissions and space"
            ) from error
        return store

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A short write transaction: committed whole, or rolled back. Raises StorageError when the disk refuses."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise StorageError(
                f"the database refused ({error})", str(self.path), "check space and permissions"
            ) from error

    def rows(self, query: str, parameters: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.connection.execute(query, tuple(parameters)).fetchall()

    def row(self, query: str, parameters: Iterable[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found: sqlite3.Row | None = self.connection.execute(query, tuple(parameters)).fetchone()
        return found

    def close(self) -> None:
        """Close the connection; open transactions are rolled back."""
        self.connection.close()
