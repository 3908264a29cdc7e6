"""A disk that fills while something is written, for real: a small file system of its own."""

import errno
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.practice.authority import PracticeAuthority
from crawler.practice.server import LoopbackServer
from tests.crash.scene import (
    Answer,
    Faulty,
    entries,
    failures,
    faults_after_recovery,
    forum,
    hits,
    rows,
    stamped_by,
    watching,
)

MEGA = 1 << 20


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer("bulk", forum(), None) as made:
        yield made


@pytest.fixture(scope="module")
def expected(faulty: Faulty, server: LoopbackServer, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """The hits of an undisturbed run."""
    calm = watching(faulty, tmp_path_factory.mktemp("calm") / "w", server.url)
    assert faulty(calm, "crawl").code == 0
    return hits(calm)


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of 8 MB, or of as many as the test asks for."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', 8)}m", "none", folder], check=False
        ).returncode
    ):
        pytest.skip("mounting needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def filled(disk: Path, left: int) -> Iterator[None]:
    """All but so many bytes of the disk taken; a crawl that writes meanwhile may leave less."""
    filler = disk / "filler"
    space = shutil.disk_usage(disk).free - left
    with filler.open("wb", buffering=0) as file:
        while space > 0:
            try:
                space -= file.write(b"\x00" * min(space, 65536))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                break
    try:
        yield
    finally:
        filler.unlink()


def refused(answer: Answer) -> bool:
    """Whether the command was done, or left with code 4 and one clear line."""
    return answer.code == 0 or answer.is_told


@pytest.mark.parametrize("left", [0, 49152, 262144])
def test_a_crawl_on_a_full_disk_goes_on_when_there_is_space(
    faulty: Faulty, server: LoopbackServer, disk: Path, expected: list[tuple[str, str]], left: int
) -> None:
    """Whatever room is left, what was entered stays, and the next crawl completes it."""
    place = watching(faulty, disk / "w", server.url, ("evidence.reserve_mb=0",))
    with filled(disk, left):
        struck = faulty(place, "crawl")
        assert refused(struck), struck
        before = [entry["hash"] for entry in entries(place)]
        assert failures(place) == []
    again = faulty(place, "crawl")
    assert again.code == 0, again.err
    assert [entry["hash"] for entry in entries(place)][: len(before)] == before
    assert faults_after_recovery(place, expected) == []


@pytest.mark.parametrize("disk", [32], indirect=True)
def test_a_run_ends_in_order_before_the_disk_is_full(faulty: Faulty, disk: Path, tmp_path: Path) -> None:
    """The reserve is reached while it crawls: everything is sealed, nothing is cut, and code 4 says why."""
    with LoopbackServer("bulk", forum(150), None) as server:
        place = watching(faulty, disk / "w", server.url, ("evidence.keep=all",))
        with filled(disk, 2300 << 10):
            struck = faulty(place, "crawl")
        assert struck.is_told, struck
        assert "held in reserve" in struck.err
        assert shutil.disk_usage(disk).free > 0
        assert "run-end" in {entry["type"] for entry in entries(place)}
        assert rows(place, "SELECT outcome FROM runs")[0]["outcome"] == "no space"
        assert not list((place / "evidence").glob("*.open"))
        assert failures(place) == []
        done = rows(place, "SELECT count(*) AS n FROM pages WHERE state = 'done'")[0]["n"]
        again = faulty(place, "crawl")
        assert again.code == 0, again.err
        assert 0 < done < rows(place, "SELECT count(*) AS n FROM pages WHERE state = 'done'")[0]["n"]
        assert failures(place) == []


def test_a_disk_that_fills_during_pictures_leaves_the_rest_due(
    faulty: Faulty, server: LoopbackServer, disk: Path
) -> None:
    """The pictures that were taken stay, the others are taken when there is space; no page is read again for them."""
    place = watching(faulty, disk / "w", server.url, ("evidence.reserve_mb=0", "browser.capture=true"))
    answers: list[Answer] = []
    with Faulty() as other:
        crawl = threading.Thread(target=lambda: answers.append(other(place, "crawl")))
        crawl.start()
        while crawl.is_alive() and not rows(place, "SELECT 1 FROM exhibits_due"):
            time.sleep(0.01)
        with filled(disk, 0):
            crawl.join()
    assert refused(answers[0]), answers
    assert failures(place) == []
    due = rows(place, "SELECT hit_id FROM exhibits_due")
    assert due, "the disk was full too late"
    again = faulty(place, "crawl")
    assert again.code == 0, again.err
    assert faults_after_recovery(place, hits(place)) == []
    assert rows(place, "SELECT 1 FROM exhibits WHERE exhibit_id NOT IN (SELECT exhibit_id FROM exhibit_captures)") == []


def test_a_disk_that_is_full_takes_no_stamp_and_the_next_asking_does(
    faulty: Faulty, server: LoopbackServer, disk: Path, tmp_path: Path
) -> None:
    place = watching(faulty, disk / "w", server.url)
    assert faulty(place, "crawl").code == 0
    authority = PracticeAuthority(tmp_path / "authority")
    with authority.serve() as stamping:
        assert faulty(place, "config", stamped_by(authority, stamping.url)).code == 0
        with filled(disk, 0):
            struck = faulty(place, "evidence", "stamp")
            assert struck.is_told, struck
            assert failures(place) == []
        assert faulty(place, "evidence", "stamp").code == 0
        assert "No timestamp is pending" in faulty(place, "evidence", "stamp").err
    kinds = [entry["type"] for entry in entries(place)]
    assert kinds.count("stamp") == kinds.count("seal") > 0
    assert failures(place) == []
    assert faulty(place, "crawl").code == 0
    assert faults_after_recovery(place, hits(place)) == []


def test_a_run_does_not_begin_where_there_is_no_room(faulty: Faulty, server: LoopbackServer, disk: Path) -> None:
    place = watching(faulty, disk / "w", server.url)
    before = len(entries(place))
    with filled(disk, 200 << 10):
        struck = faulty(place, "crawl")
    assert struck.is_told
    assert len(entries(place)) == before
    assert faulty(place, "crawl").code == 0


@pytest.mark.parametrize("left", [0, 65536])
def test_a_workspace_that_does_not_fit_leaves_nothing_behind(faulty: Faulty, disk: Path, left: int) -> None:
    with filled(disk, left):
        struck = faulty(disk, "init", "new")
        assert struck.is_told, struck
        assert [path.name for path in disk.iterdir()] == ["filler"]
    assert faulty(disk, "init", "new").code == 0


@pytest.mark.parametrize("left", [0, 16384])
def test_acts_and_copies_on_a_full_disk_are_whole_or_not_at_all(
    faulty: Faulty, server: LoopbackServer, disk: Path, tmp_path: Path, left: int
) -> None:
    place = watching(faulty, disk / "w", server.url)
    assert faulty(place, "crawl").code == 0
    found = [row["hit_id"] for row in rows(place, "SELECT hit_id FROM hits")]
    assert faulty(place, "cases", "new", "A case").code == 0
    (case,) = rows(place, "SELECT case_id FROM cases")
    assert faulty(place, "cases", "add", case["case_id"], *found[:2]).code == 0
    decide = ("decide", *found[:2], "--verdict", "infringing", "--by", "Li Si")
    export = ("export", case["case_id"], "--zip")
    with filled(disk, left):
        for words in (decide, ("works", "add", "Another"), ("backup", disk / "b"), ("config", "crawl.delay=1")):
            struck = faulty(place, *words)
            assert refused(struck), struck
            assert failures(place) == []
    assert faulty(place, *decide).code == 0
    with filled(disk, left):
        struck = faulty(place, *export)
        assert struck.is_told, struck
    assert not list((place / "exports").iterdir())
    assert not (disk / "b").exists()
    assert faulty(place, *export).code == 0
    assert faulty(place, "backup", disk / "b").code == 0
    assert failures(place) == []
