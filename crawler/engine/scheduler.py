"""Scrapy's scheduler over the frontier: requests come from the page table and from nowhere else."""

import asyncio
from collections.abc import Callable
from typing import Any, Self, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler, Scheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.engine import session as sessions
from crawler.engine.session import SiteSession
from crawler.reading import Page
from crawler.store.listings import pages_without_exhibits


class FrontierScheduler(BaseScheduler):
    """Feeds the pages that are due, one Request each; a page stays due in the store until it is recorded."""

    def __init__(self, crawler: Crawler, session: SiteSession) -> None:
        self._crawler = crawler
        self._session = session
        self._spider: Any = None
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The scheduler of the crawler's visit; Scrapy's own where there is none, as in `scrapy shell`."""
        try:
            return cls(crawler, sessions.of(crawler))
        except NotConfigured:
            return cast(Self, Scheduler.from_crawler(crawler))

    def open(self, spider: Spider) -> None:
        """Put the entry page into the frontier."""
        self._spider = spider
        self._session.wake = self.wake
        session = self._session
        left = pages_without_exhibits(session.run.store, session.site.site_id)
        session.frontier.enter(session.site.url, unfinished=bool(left))

    def close(self, reason: str) -> None:
        """Note whether anything was left."""
        if self._alarm is not None:
            self._alarm.cancel()
        session = self._session
        session.finished = reason == "finished" and not session.frontier.waits() and session.pace.stopped is None
        if session.pace.stopped is not None:
            session.note(f"the visit ended early: {session.pace.stopped}")
        if session.frontier.beyond_depth:
            session.note(f"{session.frontier.beyond_depth} links lie deeper than crawl.max_depth")

    def has_pending_requests(self) -> bool:
        """True while the visit has something left to do."""
        session = self._session
        return not session.over and (session.frontier.waits() or session.leftover > 0)

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: no component of this house makes requests of its own."""
        return False

    def next_request(self) -> Request | None:
        """The next page that is due, as a request."""
        if self._session.over:
            return None
        page = self._session.frontier.pop()
        if page is None:
            self._wake_later()
            return None
        return self._request(page)

    def _request(self, page: Page) -> Request:
        headers = {}
        if page.etag:
            headers["If-None-Match"] = page.etag
        if page.last_modified:
            headers["If-Modified-Since"] = page.last_modified
        described = self._session.site.description
        if described is not None and described.language:
            headers["Accept-Language"] = f"{described.language},en;q=0.5"
        read: Callable[..., Any] = self._spider.read_page
        return Request(
            page.url,
            callback=read,
            errback=self._spider.read_failure,
            headers=headers,
            dont_filter=True,
            meta={"page": page, "exchange": {"purpose": "page", "via": page.via, "hop": page.hop}},
        )

    def _wake_later(self) -> None:
        seconds = self._session.frontier.ready_in()
        if seconds is None:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(seconds + 0.01, self.wake)

    def wake(self) -> None:
        """Let Scrapy's engine ask for requests again."""
        engine = self._crawler.engine
        slot = getattr(engine, "_slot", None)
        if slot is not None:
            slot.nextcall.schedule()
