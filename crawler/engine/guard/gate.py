"""The gate before the wire: only the site's own hosts, only what robots.txt allows."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.engine import session as sessions
from crawler.engine.session import SiteSession
from crawler.errors import UsageError
from crawler.hosts import host_port


class Refused(IgnoreRequest):
    """The gate did not let a request through; the message says why."""


class Postponed(IgnoreRequest):
    """The page may not be asked for in this visit, for a reason that passes; it stays due."""


class Gate:
    """A downloader middleware: refuses pages off the site and pages that robots.txt forbids.

    robots.txt itself passes; so do pictures, whose robots.txt is asked by who fetches them.
    """

    def __init__(self, session: SiteSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The gate of the crawler's visit."""
        return cls(sessions.of(crawler))

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise Refused."""
        purpose = request.meta.get("exchange", {}).get("purpose", "page")
        if purpose == "robots":
            return
        session = self._session
        try:
            target = host_port(request.url)
        except UsageError as error:
            raise Refused(f"not a page's address: {error.what}") from error
        if purpose == "page" and target not in session.hosts:
            raise Refused(f"{target} is not a host of the site")
        assert session.robots is not None
        decision = await session.robots.allowed(request.url)
        if decision.exchange_id:
            session.robots_exchanges[target] = decision.exchange_id
        session.pace.at_least(decision.crawl_delay)
        if decision.allowed:
            return
        if not decision.passing:
            raise Refused(decision.why)
        if purpose == "page":
            session.pace.stop(decision.why)
        raise Postponed(decision.why)
