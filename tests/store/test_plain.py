"""Personal statements of an older version are sealed when the database is brought up to date, or at the next chance."""

import sqlite3
from pathlib import Path

import pytest

from crawler.errors import StorageError
from crawler.store import Store, plain, schema, statements

ROW = (
    "INSERT INTO statements VALUES ('S1', 'films.example', 'contact', 'mail@films.example', '2026-01-01T00:00:00.000000Z', "
    "'page', 'high', 'X', NULL, NULL, NULL)"
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the version before, with a contact that stands open."""
    path = tmp_path / "titlewatch.db"
    Store.open(path, create=True).close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER personal_is_sealed")
        database.execute("DROP TRIGGER personal_stays_sealed")
        database.execute(ROW)
        database.execute("DELETE FROM _sqlite_migrations WHERE name = 'untied_from_what_may_be_lost'")
        database.execute(f"PRAGMA user_version = {schema.VERSION - 1}")
    database.close()
    return path


def test_what_stood_open_is_sealed_with_the_upgrade(old: Path) -> None:
    store = Store.open(old)
    (row,) = store.rows("SELECT value FROM statements")
    assert row["value"].startswith("aead1:")
    assert [one.value for one in statements.of_hosts(store, ["films.example"])] == ["mail@films.example"]
    assert plain.seal(store.connection, store.path) == 0
    with pytest.raises(sqlite3.IntegrityError, match="encrypted"):
        store.connection.execute("UPDATE statements SET value = 'mail@films.example'")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert b"mail@films.example" not in old.read_bytes()


def test_without_the_key_it_waits(old: Path) -> None:
    keys = old.with_name("keys")
    keys.write_text("no folder")
    store = Store.open(old)
    with pytest.raises(StorageError):
        plain.seal(store.connection, store.path)
    keys.unlink()
    assert plain.seal(store.connection, store.path) == 1
    store.close()
