"""A small real Scrapy crawl over given requests, with the wire as its download handler."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.utils.python import global_object_name
from twisted.python.failure import Failure

from crawler.engine.guard.addresses import AddressPolicy
from crawler.engine.wire import WireDownloadHandler
from crawler.hosts import host_port
from crawler.model import Exchange

HANDLER = global_object_name(WireDownloadHandler)


@dataclass
class Outcome:
    """What came of a crawl."""

    responses: dict[str, Response] = field(default_factory=dict)
    failures: dict[str, BaseException] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def exchange(self, url: str) -> Exchange:
        """The one exchange of a URL."""
        (exchange,) = [exchange for exchange in self.exchanges if exchange.url == url]
        return exchange


class Fetcher(Spider):
    """Fetches what it is told and keeps what comes."""

    name = "fetcher"

    def __init__(self, requests: Iterable[Request], outcome: Outcome, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._requests, self._outcome = requests, outcome

    async def start(self) -> AsyncIterator[Any]:
        for request in self._requests:
            yield request.replace(callback=self.parse, errback=self.failed, dont_filter=True)

    async def parse(self, response: Response, **kwargs: Any) -> None:
        assert response.request is not None
        self._outcome.responses[response.request.url] = response

    def failed(self, failure: Failure) -> None:
        self._outcome.failures[failure.request.url] = failure.value  # type: ignore[attr-defined]


async def crawl(
    *requests: str | Request,
    settings: dict[str, Any] | None = None,
    prepare: Callable[[Crawler], object] | None = None,
    spider: type[Fetcher] = Fetcher,
) -> Outcome:
    """Run one crawl; by default every host asked for counts as the site's own and may be private."""
    outcome = Outcome()
    asked = [Request(request) if isinstance(request, str) else request for request in requests]
    runner = AsyncCrawlerRunner(
        {
            "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "RETRY_ENABLED": False,
            "REDIRECT_ENABLED": False,
            "HTTPERROR_ALLOW_ALL": True,
            "LOG_LEVEL": "WARNING",
            **(settings or {}),
        }
    )
    crawler = runner.create_crawler(spider)
    crawler.exchange_sink = outcome.exchanges.append  # type: ignore[attr-defined]
    crawler.address_policy = AddressPolicy(True, frozenset(host_port(r.url) for r in asked))  # type: ignore[attr-defined]
    if prepare is not None:
        prepare(crawler)
    await runner.crawl(crawler, requests=asked, outcome=outcome)
    return outcome
