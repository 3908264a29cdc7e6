"""Second: a picture of each page that holds a hit."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.engine import session as sessions
from crawler.engine.pictures import Pictures, picture_taken
from crawler.engine.session import SiteSession
from crawler.model import PageRead


class CapturePipeline:
    """Shows the recorded bytes of a page with hits in a browser; a page without a picture is a hit all the same."""

    def __init__(self, crawler: Crawler, session: SiteSession) -> None:
        self._session = session
        self._pictures = Pictures(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of the crawler's visit."""
        return cls(crawler, sessions.of(crawler))

    async def process_item(self, item: PageRead) -> PageRead:
        """The page, its picture taken when a hit on it reaches the threshold."""
        run = self._session.run
        settings = run.configuration
        if not settings.browser.capture or item.exchange_id is None:
            return item
        if not any(hit.match.score >= settings.matching.threshold for hit in item.hits):
            return item
        exchange = run.recorder.waiting(item.exchange_id)
        if exchange is None:
            return item
        capture = await run.camera.take(exchange, self._pictures, settings.browser.time_limit)
        if capture is not None:
            run.taken[item.exchange_id] = picture_taken(capture, exchange)
        elif run.camera.missing:
            run.pictures_missing = run.camera.missing
        return item
