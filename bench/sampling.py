"""What a process takes while it works: its memory by kind, processor time and threads, sampled from /proc."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at a process."""

    seconds: float
    """Since the watch began."""
    resident: float
    """MiB in memory, files that are mapped counted."""
    anonymous: float
    """MiB in memory that no file backs: what the process itself holds."""
    processor: float
    """Seconds of processor so far."""
    threads: int
    files: int
    """Open files and connections."""
    done: float
    """How far the work is, as the watcher counts it."""


def watched(
    process: "subprocess.Popen[str]", done: Callable[[], float], every: float = 1.0
) -> tuple[list[Sample], list[str]]:
    """Sample a process until it ends; gives the samples and the lines that it printed."""
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()))
    reader.start()
    samples: list[Sample] = []
    began = time.monotonic()
    while process.poll() is None:
        with contextlib.suppress(OSError, KeyError):
            samples.append(_look(process.pid, time.monotonic() - began, done()))
        time.sleep(every)
    reader.join()
    return samples, lines


def _look(pid: int, seconds: float, done: float) -> Sample:
    place = Path("/proc", str(pid))
    status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    ticks = (place / "stat").read_text().rpartition(")")[2].split()
    return Sample(
        seconds=seconds,
        resident=int(status["VmRSS"].split()[0]) / 1024,
        anonymous=int(status["RssAnon"].split()[0]) / 1024,
        processor=(int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"),
        threads=int(status["Threads"]),
        files=len(list((place / "fd").iterdir())),
        done=done,
    )
