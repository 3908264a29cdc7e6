"""A run keeps up with the watchlist: who is added while it lasts is looked for on the pages that are still to come."""

import asyncio
import logging
from types import TracebackType
from typing import Self

from crawler.engine.reindexing import Reindexing
from crawler.engine.session import RunSession
from crawler.engine.titles import Titles
from crawler.errors import TitlewatchError
from crawler.matching import Matcher
from crawler.store import works

log = logging.getLogger(__name__)
INTERVAL_SECONDS = 60.0


class Following:
    """Looks at the watchlist each minute and when a visit begins, while its block lasts.

    What has changed is indexed by a second process that gives way to this one; the run then
    goes on with another matcher, between two pages.
    """

    def __init__(self, run: RunSession, interval: float = INTERVAL_SECONDS) -> None:
        self._run = run
        self._interval = interval
        self._titles = Titles(run.workspace)
        self._seen = works.state(run.store)
        self._written = works.writes(run.store)
        self._merging = Titles.is_to_merge(run.matcher.index)
        self._timer: asyncio.TimerHandle | None = None
        self._process: Reindexing | None = None
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._again()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._process is not None:
            # The task that waits for it ends with it.
            self._process.kill()

    def look(self) -> None:
        """Begin to index what has changed, if something has and nothing is being indexed."""
        if self._task is not None or not (self._changed() or self._merging):
            return
        self._merging = False
        self._task = asyncio.get_running_loop().create_task(self._follow())
        self._task.add_done_callback(self._over)

    def _again(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._tick)

    def _tick(self) -> None:
        self.look()
        self._again()

    def _changed(self) -> bool:
        # To count a million works takes a tenth of a second; whether anybody else wrote at all, nothing.
        written = works.writes(self._run.store)
        if written == self._written:
            return False
        self._written = written
        state = works.state(self._run.store)
        if state == self._seen:
            return False
        self._seen = state
        return True

    async def _follow(self) -> None:
        run = self._run
        self._process = Reindexing(run.workspace, "beside")
        try:
            await asyncio.to_thread(self._process.wait)
        finally:
            process, self._process = self._process, None
            process.end()
        index = await asyncio.to_thread(self._titles.read)
        before = run.matcher
        run.reference_urls = works.reference_urls(run.store)
        run.matcher = Matcher(
            threshold=before.threshold, review=before.review, index=index, scales=before.scales, country=before.country
        )
        log.info("the watchlist changed: %d works, index %s", len(index), index.fingerprint[:16])

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._task = None
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, TitlewatchError):
            log.warning("the run goes on with the titles that it has: %s", error)
        elif error is not None:
            log.error("the run goes on with the titles that it has", exc_info=error)
