"""An older database is copied before it is changed; one that cannot be written is read as it lies."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from crawler.errors import StorageError
from crawler.store import Store, schema, works

AT_VERSION_1 = Path(__file__).with_name("version_1.sql")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database as the first version wrote it: a case with three exhibits and their decisions."""
    path = tmp_path / "titlewatch.db"
    with sqlite3.connect(path) as database:
        database.executescript(AT_VERSION_1.read_text(encoding="utf-8"))
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    return path


def counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM pragma_table_list WHERE type = 'table'")]
        found = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    database.close()
    return found


def version(path: Path) -> int:
    with sqlite3.connect(path) as database:
        found = int(database.execute("PRAGMA user_version").fetchone()[0])
    database.close()
    return found


def test_an_older_database_is_copied_and_brought_up_to_date(old: Path) -> None:
    before = counts(old)
    store = Store.open(old)
    assert [work.work_id for work in works.every(store)] == ["atlas", "lantern"]
    store.close()
    copy = old.with_name("titlewatch.db.before-1")
    assert (version(old), version(copy)) == (schema.VERSION, 1)
    assert counts(copy) == before
    ours = {name for name in before if not name.startswith(("sqlite_", "_sqlite"))}
    assert {name: counts(old)[name] for name in ours} == {name: before[name] for name in ours}
    assert before["exhibits"] == before["decisions"] == 3


def test_works_keep_their_names_and_people_when_they_may_have_publishers(old: Path) -> None:
    store = Store.open(old)
    lantern = works.one(store, "lantern")
    assert (lantern.aliases, lantern.creators) == (("The Lantern Sea",), ("Wei Example",))
    known = replace(lantern, publishers=("潮声出版社",), licensed_domains=("shop.example (CN; ..2026-12-31)",))
    assert works.save(store, [known]) == (0, 1)
    assert works.one(store, "lantern") == known
    store.close()


def test_what_is_up_to_date_is_not_copied(old: Path) -> None:
    Store.open(old).close()
    copy = old.with_name("titlewatch.db.before-1")
    copy.unlink()
    Store.open(old).close()
    assert not copy.exists()


@pytest.mark.parametrize(
    "statement", ["DELETE FROM exhibit_exchanges", "UPDATE hits SET work_id = 'nobody'", "CREATE TABLE works (a)"]
)
def test_an_upgrade_that_goes_wrong_leaves_the_database_as_it_was(
    old: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migrations("titlewatch")
    for known in schema.migrations._migrations:
        broken(name=known.name)(known.fn)

    @broken()
    def too_much(db: Database) -> None:
        db.execute("CREATE TABLE half (done)")
        db.execute(statement)

    monkeypatch.setattr(schema, "migrations", broken)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    before = counts(old)
    with pytest.raises(StorageError, match="is as it was"):
        Store.open(old)
    assert counts(old) == before
    assert version(old) == 1


def test_an_upgrade_killed_midway_begins_anew(old: Path) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from crawler.store import Store, schema\n"
        "@schema.migrations()\n"
        "def killed(db):\n"
        "    db.execute('CREATE TABLE half (done)')\n"
        "    os.kill(os.getpid(), 9)\n"
        "Store.open(pathlib.Path(sys.argv[1]))\n"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code, str(old)], cwd=Path(__file__).parents[2], check=False)
        assert done.returncode == -9
        assert version(old) == 1
    Store.open(old).close()
    assert (version(old), version(old.with_name("titlewatch.db.before-1"))) == (schema.VERSION, 1)
    assert "half" not in counts(old)


def test_a_database_that_was_cut_off_is_said_to_be(old: Path) -> None:
    Store.open(old).close()
    os.truncate(old, old.stat().st_size - 8192)
    with pytest.raises(StorageError, match="cut off"):
        Store.open(old)


@pytest.fixture
def locked_away(tmp_path: Path) -> Iterator[Path]:
    """A folder on a read-only mount."""
    folder = tmp_path / "medium"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=False).returncode:
        pytest.skip("mounting needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fix(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "with the journal of a killed writer"])
def test_a_database_on_a_read_only_medium_is_read(old: Path, locked_away: Path, killed: bool) -> None:
    store = Store.open(old)
    with store.transaction() as connection:
        connection.execute("INSERT INTO works VALUES ('late', 'Late', NULL, NULL, NULL, 't', 't')")
    if not killed:
        store.close()
    for path in old.parent.glob("titlewatch.db*"):
        if not path.name.endswith("-shm"):
            shutil.copyfile(path, locked_away / path.name)
    fix(locked_away)
    reading = Store.open(locked_away / old.name)
    assert [work.work_id for work in works.every(reading)] == ["atlas", "lantern", "late"]
    with pytest.raises(StorageError, match="refused"), reading.transaction() as connection:
        connection.execute("DELETE FROM works")
    reading.close()


def test_an_older_database_on_a_read_only_medium_is_left_alone(old: Path, locked_away: Path) -> None:
    shutil.copyfile(old, locked_away / old.name)
    fix(locked_away)
    with pytest.raises(StorageError, match="older version"):
        Store.open(locked_away / old.name)
