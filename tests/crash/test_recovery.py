"""What the start of a run makes of a run that died between two writes."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.engine.recovery import recover_all
from crawler.errors import StorageError
from crawler.evidence import entries, verify
from crawler.evidence.ledger import Ledger
from crawler.matching import Matcher
from crawler.model import Work
from crawler.practice.authority import PracticeAuthority
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def unentered(tmp_path: Path, authority: PracticeAuthority, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaseWorkspace]:
    """A workspace with a seal and a stamp over it that the ledger does not name."""
    append = Ledger.append

    def without(ledger: Ledger, bodies: Sequence[dict[str, object]]) -> list[object]:
        return append(ledger, [body for body in bodies if body["type"] not in ("seal", "stamp")])  # type: ignore[return-value]

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", without)
        case = case_workspace.make(tmp_path / "w", authority)
    yield case
    case.store.close()


def recovered(case: CaseWorkspace) -> list[str]:
    with Ledger(case.workspace.ledger) as ledger:
        return [said for said in recover_all(case.workspace, case.store, ledger) if ".seal.json" in said]


def types(case: CaseWorkspace) -> list[str]:
    with Ledger(case.workspace.ledger) as ledger:
        return [entry.type for entry in ledger.entries()]


def failed(case: CaseWorkspace, authority: PracticeAuthority) -> list[object]:
    found = verify.workspace(case.workspace.folder, case.key.read_bytes(), authority.roots.read_bytes())
    return [finding for finding in found if finding.state == "fail"]


def test_a_seal_and_a_stamp_that_no_entry_names_are_entered_once(
    unentered: CaseWorkspace, authority: PracticeAuthority
) -> None:
    assert not {"seal", "stamp"} & set(types(unentered))
    assert len(recovered(unentered)) == 2
    # The stamp over the beginning of the run, and the one over the seal.
    assert types(unentered)[-3:] == ["seal", "stamp", "stamp"]
    assert recovered(unentered) == []
    assert (types(unentered).count("seal"), types(unentered).count("stamp")) == (1, 2)
    assert failed(unentered, authority) == []


@pytest.mark.parametrize("part", [".warc.gz", ".seal.json.ed25519"])
def test_a_seal_that_does_not_hold_is_not_entered(unentered: CaseWorkspace, part: str) -> None:
    (path,) = unentered.workspace.evidence.glob(f"*{part}")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    said = recovered(unentered)
    assert "was not entered" in said[0]
    assert "seal" not in types(unentered)


def test_a_stamp_that_does_not_hold_is_not_entered(unentered: CaseWorkspace) -> None:
    for path in unentered.workspace.evidence.glob("*.practice.tsr"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    said = recovered(unentered)
    assert "was not entered" in said[-1]
    assert types(unentered)[-1] == "seal"


@pytest.fixture
def uncommitted(tmp_path: Path, authority: PracticeAuthority) -> Iterator[CaseWorkspace]:
    """A workspace whose database never learned of the pictured page's capture and exhibit, as after a kill."""
    case = case_workspace.make(tmp_path / "w", authority, case_workspace.OFFERS[:1], decided=False)
    with case.store.transaction() as connection:
        for table in ("exhibit_exchanges", "exhibit_captures", "exhibits", "captures"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE hits SET exhibit_id = NULL")
    yield case
    case.store.close()


def test_a_capture_is_indexed_and_an_orphaned_exhibit_named_once(
    uncommitted: CaseWorkspace, authority: PracticeAuthority
) -> None:
    with Ledger(uncommitted.workspace.ledger) as ledger:
        entered = {entry.type: entry.body for entry in ledger.entries()}
        for _ in range(2):
            recover_all(uncommitted.workspace, uncommitted.store, ledger)
        _, recovery = [entry.body for entry in ledger.entries() if entry.type == "recovery"]
    assert (recovery["of"], recovery["orphans"]) == ("exhibits", [entered["exhibit"]["exhibit"]])
    (row,) = uncommitted.store.rows("SELECT * FROM captures")
    capture = entered["capture"]
    place = capture["record"]
    assert (row["capture_id"], row["exchange_id"], row["url"], row["ledger_seq"]) == (
        capture["capture"],
        capture["exchange"],
        capture["url"],
        capture["seq"],
    )
    assert (row["segment"], row["segment_offset"], row["segment_length"]) == (
        place["segment"],
        place["offset"],
        place["length"],
    )
    assert json.loads(row["files"]) == capture["files"]
    assert json.loads(row["records"]) == place["records"]
    assert failed(uncommitted, authority) == []


def test_an_orphan_that_a_killed_start_has_named_is_not_named_again(uncommitted: CaseWorkspace) -> None:
    recovered(uncommitted)
    with Ledger(uncommitted.workspace.ledger) as ledger:
        ledger.append([entries.exhibit_body("01JLATE", "h", "http://harbour.example/", "lantern", [], [], "ab" * 32)])
    for _ in range(2):
        recovered(uncommitted)
    with Ledger(uncommitted.workspace.ledger) as ledger:
        named = [body["orphans"] for entry in ledger.entries() if "orphans" in (body := entry.body)]
    assert named[1:] == [["01JLATE"]]


def test_what_the_database_holds_is_no_orphan(tmp_path: Path) -> None:
    case = case_workspace.make(tmp_path / "w")
    recovered(case)
    with Ledger(case.workspace.ledger) as ledger:
        assert not [entry for entry in ledger.entries() if "orphans" in entry.body]
    case.store.close()


@pytest.mark.parametrize("harm", ["empty", "zeros", "half", "torn"])
def test_an_index_that_a_power_cut_spoilt_is_made_anew(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "titles.npz"
    Matcher([Work("lantern", "The Lantern Sea")]).save(path)
    data = path.read_bytes()
    spoilt = {"empty": b"", "zeros": bytes(len(data)), "half": data[: len(data) // 2]}
    path.write_bytes(spoilt.get(harm, data[:600] + bytes(600) + data[1200:]))
    with pytest.raises(StorageError, match="not an index"):
        Matcher.load(path)


def test_a_run_that_never_ended_is_named_once(unentered: CaseWorkspace) -> None:
    with Ledger(unentered.workspace.ledger) as ledger:
        for _ in range(2):
            recover_all(unentered.workspace, unentered.store, ledger)
        named = [entry.body for entry in ledger.entries() if entry.type == "recovery" and entry.body["of"] == "runs"]
        assert [body["runs"] for body in named] == [[case_workspace.RUN]]
        ledger.append([{"type": "run-start", "run": "B"}, {"type": "run-end", "run": "B", "outcome": "done"}])
        ledger.append([{"type": "run-start", "run": "C"}])
        recover_all(unentered.workspace, unentered.store, ledger)
        last = [entry.body for entry in ledger.entries()][-1]
        assert (last["of"], last["runs"], last["closed"]) == ("runs", ["C"], [])
