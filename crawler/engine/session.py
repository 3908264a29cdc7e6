"""What one run shares between its sites, and what one site's visit holds.

The runner makes both; Scrapy's components find theirs through the Scrapy crawler that they
belong to (`of`).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler import clock
from crawler.config import Configuration
from crawler.description import Manner
from crawler.engine.batch import Observation, PageOutcome
from crawler.engine.frontier import Frontier
from crawler.engine.guard.pace import Budget, Pace
from crawler.engine.guard.robots import RobotsGuard
from crawler.engine.limits import Limits
from crawler.engine.page_ids import PageIds
from crawler.engine.recorder import Recorder
from crawler.engine.reserve import Reserve
from crawler.engine.sealing import close_open, seal_all
from crawler.engine.segments import Segments
from crawler.engine.spool import Spool
from crawler.engine.timekeeping import Timekeeper
from crawler.errors import TitlewatchError
from crawler.evidence import clock_offset
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.health.judgement import Verdict
from crawler.health.tally import Before, Tally
from crawler.matching import Matcher
from crawler.model import Site
from crawler.reading import Hit, Page, PageRead, PictureMissing, Reading
from crawler.store import Store, health, renderings, runs
from crawler.store.pages import Outcome
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.engine.pictures import Camera, Pictures

log = logging.getLogger(__name__)
COMMIT_PAGES = 32
# Commits take at most a tenth of the time, and a slow site's pages are each durable at once.
COMMIT_REST = 9
CLOCK_HOLDS = timedelta(days=30)
"""How long a later visit trusts what an earlier one learned of a site's clock."""


@dataclass(slots=True)
class Counts:
    """What a visit has done so far."""

    requests: int = 0
    pages: int = 0
    listings: int = 0
    hits: int = 0
    new_hits: int = 0
    errors: int = 0


@dataclass(slots=True)
class SiteSession:
    """One site's visit in one run."""

    run: "RunSession"
    site: Site
    frontier: Frontier
    pace: Pace
    budget: Budget
    """How many requests the visit may still make."""
    counts: Counts = field(default_factory=Counts)
    notes: list[str] = field(default_factory=list)
    engine: str | None = None
    """The site software, as soon as it is recognised."""
    hosts: set[str] = field(default_factory=set)
    """``host:port`` that belong to the site, those that it redirected itself to included."""
    robots: RobotsGuard | None = None
    robots_exchanges: dict[str, str] = field(default_factory=dict)
    """Origin -> the exchange that fetched its robots.txt."""
    clock: str | None = None
    """What the visit knows of the site's clock."""
    clock_before: str | None = None
    """What an earlier visit knew of it."""
    leftover: int = 0
    """Pictures that a killed run left and that are still to be taken."""
    pictures: int = 0
    """Pictures taken in this visit."""
    picturing: int = 0
    """Pictures under way."""
    parts: "Pictures | None" = None
    """What fetches for the browser, with the memory of the visit."""
    renderings: int = 0
    """Pages shown in the browser to be read."""
    unread: int = 0
    """Pages that need JavaScript and that nobody could read."""
    renders: bool = False
    """Whether pages of the site were read in a browser before this visit."""
    tally: Tally = field(default_factory=Tally)
    refuses_scripts: bool = False
    """Whether pages that need JavaScript are left alone until a person has looked."""
    """What the visit observes of the site's health."""
    had_rows: bool = False
    """Whether an earlier visit had read a row or a listing."""
    shape_before: str | None = None
    """The likeness of the site's template when it was read well last."""
    verdict: Verdict | None = None
    """The site's state, once the visit is over."""
    finished: bool = False
    broken: str | None = None
    """The fault of ours that broke the visit off."""
    wake: Callable[[], None] = lambda: None
    """Lets Scrapy ask again whether there is something to do."""

    @property
    def over(self) -> bool:
        """True when nothing more may be asked of the site in this run."""
        run = self.run
        return run.failure is not None or run.lack is not None or self.pace.stopped is not None or self._is_spent

    @property
    def _is_spent(self) -> bool:
        return self.run.budget.left == 0 or self.budget.left == 0

    def note(self, text: str) -> None:
        """Keep a fact for the visit's record; each once, a hundred at most."""
        if text not in self.notes and len(self.notes) < 100:
            self.notes.append(text)

    def broke(self, text: str) -> None:
        """Note that the visit itself broke off through a fault of ours."""
        self.counts.errors += 1
        self.broken = text
        self.note(text)
        log.error("the visit of %s broke off: %s", self.site.site_id, text)

    def fault(self, page: Page, exchange_id: str | None, text: str) -> None:
        """Record that we ourselves failed on a page: it ends as failed, and the visit goes on."""
        self.counts.errors += 1
        self.note(f"{page.url}: {text}")
        log.error("our fault on %s: %s", page.url, text)
        if not self.frontier.in_flight(page):
            # The page is on record; what failed came after it, and its exhibits are made without a picture.
            if exchange_id:
                self.run.recorder.pictured(exchange_id, None, PictureMissing("fault", text))
            return
        at = clock.now()
        read = PageRead(page, exchange_id, Reading("failed", role=page.role), error=text)
        outcome = Outcome(
            page_id=page.page_id,
            state="failed",
            reading="failed",
            error=text,
            attempts=page.attempts,
            not_before=None,
            etag=None,
            last_modified=None,
            exchange_id=exchange_id,
            fetched_at=at,
            next_due=at,
            offers=None,
        )
        fresh = (page,) if page.role == "entry" else ()
        self.tally.page(read, Before(), ())
        self.run.record(PageOutcome(self.site.site_id, read, outcome, self.facts(), fresh=fresh))
        self.frontier.finished(page)

    def facts(self) -> dict[str, Any]:
        """The visit's row as it stands."""
        counts = self.counts
        return {
            "requests": counts.requests,
            "pages": counts.pages,
            "listings": counts.listings,
            "hits": counts.hits,
            "new_hits": counts.new_hits,
            "errors": counts.errors,
            "engine": self.engine,
            "notes": list(self.notes),
            "clock": self.clock,
            "finished": self.finished,
        }


