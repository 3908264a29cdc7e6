"""What may not leave is refused, by name, and leaves nothing behind."""

from pathlib import Path

import pytest

from crawler.bundle.build import build
from crawler.bundle.check import check
from crawler.desk import deciding, gathering
from crawler.errors import EvidenceError, RefusedError, UnknownObjectError
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace


@pytest.fixture
def undecided(tmp_path: Path) -> CaseWorkspace:
    return case_workspace.make(tmp_path / "workspace", None, decided=False)


def refused(case: CaseWorkspace, case_id: str | None = None) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        build(case.store, case.workspace, case_id or case.case_id)
    assert list(case.workspace.exports.iterdir()) == []
    return caught.value


def test_every_item_without_a_decision_is_named(undecided: CaseWorkspace) -> None:
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids[:1], "infringing", "Zhou Example")
    error = refused(undecided)
    assert undecided.hit_ids[0] not in error.which
    for hit_id in undecided.hit_ids[1:]:
        assert f"{hit_id} has no person's decision" in error.which


def test_an_item_decided_otherwise_stays_with_us(undecided: CaseWorkspace) -> None:
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids, "infringing", "Zhou Example")
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids[1:2], "licensed", "Zhou Example")
    with pytest.raises(RefusedError) as caught:
        build(undecided.store, undecided.workspace, undecided.case_id, agency="US/Example Agency")
    assert caught.value.which == f"{undecided.hit_ids[1]} was decided licensed, not infringing"
    made = build(undecided.store, undecided.workspace, undecided.case_id)
    assert made.exhibits == len(undecided.hit_ids)
    assert [finding for finding in check(made.bundle) if finding.state == "fail"] == []
    case_json = made.bundle / "data" / "case.json"
    case_json.write_text(case_json.read_text().replace('"agency": null', '"agency": "US/Example Agency"'))
    wrong = [finding for finding in check(made.bundle) if finding.check == "decision"]
    assert [(finding.state, finding.found) for finding in wrong] == [("fail", "licensed")]


def test_an_empty_and_an_unknown_case(undecided: CaseWorkspace) -> None:
    empty = gathering.new_case(undecided.store, undecided.workspace, "empty")
    assert "empty" in refused(undecided, empty.case_id).what
    with pytest.raises(UnknownObjectError):
        build(undecided.store, undecided.workspace, "no-such-case")


def test_a_hit_without_exhibit_or_bytes_is_refused(undecided: CaseWorkspace) -> None:
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids, "infringing", "Zhou Example")
    with undecided.store.transaction() as connection:
        connection.execute("UPDATE hits SET exhibit_id = NULL WHERE hit_id = ?", (undecided.hit_ids[0],))
        connection.execute("UPDATE exchanges SET segment = NULL WHERE url LIKE '%/thread/42-1.html'")
    error = refused(undecided)
    assert f"{undecided.hit_ids[0]} has no exhibit" in error.which
    assert f"{undecided.hit_ids[1]} has an exhibit whose page bytes were not kept" in error.which


def test_a_damaged_record_stops_the_export_and_leaves_no_folder(undecided: CaseWorkspace) -> None:
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids, "infringing", "Zhou Example")
    segment = next(undecided.workspace.evidence.glob("*.warc.gz"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(bytes(data))
    with pytest.raises(EvidenceError):
        build(undecided.store, undecided.workspace, undecided.case_id)
    assert list(undecided.workspace.exports.iterdir()) == []


def test_an_export_during_a_crawl_says_which_segment_is_still_open(undecided: CaseWorkspace) -> None:
    deciding.decide(undecided.store, undecided.workspace, undecided.hit_ids, "infringing", "Zhou Example")
    segment = next(undecided.workspace.evidence.glob("*.warc.gz"))
    for path in undecided.workspace.evidence.glob("*.seal.json*"):
        path.unlink()
    lines = undecided.workspace.ledger.read_text().splitlines(keepends=True)
    assert any('"type":"seal"' in line for line in lines)
    segment.rename(segment.with_name(segment.name + ".open"))
    built = build(undecided.store, undecided.workspace, undecided.case_id)
    assert f"Segments-Unsealed: {segment.name}\n" in (built.bundle / "bag-info.txt").read_text()
    assert "not sealed" in (built.bundle / "data/reports/report.html").read_text()
