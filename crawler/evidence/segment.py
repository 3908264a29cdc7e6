"""A WARC segment on disk: written as ``<name>.warc.gz.open``, renamed when it is sealed."""

import fcntl
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler import clock
from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence import durable
from crawler.evidence.warc_read import PIECE, Member, scan
from crawler.evidence.warc_record import PlacedRecord, Placement, Record, block_digest, gzip_pieces
from crawler.evidence.warcinfo import warcinfo_record

SUFFIX = ".warc.gz"
OPEN = SUFFIX + ".open"


class Segment:
    """The one writer of one segment; holds a lock on the file while it is open."""

    def __init__(self, path: Path, handle: int, size: int, warcinfo_id: str) -> None:
        self.path = path
        """The ``.open`` file; after `seal` the sealed one."""
        self.name = path.name.removesuffix(".open")
        """The sealed file's name, which placements carry."""
        self.size = size
        """Bytes written so far."""
        self.warcinfo_id = warcinfo_id
        self._handle: int | None = handle

    @classmethod
    def create(cls, folder: Path, name: str, warcinfo: Mapping[str, str]) -> Self:
        """Open ``<folder>/<name>.warc.gz.open`` and write its warcinfo record.

        `warcinfo` holds the named facts: software, operator, run, hostname, robots ...
        Raises EvidenceError when the name is taken, StorageError when the disk refuses.
        """
        path = folder / f"{name}{OPEN}"
        if (folder / f"{name}{SUFFIX}").exists():
            raise EvidenceError("a sealed segment has this name", str(path), "take another name")
        segment = cls(path, _locked(path, os.O_CREAT | os.O_EXCL), 0, "")
        segment._describe(warcinfo)
        segment.sync()
        durable.sync_folder(folder)
        return segment

    @classmethod
    def resume(cls, path: Path, warcinfo: Mapping[str, str]) -> Self:
        """Go on with an ``.open`` file that `recover` has left whole."""
        segment = cls(path, _locked(path, 0), path.stat().st_size, "")
        first = next(scan(path), None)
        if first is None:
            segment._describe(warcinfo)
        else:
            segment.warcinfo_id = first.placed().id
        return segment

    def _describe(self, warcinfo: Mapping[str, str]) -> None:
        record = warcinfo_record(self.name, warcinfo, clock.now())
        self.append([record])
        self.warcinfo_id = record.record_id

    def append(self, records: Sequence[Record]) -> Placement:
        """Write records as one gzip member each; not yet durable (see `sync`).

        A write that the disk refuses is taken back whole before StorageError is raised.
        """
        start, place = self.size, self.size
        placed: list[PlacedRecord] = []
        handle = self._opened()
        waiting = bytearray()
        try:
            for record in records:
                if self.warcinfo_id:
                    record = record.with_field("WARC-Warcinfo-ID", f"<{self.warcinfo_id}>")
                digest, length = hashlib.sha256(), 0
                for piece in gzip_pieces(record.pieces()):
                    digest.update(piece)
                    length += len(piece)
                    waiting += piece
                    if len(waiting) > PIECE:
                        durable.write_all(handle, waiting)
                        waiting.clear()
                block = (record.field("WARC-Block-Digest") or block_digest(record.content)).removeprefix("sha256:")
                placed.append(
                    PlacedRecord(record.record_id, record.record_type, place, length, digest.hexdigest(), block)
                )
                place += length
            durable.write_all(handle, waiting)
        except OSError as error:
            os.ftruncate(handle, start)
            raise _storage(error, self.path) from error
        self.size = place
        return Placement(self.name, start, place - start, tuple(placed))

    def sync(self) -> None:
        """Make everything appended durable."""
        try:
            os.fsync(self._opened())
        except OSError as error:
            raise _storage(error, self.path) from error

    def close(self) -> None:
        """Let go of the file; it stays ``.open``."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def seal(self) -> Path:
        """Sync, rename to ``<name>.warc.gz``, make the name durable; returns the sealed path."""
        self.sync()
        sealed = self.path.with_name(self.name)
        if sealed.exists():
            raise EvidenceError("will not overwrite evidence", str(sealed), "look at who wrote it first")
        self.path.rename(sealed)
        self.close()
        durable.sync_folder(sealed.parent)
        self.path = sealed
        return sealed

    def _opened(self) -> int:
        if self._handle is None:
            raise EvidenceError("the segment is closed", str(self.path), "open another one")
        return self._handle

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found in an ``.open`` segment after a crash."""

    path: Path
    """The ``.open`` file, now ending with its last whole member."""
    members: tuple[Member, ...]
    bytes: int
    torn: Mapping[str, Any] | None
    """``file, offset, bytes, sha256, why`` of the tail that was set aside; None when there was none."""


def recover(path: Path) -> Recovered:
    """Cut an ``.open`` segment back to its longest run of whole members.

    The torn tail is moved to ``<name>.torn-<id>`` beside it, never dropped and never
    "recompressed". The caller writes the `recovery` entry. Raises StorageError
    when another process is still writing it.
    """
    members: list[Member] = []
    handle = _locked(path, 0)
    try:
        size, good, why = os.fstat(handle).st_size, 0, ""
        try:
            for member in scan(path):
                members.append(member)
                good = member.offset + member.length
        except VerificationError as error:
            why = error.what
        if good == size:
            return Recovered(path, tuple(members), good, None)
        aside = path.with_name(f"{path.name.removesuffix(OPEN)}.torn-{clock.new_id()}")
        digest = _copy_tail(path, good, aside)
        os.ftruncate(handle, good)
        os.fsync(handle)
        torn = {"file": aside.name, "offset": good, "bytes": size - good, "sha256": digest, "why": why}
        return Recovered(path, tuple(members), good, torn)
    except OSError as error:
        raise _storage(error, path) from error
    finally:
        os.close(handle)


def _copy_tail(path: Path, offset: int, aside: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, aside.open("xb") as copy:
        source.seek(offset)
        while piece := source.read(PIECE):
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    durable.sync_folder(aside.parent)
    return digest.hexdigest()


def _locked(path: Path, flags: int) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o644)
    except FileExistsError:
        raise EvidenceError("a segment of this name is open", str(path), "recover it or take another name") from None
    except OSError as error:
        raise _storage(error, path) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise StorageError("another process is writing this segment", str(path), "wait for it to end") from None
    return handle


def _storage(error: OSError, path: Path) -> StorageError:
    return StorageError(f"cannot write ({error.strerror})", str(path), "free space or mend the permissions")
