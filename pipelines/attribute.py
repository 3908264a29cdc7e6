"""Second: where the server of a hit was, as the hit's own connection showed it."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.attribution.observation import observe
from crawler.engine import session as sessions
from crawler.engine.session import SiteSession
from crawler.reading import PageRead


class AttributePipeline:
    """Notes address, resolver answers and certificate of each page with hits; asks nobody."""

    def __init__(self, session: SiteSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of the crawler's visit."""
        return cls(sessions.of(crawler))

    async def process_item(self, item: PageRead) -> PageRead:
        """The page, its observation kept for the record."""
        if item.hits and item.exchange_id:
            exchange = self._session.run.recorder.waiting(item.exchange_id)
            if exchange is not None:
                self._session.run.observed[item.exchange_id] = observe(exchange)
        return item
