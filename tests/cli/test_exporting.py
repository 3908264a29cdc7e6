"""export, ledger and rules in a workspace with evidence: what they print."""

import hashlib
from pathlib import Path

import pytest

from crawler.practice.authority import PracticeAuthority
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace
from tests.cli.titlewatch import Shell


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CaseWorkspace:
    folder = tmp_path_factory.mktemp("exporting")
    made = case_workspace.make(folder / "W", PracticeAuthority(folder / "authority"))
    made.store.close()
    return made


def test_an_export_names_its_zip(shell: Shell, case: CaseWorkspace, tmp_path: Path) -> None:
    at = ("--workspace", case.workspace.folder)
    lines = shell("export", case.case_id[:12], "--zip", "--out", tmp_path / "one", *at).out.splitlines()
    bundle, archive, digest = Path(lines[1]), Path(lines[3]), Path(lines[4])
    assert bundle.is_dir() and archive == bundle.with_name(f"{bundle.name}.zip")
    assert digest.read_text().split()[0] == hashlib.sha256(archive.read_bytes()).hexdigest()
    (made,) = shell("export", case.case_id, "--zip", "--json", "--out", tmp_path / "two", *at).objects
    assert set(made) == {"bundle", "exhibits"} and Path(f"{made['bundle']}.zip.sha256").is_file()
    assert "ZIP" not in shell("export", case.case_id, "--out", tmp_path / "three", *at).out


def test_the_ledger_is_told_in_one_language(shell: Shell, case: CaseWorkspace) -> None:
    words = ("ledger", "--last", "500", "--workspace", case.workspace.folder)
    english, chinese = (shell(*words, env={"TITLEWATCH_LANG": lang}).out for lang in ("en", "zh"))
    assert ", bytes kept\n" in english and ": infringing\n" in english
    assert "，内容已保留\n" in chinese and "：认定侵权\n" in chinese
    for word in ("kept", "infringing", "stamp）", "已保留 kept"):
        assert word not in chinese, word
    raw = shell(*words, "--json", env={"TITLEWATCH_LANG": "zh"}).objects
    assert {entry["bytes"] for entry in raw if entry["type"] == "exchange"} <= {"kept", "not kept"}


def test_an_export_says_what_in_it_is_not_found_infringing(shell: Shell, tmp_path: Path) -> None:
    made = case_workspace.make(tmp_path / "W", None)
    made.store.close()
    at = ("--workspace", made.workspace.folder)
    first, *_ = (item["hit_id"] for item in shell("cases", "show", made.case_id, "--json", *at).objects[0]["items"])
    assert "another decision" not in shell("export", made.case_id, *at).err
    shell("decide", first, "--verdict", "unclear", "--by", "Li Si", *at)
    assert (
        "1 item is in the bundle with another decision than infringing: unclear"
        in shell("export", made.case_id, *at).err
    )
