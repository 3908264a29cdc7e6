"""What the fault tests play on: a small forum, a workspace that watches it, and what must hold afterwards."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler.evidence import verify
from crawler.practice.authority import PracticeAuthority
from crawler.practice.bulk import BulkForum

ROOT = Path(__file__).parents[2]
TITLES = tuple(f"The {word} Almanac of Tides" for word in ("Amber", "Basalt", "Cobalt", "Drift", "Ember"))


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended: exit code (negative: the signal), steps taken, the step that was struck, what it said."""

    code: int
    steps: int | None
    last: str | None
    err: str

    @property
    def is_told(self) -> bool:
        """Whether it left as a command leaves that the machine refuses: code 4, one clear line."""
        told = [line for line in self.err.splitlines() if line.startswith("error: ")]
        return self.code == 4 and len(told) == 1 and "Traceback" not in self.err


class Faulty:
    """The process of `tests.crash.faulty`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("faulty.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def __call__(self, folder: Path, *words: object, at: int = 0, blow: str = "kill", hours: float = 0) -> Answer:
        """Run `titlewatch WORDS...` in a folder, strike at step `at`, under a clock that is so many hours off."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"words": [str(word) for word in words], "at": at, "blow": blow, "folder": str(folder), "hours": hours}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Answer(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def watching(faulty: Faulty, folder: Path, url: str, settings: tuple[str, ...] = ()) -> Path:
    """A workspace that watches the titles of a bulk forum: no pictures, small segments."""
    chosen = (
        "crawl.delay=0", "network.allow_private=true", "browser.capture=false", "evidence.segment_bytes=8192", *settings
    )  # fmt: skip
    done = faulty(folder.parent, "init", folder, *[part for setting in chosen for part in ("--set", setting)])
    assert done.code == 0, done.err
    for number, title in enumerate(TITLES):
        assert faulty(folder, "works", "add", title, "--id", f"w{number}").code == 0
    done = faulty(folder, "sites", "add", url, "--id", "bulk")
    assert done.code == 0, done.err
    return folder


def stamped_by(authority: PracticeAuthority, url: str, name: str = "practice") -> str:
    """The setting that has everything stamped by a practice authority."""
    return f'evidence.timestamps=[{{id = "{name}", url = "{url}", roots = {json.dumps(str(authority.roots))}}}]'


def forum(topics: int = 12) -> BulkForum:
    """A forum with an offer in every third topic or so."""
    return BulkForum(topics, 0.4, TITLES)


def hits(workspace: Path) -> list[tuple[str, str]]:
    """Every hit, in order."""
    return [(row["url"], row["work_id"]) for row in rows(workspace, "SELECT url, work_id FROM hits ORDER BY 1, 2")]


def rows(workspace: Path, query: str) -> list[dict[str, Any]]:
    """What a query finds in a workspace's database."""
    database = sqlite3.connect(workspace / "titlewatch.db")
    try:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]
    finally:
        database.close()


def failures(workspace: Path) -> list[str]:
    """What does not hold of a workspace's evidence."""
    return [str(finding) for finding in verify.workspace(workspace) if finding.state == "fail"]


def entries(workspace: Path) -> list[dict[str, Any]]:
    """The whole entries of the ledger."""
    path = workspace / "evidence" / "ledger.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1] if b"\x00" not in line]


def recovered(workspace: Path) -> bool:
    """Whether a start found something that a killed process had left, and entered it."""
    return any(entry["type"] == "recovery" for entry in entries(workspace))


def faults_after_recovery(workspace: Path, expected: list[tuple[str, str]]) -> list[str]:
    """What is wrong with a workspace after the crawl that followed a fault."""
    wrong = failures(workspace)
    found = hits(workspace)
    if found != expected:
        wrong.append(f"hits: {len(found)}, expected {len(expected)}")
    lone = rows(workspace, "SELECT hit_id FROM hits WHERE exhibit_id IS NULL")
    wrong += [f"{row['hit_id']} has no exhibit" for row in lone]
    left = [path.name for path in (workspace / "evidence").iterdir() if path.name.endswith(".open")]
    # What a cache was being written to is removed when it is old: it is nobody's evidence.
    # What keeps a workspace out of the repository around it belongs there.
    own = ("cache", ".gitignore")
    hidden = [path for path in workspace.rglob(".*") if not set(own) & set(path.relative_to(workspace).parts)]
    left += [path.name for path in hidden if (path.is_file() and path.suffix != ".lock") or path.suffix == ".part"]
    wrong += [f"left behind: {name}" for name in left]
    identities = [
        entry[entry["type"]] for entry in entries(workspace) if entry["type"] in ("exchange", "exhibit", "capture")
    ]
    if len(identities) != len(set(identities)):
        wrong.append("something was entered twice")
    wrong += _unknown(workspace)
    return wrong


def _unknown(workspace: Path) -> list[str]:
    """What the ledger holds, the database does not, and no recovery entry names."""
    named = {name for entry in entries(workspace) if entry["type"] == "recovery" for name in entry.get("orphans", ())}
    wrong = []
    for kind, table in (
        ("exhibit", "exhibits"),
        ("decision", "decisions"),
        ("capture", "captures"),
        ("exchange", "exchanges"),
    ):
        known = {row[f"{kind}_id"] for row in rows(workspace, f"SELECT {kind}_id FROM {table}")}
        entered = {entry[kind] for entry in entries(workspace) if entry["type"] == kind}
        wrong += [f"{kind} {name} is in the ledger alone" for name in entered - known - named]
        wrong += [f"{kind} {name} is in the database alone" for name in known - entered]
    return wrong


@contextmanager
def copied(base: Path, place: Path) -> Iterator[Path]:
    """A copy of a workspace, removed afterwards."""
    shutil.copytree(base, place)
    try:
        yield place
    finally:
        shutil.rmtree(place)
