"""The ledger: an append-only file of numbered, chained entries, one line of canonical JSON each.

An entry is ``{seq, prev, type, utc, mono_ns, ...body, hash}``; `prev` is the hash of the
entry before (64 zeros for the first), `hash` the SHA-256 of the entry without `hash`.
`mono_ns` is a string, because it passes 2^53. Any number of processes may append.
"""

import fcntl
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from crawler import clock
from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence import checkpoint, durable
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.tree import Frontier, leaf_hash

NO_ENTRY = "0" * 64
OURS = frozenset({"seq", "prev", "utc", "mono_ns", "hash"})
JUMP_SECONDS = 5.0
STEP_SECONDS = 0.5
"""Entries are written under a lock: a clock that stands so far before the last one was set back."""
_PIECE = 1 << 20
_KEYED = re.compile(rb'"type":"(?:init|key)"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the file; `line` is without its newline."""

    seq: int
    type: str
    hash: str
    line: bytes

    @property
    def body(self) -> dict[str, Any]:
        """All members of the entry."""
        return dict(json.loads(self.line))

    @property
    def leaf(self) -> bytes:
        """Its leaf hash in the tree."""
        return leaf_hash(self.line)


class Head(NamedTuple):
    """The state of the ledger: entries, hash of the last one, root of the tree over them (hexadecimal)."""

    size: int
    last: str
    root: str


class Ledger:
    """One ledger file; safe between threads and between processes."""

    def __init__(self, path: Path) -> None:
        """Open or create. A torn tail is set aside and a `recovery` entry written.

        Raises EvidenceError when the last entry does not hold, StorageError when the disk refuses.
        """
        self.path = path
        self._thread = threading.Lock()
        self._offset = 0
        self._start = 0
        self._remembered = 0
        self._last = NO_ENTRY
        self._frontier = Frontier()
        self._signer: str | None = None
        self._clocks: tuple[datetime, int] | None = None
        self._last_at: datetime | None = None
        """When the last entry says that it was written, whichever process wrote it."""
        try:
            self._lock = os.open(path.with_name("ledger.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fresh = not path.exists()
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            if fresh:
                durable.sync_folder(path.parent)
        except OSError as error:
            raise self._refused(error) from error
        with self._held():
            self._resume()
            self._catch_up()
            self._remember()

    def append(self, bodies: Sequence[Mapping[str, Any]]) -> list[Entry]:
        """Append entries in one write and one fsync; each body names its `type`.

        Returns the entries once they are durable. Raises StorageError, with nothing
        written, when the disk refuses. A leap of the wall clock against the one that runs on
        while machines sleep, since this process's last append, or a wall clock that stands
        before the last entry, is written first, as a `clock-jump` entry.
        """
        for body in bodies:
            if not body.get("type") or OURS & body.keys():
                raise EvidenceError("not a ledger body", repr(dict(body))[:120], "name a type, leave our fields out")
        with self._held():
            self._catch_up()
            jump = self._clock_jump()
            entries = self._write([*jump, *bodies])
        return entries[len(jump) :]

    def append_over(self, make: Callable[[Head], Sequence[Mapping[str, Any]]]) -> list[Entry]:
        """Append entries that speak of the ledger before them: `make` gets its head while nobody else can append."""
        with self._held():
            self._catch_up()
            self._write(self._clock_jump())
            return self._write(make(self._head()))

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """The entries from number `start` on, as far as they are whole when each is read."""
        with self.path.open("rb") as file:
            for seq, line in enumerate(file):
                if not line.endswith(b"\n"):
                    return
                if seq >= start:
                    fields = json.loads(line)
                    yield Entry(seq, fields["type"], fields["hash"], line[:-1])

    def head(self) -> Head:
        """Entries, last hash and tree root, other processes' appends included."""
        with self._held():
            self._catch_up()
            return self._head()

    @property
    def signer(self) -> str | None:
        """The fingerprint of the key that the ledger names last, as of the latest reading or append."""
        return self._signer

    def close(self) -> None:
        """Let go of the file."""
        with self._held():
            self._remember()
        os.close(self._handle)
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _head(self) -> Head:
        return Head(self._frontier.size, self._last, self._frontier.root().hex())

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._thread:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _resume(self) -> None:
        """Go on from the checkpoint, if the entry that it ends with stands where it says."""
        found = checkpoint.read(self.path.parent)
        if found is None or not 0 <= found.start < found.offset <= os.fstat(self._handle).st_size:
            return
        line = os.pread(self._handle, found.offset - found.start, found.start)
        try:
            self._frontier = Frontier.resumed(found.size, found.peaks)
            if not line.endswith(b"\n") or b"\n" in line[:-1] or self._checked_hash(line[:-1]) != found.last:
                raise ValueError("not the entry of the checkpoint")
        except (ValueError, TypeError, VerificationError):
            # What the checkpoint says is not so: the ledger itself is read, and says what is wrong with it.
            self._frontier, self._last_at = Frontier(), None
            return
        self._last, self._signer = found.last, found.signer
        self._offset = self._remembered = found.offset
        self._start = found.start

    def _remember(self) -> None:
        if self._offset - self._remembered < checkpoint.EVERY:
            return
        state = checkpoint.Checkpoint(
            self._frontier.size, self._start, self._offset, self._last, self._frontier.peaks, self._signer
        )
        checkpoint.write(self.path.parent, state)
        self._remembered = self._offset

    def _catch_up(self) -> None:
        """Take in what was appended since; the caller holds the lock, so a torn tail is nobody's work in progress."""
        size = os.fstat(self._handle).st_size
        if size == self._offset:
            return
        if size < self._offset:
            raise EvidenceError("the ledger became shorter", str(self.path), "run verify; restore it from a copy")
        last_line: bytes | None = None
        tail, place = b"", self._offset
        while place < size:
            piece = os.pread(self._handle, min(_PIECE, size - place), place)
            if not piece:
                break
            place += len(piece)
            lines = (tail + piece).split(b"\n")
            tail = lines.pop()
            for line in lines:
                # A power cut may leave a run of zeros where lines were promised.
                if b"\x00" in line:
                    tail, place = line, size
                    break
                last_line = line
                self._frontier.append(leaf_hash(line))
                if _KEYED.search(line):
                    self._signer = _signer(line) or self._signer
                self._start = self._offset
                self._offset += len(line) + 1
            else:
                continue
            break
        if last_line is not None:
            self._last = self._checked_hash(last_line)
        if self._offset < size:
            self._set_tail_aside(size)

    def _checked_hash(self, line: bytes) -> str:
        """The hash of the last entry, recomputed."""
        remedy = "run verify; restore the ledger from a copy"
        which = f"{self.path.name} entry {self._frontier.size - 1}"
        try:
            fields = json.loads(line)
            claimed = fields.pop("hash")
            numbered = fields["seq"] == self._frontier.size - 1
            self._last_at = clock.parse(fields["utc"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VerificationError("not a ledger entry", which, remedy) from None
        if not numbered or sha256_hex(canonical_json(fields)) != claimed:
            raise VerificationError("a ledger entry that does not hold", which, remedy)
        return str(claimed)

    def _set_tail_aside(self, size: int) -> None:
        aside = self.path.with_name(f"ledger.torn-{clock.new_id()}")
        digest = hashlib.sha256()
        place = self._offset
        try:
            with aside.open("xb") as copy:
                while place < size:
                    piece = os.pread(self._handle, min(_PIECE, size - place), place)
                    digest.update(piece)
                    copy.write(piece)
                    place += len(piece)
                copy.flush()
                os.fsync(copy.fileno())
            durable.sync_folder(aside.parent)
            os.ftruncate(self._handle, self._offset)
        except OSError as error:
            raise self._refused(error) from error
        torn = {"file": aside.name, "offset": self._offset, "bytes": size - self._offset, "sha256": digest.hexdigest()}
        self._write([{"type": "recovery", "of": self.path.name, "torn": torn}])

    def _write(self, bodies: Sequence[Mapping[str, Any]]) -> list[Entry]:
        if not bodies:
            return []
        moment, uptime = clock.now(), clock.uptime_ns()
        mono = clock.monotonic_ns()
        utc = clock.stamp(moment)
        entries: list[Entry] = []
        previous, seq = self._last, self._frontier.size
        for body in bodies:
            fields = {**body, "seq": seq, "prev": previous, "utc": utc, "mono_ns": str(mono)}
            # Members are put in order once and joined twice, with and without the hash.
            members = {name: canonical_json(name) + b":" + canonical_json(value) for name, value in fields.items()}
            previous = hashlib.sha256(_joined(members)).hexdigest()
            members["hash"] = b'"hash":"%s"' % previous.encode("ascii")
            entries.append(Entry(seq, str(body["type"]), previous, _joined(members)))
            seq += 1
        data = b"".join(entry.line + b"\n" for entry in entries)
        try:
            durable.write_all(self._handle, data)
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, self._offset)
            raise self._refused(error) from error
        for entry in entries:
            self._frontier.append(entry.leaf)
            if entry.type in ("init", "key"):
                self._signer = _signer(entry.line) or self._signer
        self._offset += len(data)
        self._start = self._offset - len(entries[-1].line) - 1
        self._last = previous
        self._clocks, self._last_at = (moment, uptime), moment
        return entries

    def _clock_jump(self) -> list[dict[str, Any]]:
        moment, uptime = clock.now(), clock.uptime_ns()
        if self._clocks is not None:
            wall = (moment - self._clocks[0]).total_seconds()
            steady = (uptime - self._clocks[1]) / 1e9
            if abs(wall - steady) >= JUMP_SECONDS:
                return [_jump(self._clocks[0], wall - steady)]
        if self._last_at is not None and (since := (moment - self._last_at).total_seconds()) < -STEP_SECONDS:
            return [_jump(self._last_at, since)]
        return []

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(f"cannot write ({error.strerror})", str(self.path), "free space or mend the permissions")


def _signer(line: bytes) -> str | None:
    """The key that an entry brings in; None when it brings in none."""
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    found = fields.get("signer") if isinstance(fields, dict) and fields.get("type") in ("init", "key") else None
    return found if isinstance(found, str) else None


def _jump(before: datetime, seconds: float) -> dict[str, Any]:
    return {"type": "clock-jump", "before": clock.stamp(before), "seconds": f"{seconds:+.3f}"}


def _joined(members: Mapping[str, bytes]) -> bytes:
    """An RFC 8785 object of members already serialised; names are ordered by their UTF-16 form."""
    ordered = sorted(members, key=lambda name: name.encode("utf-16-be"))
    return b"{" + b",".join(members[name] for name in ordered) + b"}"
