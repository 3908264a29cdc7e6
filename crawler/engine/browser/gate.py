"""The gate between one page in the browser and the world: it shows, asks, refuses, and lists it all."""

import asyncio
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.async_api import BrowserContext, Dialog, Download, Error, Page, Request, Route, WebSocketRoute

from crawler.engine.browser.capture import Document, Fetch, Fetched, Limits, Refused
from crawler.engine.browser.headers import header, shown_headers

_NOT_NEEDED = {
    "media": "sound and moving pictures are not fetched",
    "websocket": "no standing connections",
    "eventsource": "no standing connections",
    "ping": "a picture needs no reports",
    "cspviolationreport": "a picture needs no reports",
    "prefetch": "a picture needs no other pages",
    "manifest": "a picture needs no manifest",
}
_MEDIA_PATH = re.compile(
    r"\.(m3u8?|mpd|ts|m4s|cmf[va]|mp4|m4v|m4a|mkv|webm|mov|avi|flv|f4v|wmv|rmvb|mpe?g|ogv|ogg|oga|opus|mp3|aac|flac|wav)$",
    re.IGNORECASE,
)
_MEDIA_TYPE = re.compile(r"^\s*(video/|audio/|application/(vnd\.apple\.mpegurl|x-mpegurl|dash\+xml))", re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_NOTES = 100
_ROWS = 1000


class Gate:
    """Everything that one page tried, and what became of it."""

    def __init__(self, document: Document, fetch: Fetch, limits: Limits, deadline: float) -> None:
        self.document, self.fetch, self.limits, self.deadline = document, fetch, limits, deadline
        self.rows: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.console: list[str] = []
        self.shown = False
        """True once the document was handed over."""
        self.address = document.url
        """The document's address as the browser spells it."""
        self.saved = False
        """True when the browser would have saved the document instead of showing it."""
        self.crashed = asyncio.Event()
        self.led_away = asyncio.Event()
        """Set once the page tried to lead away from itself."""
        self._page: Page | None = None
        self._asked = 0
        self._open = 0
        self._fetching: set[asyncio.Future[Fetched | Refused]] = set()
        self._closing = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    def note(self, words: str) -> None:
        """Keep a plain fact for the record, once."""
        if words not in self.notes and len(self.notes) < _NOTES:
            self.notes.append(words)

    async def guard(self, context: BrowserContext) -> Page:
        """Open the context's one page behind this gate."""
        await context.route("**/*", self._route)
        await context.route_web_socket(re.compile(".*"), self._web_socket)
        page = await context.new_page()
        self._page = page
        context.on("page", self._other_page)
        page.on("dialog", self._dialog)
        page.on("download", self._download)
        page.on("crash", lambda _: self.crashed.set())
        page.on("console", lambda message: self._hear(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self._hear(f"uncaught: {error}"))
        return page

    async def quiet(self, seconds: float) -> bool:
        """Wait until no sub-resource has been open for a moment; False when that does not come in time."""
        ends = asyncio.get_running_loop().time() + seconds
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(self._quiet.wait(), left)
            except TimeoutError:
                return False
            asked = self._asked
            await asyncio.sleep(0.05)
            if self._quiet.is_set() and asked == self._asked:
                return True
        return False

    def give_up(self) -> None:
        """Stop asking: what is open fails now, so that the page can be painted without it."""
        self._closing = True
        for task in self._fetching:
            task.cancel()

    def begin_again(self) -> None:
        """Show the document once more, in another page, under the same list and notes."""
        self.shown = self.saved = self._closing = False
        self.crashed.clear()
        self.led_away.clear()

    def _hear(self, line: str) -> None:
        if len(self.console) < _NOTES:
            self.console.append(line[:500])

    async def _dialog(self, dialog: Dialog) -> None:
        self.note(f"dialog dismissed ({dialog.type}): {dialog.message[:200]}")
        try:
            await dialog.dismiss()
        except Error as error:
            self._hear(f"dialog: {error.message}")

    async def _download(self, download: Download) -> None:
        self.note(f"download refused: {download.url[:500]}")
        self.saved = self.saved or urldefrag(download.url)[0] == urldefrag(self.address)[0]
        try:
            await download.cancel()
        except Error as error:
            self._hear(f"download: {error.message}")

    async def _other_page(self, other: Page) -> None:
        if other is self._page:
            return
        self.note(f"pop-up closed: {other.url[:500]}")
        try:
            await other.close()
        except Error as error:
            self._hear(f"pop-up: {error.message}")

    async def _web_socket(self, socket: WebSocketRoute) -> None:
        self._list(socket.url, "websocket", "aborted", why=_NOT_NEEDED["websocket"])
        await socket.close()

    def _list(self, url: str, kind: str, state: str, **facts: Any) -> None:
        row = {
            "url": url,
            "type": kind,
            "state": state,
            "why": None,
            "status": None,
            "exchange_id": None,
            "sha256": None,
        }
        self.rows.append(row | facts)

    async def _route(self, route: Route, request: Request) -> None:
        self._open += 1
        self._quiet.clear()
        try:
            await self._decide(route, request)
        except Error as error:
            # The page went away while its request was answered; the capture itself goes on or ends elsewhere.
            self._list(request.url, request.resource_type, "failed", why=error.message.splitlines()[0])
        finally:
            self._open -= 1
            if not self._open:
                self._quiet.set()

    async def _decide(self, route: Route, request: Request) -> None:
        kind = request.resource_type
        if request.is_navigation_request():
            try:
                frame = request.frame
            except Error:
                frame = None
            if frame is None or self._page is None or frame.page is not self._page:
                self.note(f"pop-up refused: {request.url[:500]}")
                await self._abort(route, request.url, "document", "no pop-ups")
                return
            if frame is self._page.main_frame:
                await self._main(route, request)
                return
            kind = "subframe"
        if urlsplit(request.url).scheme not in ("http", "https"):
            await self._abort(route, request.url, kind, "not of the web")
        elif request.method != "GET":
            await self._abort(route, request.url, kind, f"nothing is sent to a site: {request.method}")
        elif kind in _NOT_NEEDED:
            await self._abort(route, request.url, kind, _NOT_NEEDED[kind])
        elif _MEDIA_PATH.search(urlsplit(request.url).path):
            await self._abort(route, request.url, kind, _NOT_NEEDED["media"])
        else:
            await self._ask(route, request, kind)

    async def _abort(self, route: Route, url: str, kind: str, why: str, state: str = "aborted", **facts: Any) -> None:
        self._list(url, kind, state, why=why, **facts)
        # This code leaves the page standing; any other would put an error page in its place.
        await route.abort("aborted" if kind == "document" else "failed")

    async def _main(self, route: Route, request: Request) -> None:
        if self.shown:
            self.led_away.set()
            self.note(f"navigation refused: {request.url[:500]}")
            await self._abort(route, request.url, "document", "the page must not lead away from itself")
            return
        self.shown = True
        document = self.document
        if urldefrag(request.url)[0] != urldefrag(document.url)[0]:
            self.note(f"the browser spells the address as {request.url[:500]}")
            self.address = request.url
        status = document.status
        if status in _REDIRECTS or status < 200 or status in (204, 205, 304):
            self.note(f"status {status} shown as 200")
            status = 200
        self._list(
            document.url, "document", "from-record", status=document.status, sha256=sha256(document.body).hexdigest()
        )
        await route.fulfill(status=status, headers=shown_headers(document.headers), body=document.body)

    async def _ask(self, route: Route, request: Request, kind: str) -> None:
        url, came = request.url, None
        for _ in range(_HOPS):
            came = await self._fetch(url, kind, request)
            if isinstance(came, Refused):
                state = "failed" if came.failed else "refused"
                await self._abort(route, url, kind, came.reason, state, exchange_id=came.exchange_id)
                return
            facts: dict[str, Any] = {
                "status": came.status,
                "exchange_id": came.exchange_id,
                "sha256": sha256(came.body).hexdigest(),
            }
            if _MEDIA_TYPE.match(header(came.headers, "content-type") or ""):
                await self._abort(route, url, kind, _NOT_NEEDED["media"], **facts)
                return
            if came.status < 200 or came.status == 304:
                await self._abort(route, url, kind, f"status {came.status} carries nothing", "failed", **facts)
                return
            self._list(url, kind, "cached" if came.cached else "fetched", **facts)
            onward = header(came.headers, "location") if came.status in _REDIRECTS else None
            if onward is None:
                await route.fulfill(status=came.status, headers=shown_headers(came.headers), body=came.body)
                return
            url = urldefrag(urljoin(url, onward))[0]
            if urlsplit(url).scheme not in ("http", "https") or _MEDIA_PATH.search(urlsplit(url).path):
                await self._abort(route, url, kind, "a redirect to something that is not fetched")
                return
        await self._abort(route, url, kind, f"more than {_HOPS} redirects", "failed")

    async def _fetch(self, url: str, kind: str, request: Request) -> Fetched | Refused:
        left = self.deadline - asyncio.get_running_loop().time()
        if self._asked >= self.limits.requests:
            self.note(f"more than {self.limits.requests} requests: the rest was refused")
            return Refused(f"more than {self.limits.requests} requests")
        if left <= 0 or self._closing:
            return Refused("the capture's time is over")
        self._asked += 1
        task = asyncio.ensure_future(self.fetch(url, kind, request.headers))
        self._fetching.add(task)
        try:
            await asyncio.wait({task}, timeout=left)
            if not task.done():
                task.cancel()
                return Refused("no answer within the capture's time", failed=True)
            if task.cancelled():
                return Refused("no answer before the picture was taken", failed=True)
            return task.result()
        except Exception as error:  # noqa: BLE001
            # One sub-resource must not lose the picture; the fault stands in the list of requests.
            return Refused(f"{type(error).__name__}: {error}", failed=True)
        finally:
            self._fetching.discard(task)
