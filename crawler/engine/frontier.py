"""The frontier of one site: which page is next, and which links make a page due.

The page table in the store is the truth; what is held here can be lost at any moment. A
page leaves the table's due state only in the transaction that records what it held.
"""

import heapq
from dataclasses import replace
from datetime import datetime, timedelta

from crawler import clock
from crawler.model import Link, Page, PageRead
from crawler.store import Store, pages

MAX_ATTEMPTS = 3
MAX_HOPS = 10
WITHOUT_CONTENT = frozenset({"not_modified", "failed", "refused"})


class PageIds:
    """Hands out page ids for one run; the run lock makes it the only one."""

    def __init__(self, store: Store) -> None:
        self._last = pages.last_id(store)

    def next(self) -> int:
        """A page id that no row has."""
        self._last += 1
        return self._last


class Frontier:
    """What of one site is due in this run."""

    def __init__(
        self, store: Store, site_id: str, ids: PageIds, max_depth: int, recheck: timedelta, since: datetime
    ) -> None:
        self._store = store
        self._site_id = site_id
        self._ids = ids
        self._max_depth = max_depth
        self._recheck = recheck
        self._since = clock.stamp(since)
        """What was fetched since then belongs to the visit that is going on."""
        self._queue: list[tuple[int, int, Page]] = []
        self._later: list[tuple[int, int, Page]] = []
        self._named: set[str] = set()
        """URLs that are queued, in flight or done in this run."""
        self._flight: set[int] = set()
        self.beyond_depth = 0
        for page in pages.due(store, site_id, clock.now()):
            self._named.add(page.url)
            self._push(page)

    def enter(self, url: str, *, unfinished: bool = False) -> None:
        """Queue the entry page, which is due in every visit, unless this visit has read it and goes on elsewhere.

        `unfinished` says that the visit has something left beside its pages.
        """
        known = pages.known(self._store, self._site_id, url)
        goes_on = bool(self._queue) or unfinished
        if url in self._named or (known and goes_on and (known.last_fetched or "") >= self._since):
            return
        self._named.add(url)
        self._push(known.page if known else Page(self._ids.next(), self._site_id, url, role="entry", priority=1_000))

    def pop(self) -> Page | None:
        """The next page to fetch; it is in flight until `finished` or `again`."""
        while self._later and self._later[0][0] <= clock.monotonic_ns():
            self._push(heapq.heappop(self._later)[2])
        if not self._queue:
            return None
        page = heapq.heappop(self._queue)[2]
        self._flight.add(page.page_id)
        return page

    def waits(self) -> bool:
        """True while a page is queued, waits for its next attempt, or is in flight."""
        return bool(self._queue or self._later or self._flight)

    def ready_in(self) -> float | None:
        """Seconds until a waiting page may be tried; None when none waits."""
        return max(0.0, (self._later[0][0] - clock.monotonic_ns()) / 1e9) if self._later else None

    def finished(self, page: Page) -> None:
        """The page's outcome is in the batch that will be committed."""
        self._flight.discard(page.page_id)

    def postpone(self, page: Page) -> None:
        """The page's turn did not come; it is still due."""
        self._flight.discard(page.page_id)
        self._push(page)

    def in_flight(self, page: Page) -> bool:
        """True while the page's outcome is awaited."""
        return page.page_id in self._flight

    def again(self, page: Page, seconds: float) -> Page:
        """Put a page back for another attempt after some seconds."""
        self._flight.discard(page.page_id)
        page = replace(page, attempts=page.attempts + 1)
        heapq.heappush(self._later, (clock.monotonic_ns() + int(seconds * 1e9), page.page_id, page))
        return page

    def follow(self, read: PageRead) -> list[Page]:
        """The pages that a page's reading makes due, queued and returned for writing.

        A link to a known page counts when its mark changed, when the page was never done,
        or when it is a list that a changed list leads on to. A redirect's target takes the
        place of the redirecting page.
        """
        page = read.page
        if read.reading.redirect_to and page.hop < MAX_HOPS:
            found = self._name(read.reading.redirect_to, replace(page, via=read.exchange_id, hop=page.hop + 1))
            return [found] if found else []
        fresh: list[Page] = []
        lists: list[Link] = []
        for link in read.reading.links:
            if link.url in self._named:
                continue
            if link.role in ("list", "feed") and page.role in ("list", "feed"):
                lists.append(link)
            else:
                fresh += self._follow_link(link, read, changed=True)
        changed = bool(lists) and (bool(fresh) or not self._was_read(page))
        for link in lists:
            fresh += self._follow_link(link, read, changed=changed)
        return fresh

    def _follow_link(self, link: Link, read: PageRead, *, changed: bool) -> list[Page]:
        page = read.page
        if page.depth + 1 > self._max_depth:
            self.beyond_depth += 1
            return []
        template = Page(
            0,
            self._site_id,
            link.url,
            role=link.role,
            depth=page.depth + 1,
            priority=link.priority,
            via=read.exchange_id,
            via_page_id=page.page_id,
            mark=link.mark,
        )
        found = self._name(link.url, template, changed=changed)
        return [found] if found else []

    def _name(self, url: str, template: Page, *, changed: bool = True) -> Page | None:
        if url in self._named:
            return None
        known = pages.known(self._store, self._site_id, url)
        if known is None:
            page = replace(template, page_id=self._ids.next(), url=url, attempts=0, etag=None, last_modified=None)
        else:
            if known.state == "done" and not self._due_again(known, template, changed):
                return None
            page = replace(
                template,
                page_id=known.page.page_id,
                url=url,
                attempts=0,
                etag=known.page.etag,
                last_modified=known.page.last_modified,
            )
        self._named.add(url)
        self._push(page)
        return page

    def _due_again(self, known: pages.Known, link: Page, changed: bool) -> bool:
        if known.next_due and known.next_due <= clock.stamp(clock.now()):
            return True
        if link.mark is not None:
            return link.mark != known.page.mark
        if known.last_fetched and known.last_fetched >= self._since:
            return False
        return changed and link.role in ("list", "feed", "entry")

    def _was_read(self, page: Page) -> bool:
        """True when an earlier visit has read the page."""
        known = pages.known(self._store, self._site_id, page.url)
        return known is not None and known.last_fetched is not None

    def _push(self, page: Page) -> None:
        heapq.heappush(self._queue, (-page.priority, page.page_id, page))

    def next_due(self, read: PageRead, at: datetime) -> datetime | None:
        """When a page is to be read again even if no list shows a change: pages with known offers, and failed ones.

        An answer without content leaves known what was known. A page that failed is asked once
        in the next visit: the list that named it may not change for months. So is one that a list
        vouches for and that was never there: an interface may name a page before it can be seen.
        """
        early = read.reading.state == "missing" and read.page.mark is not None and not self._was_read(read.page)
        if read.reading.state == "failed" or early:
            return at
        offers = offers_of(read)
        holds = pages.held_offers(self._store, read.page.page_id) if offers is None else offers > 0
        return at + self._recheck if holds else None


def offers_of(read: PageRead) -> int | None:
    """How many offers a page held; None when its answer does not say."""
    if read.reading.state in WITHOUT_CONTENT:
        return None
    return sum(listing.has_offer for listing in read.reading.listings)
