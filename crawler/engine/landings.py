"""The landing pages of a run's hits: each asked for in its own rhythm, one domain beside the other, beside the visits."""

import asyncio
import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from scrapy.settings import Settings

from crawler import clock
from crawler.engine import rhythm
from crawler.engine.guard.addresses import AddressPolicy, Resolver
from crawler.engine.guard.pace import BudgetSpent, VisitStopped
from crawler.engine.landing import Walk
from crawler.engine.landing_host import LandingHost
from crawler.engine.session import RunSession
from crawler.errors import StorageError, UsageError
from crawler.evidence.entries import landing_body
from crawler.hosts import host_port, registrable_domain
from crawler.store import landings, sites
from crawler.store.landings import Due, Found
from crawler.targets.asking import VISITED, asked_for
from crawler.targets.families import known

log = logging.getLogger(__name__)
LOOKED_EVERY = 60.0
"""Seconds between two looks at what has become due while sites are visited."""
AGAIN_SOON = timedelta(days=1)
"""After what could not be asked for a passing reason."""


class Landings:
    """Asks for what is due, from the beginning of a run to its end; `stop` ends it early, and what is left stays due."""

    def __init__(self, run: RunSession, settings: Settings, resolver: Resolver | None = None) -> None:
        self._run = run
        self._settings = settings
        self._resolver = resolver or Resolver(timeout=settings.getfloat("DNS_TIMEOUT", 30))
        own = [host for site in sites.every(run.store) for host in sites.added_hosts(run.store, site.site_id)]
        self._watched = {registrable_domain(host) for host in own}
        self._ending = False
        self._later: set[str] = set()
        """Targets on hosts of watched sites whose visit, and with it their pace, has not begun."""
        self._policy = AddressPolicy(run.configuration.network.allow_private, frozenset(own))
        self._redirectors = [redirector.name for redirector in known().redirectors]
        self._hosts: dict[str, LandingHost] = {}
        self._queues: dict[str, deque[tuple[Due, str]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._taken: set[str] = set()
        self._asked: dict[str, int] = {}
        """Domain -> landing pages taken up in this run."""
        self._stopped: str | None = None
        self._looked: float | None = None

    @property
    def over(self) -> bool:
        """True when nothing more may be asked in this run."""
        run = self._run
        ended = run.failure is not None or run.lack is not None or run.over
        return ended or self._stopped is not None or run.budget.left == 0

    def look(self) -> None:
        """Take up what has become due, now and then; where a run's requests are counted, the sites come first."""
        if self._run.budget.left is not None:
            return
        now = clock.monotonic_ns() / 1e9
        if self._looked is None or now >= self._looked + LOOKED_EVERY:
            self._looked = now
            self._look()

    def _look(self) -> None:
        if self.over:
            return
        run = self._run
        threshold = run.configuration.matching.threshold
        for due in landings.due(run.store, VISITED, self._redirectors, threshold, clock.now()):
            if due.target not in self._taken and due.target not in self._later:
                self._take_up(due)

    async def finish(self) -> None:
        """Ask for all that is still due, what redirectors turned out to hide included."""
        self._ending = True
        self._later.clear()
        while not self.over:
            self._run.commit()
            self._spread()
            self._look()
            if not self._workers:
                break
            await asyncio.gather(*self._workers.values())
        for worker in list(self._workers.values()):
            await worker
        self._run.commit()

    def stop(self, why: str) -> None:
        """End soon: what waits for its turn is not asked, what is under way finishes."""
        self._stopped = self._stopped or why
        for host in self._hosts.values():
            host.pace.stop(why)

    def _take_up(self, due: Due) -> None:
        asked = asked_for(due.kind, due.url, due.family, due.access_code)
        if asked.url is None:
            self._taken.add(due.target)
            if asked.why != "kind":
                self._record(Found(due.target, due.url, "not-visited", {"by": asked.why, "address": due.url}))
            return
        try:
            host_port(asked.url)
        except UsageError:
            return
        domain = _domain(asked.url)
        if self._is_to_come(domain):
            self._later.add(due.target)
            return
        if self._asked.get(domain, 0) >= self._run.configuration.targets.per_host:
            return
        self._taken.add(due.target)
        self._asked[domain] = self._asked.get(domain, 0) + 1
        self._queues.setdefault(domain, deque()).append((due, asked.url))
        if domain not in self._workers:
            self._workers[domain] = asyncio.get_running_loop().create_task(self._work(domain))

    async def _work(self, domain: str) -> None:
        """Ask for one domain's landing pages, one after the other."""
        queue = self._queues[domain]
        try:
            while queue and not self.over:
                due, url = queue.popleft()
                try:
                    self._record(await Walk(due, self._host_of, self._run.reference_urls).found(url))
                except (VisitStopped, BudgetSpent):
                    if not self._ending:
                        self._taken.discard(due.target)
                        self._later.add(due.target)
                # One page that we cannot judge must not cost the others.
                except Exception as fault:
                    log.error("our fault on the landing page %s: %r", due.url, fault)
                    log.debug("where it arose", exc_info=True)
        finally:
            del self._workers[domain]

    def _host_of(self, url: str) -> LandingHost:
        host_port(url)
        domain = _domain(url)
        if self._is_to_come(domain):
            raise VisitStopped("the visit of its site has not begun", domain, "it is asked for at the end of the run")
        if domain not in self._hosts:
            host = LandingHost(self._run, self._settings, self._policy, self._resolver, url)
            if self._stopped is not None:
                host.pace.stop(self._stopped)
            self._hosts[domain] = host
        return self._hosts[domain]

    def _is_to_come(self, domain: str) -> bool:
        """Whether a watched site may yet be visited that lies on the domain, so that its pace is not there to be shared."""
        if self._ending or domain not in self._watched:
            return False
        return all(domain != registrable_domain(host) for visit in self._run.sites.values() for host in visit.hosts)

    def _record(self, found: Found) -> None:
        run, now = self._run, clock.now()
        recheck = timedelta(days=run.configuration.crawl.recheck_days)
        if found.passing:
            next_due = now + AGAIN_SOON
        else:
            next_due = rhythm.known_hit(now, landings.since(run.store, found.target, found.state, now), recheck)
        written = replace(found, next_due=next_due)
        exchanges = [hop.exchange_id for hop in found.hops if hop.exchange_id]
        body = landing_body(run.run_id, found.target, found.url, found.state, found.said, exchanges)
        run.recorder.enter(body, lambda connection, seq: landings.write(connection, written, seq, clock.stamp(now)))

    def _spread(self) -> None:
        try:
            with self._run.store.transaction() as connection:
                landings.spread(connection, clock.stamp(clock.now()))
        except StorageError as error:
            self._run.fail(error)


def _domain(url: str) -> str:
    """What shares one pace: the registrable domain."""
    return registrable_domain(urlsplit(url).netloc.rpartition("@")[2].lower())
