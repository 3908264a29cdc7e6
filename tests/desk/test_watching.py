"""The ledger's hash of an imported file is that of the bytes that were read."""

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
