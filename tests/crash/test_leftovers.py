"""What a killed process leaves beside the record: unnamed files, unfinished folders, acts without effect, upgrades."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.engine.recovery import recover_all
from crawler.evidence import verify
from crawler.evidence.ledger import Ledger
from crawler.evidence.making import EXPORT, clear_abandoned, clear_unnamed, making
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace

WHEN = "-20260301T080000Z-0a1b2c3d"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseWorkspace]:
    made = case_workspace.make(tmp_path / "w")
    yield made
    made.store.close()


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def recovered(case: CaseWorkspace) -> tuple[list[str], list[dict[str, object]]]:
    """What a start says, and the entries that it makes, but for the run of the case, which never ended."""
    with Ledger(case.workspace.ledger) as ledger:
        before = ledger.head().size
        said = recover_all(case.workspace, case.store, ledger)
        made = [entry.body for entry in ledger.entries(before)]
    return [line for line in said if "its end" not in line], [body for body in made if body.get("of") != "runs"]


def test_files_that_never_got_their_name_go_and_living_ones_stay(case: CaseWorkspace, dead: int) -> None:
    evidence = case.workspace.evidence
    gone, stays = evidence / f".a.seal.json.{dead}.7", evidence / f".b.seal.json.{os.getpid()}.7"
    for path in (gone, stays):
        path.write_bytes(b"half")
    said, _ = recovered(case)
    assert [gone.exists(), stays.exists()] == [False, True]
    assert any(gone.name in sentence for sentence in said)
    assert clear_unnamed(evidence) == []


def test_an_export_in_the_making_stays_and_an_abandoned_one_goes(tmp_path: Path) -> None:
    mine, left, other = tmp_path / f".TW-a{WHEN}.part", tmp_path / f".TW-b{WHEN}.part", tmp_path / ".letters.part"
    left.mkdir()
    other.mkdir()
    (left / "file").write_text("half")
    with making(mine):
        time.sleep(2.1)
        assert clear_abandoned(tmp_path, EXPORT) == [f".TW-b{WHEN}.part"]
        assert mine.is_dir()
    assert not mine.exists()
    assert other.is_dir()


def test_an_act_that_only_the_ledger_knows_is_named_once(case: CaseWorkspace) -> None:
    with Ledger(case.workspace.ledger) as ledger:
        ledger.append(
            [
                {"type": "decision", "decision": "01LOST", "hit": case.hit_ids[0], "verdict": "unclear"},
                {"type": "case", "act": "open", "case": "01NOCASE", "title": "never opened"},
                {"type": "export", "case": case.case_id, "bundle": "TW-never"},
            ]
        )
    said, made = recovered(case)
    assert [(body["of"], body["orphans"]) for body in made] == [("acts", ["01LOST", "01NOCASE", "TW-never"])]
    assert any("no effect" in sentence for sentence in said)
    assert recovered(case) == ([], [])


def test_acts_that_had_their_effect_are_no_orphans(case: CaseWorkspace) -> None:
    assert recovered(case)[1] == []


def test_an_upgrade_is_entered_once(case: CaseWorkspace) -> None:
    copy = case.workspace.folder / "titlewatch.db.before-1"
    copy.write_bytes(b"the database as it was")
    _, made = recovered(case)
    assert [(body["type"], body["from"], body["copy"]) for body in made] == [("upgrade", "1", copy.name)]
    assert recovered(case) == ([], [])
    assert not [f for f in verify.workspace(case.workspace.folder) if f.state == "fail"]
