"""A part of a bundle: what it shows, what it does not, and that every way of tampering with it is found."""

import json
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import custody, disclosure_layout, layout
from crawler.bundle.bag import Bag
from crawler.bundle.build import build
from crawler.bundle.check import check, telling, times
from crawler.bundle.disclosure import Disclosed, Order, disclose
from crawler.bundle.disclosure_part import Part
from crawler.bundle.redaction_rules import Rule, Rules
from crawler.errors import RefusedError, UnknownObjectError, VerificationError
from crawler.practice.authority import PracticeAuthority
from tests.bundle import case_workspace
from tests.bundle.conftest import Made
from tests.bundle.disclosed import (
    FORGED,
    REDACTED_FORGED,
    SCRIPT_FINDS,
    SHOWN,
    SPOILT,
    WITHHELD,
    decoded,
    failures,
    findings,
    reforge,
)


@pytest.fixture(scope="module")
def part(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Disclosed:
    return disclose(made.built.bundle, Order(("1", "3"), out=tmp_path_factory.mktemp("parts"), zipped=True))


@pytest.fixture
def spoilt(part: Disclosed, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(part.folder, tmp_path / part.folder.name))


def test_a_part_passes_with_key_and_roots_and_names_what_is_withheld(made: Made, part: Disclosed) -> None:
    assert re.fullmatch(rf"{made.built.bundle.name}-part-[0-9a-f]{{8}}", part.folder.name)
    assert (part.exhibits, part.withheld, part.records_withheld) == (2, 1, 0)
    found = findings(part.folder, made)
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {finding.check for finding in found if finding.state == "not_checked"} == {
        "withheld", "seal", "revocation", "table", "part",
    }  # fmt: skip
    passed = {finding.check for finding in found if finding.state == "pass"}
    assert {
        "files",
        "original",
        "signature",
        "signer",
        "stamp",
        "unchanged",
        "ledger",
        "beginning",
        "segment",
        "exhibit",
        "custody",
        "not before",
    } <= passed
    named = {finding.object for finding in found if finding.check == "withheld"}
    assert {f"data/captures/{WITHHELD}", "data/reports", "data/forms", "data/wacz", "data/case.json"} <= named


@pytest.mark.parametrize("language", ["en", "zh"])
def test_people_are_told_each_reason_for_withholding_once(made: Made, part: Disclosed, language: str) -> None:
    found = findings(part.folder, made)
    told = [line for line in telling.report(found).lines(language) if ": withheld: " in line or "：未披露：" in line]
    reasons = {finding.why for finding in found if finding.check == "withheld"}
    count = sum(finding.check == "withheld" for finding in found)
    assert len(told) == len(reasons) < count
    for why in reasons:
        objects = [finding.object for finding in found if (finding.check, finding.why) == ("withheld", why)]
        (line,) = [line for line in told if f": {why}" in line or f"({why})" in line]
        if len(objects) > telling.FEW:
            assert re.search(rf"(?:others of this kind: |同类另有 ){len(objects) - 1}\b", line)
        else:
            assert all(" ".join(one.split()) in line for one in objects)


def test_without_key_and_roots_signer_and_stamps_are_not_checked(part: Disclosed) -> None:
    found = list(check(part.folder))
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {"signer", "stamp"} <= {finding.check for finding in found if finding.state == "not_checked"}


def test_the_script_and_standard_tools_accept_it(made: Made, part: Disclosed) -> None:
    assert part.zip is not None
    assert [finding for finding in check(part.zip, made.key, made.roots) if finding.state == "fail"] == []
    done = subprocess.run(
        ["sh", "verify.sh", str(made.authority.roots), str(made.case.key)],
        cwd=part.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "RESULT: nothing failed"), done.stdout
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"],
        cwd=part.folder,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_nothing_of_a_withheld_exhibit_is_in_it_but_names_and_hashes(made: Made, part: Disclosed) -> None:
    hit = json.loads((made.built.bundle / layout.capture_folder(WITHHELD) / "hit.json").read_text())
    told = [
        "thread/42-1",
        "Lantern Sea (2024)",
        "very-long-title",
        "magnet:?xt",
        "abababab",
        hit["hit_id"],
        hit["decisions"][0]["decision_id"],
    ]
    for name, data in decoded(part.folder):
        # The list of its files is signed, and so names them.
        for words in [*told, *([] if "manifest" in name or name == disclosure_layout.DISCLOSURE else [WITHHELD])]:
            assert words.encode() not in data, (name, words)


def test_equal_choices_give_equal_parts_from_folder_and_zip(made: Made, part: Disclosed, tmp_path: Path) -> None:
    assert made.built.zip is not None
    alone = tmp_path / "elsewhere" / made.built.zip.name
    alone.parent.mkdir()
    shutil.copy(made.built.zip, alone)
    again = disclose(alone, Order(("3", SHOWN, "1")))
    assert again.folder == alone.parent / part.folder.name
    manifest = (again.folder / "manifest-sha256.txt").read_bytes()
    assert manifest == (part.folder / "manifest-sha256.txt").read_bytes()
    with pytest.raises(RefusedError, match="made already"):
        disclose(alone, Order(("1", "3")))
    with pytest.raises(UnknownObjectError, match="no such exhibit"):
        disclose(alone, Order(("1", "9")))
    with pytest.raises(RefusedError, match="a part already"):
        disclose(again.folder, Order(("1",)))
    expected = {alone.name, again.folder.name, custody.path_of(again.folder).name}
    assert {path.name for path in alone.parent.iterdir()} == expected


def test_the_bundle_is_not_touched_and_its_custody_names_the_part(made: Made, tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(made.built.bundle, tmp_path / made.built.bundle.name))
    shutil.copy(custody.path_of(made.built.bundle), custody.path_of(bundle))
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    part = disclose(bundle, Order(("2",), pictures="none"))
    assert {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()} == before
    events = [line["event"] for line in custody.verified(bundle)]
    assert (events[0], events[-1]) == ("exported", "disclosed")
    assert custody.verified(bundle)[-1]["note"] == part.folder.name
    assert custody.verified(part.folder)[0]["event"] == "disclosed"


def test_a_damaged_bundle_is_not_disclosed(made: Made, copy: Callable[[], Path]) -> None:
    bundle = copy()
    (bundle / layout.EXHIBITS).write_bytes(b"another")
    with pytest.raises(VerificationError, match="does not hold"):
        disclose(bundle, Order(("1",)))
    assert list(bundle.parent.iterdir()) == [bundle]


def test_one_changed_byte_in_any_file_is_found(made: Made, spoilt: Path) -> None:
    missed = []
    for path in sorted(spoilt.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            for place in {0, len(data) // 2, len(data) - 1}:
                path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
                if not failures(spoilt, made):
                    missed.append((path.name, place))
            path.write_bytes(data)
    assert missed == []


@pytest.mark.parametrize("name", FORGED)
def test_consistent_forging_is_found(made: Made, spoilt: Path, name: str) -> None:
    FORGED[name](spoilt)
    reforge(spoilt)
    found = failures(spoilt, made)
    assert found, name
    assert {finding.check for finding in found} - {"name"}


def test_reforging_alone_changes_nothing(made: Made, spoilt: Path) -> None:
    reforge(spoilt)
    assert failures(spoilt, made) == []


def test_the_part_of_another_bundle_does_not_fit(made: Made, spoilt: Path, tmp_path: Path) -> None:
    from crawler.bundle.build import build

    second = build(
        made.case.store, made.case.workspace, made.case.case_id, out=tmp_path / "second", stamp=made.case.send
    )
    other = disclose(second.bundle, Order(("1", "3"), out=tmp_path / "others")).folder
    shutil.rmtree(spoilt / "data/original")
    shutil.copytree(other / "data/original", spoilt / "data/original")
    reforge(spoilt)
    assert "original" in {finding.check for finding in failures(spoilt, made)}


@pytest.mark.parametrize("name", SCRIPT_FINDS)
def test_the_script_finds_it_too(spoilt: Path, name: str) -> None:
    if name in FORGED:
        FORGED[name](spoilt)
        reforge(spoilt)
    else:
        SPOILT[name](spoilt)
    done = subprocess.run(["sh", "verify.sh"], cwd=spoilt, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done.stdout
    assert done.stdout.splitlines()[-1] == "RESULT: FAILED"


@pytest.mark.parametrize("name", SPOILT)
def test_a_hostile_part_does_not_hurt_who_checks_it(spoilt: Path, name: str) -> None:
    """In a process of its own: two gigabytes of address space, a minute, no traceback, and something fails."""
    SPOILT[name](spoilt)
    done = subprocess.run(
        [sys.executable, "-m", "crawler.bundle.alone", str(spoilt)],
        capture_output=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-2000:]
    assert done.returncode == 1


def test_the_tables_of_an_untouched_exhibit_are_the_original_ones(made: Made, part: Disclosed) -> None:
    whole = json.loads((made.built.bundle / layout.CASE).read_text())["exhibits"]
    shown = json.loads((part.folder / disclosure_layout.CASE).read_text())["exhibits"]
    assert shown == [one for one in whole if one["number"] in (1, 3)]
    rows = (made.built.bundle / layout.EXHIBITS).read_bytes().split(b"\r\n")
    text = (part.folder / disclosure_layout.EXHIBITS).read_bytes()
    assert rows[0] in text
    assert all(row in text for row in rows if row.startswith((b"1,", b"3,")))


@pytest.fixture(scope="module")
def redacted(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Disclosed:
    """With entries of the ledger withheld: the decisions name a person who is hidden."""
    rules = Rules("Judge Example", "a witness", (Rule((), ("Zhou Example",), None, "person", "a witness", ()),))
    return disclose(made.built.bundle, Order(("2", "3"), rules, out=tmp_path_factory.mktemp("redacted")))


@pytest.mark.parametrize("name", REDACTED_FORGED)
def test_forging_of_a_redacted_part_is_found(made: Made, redacted: Disclosed, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(redacted.folder, tmp_path / redacted.folder.name))
    assert failures(folder, made) == []
    REDACTED_FORGED[name](folder)
    reforge(folder)
    assert failures(folder, made), name


def test_what_is_not_signed_is_said(made: Made, redacted: Disclosed) -> None:
    unchecked = {finding.object for finding in findings(redacted.folder, made) if finding.state == "not_checked"}
    unsigned = {"README-en.md", "README-zh.md", disclosure_layout.REDACTIONS, disclosure_layout.REDACTED_LEDGER}
    assert unsigned | {disclosure_layout.CASE, disclosure_layout.EXHIBITS} <= unchecked


def test_an_exhibit_of_which_every_file_is_touched_can_be_disclosed(made: Made, tmp_path: Path) -> None:
    whole = Rule(("e-mail", "phone"), (), None, "text", "", ())
    # The poster's name stands in every JSON file, the page and the text alike hold the link.
    named = Rule((), ("tide_runner", "pan.drive.example", "harbour"), None, "name", "a witness", ())
    part = disclose(made.built.bundle, Order(("1",), Rules("J", "r", (whole, named)), out=tmp_path))
    assert not (part.folder / "data/captures").exists()
    assert failures(part.folder, made) == []


def test_a_site_hidden_in_one_exhibit_is_not_told_in_the_tables(made: Made, tmp_path: Path) -> None:
    hidden = Rule((), ("harbour", "Lin Example"), None, "site", "a witness", ("1",))
    beside = disclose(made.built.bundle, Order(("1", "2"), Rules("J", "r", (hidden,)), out=tmp_path))
    assert failures(beside.folder, made) == []
    part = disclose(made.built.bundle, Order(("1", "3"), Rules("J", "r", (hidden,)), out=tmp_path))
    case = json.loads((part.folder / disclosure_layout.CASE).read_text())
    assert [site["site"] for site in case["sites"]] == ["attic"]
    assert "harbour" not in (part.folder / disclosure_layout.EXHIBITS).read_text()
    assert failures(part.folder, made) == []


def test_the_seals_of_one_run_go_together_for_each_brackets_the_others_exhibits(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path / "authority")
    case = case_workspace.make(tmp_path / "workspace", authority, apart=True)
    built = build(case.store, case.workspace, case.case_id, stamp=case.send)
    case.store.close()
    made = Made(case, built, authority)
    bracket = json.loads((built.bundle / layout.capture_folder(WITHHELD) / "capture.json").read_text())["time_bracket"]
    assert "000001.seal.json" in bracket["not_after"]["over"]
    part = disclose(built.bundle, Order(("2",), out=tmp_path / "part")).folder
    found = findings(part, made)
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {finding.object for finding in found if finding.check == "seal" and finding.state == "not_checked"} == {
        f"TW-{case_workspace.RUN}-{place:06d}.warc.gz" for place in (1, 2, 3)
    }
    assert "the log does not name this stamp" not in {finding.why for finding in found}


def test_a_bracket_may_end_earlier_over_what_is_withheld_and_over_nothing_else() -> None:
    def bracket(over: str, second: int, before: str = "a") -> dict[str, Any]:
        after = {"over": over, "gen_time": f"2026-03-01T08:00:{second:02d}Z"}
        return {"not_before": before, "not_after": after, "missing": []}

    due = bracket("seal-1", 30)
    assert times._ends_earlier(bracket("begin-2", 20), due, {"begin-2"})
    assert times._ends_earlier(bracket("begin-2", 20), due | {"not_after": None}, {"begin-2"})
    assert not times._ends_earlier(bracket("begin-2", 40), due, {"begin-2"})
    assert not times._ends_earlier(bracket("begin-2", 20), due, {"seal-2"})
    assert not times._ends_earlier(bracket("begin-2", 20, "b"), due, {"begin-2"})
    assert not times._ends_earlier(due | {"not_after": None}, due, {"begin-2"})


def test_without_pictures_none_goes_whatever_its_server_calls_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
    plain = case_workspace.page
    monkeypatch.setattr(case_workspace, "page", lambda title, text: picture if title == "list" else plain(title, text))
    case = case_workspace.make(tmp_path / "workspace")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    assert any(picture in data for _, data in decoded(bundle))
    part = disclose(bundle, Order(("1", "2"), pictures="none", out=tmp_path / "part"))
    assert not any(picture in data for _, data in decoded(part.folder))


def test_a_part_that_would_not_hold_is_not_handed_out(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(part: Part, bag: Bag, path: str) -> None:
        part._copy(bag, path, path)

    monkeypatch.setattr(Part, "_keep", careless)
    with pytest.raises(VerificationError, match="would not hold"):
        disclose(made.built.bundle, Order(("1",), out=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_a_part_was_taken_away(made: Made, tmp_path: Path) -> None:
    part = disclose(made.built.bundle, Order(("2",), out=tmp_path))
    shutil.rmtree(part.folder)
    before = custody.path_of(made.built.bundle).read_bytes()
    with pytest.raises(RefusedError, match="there is still"):
        disclose(made.built.bundle, Order(("2",), out=tmp_path))
    assert list(tmp_path.iterdir()) == [custody.path_of(part.folder)]
    assert custody.path_of(made.built.bundle).read_bytes() == before


def test_a_broken_custody_of_the_whole_is_told_before_anything_is_written(
    made: Made, copy: Callable[[], Path], tmp_path: Path
) -> None:
    bundle = copy()
    custody.path_of(bundle).write_bytes(b"no custody\n")
    with pytest.raises(VerificationError):
        disclose(bundle, Order(("1",), out=tmp_path / "out"))
    assert not (tmp_path / "out").exists()
