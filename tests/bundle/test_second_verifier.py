"""The specification is one: a verifier written from format.md alone agrees with the writer, and notices what was changed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bundle.conftest import Made
from tests.bundle.second_verifier import verify


def test_it_finds_nothing_wrong(made: Made) -> None:
    assert verify(made.built.bundle) == []


def test_it_needs_nothing_of_titlewatch(made: Made, tmp_path: Path) -> None:
    script = tmp_path / "second.py"
    script.write_bytes((Path(__file__).parent / "second_verifier.py").read_bytes())
    command = [sys.executable, "-I", str(script), str(made.built.bundle)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "nothing is wrong\n"), done.stdout + done.stderr
    assert "crawler" not in script.read_text()


@pytest.mark.parametrize(
    "pattern",
    [
        "data/log/ledger.jsonl", "data/log/tree-head.json", "data/log/consistency.json", "data/log/inclusion/*.json",
        "data/warc/*.warc.gz", "data/warc/*.cdxj", "data/warc/*.seal.json", "data/captures/*/page.html",
        "data/captures/*/listing.json", "data/case.json", "bag-info.txt", "manifest-sha512.txt", "verify.sh",
    ],
)  # fmt: skip
def test_it_notices_a_changed_byte(copy: Callable[[], Path], pattern: str) -> None:
    folder = copy()
    path = min(folder.glob(pattern))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(data)
    assert verify(folder)


def test_it_notices_a_line_that_was_taken_out_of_the_log(copy: Callable[[], Path]) -> None:
    folder = copy()
    path = folder / "data/log/ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert any(problem.startswith("inclusion: ") for problem in verify(folder))


def test_it_notices_a_file_that_no_list_names(copy: Callable[[], Path]) -> None:
    folder = copy()
    (folder / "signatures/extra.txt").write_text("x")
    assert verify(folder) == ["manifests: no list names signatures/extra.txt"]
