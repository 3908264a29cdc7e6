"""Two processes on one workspace, a workspace that cannot be written, and one that a process has left locked."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import LoopbackServer
from tests.crash.scene import Faulty, entries, failures, faults_after_recovery, forum, hits, rows, watching


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as made:
        yield made


@pytest.fixture
def slow() -> Iterator[LoopbackServer]:
    with LoopbackServer("bulk", forum(30), None, latency=0.02) as made:
        yield made


def test_people_work_while_a_crawl_runs_and_a_second_crawl_does_not(faulty: Faulty, tmp_path: Path) -> None:
    with LoopbackServer("bulk", forum(18), None, latency=0.6) as slow, Faulty() as other:
        place = watching(faulty, tmp_path / "w", slow.url)
        answers = []
        crawl = threading.Thread(target=lambda: answers.append(other(place, "crawl")))
        crawl.start()
        while crawl.is_alive() and "run-start" not in {entry["type"] for entry in entries(place)}:
            time.sleep(0.05)
        refused = faulty(place, "crawl")
        assert crawl.is_alive(), (answers, refused)
        assert (refused.is_told, "another run" in refused.err) == (True, True), refused
        (place / "more.csv").write_text("title\nA Work Added Meanwhile\n")
        assert faulty(place, "works", "import", "more.csv").code == 0
        assert faulty(place, "cases", "new", "A case").code == 0
        assert faulty(place, "verify", place).code == 0
        while crawl.is_alive() and not rows(place, "SELECT 1 FROM hits WHERE exhibit_id IS NOT NULL"):
            time.sleep(0.05)
        (hit, *_) = [row["hit_id"] for row in rows(place, "SELECT hit_id FROM hits WHERE exhibit_id IS NOT NULL")]
        assert faulty(place, "decide", hit, "--verdict", "infringing", "--by", "Li Si").code == 0
        (case,) = rows(place, "SELECT case_id FROM cases")
        assert faulty(place, "cases", "add", case["case_id"], hit).code == 0
        exported = faulty(place, "export", case["case_id"], "--json")
        assert exported.code == 0, exported.err
        crawl.join()
    assert answers[0].code == 0, answers
    assert faults_after_recovery(place, hits(place)) == []
    bundle = json.loads(next(line for line in exported.err.splitlines() if line.startswith("{")))["bundle"]
    assert faulty(place, "verify", bundle).code == 0


def test_a_lock_file_that_a_dead_process_left_locks_nothing(
    faulty: Faulty, slow: LoopbackServer, tmp_path: Path
) -> None:
    place = watching(faulty, tmp_path / "w", slow.url)
    (place / "run.lock").write_text("1")
    assert faulty(place, "crawl", "--max-requests", 3).code == 0


def test_a_moved_workspace_goes_on(faulty: Faulty, slow: LoopbackServer, tmp_path: Path) -> None:
    place = watching(faulty, tmp_path / "w", slow.url)
    assert faulty(place, "crawl", "--max-requests", 10).code == 0
    shutil.move(place, tmp_path / "moved")
    assert faulty(tmp_path / "moved", "crawl").code == 0
    assert failures(tmp_path / "moved") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("killed", [False, True], ids=["closed", "as a killed crawl left it"])
def test_a_workspace_on_a_read_only_medium_is_read_and_not_written(
    faulty: Faulty, slow: LoopbackServer, tmp_path: Path, killed: bool
) -> None:
    place = watching(faulty, tmp_path / "w", slow.url)
    assert faulty(place, "crawl").code == 0
    if killed:
        assert faulty(place, "works", "add", "One more", at=3).code == -9
    medium = tmp_path / "medium"
    medium.mkdir()
    subprocess.run(["mount", "--bind", place, medium], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", medium], check=True)
        found = hits(place)
        for words in (
            ("hits",),
            ("works", "list"),
            ("config",),
            ("sites", "list"),
            ("verify", medium),
            ("evidence", "status"),
        ):
            done = faulty(medium, *words)
            assert done.code == 0, (words, done)
        assert len(faulty(medium, "hits", "--json").err.splitlines()) == len(found)
        hit = rows(place, "SELECT hit_id FROM hits")[0]["hit_id"]
        for words in (
            ("crawl",), ("works", "add", "Another"), ("sites", "add", "http://other.example/"), ("config", "crawl.delay=2"),
            ("decide", hit, "--verdict", "unclear", "--by", "Li Si"), ("cases", "new", "A case"), ("backup", tmp_path / "b"),
        ):  # fmt: skip
            done = faulty(medium, *words)
            assert done.is_told, (words, done)
        assert not (tmp_path / "b").exists()
    finally:
        subprocess.run(["umount", "-l", medium], check=True)
