"""A run's spool: exchanges that wait until their page has proved to matter or not.

One append-only file per run. It is flushed before every commit and never synced: a killed
process leaves it readable, and after power loss what is missing is recorded as not kept.
"""

import json
import struct
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import StorageError
from crawler.model import Exchange, Tls
from crawler.store.exchanges import Spooled

_HEAD = struct.Struct(">QQQ")
_TIMES = ("started_at", "finished_at", "first_byte_at")


class Spool:
    """The one writer of a run's spool file."""

    def __init__(self, folder: Path, run_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / f"{run_id}.spool"
        self._file = self.path.open("xb", buffering=1 << 20)
        self._size = 0

    def put(self, exchange: Exchange) -> Spooled:
        """Append an exchange; it can be read back after `flush`."""
        facts = _facts(exchange)
        try:
            self._file.write(_HEAD.pack(len(facts), len(exchange.request), len(exchange.response)))
            self._file.write(facts)
            self._file.write(exchange.request)
            self._file.write(exchange.response)
        except OSError as error:
            raise _refused(error, self.path) from error
        length = _HEAD.size + len(facts) + len(exchange.request) + len(exchange.response)
        place = Spooled(self.path.name, self._size, length)
        self._size += length
        return place

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
                data = file.read(place.length)
            facts, request, response = _HEAD.unpack_from(data)
            if _HEAD.size + facts + request + response != len(data):
                return None
            start = _HEAD.size + facts
            return _exchange(
                json.loads(data[_HEAD.size : start]), data[start : start + request], data[start + request :]
            )
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


def _exchange(facts: dict[str, Any], request: bytes, response: bytes) -> Exchange:
    for name in _TIMES:
        facts[name] = clock.parse(facts[name]) if facts[name] else None
    facts["resolved"] = tuple(facts["resolved"])
    if "tls" in facts:
        version, cipher, server_name, chain, verify_error = facts["tls"]
        facts["tls"] = Tls(version, cipher, server_name, tuple(bytes.fromhex(c) for c in chain), verify_error)
    return Exchange(request=request, response=response, **facts)


def _refused(error: OSError, path: Path) -> StorageError:
    return StorageError(f"cannot be written ({error.strerror})", str(path), "free some space, then crawl again")
