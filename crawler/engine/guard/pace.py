"""Politeness toward one site: the time between requests, how many at once, and when to stop."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime

from crawler import clock
from crawler.errors import RefusedError

SLOW_DOWN = frozenset({429, 503})
FIRST_BACK_OFF = 10.0
# A site that asks for more is left alone until the next run, so that it does not hold this one.
LONGEST_PAUSE = 300.0
SLOWEST_DELAY = 60.0


class BudgetSpent(RefusedError):
    """The run may make no further request."""


class VisitStopped(RefusedError):
    """This visit to the site is over; what is due stays due."""


class Budget:
    """How many requests may still be made: by a run over all its sites, or by one visit within its run's budget."""

    def __init__(self, max_requests: int | None = None, above: "Budget | None" = None) -> None:
        self.left = max_requests
        self.spent = 0
        self._above = above

    def check(self) -> None:
        """Raise BudgetSpent when no request is left."""
        if self._above is not None:
            self._above.check()
        if self.left == 0:
            raise BudgetSpent("the run's requests are spent", f"{self.spent} made", "raise --max-requests")

    def spend(self) -> None:
        """Count one request. Raises BudgetSpent when none is left."""
        self.check()
        if self._above is not None:
            self._above.spend()
        self.spent += 1
        if self.left is not None:
            self.left -= 1


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After field (RFC 9110, 10.2.3): a number or an HTTP date; None when it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - clock.now()).total_seconds())


def _seconds() -> float:
    return clock.monotonic_ns() / 1e9


class Pace:
    """One site's pace: every connection to the site takes a turn, whoever asks for it.

    `delay` seconds lie between the starts of two requests, varied by half either way,
    and never less than half of it between an answer and the next request;
    a delay of 0 turns off the variation and the slowing down, not the pauses that the
    site asks for. 429 and 503 pause the whole site: as long as Retry-After says, or
    twice as long each time; after `patience` of them in a row the visit is over.
    """

    def __init__(
        self,
        delay: float = 5.0,
        concurrency: int = 1,
        *,
        budget: Budget | None = None,
        patience: int = 5,
        now: Callable[[], float] = _seconds,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        vary: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.delay = delay
        """Seconds, as it stands now; grows while the site is slow, never below what was configured."""
        self.paused_until = 0.0
        self.streak = 0
        self.stopped: str | None = None
        self._least = delay
        self._crawl_delay = 0.0
        self._budget = budget
        self._patience = patience
        self._now, self._sleep, self._vary = now, sleep, vary
        self._room = asyncio.Semaphore(concurrency)
        self._queue = asyncio.Lock()
        self._next = 0.0
        self._end = asyncio.Event()

    def at_least(self, seconds: float | None) -> None:
        """Honour a Crawl-delay where it is longer than ours."""
        self._crawl_delay = max(self._crawl_delay, min(seconds or 0.0, LONGEST_PAUSE))

    def stop(self, why: str) -> None:
        """End the visit: requests that wait for their turn are refused, those under way finish."""
        self.stopped = self.stopped or why
        self._end.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for this request's turn and hold it. Raises VisitStopped or BudgetSpent instead of a turn."""
        async with self._room:
            async with self._queue:
                # Nobody waits for a turn that there will not be.
                if self._budget is not None:
                    self._budget.check()
                await self._wait()
                if self._budget is not None:
                    self._budget.spend()
                varied = self.delay * self._vary(0.5, 1.5) if self.delay else 0.0
                self._next = self._now() + max(varied, self._crawl_delay)
            try:
                yield
            finally:
                # A busy process sends late what had its turn in time; the site must not see two requests side by side.
                self._next = max(self._next, self._now() + max(self.delay / 2, self._crawl_delay))

    def heed(self, status: int | None, headers: Mapping[str, str], latency: float | None) -> None:
        """Learn from a response (or a failure, `status` None): pauses, the streak, and how busy the site is."""
        if status in SLOW_DOWN:
            self.streak += 1
            asked = retry_after(headers.get("retry-after"))
            pause = FIRST_BACK_OFF * 2 ** (self.streak - 1) if asked is None else asked
            self.paused_until = max(self.paused_until, self._now() + min(pause, LONGEST_PAUSE))
            if self.streak >= self._patience:
                self.stop(f"the site answered {status} {self.streak} times in a row")
            elif pause > LONGEST_PAUSE:
                self.stop(f"the site asked for a pause of {pause:.0f} seconds")
            return
        if status is None:
            return
        self.streak = 0
        if self._least and latency is not None:
            wanted = (self.delay + latency) / 2
            if status >= 400:
                wanted = max(wanted, self.delay)
            self.delay = min(max(wanted, self._least, latency), max(SLOWEST_DELAY, self._least))

    async def _wait(self) -> None:
        while self.stopped is None and (wait := max(self._next, self.paused_until) - self._now()) > 0:
            asleep = asyncio.ensure_future(self._sleep(wait))
            ended = asyncio.ensure_future(self._end.wait())
            try:
                await asyncio.wait({asleep, ended}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                asleep.cancel()
                ended.cancel()
        if self.stopped is not None:
            raise VisitStopped("the visit is over", self.stopped, "what is due is fetched in the next run")
