"""A bundle as a ZIP: its form, and unpacking it without believing it (format.md 11)."""

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.bundle import layout
from crawler.bundle.check.tree import DEPTH_LIMIT, PIECE, Files, walk
from crawler.model import Finding

END_BYTES = 22
"""The end of a ZIP without a comment."""
WIDE_END_BYTES = 56
WIDE_PLACE_BYTES = 20
"""The end of a ZIP64 and the pointer to it."""
EPOCH = (1980, 1, 1, 0, 0, 0)
LIST_LIMIT = 64 * 1024 * 1024
"""Bytes of a ZIP's list of files."""
DAMAGE = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What the standard library raises over a ZIP that is not whole."""


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


def ends_whole(path: Path) -> bool:
    """Whether the file ends with the end of a ZIP that has no comment."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, 2) - END_BYTES, 0))
        return file.read(END_BYTES).startswith(b"PK\x05\x06")


def too_many(path: Path, which: str) -> Finding | None:
    """A list of files that is larger than any of ours; reading it would take more memory than files have bytes."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - END_BYTES, 0))
        end = file.read(END_BYTES)
        file.seek(max(size - END_BYTES - WIDE_END_BYTES - WIDE_PLACE_BYTES, 0))
        wide = file.read(WIDE_END_BYTES)
    listed = int.from_bytes(end[12:16], "little")
    if wide.startswith(b"PK\x06\x06"):
        listed = max(listed if listed != 0xFFFFFFFF else 0, int.from_bytes(wide[40:48], "little"))
    if listed > LIST_LIMIT or listed > size:
        why = "a list of files of unreasonable length"
        return Finding("zip", which, "fail", f"at most {LIST_LIMIT} bytes", str(listed), why)
    return None


def _unpack(path: Path, place: Path) -> tuple[list[Finding], bool]:
    """Unpack a stored ZIP; nothing is written beyond its own size, or outside `place`.

    Returns the findings, and whether there is something to go on with: a damaged member is
    named and its bytes are unpacked as they lie there.
    """
    problems = list(_beside(path))
    if not ends_whole(path):
        # A reader that looks further back would find the end of an archive inside this one.
        why = "damaged or cut off: it does not end as a bundle's ZIP does"
        return [*problems, Finding("zip", path.name, "fail", "a whole ZIP", None, why)], False
    try:
        if problem := too_many(path, path.name):
            return [*problems, problem], False
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
    head = local_head(entry)
    try:
        with path.open("rb") as raw:
            raw.seek(entry.header_offset)
            if raw.read(len(head)) != head:
                raise zipfile.BadZipFile("its own header is another than the list's")
        with archive.open(entry) as source:
            while source.read(PIECE):
                pass
    except DAMAGE as error:
        why = "damaged in the ZIP: its header or checksum does not hold"
        yield Finding("zip", entry.filename.partition("/")[2], "fail", "a whole member", str(error), why)
    with path.open("rb") as source, target.open("xb") as copy:
        source.seek(entry.header_offset + len(local_head(entry)))
        left = entry.file_size
        while left and (piece := source.read(min(left, PIECE))):
            left -= len(piece)
            copy.write(piece)


def local_head(entry: zipfile.ZipInfo) -> bytes:
    """The local header that our writer gives a stored file; a reader that goes by another one reads another file."""
    info = zipfile.ZipInfo(entry.filename, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_STORED, 3, 0o100644 << 16
    info.CRC, info.file_size, info.compress_size = entry.CRC, entry.file_size, entry.file_size
    return info.FileHeader(zip64=entry.file_size * 1.05 > zipfile.ZIP64_LIMIT)


def _form(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    """What is wrong with a bundle's ZIP before anything of it is unpacked."""
    for entry in entries:
        parts = entry.filename.split("/")
        if len(parts) < 2 or not all(layout.NAME.match(part) for part in parts) or len(parts) > DEPTH_LIMIT + 2:
            why = "a path that leaves the bundle, or no plain name"
            yield Finding("zip", ascii(entry.filename)[1:-1], "fail", "a plain name", None, why)
    yield from stored_form(path.name, archive, entries)


def stored_form(name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    """What is wrong with the form of a stored ZIP: nothing hidden between, before or behind its files, each once."""
    seen: set[str] = set()
    place = 0
    for entry in entries:
        shown = ascii(entry.filename)[1:-1]
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            yield Finding("zip", shown, "fail", "stored", None, "compressed, which a bundle's ZIP is not")
        if entry.flag_bits & 0x1 or stat.S_ISLNK(entry.external_attr >> 16):
            yield Finding("zip", shown, "fail", "a plain file", None, "encrypted or a link")
        elif entry.flag_bits or entry.comment or not stat.S_ISREG(entry.external_attr >> 16):
            yield Finding("zip", shown, "fail", "an entry as ours is", None, "flags, a comment or a file that is none")
        if entry.filename.casefold() in seen:
            yield Finding("zip", shown, "fail", None, None, "twice in the ZIP")
        if entry.header_offset != place:
            why = "bytes between the files, or overlap"
            yield Finding("zip", shown, "fail", str(place), str(entry.header_offset), why)
        place = entry.header_offset + len(local_head(entry)) + entry.compress_size
        seen.add(entry.filename.casefold())
    if archive.start_dir != place or archive.comment:
        yield Finding("zip", name, "fail", str(place), str(archive.start_dir), "bytes that belong to no file")


def _beside(path: Path) -> Iterator[Finding]:
    """The hash that lies beside a ZIP; a missing one is said."""
    note = path.with_name(path.name + ".sha256")
    if note.is_symlink() or not note.is_file():
        yield Finding("zip hash", note.name, "not_checked", None, None, "no .sha256 file lies beside the ZIP")
        return
    with note.open("rb") as file:
        said = file.read(200).decode("ascii", "replace").split()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if said[:1] != [found]:
        yield Finding("zip hash", path.name, "fail", " ".join(said[:1]), found, "not the ZIP that was exported")
    else:
        yield Finding("zip hash", path.name, "pass", None, found, "as the file beside it says")
