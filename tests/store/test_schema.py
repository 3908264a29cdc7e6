"""The constraints that the schema itself keeps."""

import sqlite3
from pathlib import Path

import pytest

from crawler.errors import StorageError, UsageError, WorkspaceVersionError
from crawler.model import Site, Work
from crawler.store import Store, sites, works


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "titlewatch.db", create=True)


def source_page(store: Store, url: str) -> None:
    with store.transaction() as connection:
        connection.execute("INSERT INTO source_pages VALUES (?, 'forum', 'Topics', 't', 't')", (url,))


@pytest.fixture
def forum(store: Store) -> Store:
    sites.add(store, Site("forum", "http://forum.example/", ("forum.example:80",)), "tester")
    return store


def test_a_reference_url_never_becomes_a_source_page(forum: Store) -> None:
    works.save(forum, [Work("salt", "The Salt Lantern", identifiers=("https://studio.example/salt",))])
    with pytest.raises(sqlite3.IntegrityError, match="reference URL"):
        source_page(forum, "https://studio.example/salt")


def test_a_reference_url_never_becomes_a_target(forum: Store) -> None:
    works.save(forum, [Work("salt", "The Salt Lantern", identifiers=("https://studio.example/salt",))])
    with pytest.raises(sqlite3.IntegrityError, match="reference URL"), forum.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute(
            "INSERT INTO hosting_urls VALUES ('x', 0, 'locker', NULL, 'https://studio.example/salt', NULL, NULL, 'w', 'text', 0, 't', 't')"
        )


def test_a_page_seen_offering_never_becomes_a_reference(forum: Store) -> None:
    source_page(forum, "http://forum.example/t/1")
    with pytest.raises(UsageError, match="cannot become a reference"):
        works.save(forum, [Work("salt", "The Salt Lantern", identifiers=("http://forum.example/t/1",))])
    assert works.every(forum) == []


def test_robots_are_ignored_only_under_an_authority(store: Store) -> None:
    with pytest.raises(UsageError):
        sites.add(store, Site("f", "http://f.example/", ("f.example:80",), robots="ignore"), "tester")


def test_a_host_belongs_to_one_site(forum: Store) -> None:
    with pytest.raises(UsageError, match="already belongs"):
        sites.add(forum, Site("again", "http://forum.example/x", ("forum.example:80",)), "tester")


def test_works_are_added_changed_or_left_and_come_back_as_they_were(store: Store) -> None:
    salt = Work(
        "salt", "The Salt Lantern", "film", 2024, "en", ("盐灯",), ("A. Person",), ("studio.example",), ("isbn:1",)
    )
    assert works.save(store, [salt, Work("fog", "雾港长河")]) == (2, 0)
    assert works.every(store) == [Work("fog", "雾港长河"), salt]
    assert works.save(store, [salt]) == (0, 0)
    assert works.save(store, [Work("salt", "The Salt Lantern II")]) == (0, 1)
    assert works.one(store, "salt") == Work("salt", "The Salt Lantern II")


def test_a_newer_workspace_is_refused_and_left_alone(store: Store) -> None:
    store.connection.execute("PRAGMA user_version = 99")
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(WorkspaceVersionError, match="update titlewatch"):
        Store.open(store.path)
    assert store.path.read_bytes() == before


def test_a_missing_or_foreign_file_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no database"):
        Store.open(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("this is no database, only text that is long enough to look like a file")
    with pytest.raises(StorageError, match="not a readable database"):
        Store.open(tmp_path / "text.db")


def test_a_transaction_is_whole_or_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="midway"), store.transaction() as connection:
        connection.execute("INSERT INTO works VALUES ('a', 'A', NULL, NULL, NULL, 't', 't')")
        raise RuntimeError("midway")
    assert works.every(store) == []


def test_a_decision_is_never_changed_or_deleted(forum: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), forum.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO decisions VALUES ('d', 'h', 'unclear', '', 'a', 'u', 'm', 't', NULL, NULL)")
        connection.execute("DELETE FROM decisions")
