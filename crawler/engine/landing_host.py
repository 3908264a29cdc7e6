"""One domain that landing pages lie on: its pace, its robots.txt and the wire to it."""

from collections.abc import Mapping
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.engine.guard.addresses import AddressPolicy, Resolver
from crawler.engine.guard.pace import Budget, Pace
from crawler.engine.guard.robots import Decision, Fetched, RobotsGuard
from crawler.engine.session import RunSession
from crawler.engine.wire import WireDownloadHandler
from crawler.engine.wire.fetching import naming
from crawler.engine.wire.handler import LANDING_LIMIT
from crawler.errors import TitlewatchError
from crawler.hosts import host_port, registrable_domain
from crawler.model import Exchange

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "en,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}


class LandingHost:
    """Fetches from one registrable domain, one request after the other, robots.txt obeyed without exception.

    A host that is also a site of the run keeps that visit's pace.
    """

    def __init__(
        self, run: RunSession, settings: Settings, policy: AddressPolicy, resolver: Resolver, url: str
    ) -> None:
        self._run = run
        self._agent = settings["USER_AGENT"]
        self.pace = _pace_of(run, url)
        crawler = Crawler(Spider, settings.copy())
        facts: Mapping[str, Any] = {
            "exchange_sink": self._take,
            "exchange_facts": {"run_id": run.run_id},
            "address_policy": policy,
            "resolver": resolver,
            "pace": self.pace,
            "wire_folder": run.spool.folder,
            "storage_refused": run.fail,
        }
        for name, value in facts.items():
            setattr(crawler, name, value)
        self._wire = WireDownloadHandler.from_crawler(crawler)
        self._site_id = ""
        """The site on whose behalf robots.txt is asked for."""
        self._robots = RobotsGuard(self._ask, recall=_nothing, remember=lambda origin, fetched: None)

    async def allowed(self, url: str, site_id: str) -> Decision:
        """What robots.txt says of an address. Raises VisitStopped, BudgetSpent."""
        self._site_id = site_id
        decision = await self._robots.allowed(url)
        self.pace.at_least(decision.crawl_delay)
        return decision

    async def page(self, url: str, site_id: str, via: str | None, hop: int) -> Response:
        """The answer of one address, redirects not followed; what is no HTML is cut after its head.

        Raises what the wire raises, with the exchange as the exception's ``exchange_id``.
        """
        return await self._fetch(url, site_id, "landing", via, hop)

    async def _ask(self, url: str, *, via: str | None, hop: int) -> Response:
        return await self._fetch(url, self._site_id, "robots", via, hop)

    async def _fetch(self, url: str, site_id: str, purpose: str, via: str | None, hop: int) -> Response:
        facts = {"purpose": purpose, "via": via, "hop": hop, "site_id": site_id}
        request = Request(
            url,
            headers={"User-Agent": self._agent, **_HEADERS},
            meta={"exchange": facts, "download_maxsize": LANDING_LIMIT},
        )
        with naming(request):
            response = await self._wire.download_request(request)
        response.request = request
        return response

    def _take(self, exchange: Exchange) -> None:
        try:
            self._run.recorder.take(exchange)
        except TitlewatchError as error:
            self._run.fail(error)


def _pace_of(run: RunSession, url: str) -> Pace:
    domain = registrable_domain(host_port(url))
    for session in run.sites.values():
        if any(registrable_domain(host) == domain for host in session.hosts):
            return session.pace
    crawl = run.configuration.crawl
    return Pace(crawl.delay, 1, budget=Budget(None, run.budget))


def _nothing(origin: str) -> Fetched | None:
    return None
