"""Pictures of hits: the recorded page shown in a browser, whose every request goes through the wire."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import clock
from crawler.engine import session as sessions
from crawler.engine.browser import BrowserCapture, Capture, Document, Fetched, Limits, Refused, Source
from crawler.engine.guard.gate import Refused as GateRefused
from crawler.engine.recorder import PictureTaken
from crawler.engine.wire import fetch
from crawler.errors import EnvironmentProblem, RefusedError
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.evidence.warc import capture_record, decoded_entity, resource_record, split_http
from crawler.model import PictureMissing

KEPT = timedelta(days=1)
SIDE_BY_SIDE = 2
TURNS = 30
"""How many turns at a site's pace a capture waits for, besides the browser's own time."""
ONE_PART = 60.0
"""Seconds for one part of a picture, once it is asked for."""
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
        body = decoded_entity(response).body
        source = pictures.source(exchange_id)
        document = Document(url, message.status, tuple(message.headers), body, source)

        async def get(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
            return await pictures.get(url, exchange_id, headers)

        async with self._room:
            browser = await self._started()
            limits = Limits(seconds=seconds, patience=TURNS * pictures.delay)
            return await browser.capture(document, get, limits) if browser else None

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
        self._waiting: dict[str, int] = {}
        self._led: dict[str, tuple[str, int]] = {}
        """URL -> the exchange that redirected to it, and how many redirects led there."""

    @property
    def delay(self) -> float:
        """Seconds between two requests to the site."""
        return self._session.pace.delay

    async def get(self, url: str, via: str, headers: Mapping[str, str]) -> Fetched | Refused:
        """A sub-resource of the page that exchange `via` brought, or why it was not fetched; a redirect is an answer.

        What nobody waits for any longer is not fetched to its end.
        """
        url = urldefrag(url)[0]
        if _TASK.search(urlsplit(url).path):
            return Refused("its address runs a task on the site")
        task = self._known.get(url)
        first = task is None
        if task is None:
            task = self._known[url] = asyncio.ensure_future(self._get(url, via, headers))
        self._waiting[url] = self._waiting.get(url, 0) + 1
        try:
            answer = await asyncio.shield(task)
        finally:
            self._waiting[url] -= 1
            if not self._waiting[url] and not task.done():
                del self._known[url]
                task.cancel()
        return replace(answer, cached=True) if isinstance(answer, Fetched) and not first else answer

    async def _get(self, url: str, via: str, headers: Mapping[str, str]) -> Fetched | Refused:
        recalled = self._recall(url)
        if recalled is not None:
            return recalled
        try:
            return await asyncio.wait_for(self._fetch(url, via, headers), ONE_PART + TURNS * self.delay)
        except TimeoutError:
            return Refused(f"not there after {ONE_PART:.0f} s", failed=True)

    def _recall(self, url: str) -> Fetched | None:
        found = self._session.run.recorder.recall(self._session.site.site_id, "picture", url, clock.now() - KEPT)
        if found is None:
            return None
        exchange_id, response = found
        message = split_http(response)
        if message.status is None or 300 <= message.status < 400:
            return None
        entity = decoded_entity(response)
        source = self.source(exchange_id)
        return Fetched(message.status, tuple(message.headers), entity.body, exchange_id, cached=True, source=source)

    async def _fetch(self, url: str, via: str, headers: Mapping[str, str]) -> Fetched | Refused:
        led, hop = self._led.get(url, (via, 0))
        # A browser names the page that shows a picture, and sites refuse the picture without it.
        sent = {name.title(): value for name, value in headers.items() if name.lower() in ("accept", "referer")}
        try:
            response: Response = await fetch(self._crawler, url, headers=sent, purpose="picture", via=led, hop=hop)
        except (GateRefused, RefusedError) as refusal:
            return Refused(str(refusal), exchange_id=getattr(refusal, "exchange_id", None))
        # Whatever a site does to a part of one picture, the capture goes on and lists it.
        except Exception as error:  # noqa: BLE001
            return Refused(str(error), failed=True, exchange_id=getattr(error, "exchange_id", None))
        exchange_id = str(response.meta["exchange_id"])
        location = response.headers.get(b"Location")
        if 300 <= response.status < 400 and location:
            self._led[urldefrag(urljoin(url, location.decode("utf-8", "replace")))[0]] = (exchange_id, hop + 1)
        fields = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        return Fetched(response.status, fields, response.body, exchange_id, source=self.source(exchange_id))

    def source(self, exchange_id: str) -> Source | None:
        """The connection of an exchange of this run, or of one whose record is kept."""
        recorder = self._session.run.recorder
        exchange = recorder.waiting(exchange_id)
        if exchange is not None:
            leaf = exchange.tls.chain[0] if exchange.tls and exchange.tls.chain else None
            certificate = sha256_hex(leaf) if leaf else None
            return Source(exchange_id, exchange.address, certificate, clock.stamp(exchange.started_at))
        facts = recorder.facts(exchange_id)
        if facts is None:
            return None
        chain = (facts["tls"] or {}).get("chain_sha256") or [None]
        return Source(exchange_id, facts["peer"]["address"], chain[0], facts["started"])


def picture_taken(capture: Capture, exchange_id: str) -> PictureTaken:
    """A capture as it goes to the record: its files as `resource` records, its facts as their `metadata` record."""
    capture_id = clock.new_id()
    files = {
        "dom.html": (capture.dom_html, "text/html; charset=utf-8"),
        "dom.txt": (capture.text.encode("utf-8"), "text/plain; charset=utf-8"),
    }
    if capture.screenshot_png:
        files["screenshot.png"] = (capture.screenshot_png, "image/png")
    facts = _written(capture.facts(capture_id, exchange_id))
    name_of = f"urn:titlewatch:capture:{capture_id}"
    return PictureTaken(
        capture_id=capture_id,
        exchange_id=exchange_id,
        url=capture.url,
        captured_at=capture.finished_at,
        facts=facts,
        records=(
            *(
                resource_record(f"{name_of}/{name}", kind, data, capture.finished_at, capture_id, name)
                for name, (data, kind) in files.items()
            ),
            capture_record(name_of, canonical_json(facts), capture.finished_at, capture_id),
        ),
        files={name: data for name, (data, _) in files.items()},
        pictures=tuple(
            sorted({str(r["exchange_id"]) for r in capture.requests if r.get("exchange_id")} - {exchange_id})
        ),
    )


def _written(value: Any) -> Any:
    """JSON whose texts can be written: what a page says may hold lone surrogates."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(name): _written(each) for name, each in value.items()}
    return [_written(each) for each in value] if isinstance(value, list) else value
