"""Bringing an older database up to date: copied first, changed in one transaction, held against the copy."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import StorageError
from crawler.store import plain, schema

BEFORE = ".before-"


def upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables of the database at `path` to the version that this program knows.

    A database that held anything is first copied, whole and durably, to
    ``<name>.before-<version>`` beside it. The change is one transaction: it is kept when the
    file is sound, every reference holds and no table that stayed has lost a row. Raises
    StorageError otherwise; the database is then as it was. Personal data that stood open is
    sealed; the copy holds it open still.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done it while this one waited.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version < schema.VERSION:
                before = _counts(connection)
                if version:
                    copy(path, path.with_name(f"{path.name}{BEFORE}{version}"))
                schema.migrations.apply(Database(connection))
                # Where the key cannot be had now, the start of the next run seals it.
                with suppress(StorageError):
                    plain.seal(connection, path)
                connection.execute(f"PRAGMA user_version = {schema.VERSION}")
                _check(connection, path, before)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except (sqlite3.Error, OSError) as error:
        what = f"the database could not be brought up to date and is as it was ({error})"
        raise StorageError(what, str(path), "check permissions and space, then try again") from error


def copy(path: Path, to: Path) -> None:
    """Copy a database as it was last committed, durably; a copy of that name is replaced whole. Raises sqlite3.Error, OSError."""
    fresh = to.with_name(f".{to.name}.part")
    fresh.unlink(missing_ok=True)
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        copied = sqlite3.connect(fresh)
        try:
            source.backup(copied)
            # A copy is read where it lies, perhaps on a medium that takes no journal beside it.
            copied.execute("PRAGMA journal_mode = DELETE")
        finally:
            copied.close()
        for place in (fresh, None):
            handle = os.open(place or to.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if place:
                fresh.replace(to)
    finally:
        source.close()
        fresh.unlink(missing_ok=True)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    # What a full-text index keeps of itself is no row of ours, and it cannot be counted.
    names = [
        row[0]
        for row in connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    ]
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
        for name in names
        if not name.startswith(("sqlite_", "_sqlite_"))
    }


def _check(connection: sqlite3.Connection, path: Path, before: dict[str, int]) -> None:
    after = _counts(connection)
    lost = [name for name, count in before.items() if after.get(name, count) < count]
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if lost or broken or sound != "ok":
        found = f"rows lost in {', '.join(lost)}" if lost else f"a broken reference in {broken[0]}" if broken else sound
        what = f"the database could not be brought up to date and is as it was ({found})"
        raise StorageError(what, str(path), "keep using the titlewatch that wrote it, and report this")
