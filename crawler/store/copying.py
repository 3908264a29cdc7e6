"""Copying a database that is in use, at a moment that the caller can tie to other files."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crawler.errors import StorageError
from crawler.store.opening import BUSY_SECONDS

Found = TypeVar("Found")


def snapshot(path: Path, to: Path, meanwhile: Callable[[], Found]) -> Found:
    """Copy the database as it is at one moment; returns what `meanwhile` found while no writer could commit.

    Writers wait only while `meanwhile` runs. The copy is durable and needs no journal beside
    it. Raises StorageError when a database refuses.
    """
    try:
        writer = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        reader = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        copied = sqlite3.connect(to, isolation_level=None)
        try:
            writer.execute("BEGIN IMMEDIATE")
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            try:
                found = meanwhile()
            finally:
                writer.execute("ROLLBACK")
            reader.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")
        finally:
            for connection in (copied, reader, writer):
                connection.close()
        handle = os.open(to, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            f"the database cannot be copied ({error})", str(path), "check space and permissions"
        ) from error
    return found
