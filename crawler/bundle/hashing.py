"""SHA-256 and SHA-512 of the same bytes in one pass; the longer one on a second core where that pays.

OpenSSL's SHA-256 runs in the processor's own instructions and costs half of SHA-512, so the
caller does the first at once and a thread the second.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore

APART = 1024 * 1024
"""Smaller pieces are hashed sooner than handed over."""
WAITING = 8
"""Pieces that may wait for the thread, so that memory stays small."""


class Digests:
    """Both hashes of what was given to `update`."""

    __slots__ = ("_hasher", "_last", "_long", "_short")

    def __init__(self, hasher: "Hasher") -> None:
        self._hasher = hasher
        self._short, self._long = hashlib.sha256(), hashlib.sha512()
        self._last: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Take more bytes, which must not change afterwards."""
        if len(data) < APART and self._last is None:
            self._long.update(data)
        else:
            self._last = self._hasher.apart(self._long.update, data)
        self._short.update(data)

    @property
    def sha256(self) -> str:
        """Hexadecimal."""
        return self._short.hexdigest()

    @property
    def sha512(self) -> str:
        """Hexadecimal; waits until the thread is done."""
        if self._last is not None:
            self._last.result()
            self._last = None
        return self._long.hexdigest()


@dataclass(frozen=True, slots=True)
class KnownDigests:
    """Both hashes of what was hashed elsewhere."""

    sha256: str
    sha512: str


class Hasher:
    """One thread that hashes pieces in the order in which they come."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "hashing")
        self._room = BoundedSemaphore(WAITING)

    def stream(self) -> Digests:
        """Hashes of bytes that come piece by piece."""
        return Digests(self)

    def whole(self, data: bytes) -> Digests:
        """Hashes of these bytes."""
        digests = Digests(self)
        digests.update(data)
        return digests

    def apart(self, update: Callable[[bytes], None], data: bytes) -> Future[None]:
        """Let the thread take a piece; waits while too many wait already."""
        self._room.acquire()
        future = self._pool.submit(update, data)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def close(self) -> None:
        """End the thread; what still waits is dropped."""
        self._pool.shutdown(cancel_futures=True)
