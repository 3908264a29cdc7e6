"""A process that runs titlewatch commands, each in a fork, and strikes at the Nth step that reaches the disk.

A step is a call that writes, syncs, names, cuts or removes a file, or commits to the database.
Each line on stdin is JSON ``{"words", "at", "blow", "folder", "hours"}``: the command, the step (0: none),
what happens there (``kill``, or the name of an errno that this step and all later ones of its
kind meet), the working folder, and by how many hours the clock is off. Each answer is ``{"code", "steps", "last", "err"}``.
"""

import builtins
import errno
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

CALLS = ("write", "fsync", "rename", "replace", "link", "unlink", "ftruncate", "mkdir")
TAKING_SPACE = frozenset({"write", "fsync", "link", "mkdir", "open", "file.write", "COMMIT"})
"""The steps that a full disk refuses; it still lets go of what is removed."""


class Steps:
    """Counts the steps of this process, and strikes at one."""

    def __init__(self, at: int, blow: str, report: int) -> None:
        self.at, self.blow, self.report = at, blow, report
        self.count = 0
        self.struck = False
        self._pid = os.getpid()

    def step(self, name: str, which: object = "") -> None:
        """One step is about to be taken."""
        if os.getpid() != self._pid:
            return
        self.count += 1
        if self.at and self.count == self.at:
            self.struck = True
            _write(self.report, f"{name} {which}\n".encode())
            if self.blow == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
        if self.struck and self.blow != "kill" and name in TAKING_SPACE:
            number = getattr(errno, self.blow)
            raise OSError(number, os.strerror(number))


_write = os.write


def _ours(handle: object) -> bool:
    """Whether a descriptor is a file's: pipes and sockets are no disk."""
    import stat

    mode = os.fstat(handle).st_mode if isinstance(handle, int) else 0
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def arm(steps: Steps) -> None:
    """Put a step before every call of this process that reaches the disk."""
    for name in CALLS:
        setattr(os, name, _counted(steps, name, getattr(os, name)))
    opener = io.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if not set(mode) & set("wxa+"):
            return opener(file, mode, *args, **kwargs)
        steps.step("open", file)
        made = opener(file, mode, *args, **kwargs)
        return made if "b" not in mode else _Written(made, steps)

    io.open = opened
    builtins.open = opened

    from crawler.store import opening

    execute = opening.Connection.execute

    def executed(self: Any, sql: str, *args: Any) -> Any:
        if sql == "COMMIT":
            if steps.struck and steps.blow != "kill":
                raise sqlite3.OperationalError("database or disk is full")
            try:
                steps.step("COMMIT")
            except OSError:
                raise sqlite3.OperationalError("database or disk is full") from None
        return execute(self, sql, *args)

    opening.Connection.execute = executed  # type: ignore[method-assign]


def _counted(steps: Steps, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        if name in ("write", "fsync", "ftruncate") and not _ours(args[0]):
            return call(*args, **kwargs)
        steps.step(name, args[0])
        return call(*args, **kwargs)

    return called


class _Written:
    """A file whose writes are steps."""

    def __init__(self, file: Any, steps: Steps) -> None:
        self._file, self._steps = file, steps

    def write(self, data: Any) -> Any:
        self._steps.step("file.write", getattr(self._file, "name", ""))
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Written":
        self._file.__enter__()
        return self

    def __exit__(self, *about: Any) -> Any:
        return self._file.__exit__(*about)

    def __iter__(self) -> Any:
        return iter(self._file)


def _child(order: dict[str, Any], report: int) -> None:
    """Run the command and leave with its code; never returns."""
    os.chdir(order["folder"])
    steps = Steps(order["at"], order["blow"], report)
    arm(steps)
    from crawler import clock
    from crawler.cli.main import main

    now = clock.now
    clock.now = lambda: now() + timedelta(hours=order["hours"])
    code = 70
    try:
        main(order["words"])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _write(report, f"steps {steps.count}\n".encode())
        os._exit(code)


def _prepare() -> None:
    """Import what the commands import, once for all forks; the reactor alone must be each fork's own."""
    import crawler.bundle
    import crawler.cli
    import crawler.desk
    import crawler.engine
    import pipelines
    import spiders

    for house in (crawler.cli, crawler.desk, crawler.engine, crawler.bundle, spiders, pipelines):
        for module in pkgutil.walk_packages(house.__path__, f"{house.__name__}."):
            if "__main__" not in module.name:
                importlib.import_module(module.name)
    for name in ("scrapy.core.scraper", "scrapy.core.engine", "scrapy.settings.default_settings"):
        importlib.import_module(name)
    if "twisted.internet.reactor" in sys.modules:
        raise SystemExit("the reactor was made before the fork")

    from crawler.bundle import printing
    from crawler.engine import runner

    # These touch nothing of the workspace and have tests of their own; short commands would spend most of their time on them.
    printing.pdf = lambda text, pictures: b"%PDF-1.7\n%%EOF\n"
    tried = runner.run_selftest()
    runner.run_selftest = lambda: tried  # type: ignore[assignment]


def _serve() -> None:
    _prepare()
    gc.collect()
    # The forks then share what was imported.
    gc.freeze()
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if child == 0:
                os.close(reading)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                _child(order, writing)
            os.close(writing)
            told = b""
            while piece := os.read(reading, 4096):
                told += piece
            os.close(reading)
            _, status = os.waitpid(child, 0)
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
        lines = told.decode("utf-8", "replace").splitlines()
        steps = [int(text.split()[1]) for text in lines if text.startswith("steps ")]
        struck = [text for text in lines if not text.startswith("steps ")]
        answer = {
            "code": os.waitstatus_to_exitcode(status),
            "steps": steps[0] if steps else None,
            "last": struck[0] if struck else None,
            "err": words,
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    _serve()
