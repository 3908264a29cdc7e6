"""Third: the page's outcome goes to the recorder, and the pages that it names become due."""

from dataclasses import replace
from datetime import timedelta
from typing import Self

from scrapy.crawler import Crawler

from crawler import clock
from crawler.engine import checkup
from crawler.engine import session as sessions
from crawler.engine.batch import PageOutcome, PictureTaken
from crawler.engine.frontier import MAX_ATTEMPTS
from crawler.engine.session import SiteSession
from crawler.errors import UsageError
from crawler.hosts import host_port
from crawler.reading import Link, PageRead
from crawler.store.pages import Ended, Outcome
from spiders.standins import leads_to

RETRY_SECONDS = 2.0
VOUCHING = frozenset({"ok", "empty", "not_modified", "redirect", "missing"})
SITEMAPS = 5
"""Sitemaps of a site that are read."""
SITEMAP_PRIORITY = -50
"""After everything that lists lead to: what a sitemap names then is what they do not show."""


class RecordPipeline:
    """Decides what becomes of a page and hands it over; nothing is kept here."""

    def __init__(self, session: SiteSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of the crawler's visit."""
        return cls(sessions.of(crawler))

    async def process_item(self, item: PageRead) -> PageRead:
        """Record the page; one whose fault may pass is tried again first."""
        session, run = self._session, self._session.run
        if run.failure is not None or item.postponed:
            session.frontier.postpone(item.page)
            return item
        if item.retry_after is not None and item.page.attempts + 1 >= MAX_ATTEMPTS and item.reading.state == "ok":
            # What could be read of a page that comes cut every time is recorded as what it is.
            item = replace(
                item, error=None, reading=replace(item.reading, notes=(*item.reading.notes, str(item.error)))
            )
        elif item.retry_after is not None and item.page.attempts + 1 < MAX_ATTEMPTS:
            session.tally.attempt(item)
            self._record(item, "due", attempts=item.page.attempts + 1)
            least = RETRY_SECONDS * 2**item.page.attempts if run.configuration.crawl.delay else 0.05
            session.frontier.again(item.page, max(item.retry_after, least))
            return item
        self._count(item)
        self._record(item, self._state(item), attempts=item.page.attempts)
        session.frontier.finished(item.page)
        return item

    def _state(self, item: PageRead) -> Ended:
        if item.reading.state == "refused":
            return "refused"
        return "failed" if item.error else "done"

    def _count(self, item: PageRead) -> None:
        counts = self._session.counts
        counts.pages += item.status is not None
        counts.errors += bool(item.error)
        hit_urls = {hit.listing.url for hit in item.hits}
        counts.listings += sum(1 for listing in item.reading.listings if listing.has_offer or listing.url in hit_urls)
        if item.reading.unread is not None:
            self._session.unread += 1
            self._session.run.unread[item.reading.unread] += 1
        for note in item.reading.notes:
            self._session.note(note)
        if item.error:
            self._session.note(f"{item.page.url}: {item.error}")

    def _record(self, item: PageRead, state: Ended, attempts: int) -> None:
        session, run = self._session, self._session.run
        engine = None
        taken = item.rendered.record if item.rendered else None
        if item.reading.engine and session.engine is None:
            engine = session.engine = item.reading.engine
        session.clock = item.clock or session.clock
        refusals, new_host, item = self._redirect(item)
        if item.page.role == "entry" and item.reading.state == "ok":
            item = self._with_sitemaps(item)
        at = clock.now()
        done = state == "done"
        before = checkup.before(run.store, item.page)
        # A way in that leads nowhere names the lists that it should have saved.
        fresh = session.frontier.follow(item) if state != "due" else []
        entry = [item.page] if item.page.role in ("entry", "search") else []
        rows, rows_left = session.frontier.rows_of(item.page)
        outlook = session.frontier.outlook(item, at)
        settled = state != "due"
        # A validator stands for a page that was read well: unchanged is then good news, and never a challenge's.
        shown = bool(rows or item.reading.listings)
        vouches = item.reading.state in VOUCHING and (shown or not (before.rows or before.offers))
        if settled:
            checkup.count(session, item, before, [row.page_id for row in rows])
        session.run.record(
            PageOutcome(
                site_id=session.site.site_id,
                read=item,
                outcome=Outcome(
                    page_id=item.page.page_id,
                    state=state,
                    reading=item.reading.state,
                    error=item.error,
                    attempts=attempts,
                    not_before=at + timedelta(seconds=item.retry_after) if item.retry_after and not done else None,
                    etag=item.etag if vouches else None,
                    last_modified=item.last_modified if vouches else None,
                    exchange_id=item.exchange_id,
                    fetched_at=at,
                    next_due=outlook.next_due if settled else None,
                    offers=outlook.offers if settled else None,
                    list_id=outlook.list_id if settled else None,
                    changed_at=outlook.changed_at if settled else None,
                    digest=outlook.digest if settled else None,
                ),
                visit=session.facts(),
                fresh=(*entry, *fresh),
                hits=item.hits if done else (),
                engine=engine,
                new_host=new_host,
                robots_exchange=session.robots_exchanges.get(_host(item.page.url)),
                refusals=refusals,
                rows=rows,
                rows_left=rows_left,
                keep=not item.hits and settled and session.frontier.looking.is_hit(item.page.url),
                search=item.reading.search,
                searched=session.frontier.looking.asked(item.page) if settled else (),
                rendered=taken if isinstance(taken, PictureTaken) else None,
                renders=item.rendered is not None and bool(item.reading.listings or item.reading.links),
                observations=tuple(o for o in [run.observed.pop(item.exchange_id or "", None)] if o),
            )
        )

    def _with_sitemaps(self, item: PageRead) -> PageRead:
        """The entry page with the sitemaps that robots.txt names for its host."""
        session, links = self._session, item.reading.links
        if len(links) == 1 and links[0].role == "list":
            # The site's own interface, which tells more.
            return item
        named = session.robots.sitemaps(item.page.url) if session.robots else []
        own = [url for url in named if _host(url) in session.hosts and not url.endswith(".gz")][:SITEMAPS]
        maps = tuple(Link(url, "feed", priority=SITEMAP_PRIORITY) for url in own)
        return replace(item, reading=replace(item.reading, links=(*links, *maps)))

    def _redirect(self, item: PageRead) -> tuple[tuple[str, ...], str | None, PageRead]:
        """Whether a redirect stays on the site; one that leaves it is recorded and not followed."""
        target = item.reading.redirect_to
        if target is None:
            return ((item.error,) if item.reading.state == "refused" and item.error else ()), None, item
        host = _host(target)
        if host in self._session.hosts:
            return (), None, item
        # Only the entry page may take the site to another spelling of its own name.
        if item.page.role == "entry" and _same_name(_host(item.page.url), host):
            self._session.hosts.add(host)
            return (), host, item
        why = f"redirect to {target}, which is not a host of the site, was not followed"
        self._session.note(why)
        gone = replace(
            item.reading, redirect_to=None, leads=leads_to(target), away=target, notes=(*item.reading.notes, why)
        )
        return (why,), None, replace(item, reading=gone)


def _host(url: str) -> str:
    try:
        return host_port(url)
    except UsageError:
        return ""


def _same_name(one: str, other: str) -> bool:
    """True for the same name on the default ports, with or without ``www.``."""
    first, second = one.rpartition(":"), other.rpartition(":")
    names = {first[0].removeprefix("www."), second[0].removeprefix("www.")}
    return len(names) == 1 and first[2] in ("80", "443") and second[2] in ("80", "443")
