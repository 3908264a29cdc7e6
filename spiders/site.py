"""The one Scrapy spider: hands each fetched page to its reader and yields one PageRead."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler.errors import RefusedError, SiteFault, UsageError
from crawler.reading import Link, Page, PageRead, PageRole, Reading, Rendered, Unread, Visit
from spiders import feeds
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.page import FetchedPage
from spiders.read import read
from spiders.scripted import needs_browser
from spiders.shape import icon_in, icon_named
from spiders.standins import visible

log = logging.getLogger(__name__)
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRY_SECONDS = 1.0
UNRECOGNISED_PAGES = 3
LITTLE = 200
"""Characters below which a rendered page without links and listings counts as one that was not rendered."""


class SiteSpider(Spider):
    """Visits one site. The engine gives it a Visit; `scrapy crawl site -a site=ID` opens one itself."""

    name = "site"

    def __init__(self, visit: Visit, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.visit = visit
        self.engine = visit.site.engine
        self.calibration = _calibration(visit)
        self._unrecognised = 0
        self._renders = False
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: Any) -> Self:
        """Build the spider; without a Visit, the SESSION_OPENER setting names who opens one."""
        if "visit" not in arguments:
            opener = load_object(crawler.settings["SESSION_OPENER"])
            arguments = {"visit": opener(crawler, arguments.get("workspace"), arguments.get("site"))}
        return super().from_crawler(crawler, *args, **arguments)

    async def start(self) -> Any:
        """Yield nothing: the frontier holds the entry page."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def read_page(self, response: Response) -> Iterator[PageRead] | AsyncIterator[PageRead]:
        """Read a fetched page, in the browser if it says that it must be. A fault of ours is recorded as ours and ends this page only."""
        page: Page = response.meta["page"]
        reading, error = self._guarded(page, lambda: self._reading(response, page))
        if reading.unread is not None:
            return self._read_in_browser(response, page, reading)
        return iter((self._as_read(response, page, reading, error, None),))

    async def _read_in_browser(self, response: Response, page: Page, bare: Reading) -> AsyncIterator[PageRead]:
        rendered = await self._rendered(response, page)
        reading, error = self._guarded(page, lambda: self._shown(response, page, bare, rendered))
        if reading.unread is not None:
            error = f"{reading.unread}: {reading.notes[-1]}"
        used = rendered if error is None and reading.unread is None else None
        yield self._as_read(response, page, reading, error, used)

    def _guarded(self, page: Page, reading: Callable[[], Reading]) -> tuple[Reading, str | None]:
        """A page's reading, or whose fault it is that there is none."""
        try:
            found = reading()
            if found.unread is None:
                self._recognise(found)
            return found, None
        except SiteFault as fault:
            return Reading("failed"), f"site: {fault}"
        except Exception as fault:
            log.error("our fault while reading %s: %r", page.url, fault)
            log.debug("where it arose", exc_info=True)
            return Reading("failed"), f"ours: {type(fault).__name__}: {fault}"

    def _as_read(
        self, response: Response, page: Page, reading: Reading, error: str | None, rendered: Rendered | None
    ) -> PageRead:
        """What becomes of a page by its reading and by how its response came."""
        if "truncated:length" in response.flags and error is None:
            reading = replace(
                reading, notes=(*reading.notes, f"{page.url}: only its first part was read, it is very long")
            )
        # Who stands at a challenge stands there in a second, too.
        passing = response.status in PASSING and reading.state not in ("challenge", "parked")
        if passing:
            error = f"site: status {response.status}"
            links = self.calibration.answered(page.url, well=False)
            reading = replace(reading, state="failed", listings=(), links=links)
        cut = next((f for f in response.flags if f in ("truncated:disconnect", "truncated:time", "broken")), None)
        if cut == "truncated:time" and error is None:
            # Asking again in this visit would only wait as long again.
            reading = replace(reading, notes=(*reading.notes, f"{page.url}: it did not come to its end in time"))
        elif cut and error is None:
            error, passing = f"site: the response did not come whole ({cut})", True
        scripted = rendered is not None or reading.unread is not None
        return PageRead(
            page=page,
            exchange_id=response.meta.get("exchange_id"),
            reading=reading,
            status=response.status,
            # What the browser fetches besides may change while the page itself never does.
            etag="" if scripted else _field(response, b"ETag"),
            last_modified="" if scripted else _field(response, b"Last-Modified"),
            clock=self.calibration.told(),
            error=error,
            retry_after=RETRY_SECONDS if passing else None,
            rendered=rendered,
        )

    def read_failure(self, failure: Failure) -> Iterator[PageRead]:
        """A page without a response: refused by a guard rail, or a fault of the site or of the network."""
        request = failure.request  # type: ignore[attr-defined]
        refused = failure.check(RefusedError, IgnoreRequest, UsageError) is not None
        over = type(failure.value).__name__ in ("VisitStopped", "BudgetSpent", "Postponed")
        message = failure.getErrorMessage() or type(failure.value).__name__
        yield PageRead(
            page=request.meta["page"],
            exchange_id=request.meta.get("exchange_id"),
            reading=Reading(
                "refused" if refused else "failed",
                links=() if over else self.calibration.answered(request.meta["page"].url, well=False),
            ),
            error=f"refused: {message}" if refused else f"site: {message}",
            retry_after=None if refused else RETRY_SECONDS,
            postponed=over,
        )

    def _reading(self, response: Response, page: Page) -> Reading:
        if response.status == 304:
            return Reading("not_modified", role=page.role)
        location = response.headers.get(b"Location")
        if 300 <= response.status < 400 and location:
            named = location.decode("utf-8", "replace")
            try:
                return Reading("redirect", role=page.role, redirect_to=response.urljoin(named))
            except ValueError:
                raise SiteFault("it redirects to what is no address", named[:200]) from None
        if page.role == "picture":
            kind = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
            icon = icon_in(kind, response.body) if response.status == 200 else None
            return Reading("ok" if icon else "missing", role="picture", icon=icon)
        if "not-downloaded" in response.flags:
            return Reading("ok", role="other", notes=(f"{page.url}: a file, left on the server",))
        fetched = self._fetched(response, page, response.body)
        reading = read(fetched, self.engine, self.calibration)
        why = needs_browser(fetched, reading, self.visit.renders or self._renders)
        if why is None:
            # Mirrors are told by their icon.
            icon = icon_named(fetched) if page.role == "entry" and reading.state == "ok" else None
            links = (*reading.links, Link(icon, "picture", priority=-100)) if icon else reading.links
            return replace(reading, links=links)
        # A feed can be read without a browser, and tells at least what is new.
        feed = feeds.of(fetched) if page.role == "entry" else None
        links = (Link(canonical(feed), "feed", priority=40),) if feed else ()
        return replace(reading, links=links, unread="not-rendered", notes=(f"read in a browser: {why}",))

    def _fetched(self, response: Response, page: Page, body: bytes, rendered_at: str | None = None) -> FetchedPage:
        fields = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        # The wire leaves out what a browser does not send, and the address of the page is what it was asked by.
        url = page.url if "#" in page.url else response.url
        return FetchedPage(url, response.status, fields, body, self.visit.site, _read_as(page), page.depth, rendered_at)

    async def _rendered(self, response: Response, page: Page) -> Rendered:
        exchange_id = response.meta.get("exchange_id")
        if self.visit.render is None or exchange_id is None:
            return Rendered(unread="needs-browser", why="nothing shows pages in this visit")
        return await self.visit.render(page, str(exchange_id))

    def _shown(self, response: Response, page: Page, bare: Reading, rendered: Rendered) -> Reading:
        """What the browser makes of a page that plain HTTP leaves empty; the reading says why, where that is nothing."""
        if rendered.unread is not None:
            return self._unread(page, bare, rendered.unread, rendered.why)
        fetched = self._fetched(response, page, rendered.dom, rendered.url or page.url)
        reading = read(fetched, self.engine, self.calibration)
        notes = (*reading.notes, *self._once(page, (*bare.notes, *rendered.notes)))
        if not reading.listings and not reading.links and reading.state in ("ok", "empty", "failed"):
            if rendered.failures:
                return self._unread(page, bare, "not-rendered", "; ".join(rendered.failures))
            if len(visible(fetched)) < LITTLE:
                return self._unread(page, bare, "not-rendered", "the browser shows next to nothing either")
        self._renders = self._renders or bool(reading.listings or reading.links)
        listings = tuple(replace(listing, read_from="rendered-dom") for listing in reading.listings)
        links = (*reading.links, *(link for link in bare.links if link not in reading.links))
        return replace(reading, listings=listings, links=links, notes=notes)

    def _unread(self, page: Page, bare: Reading, unread: Unread, why: str) -> Reading:
        note = f"{page.url} needs JavaScript and was not read: {why}"
        return replace(bare, state="failed", unread=unread, notes=(note,))

    def _once(self, page: Page, notes: tuple[str, ...]) -> tuple[str, ...]:
        """What was not said of an earlier page of the visit: one page stands for all that are like it."""
        fresh = [note for note in dict.fromkeys(notes) if note not in self._told]
        self._told.update(fresh)
        return tuple(f"{page.url}: {note}" for note in fresh)

    def _recognise(self, reading: Reading) -> None:
        """Keep the software that a page shows; a site whose pages show none is read by structure from then on."""
        if self.engine is not None:
            return
        self._unrecognised += reading.state == "ok" and bool(reading.links)
        self.engine = reading.engine or ("generic" if self._unrecognised >= UNRECOGNISED_PAGES else None)


def _calibration(visit: Visit) -> Calibration:
    """What is known of the site's clock: by this visit, or by an earlier one, of which the zone still holds."""
    if visit.clock is not None:
        return Calibration.restored(visit.clock)
    earlier = Calibration.restored(visit.clock_before)
    return Calibration(zone=earlier.zone, order=earlier.order)


def _read_as(page: Page) -> PageRole:
    """What a search finds is a list."""
    return "list" if page.role == "search" else page.role


def _field(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value and response.status == 200 else None
