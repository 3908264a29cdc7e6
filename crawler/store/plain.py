"""Personal data that an older version left open, sealed where it lies."""

import sqlite3
from pathlib import Path

from crawler import personal

_OPEN = "kind IN ('payment', 'contact') AND value NOT LIKE 'aead1:%'"


def seal(connection: sqlite3.Connection, path: Path) -> int:
    """Encrypt the personal statements of the database at `path` that stand open; returns how many.

    The place of what was open is overwritten. Raises StorageError where the key cannot be had; nothing is changed then.
    """
    rows = connection.execute(f"SELECT statement_id, value FROM statements WHERE {_OPEN}").fetchall()
    if not rows:
        return 0
    key = personal.key_of(path.with_name("keys"), create=True)
    connection.execute("PRAGMA secure_delete = ON")
    connection.executemany(
        "UPDATE statements SET value = ? WHERE statement_id = ?",
        [(key.seal(str(value), f"statements/{statement_id}/value"), statement_id) for statement_id, value in rows],
    )
    return len(rows)
