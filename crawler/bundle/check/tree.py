"""The files of a bundle as they lie there: names, links, sizes; and reading them within bounds."""

import contextlib
import hashlib
import itertools
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from crawler.bundle import layout
from crawler.errors import VerificationError
from crawler.evidence.plain_file import open_plain
from crawler.evidence.strict_json import read_strict
from crawler.model import Finding

FILES_LIMIT = 500_000
PROBLEMS_LIMIT = 10_000
"""More problems of names than this are counted, not listed."""
DEPTH_LIMIT = 8
SMALL = 256 * 1024 * 1024
"""No JSON, table or manifest of ours is larger."""
PIECE = 1 << 20
KEPT_BYTES = 16 * 1024 * 1024
"""So many bytes of JSON are kept parsed: several checks read the same small files."""
AHEAD = 2
"""Threads that hash; hashing holds no lock of the interpreter."""


@dataclass(slots=True)
class Files:
    """The regular files of a bundle, by name."""

    folder: Path
    name: str
    """The bundle's name as it lies there."""
    sizes: dict[str, int] = field(default_factory=dict)
    _digests: dict[str, tuple[str, str]] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)
    _kept: int = 0

    def read(self, name: str, limit: int = SMALL) -> bytes:
        """All bytes of a file. Raises VerificationError when it is missing or unreasonably large."""
        if name not in self.sizes:
            raise VerificationError("missing", name)
        if self.sizes[name] > limit:
            raise VerificationError(f"unreasonably large ({self.sizes[name]} bytes)", name)
        with self.open(name) as file:
            data = file.read(self.sizes[name] + 1)
        if len(data) != self.sizes[name]:
            raise VerificationError("changed while it was being checked", name)
        return data

    def open(self, name: str) -> BinaryIO:
        """A listed file, opened without following or waiting. Raises VerificationError, OSError."""
        return open_plain(f"{self.folder}{os.sep}{name}")

    def json(self, name: str) -> Any:
        """The value of a JSON file, which nobody changes; no name stands twice in it. Raises VerificationError."""
        if name in self._values:
            return self._values[name]
        value = read_strict(self.read(name), name)
        if self._kept + self.sizes[name] <= KEPT_BYTES:
            self._kept += self.sizes[name]
            self._values[name] = value
        return value

    def path(self, name: str) -> Path:
        """The path of a listed file."""
        return self.folder / name

    def under(self, folder: str) -> list[str]:
        """The names of all files below a folder (which ends with ``/``), sorted."""
        return sorted(name for name in self.sizes if name.startswith(folder))

    def hash_ahead(self, names: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The hashes of these files; whoever asks for one that cannot be read is told why then."""
        largest_first = sorted((name for name in names if name in self.sizes), key=lambda name: -self.sizes[name])
        with ThreadPoolExecutor(AHEAD, "hashing") as pool:
            for _ in pool.map(self._hashed, largest_first):
                pass
        return self._digests

    def _hashed(self, name: str) -> None:
        with contextlib.suppress(VerificationError, OSError):
            self.digests(name)

    def take(self, digests: Mapping[str, tuple[str, str]]) -> None:
        """Believe hashes that `hash_ahead` made elsewhere; what was hashed here already stays."""
        self._digests = {**digests, **self._digests}

    def digests(self, name: str) -> tuple[str, str]:
        """SHA-256 and SHA-512, read once."""
        if name in self._digests:
            return self._digests[name]
        short, long = hashlib.sha256(), hashlib.sha512()
        left = self.sizes[name] + 1
        with self.open(name) as file:
            while left and (piece := file.read(min(left, PIECE))):
                left -= len(piece)
                short.update(piece)
                long.update(piece)
        if left != 1:
            raise VerificationError("changed while it was being checked", name)
        found = self._digests[name] = short.hexdigest(), long.hexdigest()
        return found

    def sha256(self, name: str) -> str:
        """SHA-256 of a file. Raises VerificationError when it is missing."""
        if name not in self.sizes:
            raise VerificationError("missing", name)
        return self.digests(name)[0]


def walk(folder: Path, name: str) -> tuple[Files, list[Finding]]:
    """List a folder without following anything; what a bundle may not hold comes back as findings."""
    files = Files(folder, name)
    problems: list[Finding] = []
    folded: dict[str, str] = {}
    waiting: list[tuple[Path, str]] = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            with os.scandir(place) as found:
                entries = sorted(itertools.islice(found, FILES_LIMIT + 1), key=lambda e: e.name)
        except OSError as error:
            problems.append(Finding("file", prefix or name, "fail", "a folder", str(error), "cannot be read"))
            continue
        if prefix and not entries:
            problems.append(
                Finding("file", prefix[:-1], "fail", None, "an empty folder", "a folder that no bundle has")
            )
        for entry in entries:
            path = prefix + entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            problems += _name_problems(entry.name, path, folded)
            if stat.S_ISDIR(mode):
                if path.count("/") >= DEPTH_LIMIT:
                    problems.append(Finding("name", _plain(path), "fail", None, None, "folders nested too deep"))
                else:
                    waiting.append((Path(entry.path), path + "/"))
            elif stat.S_ISREG(mode):
                files.sizes[path] = entry.stat(follow_symlinks=False).st_size
            else:
                why = "a link or a special file"
                problems.append(Finding("file", _plain(path), "fail", "a regular file", None, why))
            if len(files.sizes) > FILES_LIMIT or len(problems) > PROBLEMS_LIMIT:
                why = "too many files, or too many problems with their names: the rest is not looked at"
                expected = f"at most {FILES_LIMIT} files"
                problems.append(Finding("files", _plain(path), "fail", expected, f"{len(files.sizes)} and more", why))
                return files, problems
    return files, problems


def _plain(path: str) -> str:
    return ascii(path)[1:-1]


def _name_problems(name: str, path: str, folded: dict[str, str]) -> Iterator[Finding]:
    """What is wrong with a name; `folded` remembers every name as systems see it that ignore case."""
    shown = _plain(path)
    if not layout.NAME.match(name) or len(path) >= layout.PATH_LIMIT:
        yield Finding("name", shown, "fail", "a short plain ASCII name", None, "a name that no bundle has")
    elif name.endswith(".") or layout.RESERVED.match(name):
        why = "a name that Windows reserves, or reads as another"
        yield Finding("name", shown, "fail", "a name that is the same on every system", None, why)
    other = folded.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
    if other != path:
        why = "two names that differ in case or in the form of their characters alone"
        yield Finding("name", shown, "fail", None, _plain(other), why)
