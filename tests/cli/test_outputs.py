"""Where a person wants a file, and where none may be put: the workspace's own things are no place for it."""

from pathlib import Path

import pytest

from crawler.errors import UsageError
from crawler.whole_file import hand_out
from tests.cli.titlewatch import Shell


@pytest.mark.parametrize(
    "place",
    [
        "evidence/ledger.jsonl", "evidence/new.csv", "keys/signer.pem", "titlewatch.db", "titlewatch.db-wal", "titlewatch.toml",
        "run.lock", "leads/a.csv", "documents/a.pdf", "EVIDENCE/x.csv", "exports/../evidence/ledger.jsonl", "link/ledger.jsonl",
    ],
)  # fmt: skip
def test_no_output_takes_the_place_of_what_a_workspace_keeps(workspace: Path, place: str) -> None:
    (workspace / "link").symlink_to(workspace / "evidence")
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="keeps its own things there"):
        hand_out(workspace / place, b"x")
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before


def test_elsewhere_in_a_workspace_and_outside_it_there_is_room(workspace: Path, tmp_path: Path) -> None:
    for place in (workspace / "exports" / "a.csv", workspace / "figures.csv", tmp_path / "evidence" / "a.csv"):
        hand_out(place, b"x")
        assert place.read_bytes() == b"x"


def test_the_commands_refuse_it_with_one_line(shell: Shell, workspace: Path) -> None:
    ledger = workspace / "evidence" / "ledger.jsonl"
    before = ledger.read_bytes()
    at = ("--workspace", "W")
    assert "keeps its own things" in shell("statistics", "--csv", ledger, *at, code=2).error
    assert "keeps its own things" in shell("works", "export", workspace / "keys" / "a.csv", *at, code=2).error
    assert ledger.read_bytes() == before
