"""Pictures of hits: the recorded page shown in a browser, whose every request goes through the wire."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import clock
from crawler.engine import session as sessions
from crawler.engine.batch import PictureTaken
from crawler.engine.browser import BrowserCapture, Capture, Document, Fetched, Limits, Refused, Source
from crawler.engine.browser.capture import Purpose
from crawler.engine.guard.gate import Refused as GateRefused
from crawler.engine.wire import fetch
from crawler.engine.wire import handler as wire
from crawler.errors import EnvironmentProblem, RefusedError
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.evidence.warc import capture_record, decoded_entity, resource_record, split_http
from crawler.reading import PictureMissing

KEPT = timedelta(days=1)
SIDE_BY_SIDE = 2
TURNS = 30
"""How many turns at a site's pace a capture waits for, besides the browser's own time."""
ONE_PART = 60.0
"""Seconds for one part of a picture, once it is asked for."""
PARTS = 40
"""Parts that are fetched for a page which is shown to be read."""
RESTLESS = 8.0
"""Seconds for which such a page may go on changing."""
LONG = 1024 * 1024
"""Bytes of a response whose page is shown while no other such page is: the browser's driver takes it as text, several times over."""
RENDERED = "rendered.html"
"""The DOM that a page was read from."""
_DATA = ("xhr", "fetch")
# Forum software hides its housekeeping behind one-pixel pictures; showing a page must not run it.
_TASK = re.compile(r"(?:^|[/_.-])(?:cron|task|tasks|scheduler|misc)(?:[/_.-]|$)", re.IGNORECASE)


class Bodies:
    """The parts of pictures that were used last, over all sites; the others are read from the record again."""

    def __init__(self, size: int = 16 * 1024 * 1024) -> None:
        self._size = size
        self._held: dict[str, Fetched] = {}
        self.used = 0
        """Bytes of the bodies, and a little for each."""

    def get(self, exchange_id: str) -> Fetched | None:
        """What an exchange brought, when it is at hand."""
        found = self._held.pop(exchange_id, None)
        if found is not None:
            self._held[exchange_id] = found
        return found

    def put(self, exchange_id: str, answer: Fetched) -> None:
        """Keep what an exchange brought, and let go of what was not used for longest; too large a body is not kept."""
        if exchange_id in self._held or _weight(answer) > self._size // 4:
            return
        self._held[exchange_id] = replace(answer, cached=True, holder=None)
        self.used += _weight(answer)
        while self.used > self._size:
            self.used -= _weight(self._held.pop(next(iter(self._held))))


def _weight(answer: Fetched) -> int:
    return len(answer.body) + 2048


BODIES = Bodies()


class _Holder:
    """Stands for a body in memory."""


