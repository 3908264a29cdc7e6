"""The verifier as one file: the same bytes each time, nothing of ours in it that it does not need, and it runs alone."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from crawler.bundle import verifier
from crawler.bundle.check import check, telling
from crawler.bundle.check.members import apart
from crawler.errors import StorageError
from crawler.evidence.verify import workspace
from crawler.model import Finding
from tests.bundle.conftest import Made

ALLOWED = {"cryptography", "rfc3161_client", "brotli", "compression", "backports", "crawler"}
"""brotli and zstd are tried and done without."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program") / "verify.pyz"
    verifier.write(path)
    return path


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the two packages and nothing else of ours: a new environment that sees only them."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    shown = [str(python), "-c", "import site; print(site.getsitepackages()[0])"]
    place = Path(subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip())
    import cryptography
    import rfc3161_client

    for package in (cryptography, rfc3161_client):
        (place / package.__name__).symlink_to(Path(str(package.__file__)).parent)
    for name in ("cffi", "_cffi_backend*", "typing_extensions.py", "pycparser"):
        for found in Path(str(cryptography.__file__)).parent.parent.glob(name):
            (place / found.name).symlink_to(found)
    return python


def run(python: Path, program: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-I", str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=program.parent)


def test_it_has_the_same_bytes_each_time() -> None:
    assert verifier.program() == verifier.program()


def test_nothing_comes_in_but_what_it_needs() -> None:
    import ast

    strangers = set()
    for name, path in verifier.modules().items():
        for imported in verifier._imports(path):
            top = imported.split(".")[0]
            if top not in sys.stdlib_module_names and top not in ALLOWED:
                strangers.add((name, imported))
        assert ast.parse(path.read_bytes())
    assert strangers == set()
    rooms = {name.split("/")[1] for name in verifier.modules()}
    assert rooms <= {"__init__.py", "bundle", "evidence", "errors.py", "model.py", "description.py", "wording"}


def test_it_finds_what_titlewatch_finds(made: Made, program: Path, alone: Path) -> None:
    trusted = ("--key", made.case.key, "--roots", made.authority.roots)
    done = run(alone, program, made.built.bundle, *trusted, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    expected = [json.loads(telling.as_json(f)) for f in check(made.built.bundle, made.key, made.roots)]
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected
    done = run(alone, program, made.case.workspace.folder, *trusted, "--json")
    found = [json.loads(telling.as_json(f)) for f in workspace(made.case.workspace.folder, made.key, made.roots)]
    assert [json.loads(line) for line in done.stdout.splitlines()] == found
    assert made.built.zip is not None
    assert run(alone, program, made.built.zip, *trusted).returncode == 0


def test_it_says_what_is_missing_in_one_line(made: Made, program: Path) -> None:
    command = [sys.executable, "-S", "-I", str(program), str(made.built.bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1
    assert "python3 -m pip install cryptography rfc3161-client" in done.stderr


def test_its_help_has_examples_and_wrong_input_is_one_line(made: Made, program: Path, alone: Path) -> None:
    done = run(alone, program, "--help")
    assert done.returncode == 0
    assert "python3 titlewatch-verify.pyz bundle.zip --key signer.pub.pem --roots roots.pem" in done.stdout
    for wrong in (
        ["/nonexistent"],
        [made.built.bundle, "--key", made.authority.roots],
        [made.built.bundle, "--roots", made.case.key],
    ):
        done = run(alone, program, *wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: ")


def test_it_writes_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "verify.pyz"
    path.write_bytes(b"mine")
    with pytest.raises(StorageError, match="there is a file already"):
        verifier.write(path)


def test_failures_come_first_and_the_rest_is_counted() -> None:
    findings = [Finding("file", f"passed {n}", "pass") for n in range(5)]
    findings += [Finding("stamp", f"open {n}", "not_checked", why=f"missing {n}") for n in range(150)]
    findings += [Finding("file", f"bad {n}", "fail", why="missing") for n in range(180)]
    lines = list(telling.report(findings).lines("en"))
    assert lines[0] == "FAILED: 180"
    assert lines[181] == "NOT CHECKED: 150"
    assert "130 more" in lines[-2]
    assert len(lines) == 200 + 4
    assert lines[-1].startswith("DO NOT RELY ON IT: failed 180")
    chinese = list(telling.report(findings).lines("zh"))
    assert "缺失 (missing)" in chinese[1]
    assert chinese[-1].startswith("请勿采信")


def test_what_is_left_open_for_one_reason_is_one_line() -> None:
    findings = [Finding("stamp", f"run {n}", "not_checked", why="missing") for n in range(40)]
    findings += [Finding("file", f"file {n}", "not_checked", why="missing") for n in range(3)]
    findings += [Finding("file", f"bad {n}", "fail", why="missing") for n in range(2)]
    heading, first, second, open_heading, stamps, files, _ = telling.report(findings).lines("en")
    assert (heading, open_heading) == ("FAILED: 2", "NOT CHECKED: 43") and "bad 0" in first and "bad 1" in second
    assert stamps.startswith("  run 0: ") and "others of this kind: 39" in stamps
    assert files.startswith("  file 0, file 1, file 2: ")
    assert "file 0、file 1、file 2：" in list(telling.report(findings).lines("zh"))[5]


def test_a_difference_is_shown_where_it_is() -> None:
    assert apart(b"a" * 500 + b"one", b"a" * 500 + b"two") == ("… " + "a" * 20 + "one", "… " + "a" * 20 + "two")
    assert apart("x" * 300, "x" * 310) == ("… " + "x" * 20, "… " + "x" * 30)
    assert apart(None, "灯海") == ("None", "灯海")


def test_reasons_with_something_in_them_are_said_in_chinese_too() -> None:
    assert telling.why_zh("stamped by CN=x over y") == "由 CN=x 对 y 加盖时间戳"
    assert telling.why_zh("a reason that nobody foresaw") is None


def test_the_verdict_says_when_nobody_was_checked_to_have_signed(made: Made) -> None:
    assert "WHO SIGNED OR STAMPED IT IS NOT CHECKED" in telling.report(check(made.built.bundle)).verdict("en")
    assert telling.report(check(made.built.bundle, made.key, made.roots)).verdict("en").startswith("Nothing failed: ")
