"""All sites of a run side by side in one process, one Scrapy crawler each, until done, interrupted or failed."""

import asyncio
import gc
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor
from twisted.internet.error import ReactorNotRunning

from crawler.engine import checkup
from crawler.engine.attribution.asking import Asking
from crawler.engine.equipment import equip
from crawler.engine.following import Following
from crawler.engine.landings import Landings
from crawler.engine.limits import OVER, STOPPED
from crawler.engine.open_files import allow_open_files
from crawler.engine.opening import user_agent
from crawler.engine.rendering import visit_of
from crawler.engine.session import RunSession, SiteSession
from crawler.model import Site
from crawler.store import runs

EXCHANGE_TIMEOUTS = 3
"""A whole exchange may take as many times the silence that ends it."""
GRACE = 10.0
"""Seconds that a stopped run gives to what is under way; a page that takes longer stays due."""


def visit_all(run: RunSession, chosen: Sequence[Site]) -> bool:
    """Visit every site; True when a person interrupted (once: stop cleanly; twice: stop at once)."""
    allow_open_files()
    return _Visits(run, _settings(run)).run(chosen)


def _settings(run: RunSession) -> Settings:
    settings = Settings()
    settings.setmodule("settings", priority="project")
    crawl = run.configuration.crawl
    settings.set("USER_AGENT", user_agent(run.configuration), priority="cmdline")
    settings.set("DOWNLOAD_TIMEOUT", crawl.timeout, priority="cmdline")
    settings.set("WIRE_TIME_LIMIT", EXCHANGE_TIMEOUTS * crawl.timeout, priority="cmdline")
    settings.set("DOWNLOAD_MAXSIZE", crawl.max_bytes, priority="cmdline")
    return settings


class _Visits:
    """The event loop of a run."""

    def __init__(self, run: RunSession, settings: Settings) -> None:
        install_reactor(settings["TWISTED_REACTOR"])
        configure_logging(settings)
        # Our own signal handlers say what failed, in one line; Scrapy would print whole pages.
        logging.getLogger("scrapy.core.scraper").setLevel(logging.CRITICAL)
        from twisted.internet import reactor

        self._reactor: Any = reactor
        self._run = run
        self._following = Following(run)
        self._landings = Landings(run, settings) if run.configuration.targets.visit else None
        hosts = run.limits.hosts
        self._asking = Asking(run, settings, hosts) if hosts and run.configuration.attribution.asks else None
        self._runner = AsyncCrawlerRunner(settings)
        self._interrupted = False
        self._end: asyncio.TimerHandle | None = None
        self._faults: list[BaseException] = []
        self._tasks: set[asyncio.Future[Any]] = set()

    def run(self, chosen: Sequence[Site]) -> bool:
        # A long watchlist is millions of objects that never go away; the collector need not look at them again.
        gc.collect()
        gc.freeze()
        self._reactor.callWhenRunning(lambda: self._keep(asyncio.ensure_future(self._main(chosen))))
        self._reactor.run(installSignalHandlers=False)
        if self._faults:
            raise self._faults[0]
        return self._interrupted

    async def _main(self, chosen: Sequence[Site]) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._interrupt)
        self._run.on_failure = self._stop
        seconds = self._run.limits.seconds_left()
        if seconds is not None:
            self._end = loop.call_later(seconds, self._end_night)
        room = asyncio.Semaphore(self._run.configuration.crawl.sites_at_once)
        try:
            visits = [self._visit(site, room) for site in chosen]
            if self._asking is not None:
                visits.append(self._asking.finish())
            with self._following:
                self._look_at_targets()
                outcomes = await asyncio.gather(*visits, return_exceptions=True)
                self._faults += [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
                if self._landings is not None and not self._interrupted:
                    await self._landings.finish()
            await self._run.camera.close()
        except BaseException as fault:
            self._faults.append(fault)
            raise
        finally:
            self._stop_at_once()

    async def _visit(self, site: Site, room: asyncio.Semaphore) -> None:
        run = self._run
        async with room:
            if self._interrupted or run.over or run.failure is not None:
                return
            self._following.look()
            runs.begin_visit(run.store, run.run_id, site.site_id)
            session = run.enter(site)
            session.refuses_scripts = checkup.refuses_scripts(session)
            session.shape_before = checkup.shape_before(run.store, site.site_id)
            try:
                await self._runner.crawl(self._crawler(session), visit=visit_of(session))
            except Exception as fault:  # noqa: BLE001 - one site's crawler that breaks costs this visit, not the run
                session.broke(f"ours: {type(fault).__name__}: {fault}")
            run.commit()
            if run.failure is None:
                session.verdict = checkup.take(session)
                runs.end_visit(run.store, run.run_id, site.site_id, session.facts())
            run.on_progress(session)
        self._look_at_targets()

    def _look_at_targets(self) -> None:
        if self._landings is not None and not self._interrupted:
            self._landings.look()

    def _crawler(self, session: SiteSession) -> Crawler:
        crawler = self._runner.create_crawler(get_spider_loader(self._runner.settings).load("site"))
        equip(crawler, session)
        return crawler

    def _interrupt(self) -> None:
        if self._interrupted:
            self._stop_at_once()
            return
        self._interrupted = True
        self._run.on_interrupt()
        self._stop()

    def _end_night(self) -> None:
        self._run.over = True
        self._stop(OVER)

    def _stop(self, why: str = STOPPED) -> None:
        for session in self._run.sites.values():
            session.pace.stop(why)
        if self._landings is not None:
            self._landings.stop(why)
        if self._asking is not None:
            self._asking.stop(why)
        self._keep(asyncio.ensure_future(self._runner.stop()))
        asyncio.get_running_loop().call_later(GRACE, self._stop_at_once)

    def _stop_at_once(self) -> None:
        if self._end is not None:
            self._end.cancel()
        with suppress(ReactorNotRunning):
            self._reactor.stop()

    def _keep(self, task: "asyncio.Future[Any]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
