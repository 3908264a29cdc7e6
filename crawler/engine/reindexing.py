"""A second process that brings the index of titles up to date, so that a run neither grows by it nor waits for it.

    python -m crawler.engine.reindexing WORKSPACE wait|beside

``wait``: a run waits for it before it visits anything. ``beside``: it works while pages are
fetched, gives way to them, and makes a new base when the changes are many.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from crawler.engine.titles import Progress, Titles
from crawler.errors import EnvironmentProblem, TitlewatchError
from crawler.store import Store
from crawler.workspace import Workspace

_NICENESS = 10


class Reindexing:
    """The process at work; ended when the block is left before it is done."""

    def __init__(self, workspace: Workspace, how: Literal["wait", "beside"]) -> None:
        command = [sys.executable, "-m", "crawler.engine.reindexing", str(workspace.folder), how]
        # A folder that happens to hold a package of our name must not stand in for ours.
        path = str(Path(__file__).parents[2])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
        self._which = str(workspace.folder)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=environment, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise EnvironmentProblem(
                f"no second process ({error})", self._which, "free memory and try again"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *left: object) -> None:
        self.end()

    def wait(self, progress: Progress = lambda done, total: None) -> None:
        """Wait until the files in the cache are up to date. Raises EnvironmentProblem when they are not."""
        assert self._process.stdout is not None and self._process.stderr is not None
        for line in self._process.stdout:
            done, _, total = line.partition(" ")
            progress(int(done), int(total))
        said = self._process.stderr.read().strip()
        if status := self._process.wait():
            what = f"the titles could not be indexed (status {status}: {said[-300:]})"
            raise EnvironmentProblem(what, self._which, "free memory and space, then try again")

    def kill(self) -> None:
        """End the process, if it still works; who waits for it is told so."""
        if self._process.poll() is None:
            self._process.kill()

    def end(self) -> None:
        """End the process, if it still works, and let go of it."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def main(folder: str, how: str) -> None:
    """Do the work in this process, and print how far it is."""
    workspace = Workspace(Path(folder))
    if how == "beside":
        with suppress(OSError):
            os.nice(_NICENESS)
    store = Store.open(workspace.database)
    try:
        Titles(workspace).brought_up(store, lambda done, total: print(done, total, flush=True), merge=how == "beside")
    finally:
        store.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except TitlewatchError as error:
        sys.exit(str(error))
