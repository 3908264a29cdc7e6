"""What the start of a run makes of a run that died between two writes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.engine.recovery import recover_all
from crawler.evidence import verify
from crawler.evidence.ledger import Ledger
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
    assert types(unentered)[-2:] == ["seal", "stamp"]
    assert recovered(unentered) == []
    assert types(unentered).count("seal") == types(unentered).count("stamp") == 1
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
