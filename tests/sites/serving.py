"""Real servers for the tests: started on loopback, awaited, ended, with what they printed where they fail."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], folder: Path, ready: str | Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it is ready when an address answers, or a socket file is there.

    Raises RuntimeError with the end of its log where it ends or does not get ready in two minutes.
    """
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("ab") as told:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True,
            env={**os.environ, "TZ": "UTC", **(environment or {})},
        )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} is not there: {log.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.05)
        yield
    finally:
        # A server's children end with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _answers(ready: str | Path) -> bool:
    if isinstance(ready, Path):
        return ready.exists()
    try:
        with urllib.request.urlopen(ready, timeout=30):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
