"""Last: a picture of each recorded page that holds a hit, and with it the exhibits.

The page and its hits are on record before the browser starts, so that a killed crawl fetches
nothing again: pictures that are missing are taken from the recorded bytes in the next run.
"""

import asyncio
import logging
from typing import Self

from scrapy.crawler import Crawler

from crawler.engine import session as sessions
from crawler.engine.pictures import picture_taken
from crawler.engine.session import SiteSession
from crawler.reading import PageRead, PictureMissing
from crawler.store.listings import pages_without_exhibits
from crawler.store.renderings import route_of

log = logging.getLogger(__name__)


class CapturePipeline:
    """Shows the recorded bytes of a page with hits in a browser; a page without a picture is a hit all the same."""

    def __init__(self, session: SiteSession) -> None:
        self._session = session
        self._leftover: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of the crawler's visit."""
        return cls(sessions.of(crawler))

    async def open_spider(self) -> None:
        """Begin with what a killed run has left without exhibits."""
        left = pages_without_exhibits(self._session.run.store, self._session.site.site_id)
        self._leftover = asyncio.ensure_future(self._finish(left))

    async def close_spider(self) -> None:
        """Let the leftover pictures end."""
        if self._leftover is not None:
            await self._leftover

    async def process_item(self, item: PageRead) -> PageRead:
        """The page, its exhibits on their way to the record."""
        if item.hits and item.exchange_id and item.error is None:
            await self._picture(
                item.exchange_id,
                max(hit.match.score for hit in item.hits),
                item.page.url if "#" in item.page.url else None,
            )
        return item

    async def _finish(self, left: list[tuple[str, float]]) -> None:
        session = self._session
        session.leftover = len(left)
        try:
            for exchange_id, score in left:
                if session.over:
                    break
                try:
                    # An exhibit rests on bytes that are there: what cannot be read again makes none.
                    session.run.recorder.answer(exchange_id)
                    await self._picture(exchange_id, score, route_of(session.run.store, exchange_id))
                # Whatever is wrong with this page's record, its exhibit stays due and the visit goes on.
                except Exception as fault:  # noqa: BLE001 - counted and noted as an error
                    session.counts.errors += 1
                    session.note(f"exchange {exchange_id}: its picture could not be taken ({fault})")
                    log.error("no picture of exchange %s: %s", exchange_id, fault)
                session.leftover -= 1
        finally:
            session.leftover = 0
            session.wake()

    async def _picture(self, exchange_id: str, score: float, url: str | None = None) -> None:
        """Take the picture of a page; `url` is its address where a fragment belongs to it."""
        session, run = self._session, self._session.run
        settings = run.configuration
        missing = self._beforehand(score, run.recorder.has_answer(exchange_id))
        capture = None
        if missing is None and session.parts is not None:
            self._moves(under_way=1)
            try:
                capture = await run.camera.take(exchange_id, session.parts, settings.browser.time_limit, url=url)
            finally:
                self._moves(under_way=-1, taken=int(capture is not None))
            run.pictures_missing = run.pictures_missing or run.camera.missing
            missing = capture.missing if capture else run.camera.why_none()
        run.recorder.pictured(exchange_id, picture_taken(capture, exchange_id) if capture else None, missing)

    def _beforehand(self, score: float, answered: bool) -> PictureMissing | None:
        """Why no picture is tried; None when one is."""
        run, settings = self._session.run, self._session.run.configuration
        if not settings.browser.capture:
            return PictureMissing("disabled", "the configuration says browser.capture = false")
        if score < settings.matching.threshold:
            return PictureMissing("below-threshold", "pictures are taken of hits, not of matches for review")
        if not answered:
            return PictureMissing("no-answer", "the bytes of the page are not at hand")
        if run.failure is not None:
            return PictureMissing("stopped", f"the run had ended: {run.failure}")
        return None

    def _moves(self, under_way: int, taken: int = 0) -> None:
        """Let whoever watches see that pictures are being taken."""
        session = self._session
        session.picturing += under_way
        session.pictures += taken
        session.run.on_progress(session)
