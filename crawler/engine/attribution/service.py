"""Registries' services (RDAP, RFC 7480), each asked for one thing at a time through the guard, the pace and the recorder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import clock
from crawler.attribution.registration import Unreadable
from crawler.engine.guard.addresses import AddressPolicy, AddressRefused, Resolver
from crawler.engine.guard.pace import Budget, Pace, VisitStopped, retry_after
from crawler.engine.session import RunSession
from crawler.engine.wire import WireDownloadHandler
from crawler.engine.wire.fetching import naming
from crawler.errors import TitlewatchError, UsageError
from crawler.hosts import host_port
from crawler.model import Exchange

LONGEST = 2 * 1024 * 1024
"""Bytes of one answer, as sent and as unpacked; the longest list of registries is a tenth of that."""
MOST_REDIRECTS = 4
TYPES = frozenset({"application/rdap+json", "application/json"})
FIRST_REST = timedelta(hours=1)
"""How long a service is left alone that asks for it without saying how long."""
LONGEST_REST = timedelta(days=7)
_HEADERS = {"Accept": "application/rdap+json, application/json;q=0.5", "Accept-Encoding": "gzip, deflate"}
_UNREACHABLE = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class LookedUp:
    """How a look-up ended."""

    outcome: str
    """``found``, ``not-found``, ``busy``, ``too-large``, ``cut-short``, ``wrong-type``, ``unreadable``, ``bad-redirect``,
    ``too-many-redirects``, ``refused-address``, ``unreachable``, ``status NNN``."""
    server: str | None
    exchange_id: str | None
    body: bytes = b""
    again_at: datetime | None = None


class Services:
    """Every service that a run asks. They are for programs, so that no robots.txt is asked for."""

    def __init__(self, run: RunSession, settings: Settings, policy: AddressPolicy, resolver: Resolver) -> None:
        self._run, self._settings, self._policy, self._resolver = run, settings, policy, resolver
        self._servers: dict[str, _Server] = {}
        self.resting: dict[str, datetime] = {}
        """Servers that asked to be left alone, and until when."""
        self._stopped: str | None = None

    def stop(self, why: str) -> None:
        """End soon: what waits for its turn is not asked."""
        self._stopped = self._stopped or why
        for server in self._servers.values():
            server.pace.stop(why)

    async def look_up(self, url: str, readable: Callable[[bytes], object]) -> LookedUp:
        """Ask for one thing, and follow where the service sends us. `readable` raises Unreadable for what is no answer.

        Raises VisitStopped, BudgetSpent when nothing more may be asked, StorageError when the disk refuses.
        """
        via: str | None = None
        for hop in range(MOST_REDIRECTS + 1):
            try:
                name = host_port(url)
            except UsageError:
                return LookedUp("bad-redirect", None, via)
            if (until := self.resting.get(name)) is not None and until > clock.now():
                return LookedUp("busy", name, via, again_at=until)
            server = self._server(name)
            try:
                response = await server.get(url, via, hop)
            except VisitStopped:
                if self._stopped is not None:
                    raise
                # It refused us too often, with rests too short to be kept apart.
                self.resting[name] = clock.now() + FIRST_REST
                return LookedUp("busy", name, via, again_at=self.resting[name])
            except AddressRefused as error:
                return LookedUp("refused-address", name, getattr(error, "exchange_id", via))
            except _UNREACHABLE as error:
                return LookedUp("unreachable", name, vars(error).get("exchange_id", via))
            via = response.meta["exchange_id"]
            if response.status not in _REDIRECTS:
                return self._ended(response, name, readable)
            location = (response.headers.get(b"Location") or b"").decode("utf-8", "replace")
            led = _joined(url, location)
            if led is None:
                return LookedUp("bad-redirect", name, via)
            url = led
        return LookedUp("too-many-redirects", name, via)

    def _ended(self, response: Response, server: str, readable: Callable[[bytes], object]) -> LookedUp:
        exchange_id, status = response.meta["exchange_id"], response.status
        if status in (429, 503):
            told = retry_after((response.headers.get(b"Retry-After") or b"").decode("latin-1"))
            rest = FIRST_REST if told is None else min(timedelta(seconds=told), LONGEST_REST)
            until = self.resting[server] = clock.now() + rest
            return LookedUp("busy", server, exchange_id, again_at=until)
        if status == 404:
            return LookedUp("not-found", server, exchange_id)
        if status != 200:
            return LookedUp(f"status {status}", server, exchange_id)
        if "truncated:length" in response.flags or len(response.body) > LONGEST:
            return LookedUp("too-large", server, exchange_id)
        kind = (response.headers.get(b"Content-Type") or b"").decode("latin-1").split(";")[0].strip().lower()
        if kind not in TYPES or "not-downloaded" in response.flags:
            return LookedUp("wrong-type", server, exchange_id)
        if any(flag == "broken" or flag.startswith("truncated:") for flag in response.flags):
            return LookedUp("cut-short", server, exchange_id)
        try:
            readable(response.body)
        except Unreadable:
            return LookedUp("unreadable", server, exchange_id)
        return LookedUp("found", server, exchange_id, bytes(response.body))

    def _server(self, name: str) -> "_Server":
        if name not in self._servers:
            server = self._servers[name] = _Server(self._run, self._settings, self._policy, self._resolver)
            if self._stopped is not None:
                server.pace.stop(self._stopped)
        return self._servers[name]


class _Server:
    """One ``host:port``, its pace and the wire to it."""

    def __init__(self, run: RunSession, settings: Settings, policy: AddressPolicy, resolver: Resolver) -> None:
        self._run = run
        self._agent = settings["USER_AGENT"]
        self.pace = Pace(run.configuration.crawl.delay, 1, budget=Budget(None, run.budget))
        crawler = Crawler(Spider, settings.copy())
        facts: Mapping[str, Any] = {
            "exchange_sink": self._take,
            "exchange_facts": {"run_id": run.run_id, "site_id": ""},
            "address_policy": policy,
            "resolver": resolver,
            "pace": self.pace,
            "wire_folder": run.spool.folder,
            "storage_refused": run.fail,
        }
        for name, value in facts.items():
            setattr(crawler, name, value)
        self._wire = WireDownloadHandler.from_crawler(crawler)

    async def get(self, url: str, via: str | None, hop: int) -> Response:
        """The answer of one address, redirects not followed; raises what the wire raises, with its ``exchange_id``."""
        request = Request(
            url,
            headers={"User-Agent": self._agent, **_HEADERS},
            meta={"exchange": {"purpose": "attribution", "via": via, "hop": hop}, "download_maxsize": LONGEST},
        )
        with naming(request):
            response = await self._wire.download_request(request)
        response.request = request
        return response

    def _take(self, exchange: Exchange) -> None:
        try:
            self._run.recorder.take(exchange)
        except TitlewatchError as error:
            self._run.fail(error)


def _joined(url: str, location: str) -> str | None:
    """Where a redirect leads; None for nowhere, for what is not HTTP, and for a way from a safe line to an open one."""
    try:
        led = urljoin(url, location)
        parts = urlsplit(led)
    except ValueError:
        return None
    if not location or parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    return None if url.startswith("https:") and parts.scheme == "http" else led
