"""The ledger's hash of an imported file is that of the bytes that were read."""

from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from crawler.desk import founding, watching
from crawler.evidence.ledger import Ledger
from crawler.store import Store
from crawler.watchlist import importing


def test_a_file_that_changes_after_it_was_read_is_entered_as_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    path = tmp_path / "works.csv"
    path.write_text("title\nThe Salt Lantern\n")
    digest, read = sha256(path.read_bytes()).hexdigest(), importing.read

    def overtaken(place: Path, encoding: str | None) -> importing.Imported:
        found = read(place, encoding)
        place.write_text("title\nAnother\n")
        return found

    monkeypatch.setattr(importing, "read", overtaken)
    store = Store.open(workspace.database)
    try:
        watching.import_file(store, workspace, path)
    finally:
        store.close()
    with Ledger(workspace.ledger) as ledger:
        entered = [entry.body for entry in ledger.entries() if entry.type == "watchlist"]
    assert [body["file_sha256"] for body in entered] == [digest]


def test_adding_a_work_again_loses_nothing_and_says_what_changed(tmp_path: Path) -> None:
    workspace = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    store = Store.open(workspace.database)
    try:
        title: dict[str, object] = {"title": "The Salt Lantern"}
        first = watching.add(
            store, workspace, {**title, "kind": "film", "year": 2024, "aliases": ["Lamp of Salt"], "policy": "strict"}
        )
        assert first.changes is None
        same = watching.add(store, workspace, title)
        assert (same.changes, same.work) == ((), first.work)
        entries = workspace.ledger.read_bytes().count(b'"type":"watchlist"')
        assert entries == 1
        more = watching.add(
            store, workspace, {**title, "aliases": ["The Lantern", "Lamp of Salt"], "creators": ["Tobiah Renn"]}
        )
        assert more.changes == ("aliases", "creators")
        assert (more.work.work_id, more.work.kind, more.work.year, more.work.policy) == (
            "the-salt-lantern",
            "film",
            2024,
            "strict",
        )
        assert more.work.aliases == ("Lamp of Salt", "The Lantern")
        assert more.work.creators == ("Tobiah Renn",)
        other = watching.add(store, workspace, {**title, "year": 1958})
        assert (other.changes, other.work.work_id) == (None, "the-salt-lantern-1958")
    finally:
        store.close()


def test_a_policy_that_is_given_is_set_even_the_default_one(tmp_path: Path) -> None:
    workspace = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    with closing(Store.open(workspace.database)) as store:
        watching.add(store, workspace, {"title": "The Salt Lantern", "policy": "strict"})
        assert watching.add(store, workspace, {"title": "The Salt Lantern"}).work.policy == "strict"
        done = watching.add(store, workspace, {"title": "The Salt Lantern", "policy": "default"})
        assert done.changes == ("policy",) and done.work.policy == "default"


def test_works_with_one_identifier_are_told_on_import(tmp_path: Path) -> None:
    workspace = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    path = tmp_path / "works.csv"
    path.write_text(
        "id,title,identifiers\na,Heron,978-7-5000-0001-3\nb,Egret,ISBN 7-5000-0001-4\nc,Crane,978-3-16-148410-0\n"
    )
    with closing(Store.open(workspace.database)) as store:
        assert watching.import_file(store, workspace, path).shared == (("9787500000013", ("a", "b")),)
        path.write_text("id,title,identifiers\nd,Stork,9783161484100\n")
        assert watching.import_file(store, workspace, path).shared == (("9783161484100", ("c", "d")),)
