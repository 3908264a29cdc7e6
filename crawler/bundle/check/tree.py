"""The files of a bundle as they lie there: names, links, sizes; and reading them within bounds."""

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crawler.bundle import layout
from crawler.errors import VerificationError
from crawler.model import Finding

FILES_LIMIT = 2_000_000
DEPTH_LIMIT = 8
SMALL = 256 * 1024 * 1024
"""No JSON, table or manifest of ours is larger."""
PIECE = 1 << 20
END_BYTES = 22
"""The end of a ZIP without a comment."""
DAMAGE = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What the standard library raises over a ZIP that is not whole."""


@dataclass(slots=True)
class Files:
    """The regular files of a bundle, by name."""

    folder: Path
    name: str
    """The bundle's name as it lies there."""
    sizes: dict[str, int] = field(default_factory=dict)
    _digests: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, name: str, limit: int = SMALL) -> bytes:
        """All bytes of a file. Raises VerificationError when it is missing or unreasonably large."""
        if name not in self.sizes:
            raise VerificationError("missing", name)
        if self.sizes[name] > limit:
            raise VerificationError(f"unreasonably large ({self.sizes[name]} bytes)", name)
        return (self.folder / name).read_bytes()

    def json(self, name: str) -> Any:
        """The value of a JSON file. Raises VerificationError."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise VerificationError(f"not JSON ({error})", name) from None

    def path(self, name: str) -> Path:
        """The path of a listed file."""
        return self.folder / name

    def under(self, folder: str) -> list[str]:
        """The names of all files below a folder (which ends with ``/``), sorted."""
        return sorted(name for name in self.sizes if name.startswith(folder))

    def digests(self, name: str) -> tuple[str, str]:
        """SHA-256 and SHA-512, read once."""
        if name in self._digests:
            return self._digests[name]
        short, long = hashlib.sha256(), hashlib.sha512()
        with (self.folder / name).open("rb") as file:
            while piece := file.read(PIECE):
                short.update(piece)
                long.update(piece)
        found = self._digests[name] = short.hexdigest(), long.hexdigest()
        return found

    def sha256(self, name: str) -> str:
        """SHA-256 of a file. Raises VerificationError when it is missing."""
        if name not in self.sizes:
            raise VerificationError("missing", name)
        return self.digests(name)[0]


def walk(folder: Path, name: str) -> tuple[Files, list[Finding]]:
    """List a folder without following anything; what a bundle may not hold comes back as findings."""
    files, problems = Files(folder, name), []
    folded: dict[str, str] = {}
    waiting: list[tuple[Path, str]] = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        for entry in sorted(os.scandir(place), key=lambda e: e.name):
            path = prefix + entry.name
            shown = ascii(path)[1:-1]
            mode = entry.stat(follow_symlinks=False).st_mode
            if not layout.NAME.match(entry.name) or len(path) >= layout.PATH_LIMIT:
                problems.append(
                    Finding("name", shown, "fail", "a short plain ASCII name", None, "a name that no bundle has")
                )
            other = folded.setdefault(path.lower(), path)
            if other != path:
                problems.append(Finding("name", shown, "fail", None, other, "two names that differ in case alone"))
            if stat.S_ISDIR(mode):
                if path.count("/") >= DEPTH_LIMIT:
                    problems.append(Finding("name", shown, "fail", None, None, "folders nested too deep"))
                else:
                    waiting.append((Path(entry.path), path + "/"))
            elif stat.S_ISREG(mode):
                files.sizes[path] = entry.stat(follow_symlinks=False).st_size
            else:
                problems.append(Finding("file", shown, "fail", "a regular file", None, "a link or a special file"))
            if len(files.sizes) > FILES_LIMIT:
                problems.append(Finding("files", shown, "fail", f"at most {FILES_LIMIT}", None, "too many files"))
                return files, problems
    return files, problems


@contextmanager
def opened(path: Path) -> Iterator[tuple[Files | None, list[Finding]]]:
    """The files of a bundle's folder or ZIP, or none when the ZIP cannot be read, and what is wrong with it.

    A ZIP is unpacked into a temporary folder once its form is right.
    """
    if path.is_dir():
        yield walk(path, path.name)
        return
    with TemporaryDirectory(prefix="titlewatch-verify-") as place:
        problems, whole = _unpack(path, Path(place))
        tops = sorted(Path(place).iterdir())
        if whole and (len(tops) != 1 or not tops[0].is_dir()):
            problems.append(Finding("zip", path.name, "fail", "one folder", str(len(tops)), "not a bundle"))
            whole = False
        if not whole:
            yield None, problems
            return
        files, found = walk(tops[0], tops[0].name)
        yield files, problems + found


def _unpack(path: Path, place: Path) -> tuple[list[Finding], bool]:
    """Unpack a stored ZIP; nothing is written beyond its own size, or outside `place`.

    Returns the findings, and whether there is something to go on with: a damaged member is
    named and its bytes are unpacked as they lie there.
    """
    problems = list(_beside(path))
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - END_BYTES, 0))
        if not file.read(END_BYTES).startswith(b"PK\x05\x06"):
            # A reader that looks further back would find the end of an archive inside this one.
            why = "damaged or cut off: it does not end as a bundle's ZIP does"
            return [*problems, Finding("zip", path.name, "fail", "a whole ZIP", None, why)], False
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            problems += _form(path, archive, entries)
            if any(problem.state == "fail" and problem.check == "zip" for problem in problems):
                return problems, False
            for entry in entries:
                target = place / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                problems += _member(path, archive, entry, target)
    except DAMAGE as error:
        problems.append(Finding("zip", path.name, "fail", "a whole ZIP", str(error), "damaged: cannot be unpacked"))
        return problems, False
    return problems, True


def _member(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Iterator[Finding]:
    """Unpack one member; what `_form` found right says where its bytes are, even if its own header does not."""
    try:
        with archive.open(entry) as source:
            while source.read(PIECE):
                pass
    except DAMAGE as error:
        why = "damaged in the ZIP: its header or checksum does not hold"
        yield Finding("zip", entry.filename.partition("/")[2], "fail", "a whole member", str(error), why)
    with path.open("rb") as source, target.open("xb") as copy:
        source.seek(entry.header_offset + _head_bytes(entry))
        left = entry.file_size
        while left and (piece := source.read(min(left, PIECE))):
            left -= len(piece)
            copy.write(piece)


def _head_bytes(entry: zipfile.ZipInfo) -> int:
    """A stored entry: 30 bytes of local header, its name, and the extra field of files beyond 4 GiB."""
    return 30 + len(entry.filename.encode()) + (20 if entry.file_size >= 0xFFFFFFFF else 0)


def _form(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    """What is wrong with a ZIP before anything of it is unpacked."""
    seen: set[str] = set()
    place = 0
    for entry in entries:
        shown = ascii(entry.filename)[1:-1]
        parts = entry.filename.split("/")
        if len(parts) < 2 or not all(layout.NAME.match(part) for part in parts):
            yield Finding("zip", shown, "fail", "a plain name", None, "a path that leaves the bundle, or no plain name")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            yield Finding("zip", shown, "fail", "stored", None, "compressed, which a bundle's ZIP is not")
        if entry.flag_bits & 0x1 or stat.S_ISLNK(entry.external_attr >> 16):
            yield Finding("zip", shown, "fail", "a plain file", None, "encrypted or a link")
        if entry.filename.lower() in seen:
            yield Finding("zip", shown, "fail", None, None, "twice in the ZIP")
        if entry.header_offset != place:
            yield Finding(
                "zip", shown, "fail", str(place), str(entry.header_offset), "bytes between the files, or overlap"
            )
        place = entry.header_offset + _head_bytes(entry) + entry.compress_size
        seen.add(entry.filename.lower())
    if archive.start_dir != place or archive.comment:
        yield Finding("zip", path.name, "fail", str(place), str(archive.start_dir), "bytes that belong to no file")


def _beside(path: Path) -> Iterator[Finding]:
    """The hash that lies beside a ZIP; a missing one is said."""
    note = path.with_name(path.name + ".sha256")
    if not note.is_file():
        yield Finding("zip hash", note.name, "not_checked", None, None, "no .sha256 file lies beside the ZIP")
        return
    said = note.read_bytes()[:200].decode("ascii", "replace").split()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if said[:1] != [found]:
        yield Finding("zip hash", path.name, "fail", " ".join(said[:1]), found, "not the ZIP that was exported")
    else:
        yield Finding("zip hash", path.name, "pass", None, found, "as the file beside it says")
