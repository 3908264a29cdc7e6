"""The frontier of one site: which page is next, and which links make a page due.

The page table in the store is the truth; what is held here can be lost at any moment. A
page leaves the table's due state only in the transaction that records what it held.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from crawler import clock
from crawler.engine import entrances, news
from crawler.engine.looking import Looking
from crawler.engine.outlook import Outlook, digest_of, of_list, of_page, rests
from crawler.engine.page_ids import PageIds
from crawler.engine.vanishing import vanished
from crawler.reading import Link, Page, PageRead
from crawler.store import Store, lists, pages
from crawler.store.lists import POSITIONS, ListRow

MAX_ATTEMPTS = 3
MAX_HOPS = 10
LISTS = frozenset({"entry", "list", "feed"})
LIST_PAGES = 10_000
"""Further pages of one list that a visit follows: more than forums have, and the end of an endless chain."""
SWEPT_FOR_EACH = 8
"""Older list pages that are looked at for each change seen in a visit."""
SWEPT_OF_ALL = 10
"""At most one in so many of a site's pages."""


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
        self._named: dict[str, int] = {}
        """URLs that are queued, in flight or done in this run, and their ids."""
        self._flight: set[int] = set()
        self.beyond_depth = 0
        self._entry: Page | None = None
        """The entry page, while another way in, `_entered_by`, is asked in its place."""
        self._entered_by: str | None = None
        self.looking = Looking(store, site_id)
        """The search for titles that came onto the watchlist since the site was first read."""
        now = clock.now()
        self._covered = lists.covered(store, site_id)
        self._sweepable = max(SWEPT_FOR_EACH, pages.count(store, site_id) // SWEPT_OF_ALL)
        self._rows: dict[int, tuple[tuple[ListRow, ...], tuple[tuple[int, int], ...]]] = {}
        self._places: dict[tuple[int, int], int] = {}
        """Where this run first saw a row, by list and page: pinned ones stand on each of a list's pages."""
        self._changed: set[int] = set()
        """Lists that showed something new in this run."""
        self._shown: set[str] = set()
        """What list pages without rows of their own held in this run, by digest."""
        self._paged: Counter[int] = Counter()
        """Further pages that this run queued, by the list's id."""
        for page in pages.due(store, site_id, now):
            self._named[page.url] = page.page_id
            self._push(page)
        for known in pages.lists_due(store, site_id, now, self._since):
            # The entry page's list shows all that a covered one shows.
            if known.page.page_id not in self._covered or not rests(known, now, recheck):
                self._queue_once(known.page)

    def enter(self, url: str, *, unfinished: bool = False) -> None:
        """Queue the entry page, which is due in every visit, unless this visit has read it and goes on elsewhere.

        Where the entry's redirects led in an earlier visit is asked in its place, for as long as a known listing may
        wait. `unfinished` says that the visit has something left beside its pages.
        """
        known = pages.known(self._store, self._site_id, url)
        if known and known.reading == "redirect":
            settled = clock.stamp(clock.now() - self._recheck / 2)
            led = pages.last_entry(self._store, self._site_id)
            if led and (known.last_fetched or "") >= settled:
                known, url = led, led.page.url
        goes_on = unfinished or bool(self._queue)
        way = entrances.entering(self._store, self._site_id, known, self._named)
        self._entry, self._entered_by = way.resting, way.by
        for one in way.asked:
            if not (goes_on and entrances.was_read(one, self._since)):
                self._queue_once(one.page)
        if way.resting is None:
            if url in self._named or (goes_on and entrances.was_read(known, self._since)):
                return
            entry = known.page if known else Page(self._ids.next(), self._site_id, url, role="entry", priority=1_000)
            self._queue_once(entry)
        for wanted in self.looking.pages(self._ids.next, way.by or url):
            self._queue_once(wanted)

    def ask_canary(self) -> None:
        """Queue a known page to be read in full, whatever its validators say: the site's template is another one."""
        page = pages.canary(self._store, self._site_id)
        if page is not None:
            self._queue_once(replace(page, hop=0, etag=None, last_modified=None))

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

        A link to a known page counts when its mark on this list changed or when the page was never done; a
        list's further pages count when it shows something new. A redirect's target takes the place of the
        redirecting page.
        """
        page = read.page
        fails = read.reading.state not in ("ok", "not_modified")
        if self._entry is not None and page.url == self._entered_by and fails:
            self._queue_once(self._entry)
            self._entry = None
        if read.reading.redirect_to and page.hop < MAX_HOPS:
            found = self._name(read.reading.redirect_to, replace(page, via=read.exchange_id, hop=page.hop + 1))
            return [found] if found else []
        if page.role == "search":
            return self._follow_search(read)
        if page.role in LISTS or read.reading.role in ("list", "feed"):
            return self._follow_list(read)
        return [found for link in read.reading.links if (found := self._follow_new(link, read))]

    def rows_of(self, page: Page) -> tuple[tuple[ListRow, ...], tuple[tuple[int, int], ...]]:
        """What `follow` found a list to show, and to show no longer, for the record; told once."""
        return self._rows.pop(page.page_id, ((), ()))

    def _follow_search(self, read: PageRead) -> list[Page]:
        """What a search for a title found: pages that are new, and known ones, which are read with the title in mind."""
        fresh: list[Page] = []
        for link in read.reading.links:
            if link.role != "topic" or link.url in self._named or len(fresh) >= self.looking.RESULTS:
                continue
            known = pages.known(self._store, self._site_id, link.url)
            mark = known.page.mark if known else None
            if found := self._name(link.url, self._linked(replace(link, mark=mark), read), again=True):
                fresh.append(found)
        return fresh

    def _follow_list(self, read: PageRead) -> list[Page]:
        page, reading = read.page, read.reading
        if reading.state == "not_modified":
            return []
        known = pages.by_id(self._store, page.page_id)
        was_read = known is not None and known.last_fetched is not None
        list_id = self._list_of(read)
        earlier = {row.page_id: row for row in lists.on_page(self._store, list_id, reading.number)} if was_read else {}
        fresh: list[Page] = []
        rows: list[ListRow] = []
        topics: list[ListRow] = []
        changes = int(bool(reading.listings and known and known.digest and known.digest != digest_of(read)))
        further: list[Link] = []
        for place, link in enumerate(reading.links[: POSITIONS - 1]):
            if link.number is not None and link.role in LISTS:
                further.append(link)
                continue
            if link.role == "entry" and not entrances.may_try(self._store, self._site_id, link):
                continue
            if link.role in ("entry", "picture"):
                fresh += filter(None, [self._follow_new(link, read)])
                continue
            due, page_id, changed = self._notice(link, read, list_id)
            fresh += due
            changes += changed
            if page_id is not None:
                position = self._places.setdefault((list_id, page_id), reading.number * POSITIONS + place)
                rows.append(ListRow(list_id, page_id, position, link.mark))
                topics += [rows[-1]] if link.role == "topic" else []
        strange = [row.page_id for row in rows if row.page_id not in earlier] if earlier else []
        before = {**{each: row for each in strange if (row := lists.row(self._store, list_id, each))}, **earlier}
        moved = news.bumped(topics, before)
        again = self._again(moved, read)
        fresh += again
        changes += len(again)
        left = vanished(earlier, rows, before, moved)
        fresh += self._missing(left)
        self._rows[page.page_id] = tuple(rows), tuple((list_id, row.page_id) for row in left)
        if changes:
            self._changed.add(page.page_id)
        # Paging on within a list leads no deeper for as long as it shows something: an empty chain ends like any other.
        deeper = int(not self._goes_on(read, changes, was_read))
        for link in further:
            fresh += filter(None, [self._follow_further(link, read, list_id, deeper, changed=bool(changes))])
        if was_read and page.role != "feed":
            fresh += self._sweep(changes + len(left), list_id)
        return fresh

    def _goes_on(self, read: PageRead, changes: int, was_read: bool) -> bool:
        """Whether a list page showed what no page of this run showed before it, or was known before this run."""
        if not read.reading.listings:
            return bool(changes) or was_read
        before = len(self._shown)
        self._shown.add(digest_of(read))
        return len(self._shown) > before or bool(changes)

    def _notice(self, link: Link, read: PageRead, list_id: int) -> tuple[list[Page], int | None, bool]:
        """The pages that a row makes due, the row's page, and whether the row says anything new."""
        if link.url in self._named:
            return [], self._named[link.url], False
        known = pages.known(self._store, self._site_id, link.url)
        template = self._linked(link, read)
        if known is None or known.state != "done":
            found = self._name(link.url, template)
            return ([found] if found else []), (found.page_id if found else None), found is not None
        before = lists.row(self._store, list_id, known.page.page_id)
        mark = before.mark if before else known.page.mark
        read_now = (known.last_fetched or "") >= self._since
        # A page that was gone, and that a list names again, may be back.
        back = before is None and known.reading in ("missing", "login_wall") and not read_now
        if back:
            return list(filter(None, [self._name(link.url, template, again=True)])), known.page.page_id, True
        if not news.says_new(mark, link.mark) or (before is None and (read_now or mark is None)):
            due = known.next_due is not None and known.next_due <= clock.stamp(clock.now()) and link.role not in LISTS
            found = self._name(link.url, template, again=True) if due else None
            return ([found] if found else []), known.page.page_id, False
        return self._with_last_parts(self._name(link.url, template, again=True), read), known.page.page_id, True

    def _with_last_parts(self, found: Page | None, read: PageRead) -> list[Page]:
        """A page that says something new, and where it is a topic the last of its pages, on which a reply stands."""
        due = [found] if found else []
        if found and found.role == "topic":
            for last in pages.last_parts(self._store, found.page_id):
                due += filter(None, [self._name(last.url, replace(last, via=read.exchange_id, hop=0), again=True)])
        return due

    def _again(self, moved: Iterable[int], read: PageRead) -> list[Page]:
        """The pages whose rows have come to the head of a list, though nothing in the rows says why."""
        fresh: list[Page] = []
        for page_id in moved:
            known = pages.by_id(self._store, page_id)
            if known and known.state == "done" and (known.last_fetched or "") < self._since:
                page = replace(known.page, via=read.exchange_id, via_page_id=read.page.page_id, hop=0)
                fresh += self._with_last_parts(self._name(page.url, page, again=True), read)
        return fresh

    def _missing(self, left: Iterable[ListRow]) -> list[Page]:
        """The pages with offers that a list shows no longer, which are asked whether they are still there."""
        fresh: list[Page] = []
        for row in left:
            known = pages.by_id(self._store, row.page_id)
            if known and known.offers and known.state == "done":
                fresh += filter(None, [self._name(known.page.url, replace(known.page, hop=0), again=True)])
        return fresh

    def _sweep(self, changes: int, near: int) -> list[Page]:
        """Older list pages, which are looked at in proportion to what a visit finds changed."""
        allowed = min(changes * SWEPT_FOR_EACH, self._sweepable)
        if allowed <= 0:
            return []
        fresh: list[Page] = []
        for page in lists.elsewhere(self._store, self._site_id, near, self._covered, self._since, allowed + 64):
            if len(fresh) == allowed:
                break
            if again := self._name(page.url, replace(page, hop=0), again=True):
                fresh.append(again)
        self._sweepable -= len(fresh)
        return fresh

    def _follow_further(self, link: Link, read: PageRead, list_id: int, deeper: int, *, changed: bool) -> Page | None:
        """A further page of a list, `deeper` links below this one; a known one when this page shows something new."""
        known = None if link.url in self._named else pages.known(self._store, self._site_id, link.url)
        is_done = known is not None and known.state == "done"
        if known is not None and is_done and (not changed or (known.last_fetched or "") >= self._since):
            return None
        if self._paged[list_id] >= LIST_PAGES:
            self.beyond_depth += 1
            return None
        further = replace(self._linked(link, read), depth=read.page.depth + deeper)
        found = self._name(link.url, further, again=is_done)
        self._paged[list_id] += found is not None
        return found

    def _follow_new(self, link: Link, read: PageRead) -> Page | None:
        """A link on a page that is no list: followed when it leads to what was never done."""
        if link.url in self._named:
            return None
        known = pages.known(self._store, self._site_id, link.url)
        if known is not None and known.state == "done":
            due = known.next_due is not None and known.next_due <= clock.stamp(clock.now()) and link.role not in LISTS
            changed = news.says_new(known.page.mark, link.mark)
            return self._name(link.url, self._linked(link, read), again=True) if due or changed else None
        return self._name(link.url, self._linked(link, read))

    def _linked(self, link: Link, read: PageRead) -> Page:
        page = read.page
        return Page(
            0, self._site_id, link.url, role=link.role, depth=page.depth + 1, priority=link.priority,
            via=read.exchange_id, via_page_id=page.page_id, mark=link.mark, number=link.number,
        )  # fmt: skip

    def _name(self, url: str, template: Page, *, again: bool = False) -> Page | None:
        """Queue a page that is not queued yet; a done one only `again`. None when it is not queued."""
        if url in self._named:
            return None
        if template.depth > self._max_depth:
            self.beyond_depth += 1
            return None
        known = pages.known(self._store, self._site_id, url)
        if known is None:
            page = replace(template, page_id=self._ids.next(), url=url, attempts=0, etag=None, last_modified=None)
        elif (known.state == "done" and not again and template.hop == 0) or (
            known.state == "done" and (known.last_fetched or "") >= self._since and not again
        ):
            return None
        else:
            was = known.page
            page = replace(
                template, page_id=was.page_id, url=url, attempts=0, etag=was.etag, last_modified=was.last_modified
            )
        self._named[url] = page.page_id
        self._push(page)
        return page

    def _list_of(self, read: PageRead) -> int:
        """The id of the first page of the list that a page is part of."""
        front, page = read.reading.front, read.page
        if front is None or front == page.url or page.role in ("entry", "feed"):
            return page.page_id
        if front in self._named:
            return self._named[front]
        known = pages.known(self._store, self._site_id, front)
        if known is None and page.number is not None and page.via_page_id is not None:
            known = pages.by_id(self._store, page.via_page_id)
            return (known.list_id if known else None) or page.via_page_id
        return known.page.page_id if known else page.page_id

    def _queue_once(self, page: Page) -> None:
        if page.url not in self._named:
            self._named[page.url] = page.page_id
            self._push(replace(page, attempts=0))

    def _push(self, page: Page) -> None:
        heapq.heappush(self._queue, (-page.priority, page.page_id, page))

    def outlook(self, read: PageRead, at: datetime) -> Outlook:
        """When a page is to be read again even if no list shows a change, and what is known of it by then."""
        known = pages.by_id(self._store, read.page.page_id)
        if read.page.role != "search" and (read.page.role in LISTS or read.reading.role in ("list", "feed")):
            part_of = self._list_of(read) if read.reading.state in ("ok", "empty") else None
            return of_list(read, at, known, self._recheck, part_of, read.page.page_id in self._changed)
        is_hit = bool(read.hits) or self.looking.is_hit(read.page.url)
        is_listed = (is_hit or read.reading.state == "missing") and lists.shows(
            self._store, self._site_id, read.page.page_id
        )
        return of_page(read, at, known, self._recheck, is_hit, is_listed)
