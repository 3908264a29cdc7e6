"""The installed command, run as a user runs it: a subprocess, from a folder that is no checkout."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("titlewatch")


@dataclass(frozen=True, slots=True)
class Run:
    """What one call printed, and the code it left with."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> str:
        """The one line that an error is; fails when there are more, or none, or a traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("error: "), self.err
        assert lines[0].count(";") >= 1, self.err
        return lines[0]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user: nothing of the test run's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **(more or {})}


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder in which commands are run."""

    folder: Path

    def __call__(
        self, *words: object, stdin: str | bytes = b"", env: Mapping[str, str] | None = None, code: int | None = 0
    ) -> Run:
        """Run `titlewatch WORDS...`; `code` is the exit code that must come, None for any."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [str(COMMAND), *map(str, words)],
            cwd=self.folder, env=environment(env), input=data, capture_output=True, check=False, timeout=240,
        )  # fmt: skip
        run = Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"))
        assert "Traceback" not in run.err, run.err
        if code is not None:
            assert run.code == code, f"{words}: {run}"
        return run

    def on_terminal(self, *words: object, env: Mapping[str, str] | None = None) -> Run:
        """Run `titlewatch WORDS...` with stdout on a terminal; stderr comes apart from it."""
        ours, theirs = os.openpty()
        try:
            done = subprocess.run(
                [str(COMMAND), *map(str, words)],
                cwd=self.folder, env=environment(env), stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
                check=False, timeout=240,
            )  # fmt: skip
            os.close(theirs)
            theirs = -1
            shown = bytearray()
            try:
                while data := os.read(ours, 65536):
                    shown += data
            except OSError:
                # Linux ends a terminal whose other side is closed with an error.
                pass
        finally:
            for end in (ours, theirs):
                if end >= 0:
                    os.close(end)
        return Run(done.returncode, shown.decode("utf-8").replace("\r\n", "\n"), done.stderr.decode("utf-8"))
