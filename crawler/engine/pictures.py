"""Pictures of hits: the recorded page shown in a browser, whose every request goes through the wire."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import clock
from crawler.engine import session as sessions
from crawler.engine.browser import BrowserCapture, Capture, Document, Fetched, Limits, Refused
from crawler.engine.guard.gate import Refused as GateRefused
from crawler.engine.recorder import PictureTaken
from crawler.engine.wire import fetch
from crawler.errors import EnvironmentProblem, RefusedError
from crawler.evidence.warc import decoded_entity, resource_record, split_http
from crawler.model import PictureMissing

KEPT = timedelta(days=1)
MOST_REDIRECTS = 5
SIDE_BY_SIDE = 2
# Forum software hides its housekeeping behind one-pixel pictures; showing a page must not run it.
_TASK = re.compile(r"(?:^|[/_.-])(?:cron|task|tasks|scheduler|misc)(?:[/_.-]|$)", re.IGNORECASE)


class Camera:
    """The browser of a run: started with the first hit, missing without ending the run."""

    def __init__(self, executable: str) -> None:
        self._executable = executable or None
        self._starting = asyncio.Lock()
        self._browser: BrowserCapture | None = None
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self.missing: str | None = None
        """Why there is no browser; None while there may be one."""

    async def take(
        self, exchange_id: str, url: str, response: bytes, pictures: "Pictures", seconds: float
    ) -> Capture | None:
        """Show a recorded page; None when there is no browser, and `missing` says why."""
        message = split_http(response)
        if message.status is None:
            return None
        document = Document(url, message.status, tuple(message.headers), decoded_entity(response).body)

        async def get(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
            return await pictures.get(url, exchange_id)

        async with self._room:
            browser = await self._started()
            return await browser.capture(document, get, Limits(seconds=seconds)) if browser else None

    def why_none(self) -> PictureMissing:
        """Why `take` gave nothing."""
        if self.missing:
            return PictureMissing("no-browser", self.missing)
        return PictureMissing("no-answer", "what came back is no HTTP response")

    async def _started(self) -> BrowserCapture | None:
        async with self._starting:
            if self._browser is None and self.missing is None:
                try:
                    self._browser = await BrowserCapture.start(self._executable)
                except EnvironmentProblem as error:
                    self.missing = str(error)
        return self._browser

    async def close(self) -> None:
        """Stop the browser."""
        if self._browser is not None:
            await self._browser.close()


class Pictures:
    """Fetches what one site's captures ask for; each URL once a day, over all runs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = sessions.of(crawler)
        self._known: dict[str, asyncio.Task[Fetched | Refused]] = {}

    async def get(self, url: str, via: str) -> Fetched | Refused:
        """A sub-resource of the page that exchange `via` brought, or why it was not fetched."""
        url = urldefrag(url)[0]
        if _TASK.search(urlsplit(url).path):
            return Refused("its address runs a task on the site")
        task = self._known.get(url)
        if task is None:
            task = self._known[url] = asyncio.ensure_future(self._get(url, via))
            return await asyncio.shield(task)
        answer = await asyncio.shield(task)
        return replace(answer, cached=True) if isinstance(answer, Fetched) else answer

    async def _get(self, url: str, via: str) -> Fetched | Refused:
        return self._recall(url) or await self._fetch(url, via)

    def _recall(self, url: str) -> Fetched | None:
        found = self._session.run.recorder.recall(self._session.site.site_id, "picture", url, clock.now() - KEPT)
        if found is None:
            return None
        exchange_id, response = found
        message = split_http(response)
        if message.status is None or 300 <= message.status < 400:
            return None
        entity = decoded_entity(response)
        return Fetched(message.status, tuple(message.headers), entity.body, exchange_id, cached=True)

    async def _fetch(self, url: str, via: str) -> Fetched | Refused:
        exchange_id: str | None = None
        for hop in range(MOST_REDIRECTS + 1):
            try:
                response: Response = await fetch(self._crawler, url, purpose="picture", via=via, hop=hop)
            except (GateRefused, RefusedError) as refusal:
                return Refused(str(refusal), exchange_id=getattr(refusal, "exchange_id", None))
            # Whatever a site does to a part of one picture, the capture goes on and lists it.
            except Exception as error:  # noqa: BLE001
                return Refused(str(error), failed=True, exchange_id=getattr(error, "exchange_id", None))
            exchange_id = str(response.meta["exchange_id"])
            location = response.headers.get(b"Location")
            if not (300 <= response.status < 400 and location):
                headers = tuple(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, values in response.headers.items()
                    for value in values
                )
                return Fetched(response.status, headers, response.body, exchange_id)
            url, via = urljoin(url, location.decode("utf-8", "replace")), exchange_id
        return Refused("too many redirects", failed=True, exchange_id=exchange_id)


def picture_taken(capture: Capture, exchange_id: str) -> PictureTaken:
    """A capture as it goes to the record: its files as `resource` records, its facts as data."""
    capture_id = clock.new_id()
    files = {"dom.html": (capture.dom_html, "text/html; charset=utf-8")}
    if capture.screenshot_png:
        files["screenshot.png"] = (capture.screenshot_png, "image/png")
    facts = {
        "capture": capture_id,
        "url": capture.url,
        "title": capture.title,
        "requests": list(capture.requests),
        "console": list(capture.console),
        "notes": list(capture.notes),
        "viewport": list(capture.viewport),
        "locale": capture.locale,
        "timezone": capture.timezone,
        "browser": capture.browser_version,
        "user_agent": capture.user_agent,
        "scripts": capture.scripts,
        "wire_exact": capture.wire_exact,
        "started": clock.stamp(capture.started_at),
        "finished": clock.stamp(capture.finished_at),
    }
    return PictureTaken(
        capture_id=capture_id,
        exchange_id=exchange_id,
        url=capture.url,
        captured_at=capture.finished_at,
        facts=facts,
        records=tuple(
            resource_record(
                f"urn:titlewatch:capture:{capture_id}/{name}", kind, data, capture.finished_at, capture_id, name
            )
            for name, (data, kind) in files.items()
        ),
        files={name: data for name, (data, _) in files.items()},
        pictures=tuple(
            sorted({str(r["exchange_id"]) for r in capture.requests if r.get("exchange_id")} - {exchange_id})
        ),
    )
