"""How much of long pages, and of long parts of pictures, may lie in memory at once, over all sites of the process."""

import asyncio
import weakref
from collections import deque

SIZE = 64 * 1024 * 1024
SHORT = 64 * 1024
"""Shorter bodies are not counted."""
PATIENCE = 30.0
"""Seconds without any coming or going; then the first in the queue goes on without room, so that no two wait for each other."""


class Room:
    """Bytes that callers enter before they load them, first come first served, and leave when they let go of them."""

    def __init__(self, size: int = SIZE, patience: float = PATIENCE) -> None:
        self._size = size
        self._patience = patience
        self.used = 0
        self._moved = 0
        """How often somebody came in or left."""
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, length: int) -> int:
        """Wait until `length` bytes have room; returns what `leave` is to be told."""
        length = min(length, self._size) if length > SHORT else 0
        if length and (self._queue or self.used + length > self._size):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            place = (length, turn)
            self._queue.append(place)
            try:
                await self._turn(place)
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self.leave(length)
                elif place in self._queue:
                    self._queue.remove(place)
                    self.leave(0)
                raise
            return length
        self._come(length)
        return length

    async def _turn(self, place: tuple[int, asyncio.Future[None]]) -> None:
        length, turn = place
        while not turn.done():
            moved = self._moved
            await asyncio.wait({turn}, timeout=self._patience)
            if not turn.done() and self._moved == moved and self._queue[0] is place:
                self._queue.popleft()
                self._come(length)
                return

    def _come(self, length: int) -> None:
        self.used += length
        self._moved += 1

    def leave(self, length: int) -> None:
        """Give room back, and let in who waits for it."""
        self.used -= length
        self._moved += 1
        while self._queue and self.used + self._queue[0][0] <= self._size:
            wanted, turn = self._queue.popleft()
            if not turn.done():
                self._come(wanted)
                turn.set_result(None)

    def keep(self, holder: object, entered: int, length: int) -> None:
        """Give back at once what was entered beyond `length`, and the rest when `holder` is gone."""
        kept = min(entered, length) if length > SHORT else 0
        if entered > kept:
            self.leave(entered - kept)
        if kept:
            weakref.finalize(holder, self.leave, kept)
