"""One SQLite file per workspace: opened safely, migrated, written in short transactions."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.errors import StorageError, WorkspaceVersionError
from crawler.store import opening, schema, upgrading


class Store:
    """An open workspace database (WAL, synchronous=FULL: a commit survives power loss).

    Writers hold the lock only inside `transaction`, so that `decide` and `export` work
    while a crawl runs.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.tables = Database(connection)
        self.upgraded = False
        """Whether opening it brought older tables up to date."""

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> "Store":
        """Open (or make) the database at `path` and bring its tables up to date, a copy of the older ones first.

        Where nothing can be written it is opened for reading. Raises StorageError when it is
        missing or no database, WorkspaceVersionError when a newer titlewatch wrote it; in
        both cases nothing is changed.
        """
        if not create and not path.is_file():
            raise StorageError("the workspace has no database", str(path), opening.REBUILD)
        writable = opening.is_writable(path)
        try:
            if path.exists():
                opening.check_whole(path)
            connection = opening.connect(path) if writable else opening.connect_reading(path)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except (sqlite3.OperationalError, OSError) as error:
            # The disk or the permissions refused; the file itself is as good as before.
            raise StorageError(
                f"the database cannot be opened ({error})", str(path), "check space and permissions"
            ) from error
        except sqlite3.Error as error:
            raise StorageError(f"not a readable database ({error})", str(path), opening.REBUILD) from error
        try:
            if version > schema.VERSION:
                raise WorkspaceVersionError(
                    f"the workspace is of version {version}, this titlewatch knows {schema.VERSION}",
                    str(path),
                    "update titlewatch",
                )
            if writable:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
            if version < schema.VERSION:
                if not writable:
                    what = f"the workspace is of the older version {version} and cannot be changed here"
                    raise StorageError(what, str(path), "copy the workspace to a place that can be written")
                upgrading.upgrade(connection, path)
        except sqlite3.Error as error:
            connection.close()
            raise StorageError(
                f"the database cannot be written ({error})", str(path), "check permissions and space"
            ) from error
        except BaseException:
            connection.close()
            raise
        store = cls(connection, path)
        store.upgraded = 0 < version < schema.VERSION
        return store

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A short write transaction: committed whole, or rolled back. Raises StorageError when the disk refuses.

        One inside another is part of it.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
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
