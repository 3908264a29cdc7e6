"""A key or roots taken out of the bundle itself: said plainly, by titlewatch and by verify.sh."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from crawler.bundle import layout
from crawler.bundle.check.telling import report, why_zh
from crawler.desk.verifying import verify
from crawler.model import Finding
from tests.bundle.conftest import Fresh, Made
from tests.bundle.tampering import SHELLS, run_script

KEY = "the key given lies inside the bundle: it proves nothing about who made it"
ROOTS = "the roots given lie inside the bundle: they prove nothing about who stamped it"


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(f.check, f.state, f.why) for f in findings if "inside the bundle" in f.why]


def test_a_key_from_elsewhere_is_no_matter(made: Made) -> None:
    found = list(verify(made.built.bundle, made.case.key, made.authority.roots))
    assert said(found) == []
    assert "BUT WHO SIGNED" not in report(found).verdict("en")


def test_a_key_from_inside_is_named_and_does_not_fail(made: Made) -> None:
    found = list(verify(made.built.bundle, made.built.bundle / layout.PUBLIC_KEY, made.authority.roots))
    assert said(found) == [("signer", "not_checked", KEY)]
    told = report(found)
    assert told.holds
    assert "BUT WHO SIGNED OR STAMPED IT IS NOT CHECKED" in told.verdict("en")
    assert any(str(why_zh(KEY)) in line for line in told.lines("zh"))


def test_roots_from_inside_are_named(made: Made, copy: Fresh) -> None:
    bundle = copy()
    (bundle / "roots.pem").write_bytes(made.roots)
    assert ("roots", "not_checked", ROOTS) in said(list(verify(bundle, made.case.key, bundle / "roots.pem")))


def test_a_link_to_the_key_inside_is_not_outside(made: Made, tmp_path: Path) -> None:
    link = tmp_path / "key.pem"
    link.symlink_to(made.built.bundle / layout.PUBLIC_KEY)
    assert said(list(verify(made.built.bundle, link))) == [("signer", "not_checked", KEY)]


def test_the_unpacked_folder_is_inside_its_zip(made: Made, tmp_path: Path) -> None:
    assert made.built.zip is not None
    assert said(list(verify(made.built.zip, made.built.bundle / layout.PUBLIC_KEY))) == [("signer", "not_checked", KEY)]
    shutil.copy(made.case.key, tmp_path / "key.pem")
    assert said(list(verify(made.built.zip, tmp_path / "key.pem"))) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_verify_sh_names_a_key_from_inside(made: Made, shell: str) -> None:
    bundle = made.built.bundle
    done = run_script(shell, bundle, made, str(made.authority.roots), str(bundle / layout.PUBLIC_KEY))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"NOT CHECKED  WHO THE SIGNER IS: {KEY}\n" in done.stdout
    assert "the signer is the holder" not in done.stdout
    assert "lie inside" not in done.stdout
    outside = run_script(shell, bundle, made)
    assert "inside the bundle" not in outside.stdout
    assert "ok           the signer is the holder of" in outside.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_verify_sh_names_roots_from_inside(made: Made, shell: str) -> None:
    chain = made.built.bundle / "timestamps/practice.chain.pem"
    done = run_script(shell, made.built.bundle, made, str(chain), str(made.case.key))
    assert f"NOT CHECKED  WHO STAMPED: {ROOTS}\n" in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_verify_sh_says_what_differs_and_no_more(made: Made, copy: Fresh, shell: str) -> None:
    bundle = copy()
    (bundle / "data/case.json").write_bytes(b"{}")
    (bundle / "data/exhibits.csv").unlink()
    out = run_script(shell, bundle, made).stdout
    changed = "another hash is listed for data/case.json: the file was changed, or this list\n"
    assert out.count(changed) == 2
    assert out.count("data/exhibits.csv: No such file or directory\n") == 2
    assert "not checked:" not in out and "1 files" not in out and "WARNING" not in out
    assert "ok           signature over tagmanifest-sha256.txt\n" in out


@pytest.mark.parametrize("shell", SHELLS)
def test_verify_sh_does_not_blame_a_file_for_a_changed_list(made: Made, copy: Fresh, shell: str) -> None:
    bundle = copy()
    listed = bundle / layout.SIGNED
    lines = listed.read_text().splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.endswith("  bagit.txt\n"))
    lines[place] = "0" * 64 + lines[place][64:]
    listed.write_text("".join(lines))
    out = run_script(shell, bundle, made).stdout
    told = "another hash is listed for bagit.txt: the file was changed, or this list"
    assert f"FAILED       {layout.SIGNED}: {told}\n" in out
    assert f"FAILED       signature over {layout.SIGNED}\n" in out
    assert "bagit.txt: FAILED" not in out