class Camera:
    """The browser of a run: started with the first hit, missing without ending the run."""

    def __init__(self, executable: str) -> None:
        self._executable = executable or None
        self._starting = asyncio.Lock()
        self._browser: BrowserCapture | None = None
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self._long = asyncio.Lock()
        self.missing: str | None = None
        """Why there is no browser; None while there may be one."""

    async def take(
        self,
        exchange_id: str,
        pictures: "Pictures",
        seconds: float,
        purpose: Purpose = "picture",
        url: str | None = None,
    ) -> Capture | None:
        """Show a recorded page; None when it is no page or there is no browser, and `why_none` says why.

        The page is read from the record once its turn has come, and of long ones one at a time. `url` is its address
        where a fragment belongs to it.
        """

        async def get(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
            return await pictures.get(url, exchange_id, headers, "part" if purpose == "reading" else "picture", kind)

        async with self._room:
            browser = await self._started()
            if browser is None:
                return None
            async with self._long if pictures.is_long(exchange_id) else nullcontext():
                document = pictures.document(exchange_id, url)
                limits = Limits(seconds=seconds, patience=TURNS * pictures.delay)
                if purpose == "reading":
                    limits = replace(limits, requests=PARTS, quiet_seconds=RESTLESS)
                return await browser.capture(document, get, limits, purpose) if document else None

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
        self._under_way: dict[str, asyncio.Task[Fetched | Refused]] = {}
        self._waiting: dict[str, int] = {}
        self._answers: dict[str, str | Refused] = {}
        """URL -> the exchange that brought it, or why none did; bodies are in `BODIES` or read from the record again."""
        self._led: dict[str, tuple[str, int]] = {}
        """URL -> the exchange that redirected to it, and how many redirects led there."""

    @property
    def delay(self) -> float:
        """Seconds between two requests to the site."""
        return self._session.pace.delay

    async def get(
        self, url: str, via: str, headers: Mapping[str, str], purpose: str = "picture", kind: str = ""
    ) -> Fetched | Refused:
        """A sub-resource of the page that exchange `via` brought, or why it was not fetched; a redirect is an answer.

        What an earlier run fetched serves again but for data (`kind`, Playwright's word): that may have changed. What nobody waits for any longer is not fetched to its end.
        """
        url = urldefrag(url)[0]
        if _TASK.search(urlsplit(url).path):
            return Refused("its address runs a task on the site")
        known = await self._known(url)
        if known is not None:
            return known
        task = self._under_way.get(url)
        first = task is None
        if task is None:
            task = self._under_way[url] = asyncio.ensure_future(self._get(url, via, headers, purpose, kind))
        self._waiting[url] = self._waiting.get(url, 0) + 1
        try:
            answer = await asyncio.shield(task)
        finally:
            self._waiting[url] -= 1
            if not self._waiting[url]:
                del self._waiting[url], self._under_way[url]
                task.cancel()
        return replace(answer, cached=True) if isinstance(answer, Fetched) and not first else answer

    async def _known(self, url: str) -> Fetched | Refused | None:
        """What an earlier picture of the visit was given."""
        answer = self._answers.get(url)
        if answer is None or isinstance(answer, Refused):
            return answer
        return BODIES.get(answer) or await self._read(answer)

    async def _read(self, exchange_id: str) -> Fetched | None:
        """An answer from the record, decoded once there is room for it."""
        recorder = self._session.run.recorder
        length = recorder.length(exchange_id)
        if length is None:
            return None
        entered = await wire.PICTURES.enter(length)
        try:
            found = recorder.answer(exchange_id)
            message = split_http(found[1]) if found else None
            body = decoded_entity(found[1]).body if found else b""
        except BaseException:
            wire.PICTURES.leave(entered)
            raise
        holder = _Holder()
        wire.PICTURES.keep(holder, entered, len(body))
        if message is None or message.status is None:
            return None
        source = self.source(exchange_id)
        answer = Fetched(message.status, tuple(message.headers), body, exchange_id, True, source, holder)
        BODIES.put(exchange_id, answer)
        return answer

    async def _get(self, url: str, via: str, headers: Mapping[str, str], purpose: str, kind: str) -> Fetched | Refused:
        answer: Fetched | Refused | None = None if kind in _DATA else await self._recall(url)
        if answer is None:
            try:
                answer = await asyncio.wait_for(self._fetch(url, via, headers, purpose), ONE_PART + TURNS * self.delay)
            except TimeoutError:
                answer = Refused(f"not there after {ONE_PART:.0f} s", failed=True)
        if isinstance(answer, Refused):
            self._answers[url] = answer
        elif answer.exchange_id is not None:
            self._answers[url] = answer.exchange_id
            BODIES.put(answer.exchange_id, answer)
        return answer

    async def _recall(self, url: str) -> Fetched | None:
        for purpose in ("picture", "part"):
            exchange_id = self._session.run.recorder.recall(
                self._session.site.site_id, purpose, url, clock.now() - KEPT
            )
            answer = await self._read(exchange_id) if exchange_id else None
            if answer is not None and not 300 <= answer.status < 400:
                return answer
        return None

    async def _fetch(self, url: str, via: str, headers: Mapping[str, str], purpose: str) -> Fetched | Refused:
        led, hop = self._led.get(url, (via, 0))
        # A browser names the page that shows a picture, and sites refuse the picture without it.
        sent = {name.title(): value for name, value in headers.items() if name.lower() in ("accept", "referer")}
        try:
            response: Response = await fetch(self._crawler, url, headers=sent, purpose=purpose, via=led, hop=hop)
        except (GateRefused, RefusedError) as refusal:
            return Refused(str(refusal), exchange_id=getattr(refusal, "exchange_id", None))
        # Whatever a site does to a part of one picture, the capture goes on and lists it.
        except Exception as error:  # noqa: BLE001 - listed with the capture
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
        source = self.source(exchange_id)
        return Fetched(response.status, fields, response.body, exchange_id, source=source, holder=response)

    def is_long(self, exchange_id: str) -> bool:
        """Whether an exchange's page takes so much memory that it is shown while no other such page is."""
        return (self._session.run.recorder.length(exchange_id) or 0) > LONG

    def document(self, exchange_id: str, address: str | None = None) -> Document | None:
        """The page that an exchange brought, as the browser is to be given it; None when it is no HTTP response.

        `address` is what it is called, where that is more than what was asked for.
        """
        found = self._session.run.recorder.answer(exchange_id)
        if found is None:
            return None
        url, response = found
        message = split_http(response)
        if message.status is None:
            return None
        body = decoded_entity(response).body
        return Document(address or url, message.status, tuple(message.headers), body, self.source(exchange_id))

    def source(self, exchange_id: str) -> Source | None:
        """The connection of an exchange of this run, or of one whose record is kept."""
        recorder = self._session.run.recorder
        exchange = recorder.waiting(exchange_id) or recorder.spooled(exchange_id)
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
    if capture.purpose == "reading":
        files = {RENDERED: (capture.dom_html, "text/html; charset=utf-8")}
    else:
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
