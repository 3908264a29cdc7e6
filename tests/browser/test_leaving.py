"""What a browser leaves when the program that started it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from crawler.engine.browser.profile import ProfileFolder, remove_abandoned

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: the browser keeps a socket in its own, whose path has 108 bytes at most."""
    with TemporaryDirectory(prefix="tw-", dir="/tmp") as folder:
        yield Path(folder)


def test_no_process_and_no_folder_survives_a_kill(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = os.environ | {"TMPDIR": str(short)}
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.leaving"], stdout=subprocess.PIPE, text=True, env=environment
    )
    with running:
        folder, *processes = running.stdout.readline().split()
        assert Path(folder).is_dir()
        assert len(processes) > 2
        running.send_signal(signal.SIGKILL)
    ends = time.monotonic() + 30
    while any(map(alive, map(int, processes))) and time.monotonic() < ends:
        time.sleep(0.1)
    assert [process for process in processes if alive(int(process))] == []
    monkeypatch.setattr("tempfile.tempdir", str(short))
    remove_abandoned()
    assert list(short.iterdir()) == []


def test_a_folder_in_use_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = ProfileFolder()
    script = (
        "from crawler.engine.browser.profile import ProfileFolder, remove_abandoned; import os; "
        "print(remove_abandoned()); ProfileFolder(); os._exit(9)"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert other.stdout.strip() == "[]"
    assert len(list(tmp_path.iterdir())) == 2
    assert len(remove_abandoned()) == 1
    assert list(tmp_path.iterdir()) == [mine.path]
    mine.remove()
    assert list(tmp_path.iterdir()) == []