@dataclass(slots=True)
class RunSession:
    """What all sites of a run share."""

    run_id: str
    workspace: Workspace
    configuration: Configuration
    store: Store
    ledger: Ledger
    signer: Signer
    recorder: Recorder
    segments: Segments
    spool: Spool
    matcher: Matcher
    reference_urls: frozenset[str]
    budget: Budget
    page_ids: PageIds
    camera: "Camera"
    reserve: Reserve
    limits: Limits = field(default_factory=Limits)
    over: bool = False
    """The hour has come at which the run must end."""
    sites: dict[str, SiteSession] = field(default_factory=dict)
    observed: dict[str, Observation] = field(default_factory=dict)
    """Exchange id -> what its connection showed of the host, until the page is recorded."""
    pictures_missing: str | None = None
    """Why hits have no pictures; None when they have."""
    unread: Counter[str] = field(default_factory=Counter)
    """Why pages that need JavaScript were not read (`crawler.reading.Unread`) -> how many."""
    damaged: list[str] = field(default_factory=list)
    """Segments that could not be sealed."""
    timekeeper: Timekeeper | None = None
    """Compares the clock with others' while the run lasts."""
    clock_warnings: list[str] = field(default_factory=list)
    """Stamps that found the clock further off than the limit."""
    failure: TitlewatchError | None = None
    """What ended the run early."""
    lack: TitlewatchError | None = None
    """The want of space for which the run ends early, in order."""
    twin: Path | None = None
    """Where another copy of the workspace lies, found at the start of the run."""
    on_failure: Callable[[], None] = lambda: None
    on_progress: Callable[[SiteSession], None] = lambda session: None
    on_interrupt: Callable[[], None] = lambda: None
    """Called at once when a person stops the run."""
    _commit_soon: asyncio.TimerHandle | None = None
    _rest_until: float = 0.0

    def __post_init__(self) -> None:
        self.recorder.on_pending = self._pending
        self.recorder.on_hit = self._hit

    def enter(self, site: Site) -> SiteSession:
        """Begin the visit of a site."""
        crawl = self.configuration.crawl
        manner = site.description.visit if site.description else Manner()
        began, told = self._unfinished(site)
        allowed = [count for count in (self.limits.per_site, manner.max_requests) if count is not None]
        budget = Budget(min(allowed, default=None), self.budget)
        session = SiteSession(
            run=self,
            site=site,
            frontier=Frontier(
                self.store,
                site.site_id,
                self.page_ids,
                crawl.max_depth if manner.max_depth is None else min(crawl.max_depth, manner.max_depth),
                timedelta(days=crawl.recheck_days),
                began,
            ),
            pace=Pace(max(crawl.delay, manner.delay or 0), crawl.concurrency, budget=budget),
            budget=budget,
            engine=site.engine,
            hosts=set(site.hosts),
            had_rows=health.had_rows(self.store, site.site_id),
            renders=renderings.known(self.store, site.site_id),
            clock=told,
            clock_before=runs.last_clock(self.store, site.site_id, clock.stamp(clock.now() - CLOCK_HOLDS)),
        )
        self.sites[site.site_id] = session
        return session

    def _unfinished(self, site: Site) -> tuple[datetime, str | None]:
        """Since when the visit goes on, and what it knew of the site's clock; one older than a day begins anew."""
        visit, now = runs.unfinished_visit(self.store, site.site_id), clock.now()
        # A visit that began later than now began before the clock was set back.
        began = min(clock.parse(visit[0]), now) if visit else now
        return (began, visit[1] if visit else None) if now - began < timedelta(days=1) else (now, None)

    def record(self, outcome: PageOutcome) -> None:
        """Hand a page's outcome to the recorder."""
        self.recorder.page_done(outcome)
        self.on_progress(self.sites[outcome.site_id])

    def commit(self) -> None:
        """Commit now; a refusal of the disk ends the run and is kept as its failure."""
        if self._commit_soon is not None:
            self._commit_soon.cancel()
            self._commit_soon = None
        if self.failure is not None:
            return
        began = clock.monotonic_ns()
        try:
            self.recorder.commit()
            if self.segments.full:
                self.seal_full()
        except TitlewatchError as error:
            self.fail(error)
        # The event loop would log it and go on without what the batch held.
        except Exception as fault:
            log.debug("where it arose", exc_info=True)
            what = f"the record could not be written ({type(fault).__name__}: {fault})"
            self.fail(TitlewatchError(what, self.run_id, "crawl again; if it comes again, please report it"))
        if self.lack is None and self.failure is None:
            self.lack = self.reserve.lack()
            if self.lack is not None:
                self.on_failure()
        ended = clock.monotonic_ns()
        self._rest_until = (ended + COMMIT_REST * (ended - began)) / 1e9

    def seal_full(self) -> None:
        """Seal the segments that were closed; their stamps are asked for at the end of the run."""
        close_open(self.segments.full)
        self.segments.full.clear()
        authorities = self.configuration.evidence.timestamps
        self.damaged += seal_all(self.workspace, self.ledger, self.signer, authorities, self.run_id)

    def clock_told(self, entry: Mapping[str, Any]) -> None:
        """Keep in mind what a `clock` entry says when that is beyond the limit."""
        if told := clock_offset.beyond(entry):
            self.clock_warnings.append(told)

    def fail(self, error: TitlewatchError) -> None:
        """End the run: what is committed stays, what is not stays due."""
        if self.failure is None:
            self.failure = error
            self.on_failure()

    def _pending(self) -> None:
        if self.recorder.pending >= COMMIT_PAGES:
            self.commit()
        elif self._commit_soon is None:
            rest = max(0.0, self._rest_until - clock.monotonic_ns() / 1e9)
            self._commit_soon = asyncio.get_running_loop().call_later(rest, self.commit)

    def _hit(self, site_id: str, hit: Hit, is_new: bool) -> None:
        if hit.match.score >= self.configuration.matching.threshold:
            counts = self.sites[site_id].counts
            counts.hits += 1
            counts.new_hits += is_new
            self.on_progress(self.sites[site_id])


def attach(crawler: Crawler, session: SiteSession) -> None:
    """Let a Scrapy crawler's components find their session."""
    crawler.titlewatch = session  # type: ignore[attr-defined]


def of(crawler: Crawler) -> SiteSession:
    """The session of the visit that a Scrapy crawler makes.

    Raises NotConfigured when there is none, as in `scrapy shell`: the component then stays out.
    """
    session = getattr(crawler, "titlewatch", None)
    if session is None:
        raise NotConfigured("no visit is under way")
    return cast(SiteSession, session)


def fresh_run_id() -> str:
    """The id of a new run."""
    return clock.new_id()
