"""A run's spool: exchanges that wait until their page has proved to matter or not.

Append-only files, a new one whenever the last has grown to `PART`. They are flushed before
every commit and never synced: a killed process leaves them readable, and after power loss what is
missing is recorded as not kept. The oldest are given up when all together grow beyond the limit,
or beyond half of what the disk has left: what was in them stays recorded as not kept.
"""

import json
import mmap
import shutil
import struct
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import StorageError
from crawler.model import Exchange, Tls
from crawler.store.exchanges import Spooled

LIMIT = 8 << 30
PART = 256 << 20
LONG = 256 * 1024
"""A response of more bytes is read back as a view into its file, not into memory."""
_HEAD = struct.Struct(">QQQ")
_TIMES = ("started_at", "finished_at", "first_byte_at")


class Spool:
    """The one writer of a run's spool files."""

    def __init__(self, folder: Path, run_id: str, limit: int = LIMIT, part: int = PART) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._run_id = run_id
        self._limit = limit
        self._part = part
        self._number = 0
        self._parts = {path: path.stat().st_size for path in sorted(folder.glob("*.spool"))}
        """Files that are written no more, the oldest first, and their sizes; those of killed runs included."""
        self._begin()

    def _begin(self) -> None:
        self.path = self.folder / f"{self._run_id}-{self._number:06}.spool"
        self._file = self.path.open("xb", buffering=1 << 20)
        self._size = 0
        self._number += 1

    def put(self, exchange: Exchange) -> Spooled:
        """Append an exchange; it can be read back after `flush`. Raises StorageError when the disk refuses."""
        facts = _facts(exchange)
        try:
            if self._size > self._part:
                self._file.close()
                self._parts[self.path] = self._size
                self._begin()
                self._make_room()
            self._file.write(_HEAD.pack(len(facts), len(exchange.request), len(exchange.response)))
            self._file.write(facts)
            self._file.write(exchange.request)
            self._file.write(exchange.response)
            _let_go(exchange.response)
        except OSError as error:
            raise _refused(error, self.path) from error
        length = _HEAD.size + len(facts) + len(exchange.request) + len(exchange.response)
        place = Spooled(self.path.name, self._size, length)
        self._size += length
        return place

    def _make_room(self) -> None:
        """Give up the oldest files until the rest is within bounds."""
        total = sum(self._parts.values())
        most = min(self._limit, (total + shutil.disk_usage(self.folder).free) // 2)
        for path in list(self._parts):
            if total <= most:
                return
            path.unlink(missing_ok=True)
            total -= self._parts.pop(path)

    def flush(self) -> None:
        """Hand everything to the operating system."""
        try:
            self._file.flush()
        except OSError as error:
            raise _refused(error, self.path) from error

    def get(self, place: Spooled) -> Exchange | None:
        """Read an exchange back, from this run's spool or from one that a killed run left; None when it is not whole."""
        self.flush()
        try:
            with (self.folder / place.spool).open("rb") as file:
                file.seek(place.offset)
                facts, request, response = _HEAD.unpack(file.read(_HEAD.size))
                if _HEAD.size + facts + request + response != place.length:
                    return None
                said, asked = file.read(facts), file.read(request)
                answer = _view(file.fileno(), file.tell(), response) if response > LONG else file.read(response)
            return _exchange(json.loads(said), asked, answer) if len(answer) == response else None
        except (OSError, ValueError, struct.error):
            return None

    def close(self, *, remove_all: bool) -> None:
        """Close the file; `remove_all` deletes every spool, those of killed runs included."""
        try:
            self._file.close()
        finally:
            if remove_all:
                for path in self.folder.glob("*.spool"):
                    path.unlink()
                with suppress(OSError):
                    self.folder.rmdir()


def _view(handle: int, offset: int, length: int) -> memoryview:
    """A read-only view into a file; ValueError when the file does not reach so far. It outlives the file's name."""
    start = offset - offset % mmap.ALLOCATIONGRANULARITY
    whole = mmap.mmap(handle, offset + length - start, access=mmap.ACCESS_READ, offset=start)
    return memoryview(whole)[offset - start :]


def _let_go(response: bytes | memoryview) -> None:
    """Let the system drop what was read of a view into a file; whoever looks at it again reads it in again."""
    if isinstance(response, memoryview) and isinstance(response.obj, mmap.mmap):
        response.obj.madvise(mmap.MADV_DONTNEED)


def _facts(exchange: Exchange) -> bytes:
    facts: dict[str, Any] = {
        f.name: getattr(exchange, f.name) for f in fields(exchange) if f.name not in ("request", "response", "tls")
    }
    for name in _TIMES:
        facts[name] = clock.stamp(facts[name]) if facts[name] else None
    if exchange.tls:
        tls = exchange.tls
        facts["tls"] = [tls.version, tls.cipher, tls.server_name, [c.hex() for c in tls.chain], tls.verify_error]
    return json.dumps(facts).encode()


def _exchange(facts: dict[str, Any], request: bytes, response: bytes | memoryview) -> Exchange:
    for name in _TIMES:
        facts[name] = clock.parse(facts[name]) if facts[name] else None
    facts["resolved"] = tuple(facts["resolved"])
    if "tls" in facts:
        version, cipher, server_name, chain, verify_error = facts["tls"]
        facts["tls"] = Tls(version, cipher, server_name, tuple(bytes.fromhex(c) for c in chain), verify_error)
    return Exchange(request=request, response=response, **facts)


def _refused(error: OSError, path: Path) -> StorageError:
    return StorageError(f"cannot be written ({error.strerror})", str(path), "free some space, then crawl again")
