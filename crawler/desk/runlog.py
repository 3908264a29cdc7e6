"""A run told to a file as it goes: one JSON object a line, for whoever runs it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import StorageError

FIELDS = ("requests", "pages", "listings", "hits", "new_hits", "errors", "finished", "engine", "health", "notes")
"""What the line of a visit tells of it."""


class RunLog:
    """Appends to a file: `run-begin`, a `visit` for each site when it is over, and `run-end`.

    Each line is written at once and whole, so that several runs may share a file and a reader follows it. Raises
    StorageError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: set[str] = set()

    def begin(self, sites: list[str]) -> None:
        """The run begins; `sites` will be visited."""
        self._write({"event": "run-begin", "sites": sites})

    def progress(self, facts: Mapping[str, Any]) -> None:
        """A site's counts changed; a visit that is over is told once."""
        if facts.get("ended") and facts["site"] not in self._told:
            self._told.add(str(facts["site"]))
            self._write({"event": "visit", "site": facts["site"], **{name: facts.get(name) for name in FIELDS}})

    def end(self, run_id: str, outcome: Mapping[str, Any]) -> None:
        """The run is over."""
        self._write({"event": "run-end", "run": run_id, **outcome})

    def nothing(self) -> None:
        """No site was due: there was no run."""
        self._write({"event": "run-end", "run": None, "sites": 0, "requests": 0})

    def _write(self, record: Mapping[str, Any]) -> None:
        line = json.dumps({"at": clock.stamp(clock.now()), **record}, ensure_ascii=False)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            what = f"the log cannot be written ({error.strerror})"
            raise StorageError(what, str(self._path), "name a file in a folder that can be written") from error
