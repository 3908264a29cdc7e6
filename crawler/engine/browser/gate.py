"""The gate between one page in the browser and the world: it shows, asks, refuses, and lists it all."""

import asyncio
import re
from collections.abc import Awaitable
from hashlib import sha256
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    Error,
    Page,
    Request,
    Route,
)

from crawler.engine.browser.capture import Document, Fetch, Fetched, Limits, Purpose, Refused
from crawler.engine.browser.happenings import QUIET_FROM, Happenings
from crawler.engine.browser.headers import header, shown_headers
from crawler.engine.browser.restraint import RESTRAINED, SCROLLING, SOCKET, Asking
from crawler.health.challenges import answers_from

_NOT_NEEDED = {
    "media": "sound and moving pictures are not fetched",
    "websocket": "no standing connections",
    "eventsource": "no standing connections",
    "ping": "a picture needs no reports",
    "cspviolationreport": "a picture needs no reports",
    "prefetch": "a picture needs no other pages",
    "manifest": "a picture needs no manifest",
}
_NOT_READ = {
    "image": "pictures are not read",
    "font": "fonts are not read",
    "subframe": "frames are not read",
    "texttrack": "subtitles are not read",
}
"""What a page is not given that is shown for its text alone."""
_MEDIA_PATH = re.compile(
    r"\.(m3u8?|mpd|ts|m4s|cmf[va]|mp4|m4v|m4a|mkv|webm|mov|avi|flv|f4v|wmv|rmvb|mpe?g|ogv|ogg|oga|opus|mp3|aac|flac|wav)$",
    re.IGNORECASE,
)
_MEDIA_TYPE = re.compile(r"^\s*(video/|audio/|application/(vnd\.apple\.mpegurl|x-mpegurl|dash\+xml))", re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
# What a page may be that is shown with its scripts off: nothing that leads away, asks, opens or saves (HTML, 7.1.5).
_SANDBOX = "sandbox allow-same-origin"


class Gate:
    """Everything that one page tried, and what became of it."""

    def __init__(
        self,
        document: Document,
        fetch: Fetch,
        limits: Limits,
        deadline: float,
        scripts: bool = True,
        purpose: Purpose = "picture",
    ) -> None:
        self.purpose = purpose
        self.grows = False
        """True once the page wants to know when it is scrolled: it may show more then."""
        self.document, self.fetch, self.limits, self.deadline = document, fetch, limits, deadline
        self.scripts = scripts
        self.happened = Happenings()
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
        self._asking = Asking()
        self._asked = 0
        self._given = 0
        self._open = 0
        self._fetching: set[asyncio.Future[Fetched | Refused]] = set()
        self._closing = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def waits(self) -> bool:
        """Whether a sub-resource is being fetched."""
        return bool(self._fetching)

    def note(self, words: str) -> None:
        """Keep a plain fact for the record, once."""
        self.happened.note(words)

    async def guard(self, context: BrowserContext) -> Page:
        """Open the context's one page behind this gate."""
        await context.add_init_script(self._asking.script)
        await context.route("**/*", self._route)
        page = await context.new_page()
        self._page = page
        context.on("page", self._other_page)
        page.on("dialog", self._dialog)
        page.on("download", self._download)
        page.on("crash", lambda _: self.crashed.set())
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
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

    def _console(self, message: ConsoleMessage) -> None:
        asked = self._asking.asked(message.text)
        if asked is not None:
            self._heard(asked)
        elif self.happened.add("console", f"{message.type}: {message.text}") == QUIET_FROM and self._page is not None:
            self.note(f"the console was not listened to after {QUIET_FROM} messages")
            self._page.remove_listener("console", self._console)

    def _heard(self, asked: str) -> None:
        if asked.startswith(SOCKET):
            self._list(asked.removeprefix(SOCKET), "websocket", "aborted", why=_NOT_NEEDED["websocket"])
        elif asked == SCROLLING:
            self.grows = True
        elif asked.startswith(RESTRAINED):
            self.note(f"the page called {asked.removeprefix(RESTRAINED)} too often; further calls did nothing")
        else:
            self.happened.add("permissions", asked)

    def _page_error(self, error: Error) -> None:
        self.happened.add("errors", f"uncaught: {error.message}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.happened.add("dialogs", {"type": dialog.type, "message": dialog.message[:200], "answer": "dismissed"})
        await self._send_away(dialog.dismiss())

    async def _download(self, download: Download) -> None:
        self.happened.add("downloads", {"url": download.url[:2000], "name": download.suggested_filename[:200]})
        self.saved = self.saved or urldefrag(download.url)[0] == urldefrag(self.address)[0]
        await self._send_away(download.cancel())

    async def _other_page(self, other: Page) -> None:
        if other is self._page:
            return
        # What it would show passes the gate too, and is listed there.
        if other.url in ("", "about:blank"):
            self._popup(other.url or "about:blank")
        await self._send_away(other.close())

    def _popup(self, url: str) -> None:
        self.happened.add("popups", {"url": url[:2000]})

    async def _send_away(self, ending: Awaitable[None]) -> None:
        try:
            await ending
        except Error as error:
            self.note(f"the browser answered: {error.message.splitlines()[0][:200]}")

    def _list(
        self,
        url: str,
        kind: str,
        state: str,
        why: str | None = None,
        came: Fetched | None = None,
        exchange_id: str | None = None,
    ) -> None:
        source = came.source if came else None
        self.happened.add(
            "requests",
            {
                "url": url[:8000],
                "type": kind,
                "state": state,
                "why": why,
                "status": came.status if came else None,
                "exchange_id": came.exchange_id if came else exchange_id,
                "address": source.address if source else None,
                "certificate_sha256": source.certificate_sha256 if source else None,
                "recorded": source.recorded_at if source else None,
                "sha256": sha256(came.body).hexdigest() if came else None,
                "bytes": len(came.body) if came else None,
            },
        )

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
                self._popup(request.url)
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
        elif self.purpose == "reading" and answers_from(request.url, self.address):
            await self._abort(route, request.url, kind, "it would answer a challenge, which only people may pass")
        elif self.purpose == "reading" and kind in _NOT_READ:
            await self._abort(route, request.url, kind, _NOT_READ[kind])
        else:
            await self._ask(route, request, kind)

    async def _abort(
        self,
        route: Route,
        url: str,
        kind: str,
        why: str,
        state: str = "aborted",
        came: Fetched | None = None,
        exchange_id: str | None = None,
    ) -> None:
        self._list(url, kind, state, why, came, exchange_id)
        # This code leaves the page standing; any other would put an error page in its place.
        await route.abort("aborted" if kind == "document" else "failed")

    async def _main(self, route: Route, request: Request) -> None:
        if self.shown:
            self.led_away.set()
            self.happened.add("navigations", {"url": request.url[:2000], "method": request.method})
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
        source = document.source
        came = Fetched(document.status, (), document.body, source.exchange_id if source else None, source=source)
        self._list(document.url, "document", "from-record", came=came)
        headers = shown_headers(document.headers)
        if not self.scripts:
            policies = [headers.get("content-security-policy"), _SANDBOX]
            headers["content-security-policy"] = ", ".join(policy for policy in policies if policy)
        await route.fulfill(status=status, headers=headers, body=document.body)

    async def _ask(self, route: Route, request: Request, kind: str) -> None:
        url = request.url
        for _ in range(_HOPS):
            came = await self._fetch(url, kind, request)
            if isinstance(came, Refused):
                state = "failed" if came.failed else "refused"
                await self._abort(route, url, kind, came.reason, state, exchange_id=came.exchange_id)
                return
            onward = header(came.headers, "location") if came.status in _REDIRECTS else None
            if onward is None:
                await self._give(route, url, kind, came)
                return
            self._list(url, kind, "cached" if came.cached else "fetched", came=came)
            url = urldefrag(urljoin(url, onward))[0]
            if urlsplit(url).scheme not in ("http", "https") or _MEDIA_PATH.search(urlsplit(url).path):
                await self._abort(route, url, kind, "a redirect to something that is not fetched")
                return
        await self._abort(route, url, kind, f"more than {_HOPS} redirects", "failed")

    async def _give(self, route: Route, url: str, kind: str, came: Fetched) -> None:
        """Hand what came to the browser, unless a picture does not need it."""
        if _MEDIA_TYPE.match(header(came.headers, "content-type") or ""):
            await self._abort(route, url, kind, _NOT_NEEDED["media"], came=came)
        elif came.status < 200 or came.status == 304:
            await self._abort(route, url, kind, f"status {came.status} carries nothing", "failed", came)
        elif len(came.body) > self.limits.body_bytes:
            self.note(f"parts larger than {self.limits.body_bytes} bytes were left out of the picture")
            await self._abort(route, url, kind, "larger than a picture needs", "refused", came)
        elif self._given + len(came.body) > self.limits.total_bytes:
            self.note(f"the picture was made without what came after {self.limits.total_bytes} bytes")
            await self._abort(route, url, kind, "the picture has had its share of bytes", "refused", came)
        else:
            self._given += len(came.body)
            self._list(url, kind, "cached" if came.cached else "fetched", came=came)
            await route.fulfill(status=came.status, headers=shown_headers(came.headers), body=came.body)

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
        except Exception as error:  # noqa: BLE001 - listed with the capture
            # One sub-resource must not lose the picture; the fault stands in the list of requests.
            return Refused(f"{type(error).__name__}: {error}", failed=True)
        finally:
            self._fetching.discard(task)
