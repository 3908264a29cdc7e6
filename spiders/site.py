"""The one Scrapy spider: hands each fetched page to its reader and yields one PageRead."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler.errors import RefusedError, SiteFault, UsageError
from crawler.model import Page, PageRead, PageRole, Reading, Visit
from spiders.calibration import Calibration
from spiders.page import FetchedPage
from spiders.read import read

log = logging.getLogger(__name__)
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRY_SECONDS = 1.0
UNRECOGNISED_PAGES = 3


class SiteSpider(Spider):
    """Visits one site. The engine gives it a Visit; `scrapy crawl site -a site=ID` opens one itself."""

    name = "site"

    def __init__(self, visit: Visit, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.visit = visit
        self.engine = visit.site.engine
        self.calibration = _calibration(visit)
        self._unrecognised = 0

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

    def read_page(self, response: Response) -> Iterator[PageRead]:
        """Read a fetched page. A fault of ours is recorded as ours and ends this page only."""
        page: Page = response.meta["page"]
        try:
            reading = self._reading(response, page)
            error = None
        except SiteFault as fault:
            reading, error = Reading("failed"), f"site: {fault}"
        except Exception as fault:
            log.error("our fault while reading %s: %r", page.url, fault)
            log.debug("where it arose", exc_info=True)
            reading, error = Reading("failed"), f"ours: {type(fault).__name__}: {fault}"
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
        yield PageRead(
            page=page,
            exchange_id=response.meta.get("exchange_id"),
            reading=reading,
            status=response.status,
            etag=_field(response, b"ETag"),
            last_modified=_field(response, b"Last-Modified"),
            clock=self.calibration.told(),
            error=error,
            retry_after=RETRY_SECONDS if passing else None,
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
        if "not-downloaded" in response.flags:
            return Reading("ok", role="other", notes=(f"{page.url}: a file, left on the server",))
        fields = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        fetched = FetchedPage(
            response.url, response.status, fields, response.body, self.visit.site, _read_as(page), page.depth
        )
        reading = read(fetched, self.engine, self.calibration)
        self._recognise(reading)
        return reading

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
