"""What is in the making is told from what a killed process left, also while it gets its name."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.evidence import making
from crawler.evidence.durable import write_once

NAME = "TW-a-20260301T080000Z-0a1b2c3d"


def test_what_gets_its_name_meanwhile_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part, whole = tmp_path / f".{NAME}.part", tmp_path / NAME
    part.mkdir()
    opened = os.open

    def finish_first(path: Path, flags: int) -> int:
        part.rename(whole)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", finish_first)
    assert making.clear_abandoned(tmp_path, making.EXPORT) == []
    assert whole.is_dir()


@pytest.mark.parametrize("name", ["{}.part", "{}.zip.part", "{}.custody.jsonl.12.7", "{}.zip.sha256.12.7"])
def test_what_an_export_left_is_known_by_its_whole_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    left = "." + name.format(NAME)
    monkeypatch.setattr(making, "SETTLED", -1.0)
    for kept in (".TW-notes.part", f".{NAME}.custody.jsonl.bak", f"{NAME}.zip", left):
        (tmp_path / kept).touch()
    assert making.clear_abandoned(tmp_path, making.EXPORT) == [left]


def test_a_file_that_somebody_holds_is_not_judged_by_a_number(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    path = tmp_path / f".a.seal.json.{process.pid}.7"
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert making.clear_unnamed(tmp_path) == []
    assert making.clear_unnamed(tmp_path) == [path.name]


def test_a_file_of_a_number_that_is_anothers_now_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f".a.seal.json.{os.getpid()}.7"
    path.touch()
    assert making.clear_unnamed(tmp_path) == []
    monkeypatch.setattr(making, "SETTLED", -1.0)
    assert making.clear_unnamed(tmp_path) == [path.name]


def test_what_is_being_written_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = os.link

    def clear_first(source: Path, target: Path) -> None:
        assert making.clear_unnamed(tmp_path) == []
        linked(source, target)

    monkeypatch.setattr(making, "SETTLED", -1.0)
    monkeypatch.setattr(os, "link", clear_first)
    write_once(tmp_path / "a.seal.json", b"whole")
    assert (tmp_path / "a.seal.json").read_bytes() == b"whole"
