"""The demo, and what it leaves behind held against everything that should accept or refuse it."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.titlewatch import Run, Shell


@dataclass(frozen=True, slots=True)
class Demo:
    run: Run
    shell: Shell
    bundle: Path
    roots: Path
    key: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    shell = Shell(tmp_path_factory.mktemp("demo"))
    run = shell("demo")
    folder = shell.folder / "demo"
    bundle = Path(run.out.splitlines()[-1].removeprefix("bundle: "))
    return Demo(run, shell, bundle, folder / "practice-authority/root.pem", folder / "keys/signer.pub.pem")


def test_it_ends_with_report_and_bundle(demo: Demo) -> None:
    report, bundle = demo.run.out.splitlines()[-2:]
    assert report.startswith("report: /") and Path(report.removeprefix("report: ")).is_file()
    assert bundle.startswith("bundle: /") and demo.bundle.is_dir()


def test_it_finds_every_offer_and_leaves_the_rest_alone(demo: Demo) -> None:
    assert "MISSED" not in demo.run.out
    assert "WRONG" not in demo.run.out
    assert "Rightly left alone" in demo.run.out


def test_a_practice_analyst_decided(demo: Demo) -> None:
    hits = demo.shell("hits", "--json", "--workspace", "demo").objects
    assert hits and {hit["status"] for hit in hits} <= {"infringing", "not_infringing"}
    (case,) = demo.shell("cases", "list", "--json", "--workspace", "demo").objects
    (shown,) = demo.shell("cases", "show", case["case_id"], "--json", "--workspace", "demo").objects
    assert {item["decided_by"] for item in shown["items"]} == {"Practice Analyst"}


@pytest.mark.parametrize("suffix", ["", ".zip"])
def test_it_verifies(demo: Demo, suffix: str) -> None:
    path = demo.bundle.with_name(demo.bundle.name + suffix)
    findings = demo.shell("verify", path, "--json", "--key", demo.key, "--roots", demo.roots).objects
    assert {"check", "object", "expected", "found", "state", "why"} <= set(findings[0])
    assert {finding["state"] for finding in findings} <= {"pass", "not_checked"}
    assert "holds" in demo.shell("verify", path).out


def test_the_workspace_verifies(demo: Demo) -> None:
    demo.shell("verify", "demo", "--key", demo.key, "--roots", demo.roots)


@pytest.mark.parametrize(
    "name", ["data/case.json", "bag-info.txt", "data/log/ledger.jsonl", "signatures/signer.pub.pem"]
)
def test_one_changed_byte_is_found_and_named(demo: Demo, tmp_path: Path, name: str) -> None:
    copy = tmp_path / demo.bundle.name
    shutil.copytree(demo.bundle, copy)
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    run = demo.shell("verify", copy, "--json", "--key", demo.key, code=1)
    failed = [finding for finding in run.objects if finding["state"] == "fail"]
    assert any(Path(name).name in f"{f['object']} {f['why']}" for f in failed)
    human = demo.shell("verify", copy, "--key", demo.key, code=1).out.splitlines()
    assert human[0].startswith("FAIL") and human[-1].startswith("DO NOT RELY ON IT")


def test_a_bundle_with_a_part_torn_off_fails(demo: Demo, tmp_path: Path) -> None:
    copy = tmp_path / "renamed"
    shutil.copytree(demo.bundle, copy)
    (copy / "bagit.txt").unlink()
    demo.shell("verify", copy, code=1)


def test_its_own_script_accepts_it(demo: Demo) -> None:
    done = subprocess.run(
        ["sh", "verify.sh", demo.roots, demo.key], cwd=demo.bundle, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_export_again_says_where(demo: Demo) -> None:
    (case,) = demo.shell("cases", "list", "--json", "--workspace", "demo").objects
    out = demo.shell.folder / "new/place"
    run = demo.shell("export", case["case_id"], "--out", out, "--zip", "--json", "--workspace", "demo")
    (built,) = run.objects
    assert set(built) == {"bundle", "exhibits"}
    assert Path(built["bundle"]).parent == out and Path(built["bundle"] + ".zip.sha256").is_file()
    first = demo.bundle / "manifest-sha256.txt"
    assert (Path(built["bundle"]) / "manifest-sha256.txt").read_bytes() == first.read_bytes()


def test_only_an_earlier_demo_is_replaced(demo: Demo) -> None:
    other = demo.shell.folder / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    assert "not an earlier demo" in demo.shell("demo", "other", code=2).error
    assert (other / "thesis.txt").read_text() == "years of work"
    assert "two folders" in demo.shell("demo", "one", "--workspace", "two", code=2).error
    assert "not an earlier demo" in demo.shell("demo", "--workspace", "other", code=2).err
