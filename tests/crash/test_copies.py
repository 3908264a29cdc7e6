"""Two copies of one workspace that both go on, a workspace that has moved, and a database made anew."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import LoopbackServer
from tests.crash.measure import decided
from tests.crash.scene import Faulty, copied, entries, failures, forum, rows, watching


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer("bulk", forum(8), None) as made:
        yield made


@pytest.fixture(scope="module")
def decided_upon(faulty: Faulty, server: LoopbackServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after one crawl, with a case."""
    made = watching(faulty, tmp_path_factory.mktemp("decided") / "w", server.url)
    assert faulty(made, "crawl").code == 0
    decided(faulty, made)
    return made


@pytest.fixture
def workspace(decided_upon: Path, tmp_path: Path, faulty: Faulty) -> Iterator[Path]:
    """A copy that has settled down in its place."""
    with copied(decided_upon, tmp_path / "w") as place:
        assert faulty(place, "crawl").code == 0
        yield place


def moves(workspace: Path) -> list[dict[str, object]]:
    return [entry for entry in entries(workspace) if entry["type"] in ("place", "moved")]


def test_a_copy_says_so_at_its_first_run_and_the_original_does_not(
    faulty: Faulty, workspace: Path, tmp_path: Path
) -> None:
    before = moves(workspace)
    with copied(workspace, tmp_path / "copy") as copy:
        first, second = faulty(copy, "crawl"), faulty(copy, "crawl")
        assert (first.code, second.code) == (0, 0), first.err
        assert (str(workspace) in first.err, "COPIED" in first.err) == (True, True), first.err
        assert "COPIED" not in second.err
        made = moves(copy)[len(before) :]
        assert [(entry["type"], entry["folder"], entry["twin"]) for entry in made] == [("moved", str(copy), True)]
        assert failures(copy) == []
    assert "COPIED" not in faulty(workspace, "crawl").err
    assert moves(workspace) == before


def test_a_restored_backup_beside_the_surviving_workspace_says_so(
    faulty: Faulty, workspace: Path, tmp_path: Path
) -> None:
    assert faulty(workspace, "backup", tmp_path / "b").code == 0
    assert faulty(tmp_path, "restore", "b", "again").code == 0
    done = faulty(tmp_path / "again", "crawl")
    assert (done.code, "COPIED" in done.err) == (0, True), done.err
    # The one that goes on cannot take the other's backup for its own.
    refused = faulty(workspace, "decide", rows(workspace, "SELECT hit_id FROM hits")[0]["hit_id"],
                     "--verdict", "unclear", "--by", "Li Si")  # fmt: skip
    assert refused.code == 0
    assert faulty(tmp_path / "again", "backup", tmp_path / "b").code == 0
    refused = faulty(workspace, "backup", tmp_path / "b")
    assert (refused.code, "no continuation" in refused.err) == (1, True), refused


def test_a_renamed_folder_is_no_copy_and_a_moved_one_has_no_twin(
    faulty: Faulty, workspace: Path, tmp_path: Path
) -> None:
    before = moves(workspace)
    workspace.rename(tmp_path / "renamed")
    assert faulty(tmp_path / "renamed", "crawl").code == 0
    assert moves(tmp_path / "renamed") == before
    shutil.copytree(tmp_path / "renamed", workspace)
    shutil.rmtree(tmp_path / "renamed")
    done = faulty(workspace, "crawl")
    assert (done.code, "COPIED" in done.err) == (0, False), done.err
    assert [entry["twin"] for entry in moves(workspace)[len(before) :]] == [False]


def test_copies_that_both_went_on_are_told_apart_by_an_earlier_bundle(
    faulty: Faulty, workspace: Path, tmp_path: Path
) -> None:
    case = rows(workspace, "SELECT case_id FROM cases")[0]["case_id"]

    def exported(place: Path) -> str:
        done = faulty(place, "export", case, "--json")
        assert done.code == 0, done.err
        return str(json.loads(next(line for line in done.err.splitlines() if line.startswith("{")))["bundle"])

    common = exported(workspace)
    with copied(workspace, tmp_path / "copy") as copy:
        # A bundle vouches for the ledger up to the last entry of its case: that one must lie behind the parting.
        hit = rows(workspace, "SELECT hit_id FROM case_items")[0]["hit_id"]
        for place, verdict in ((workspace, "infringing"), (copy, "unclear")):
            assert faulty(place, "decide", hit, "--verdict", verdict, "--by", "Li Si").code == 0
        one, other = exported(workspace), exported(copy)
        for place in (workspace, copy):
            assert faulty(tmp_path, "verify", place, "--earlier", common).code == 0
        assert faulty(tmp_path, "verify", workspace, "--earlier", one).code == 0
        assert faulty(tmp_path, "verify", workspace, "--earlier", other).code == 1
        assert faulty(tmp_path, "verify", copy, "--earlier", one).code == 1


def test_a_database_made_anew_has_sites_and_cases_and_finds_its_hits_again(faulty: Faulty, workspace: Path) -> None:
    queries = (
        "SELECT site_id, url, engine_named, robots, authority, added_by FROM sites",
        "SELECT site_id, host FROM site_hosts ORDER BY 1, 2",
        "SELECT case_id, title, track, opened_by, ledger_seq FROM cases",
    )
    before = [rows(workspace, query) for query in queries]
    found = rows(workspace, "SELECT url, work_id FROM hits ORDER BY 1, 2")
    works = rows(workspace, "SELECT work_id AS id, title FROM works")
    for path in workspace.glob("titlewatch.db*"):
        path.unlink()
    rebuilt = faulty(workspace, "evidence", "rebuild", "--json")
    assert rebuilt.code == 0, rebuilt.err
    said = json.loads(rebuilt.err.splitlines()[0])
    assert (said["sites"], said["cases"]) == (1, 1)
    assert [rows(workspace, query) for query in queries] == before
    (workspace / "works.json").write_text(json.dumps(works))
    assert faulty(workspace, "works", "import", "works.json").code == 0
    assert faulty(workspace, "crawl").code == 0
    assert rows(workspace, "SELECT url, work_id FROM hits ORDER BY 1, 2") == found
    assert rows(workspace, "SELECT 1 FROM hits WHERE exhibit_id IS NULL") == []
    assert failures(workspace) == []


def test_a_site_that_only_the_ledger_knows_is_named_and_can_be_added(faulty: Faulty, workspace: Path) -> None:
    """Whichever step a kill comes before, the site is there or the next run says that it is not."""
    add = ("sites", "add", "http://127.0.0.9:9/", "--id", "late")
    with copied(workspace, workspace.with_name("count")) as place:
        steps = faulty(place, *add).steps or 0
    assert steps == 3
    for at in range(1, steps + 1):
        with copied(workspace, workspace.with_name("killed")) as place:
            assert faulty(place, *add, at=at).code == -9
            assert faulty(place, "crawl", "bulk").code == 0
            known = bool(rows(place, "SELECT 1 FROM sites WHERE site_id = 'late'"))
            named = [e for e in entries(place) if e["type"] == "recovery" and "late" in e.get("orphans", ())]
            entered = [e for e in entries(place) if e["type"] == "site" and e["site"] == "late"]
            assert len(entered) == known + len(named), at
            assert faulty(place, *add).code == (2 if known else 0)
            assert failures(place) == []
