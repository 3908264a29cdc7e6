"""What a Scrapy crawler is given so that wire, gate and pipelines find the visit that they serve."""

from datetime import timedelta
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import clock
from crawler.engine import session as sessions
from crawler.engine.guard.addresses import AddressPolicy
from crawler.engine.guard.robots import Fetched, RobotsGuard
from crawler.engine.pictures import Pictures
from crawler.engine.session import SiteSession
from crawler.engine.wire import fetch
from crawler.errors import StorageError, TitlewatchError
from crawler.evidence.warc import decoded_entity, split_http
from crawler.model import Exchange
from crawler.reading import PageRead
from crawler.store import exchanges, sites

KEPT_ROBOTS = timedelta(days=1)


def equip(crawler: Crawler, session: SiteSession) -> None:
    """Give a Scrapy crawler what the wire, the gate and the pipelines look for on it."""
    run, site = session.run, session.site
    sessions.attach(crawler, session)
    session.parts = Pictures(crawler)

    def take(exchange: Exchange) -> None:
        session.counts.requests += exchange.address is not None
        try:
            run.recorder.take(exchange)
        except TitlewatchError as error:
            run.fail(error)

    async def ask(url: str, *, via: str | None, hop: int) -> Any:
        return await fetch(crawler, url, purpose="robots", via=via, hop=hop)

    def recall(origin: str) -> Fetched | None:
        found = exchanges.latest(run.store, site.site_id, "robots", f"{origin}/robots.txt", clock.now() - KEPT_ROBOTS)
        if found is None or found.kept is None or found.status is None or 300 <= found.status < 400:
            return None
        response = run.segments.response(found.kept) or b""
        body = decoded_entity(response).body if split_http(response).status is not None else b""
        return Fetched(clock.parse(found.started_at), found.status, body, found.exchange_id)

    def spider_failed(failure: Failure, response: Response, spider: Spider) -> None:
        session.fault(response.meta["page"], response.meta.get("exchange_id"), f"ours: {failure.value!r}")

    def item_failed(item: PageRead, response: Response, spider: Spider, failure: Failure) -> None:
        if isinstance(failure.value, StorageError):
            run.fail(failure.value)
        else:
            session.fault(item.page, item.exchange_id, f"ours: {failure.value!r}")

    crawler.signals.connect(spider_failed, signals.spider_error, weak=False)
    crawler.signals.connect(item_failed, signals.item_error, weak=False)
    session.robots = RobotsGuard(
        ask,
        recall=recall,
        remember=lambda origin, fetched: None,
        obey=site.robots == "obey",
        authority=site.authority,
    )
    for name, value in {
        "exchange_sink": take,
        "exchange_facts": {"run_id": run.run_id, "site_id": site.site_id},
        "address_policy": AddressPolicy(
            run.configuration.network.allow_private, frozenset(sites.added_hosts(run.store, site.site_id))
        ),
        "pace": session.pace,
        "wire_folder": run.spool.folder,
        "storage_refused": run.fail,
    }.items():
        setattr(crawler, name, value)
