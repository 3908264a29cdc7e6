"""How much of long pages may lie in memory at once, over all sites of the process."""

import asyncio
import weakref
from collections import deque

SIZE = 64 * 1024 * 1024
SHORT = 64 * 1024
"""Shorter bodies are not counted."""
PATIENCE = 30.0
"""Seconds that a page waits for room; then it goes on without, so that no two can wait for each other."""


class Room:
    """Bytes that callers enter before they load them, first come first served, and leave when they let go of them."""

    def __init__(self, size: int = SIZE, patience: float = PATIENCE) -> None:
        self._size = size
        self._patience = patience
        self.used = 0
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, length: int) -> int:
        """Wait until `length` bytes have room; returns what `leave` is to be told."""
        length = min(length, self._size) if length > SHORT else 0
        if length and (self._queue or self.used + length > self._size):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            place = (length, turn)
            self._queue.append(place)
            try:
                await asyncio.wait_for(turn, self._patience)
            except (TimeoutError, asyncio.CancelledError) as ended:
                given = turn.done() and not turn.cancelled()
                if not given:
                    self._queue.remove(place)
                if isinstance(ended, asyncio.CancelledError):
                    if given:
                        self.leave(length)
                    raise
                if given:
                    return length
            else:
                return length
        self.used += length
        return length

    def leave(self, length: int) -> None:
        """Give room back, and let in who waits for it."""
        self.used -= length
        while self._queue and self.used + self._queue[0][0] <= self._size:
            wanted, turn = self._queue.popleft()
            if not turn.done():
                self.used += wanted
                turn.set_result(None)

    def keep(self, holder: object, entered: int, length: int) -> None:
        """Give back at once what was entered beyond `length`, and the rest when `holder` is gone."""
        kept = min(entered, length) if length > SHORT else 0
        if entered > kept:
            self.leave(entered - kept)
        if kept:
            weakref.finalize(holder, self.leave, kept)
