"""Work beside the rest: the same outcome as without, the same errors, nothing left behind."""

import os
import signal
from pathlib import Path
from typing import NoReturn

import pytest

from crawler.bundle import layout, payload
from crawler.bundle.beside import Beside
from crawler.bundle.build import build
from crawler.errors import EnvironmentProblem, StorageError
from tests.bundle.conftest import Made

forking = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core: nothing is done beside")


@forking
def test_it_is_another_process_and_its_files_are_there_with_the_result(tmp_path: Path) -> None:
    def work() -> int:
        (tmp_path / "made").write_text("beside")
        return os.getpid()

    with Beside("a file", work) as beside:
        process = beside.result()
    assert process != os.getpid()
    assert (tmp_path / "made").read_text() == "beside"
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def test_an_error_arrives_in_its_three_parts() -> None:
    def work() -> NoReturn:
        raise StorageError("cannot write (no space)", "exports", "free space")

    with Beside("files", work) as beside, pytest.raises(StorageError) as raised:
        beside.result()
    assert (raised.value.what, raised.value.which, raised.value.remedy) == (
        "cannot write (no space)", "exports", "free space",
    )  # fmt: skip


@forking
def test_a_killed_process_is_named_not_taken_for_an_outcome() -> None:
    with (
        Beside("hashes", lambda: os.kill(os.getpid(), signal.SIGKILL)) as beside,
        pytest.raises(EnvironmentProblem, match="status -9"),
    ):
        beside.result()


@forking
def test_nobody_is_left_when_the_block_ends_early() -> None:
    reading, writing = os.pipe()
    with pytest.raises(KeyError), Beside("for ever", signal.pause):
        raise KeyError("something else")
    os.close(writing)
    # The other end was in the second process too: it reads as closed only when that one is gone.
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_without_a_second_process_the_work_is_done_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with Beside("a number", os.getpid) as beside:
        assert beside.result() == os.getpid()


def test_a_case_written_by_two_processes_is_the_case_written_by_one(
    printed: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = printed.case
    monkeypatch.setattr(payload, "MANY", 2)
    bundle = build(case.store, case.workspace, case.case_id, out=tmp_path).bundle
    name = layout.capture_folder("01JEXH" + "0" * 19 + "2")
    assert (bundle / name / "capture.json").is_file()
    written = (bundle / "manifest-sha512.txt").read_bytes()
    assert written == (printed.built.bundle / "manifest-sha512.txt").read_bytes()


@forking
def test_an_error_that_cannot_travel_is_told_in_words() -> None:
    class Local(Exception):
        """Known in one function only, so that no other process can read it."""

    def work() -> NoReturn:
        raise Local("the third record")

    with Beside("files", work) as beside, pytest.raises(RuntimeError, match="the third record"):
        beside.result()


@forking
def test_where_ended_processes_are_not_kept_nothing_breaks() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with Beside("a number", lambda: 7) as beside:
            assert beside.result() == 7
        with pytest.raises(KeyError), Beside("for ever", signal.pause):
            raise KeyError("something else")
    finally:
        signal.signal(signal.SIGCHLD, before)


@forking
def test_nobody_is_left_when_the_wait_is_interrupted() -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    begun: list[int] = []
    try:
        with pytest.raises(KeyboardInterrupt), Beside("for ever", signal.pause) as beside:
            assert beside._process is not None
            begun.append(beside._process)
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            beside.result()
    finally:
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ChildProcessError):
        os.waitpid(begun[0], os.WNOHANG)
