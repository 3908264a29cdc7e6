"""The download handler that records: Scrapy asks it for responses, it hands every exchange to a sink."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from twisted.internet.ssl import Certificate

from crawler import clock
from crawler.engine.guard.addresses import AddressPolicy, AddressRefused, Resolver
from crawler.engine.wire.connection import ConnectFailed, Connection, connect
from crawler.engine.wire.decoding import Decoded, undo
from crawler.engine.wire.media import judge, judge_landing
from crawler.engine.wire.names import check_names
from crawler.engine.wire.outgoing import request_bytes
from crawler.engine.wire.room import Room
from crawler.engine.wire.tls import Unenforced
from crawler.errors import StorageError, TitlewatchError
from crawler.hosts import as_address, host_port
from crawler.model import Exchange

BYTE_LIMIT = 16 * 1024 * 1024
READ_LIMIT = 4 * 1024 * 1024
"""Bytes of an unpacked page that the spider gets; the record has them all."""
TRANSFER_CODINGS = (b"gzip", b"x-gzip", b"deflate")
ROBOTS_LIMIT = 1024 * 1024
LANDING_LIMIT = 512 * 1024
"""Of a landing page, as sent and as unpacked: its state stands at its beginning."""
ROOM = Room()
PICTURES = Room(32 * 1024 * 1024)
"""Of their own: pages wait for pictures, and pictures must not wait for pages."""
_ROOMS = {"page": ROOM, "picture": PICTURES, "part": PICTURES}
TIME_LIMIT = 180.0
CONNECT_LIMIT = 15.0
"""Seconds for one address, so that a dead one leaves time for the next."""
IDLE_LIMIT = 60.0
ExchangeSink = Callable[[Exchange], object]
Truncated = Literal["length", "time", "disconnect", "unspecified"]

_ERROR_KINDS = {
    "closed": "protocol",
    "unclean": "reset",
    "reset": "reset",
    "tls": "tls",
    "idle": "timeout",
    "time": "timeout",
    "length": "too-large",
}
_NO_HOST = (CannotResolveHostError, ValueError)
"""What a URL raises that names no host or no port there can be."""
_TRUNCATED: dict[str, Truncated] = {
    "closed": "disconnect",
    "unclean": "disconnect",
    "reset": "disconnect",
    "idle": "time",
    "time": "time",
    "length": "length",
    "work": "length",
}


@dataclass(slots=True)
class _Attempt:
    """What is known of an exchange while it happens."""

    exchange_id: str
    url: str
    method: str
    started_at: datetime = field(default_factory=clock.now)
    monotonic_ns: int = field(default_factory=clock.monotonic_ns)
    resolved: tuple[str, ...] = ()
    error: str | None = None
    truncated: Truncated | None = None
    connection: Connection | None = None


class WireDownloadHandler(HTTP11DownloadHandler):
    """HTTP/1.1 over one connection per request, every byte above TLS recorded in both directions.

    For each request one `Exchange` is handed to ``request.meta["titlewatch_exchange_sink"]``
    or to the crawler's ``exchange_sink``, before the response (or the exception) reaches
    anybody. Facts come from the crawler's ``exchange_facts`` and ``request.meta["exchange"]``
    (run_id, site_id, purpose, via, hop); ``request.meta["exchange_id"]`` is set first. The
    crawler's ``address_policy`` says what may be connected to, its ``pace`` when.

    A response that breaks the protocol reaches the spider with the flag ``lenient``, a cut
    one with ``truncated:REASON`` too, one that cannot be read to its end with ``broken``,
    one whose body may be a work, and was therefore left
    on the server, with ``not-downloaded``. Content codings are undone here, within bounds,
    because Scrapy drops a page whose coding is not what it says. Long pages and parts of pictures wait until
    there is `ROOM` for them in memory. A crawler's ``wire_folder`` is where long responses lie while they
    arrive; its ``storage_refused`` is told when the disk does not take them. Proxies are never used. The signals
    headers_received and bytes_received are not sent: nobody but the guard stops a download.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        check_names(self)
        settings = crawler.settings
        # Priority 0 is Scrapy's own default, which is far above what a page needs.
        ours = settings.getpriority("DOWNLOAD_MAXSIZE") == 0
        self._byte_limit = BYTE_LIMIT if ours else self._default_maxsize
        self._idle_limit = (
            IDLE_LIMIT if settings.getpriority("DOWNLOAD_TIMEOUT") == 0 else settings.getfloat("DOWNLOAD_TIMEOUT")
        )
        self._time_limit = settings.getfloat("WIRE_TIME_LIMIT", TIME_LIMIT)
        most = self._byte_limit or BYTE_LIMIT
        self._read_limits = {"page": min(READ_LIMIT, most), "robots": min(ROBOTS_LIMIT, most)}
        self._read_limits["landing"] = min(LANDING_LIMIT, most)
        bind: Any = self._bind_address
        self._answered: dict[str, str] = {}
        """``host:port`` -> the address that last took a connection, tried first."""
        self._bind: tuple[str, int] | None = (bind, 0) if isinstance(bind, str) else bind
        self._resolver: Resolver = getattr(crawler, "resolver", None) or Resolver(
            timeout=settings.getfloat("DNS_TIMEOUT", 30)
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch and record.

        Raises AddressRefused, VisitStopped, BudgetSpent, StorageError or a Scrapy download error.
        """
        pace = getattr(self._crawler, "pace", None)
        async with pace.turn() if pace is not None else nullcontext():
            attempt = _Attempt(clock.new_id(), urldefrag(request.url)[0], request.method)
            request.meta["exchange_id"] = attempt.exchange_id
            try:
                flags = await self._fetch(request, attempt)
            except asyncio.CancelledError:
                attempt.error, attempt.truncated = "reset: the fetch was cancelled", "unspecified"
                raise
            except Exception as error:
                if attempt.error is None and attempt.connection is None and isinstance(error, _NO_HOST):
                    attempt.error = f"dns: {error}"
                elif attempt.error is None and isinstance(error, TitlewatchError):
                    attempt.error = f"protocol: {error}"
                elif attempt.error is None:
                    attempt.error, attempt.truncated = f"ours: {type(error).__name__}: {error}", "unspecified"
                raise
            finally:
                exchange = self._exchange(request, attempt)
                sink = request.meta.get("titlewatch_exchange_sink") or getattr(self._crawler, "exchange_sink", None)
                if sink is not None:
                    sink(exchange)
                if pace is not None:
                    _tell(pace, exchange, attempt)
                del exchange
        return await self._response(request, attempt, flags)

    async def close(self) -> None:
        """Nothing is pooled, so nothing is left to close."""

    async def _fetch(self, request: Request, attempt: _Attempt) -> list[str]:
        """Make the exchange; returns the flags of its response."""
        meta = request.meta
        idle = float(meta.get("download_timeout") or self._idle_limit)
        byte_limit = int(meta.get("download_maxsize") or self._byte_limit or BYTE_LIMIT)
        loop_time = asyncio.get_running_loop().time
        began = loop_time()
        target = host_port(attempt.url)
        parts = urlsplit(attempt.url)
        host = (parts.hostname or "").encode("idna").decode("ascii") if not attempt.url.isascii() else parts.hostname
        if not host:
            raise CannotResolveHostError(attempt.url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        policy: AddressPolicy = getattr(self._crawler, "address_policy", None) or AddressPolicy()
        admitted = await self._admitted(host, target, policy, attempt)

        def check_peer(address: str) -> None:
            refusal = policy.refusal(target, address)
            if refusal is not None:
                raise AddressRefused(f"the connected address is refused ({refusal})", target)

        outgoing = request_bytes(request, attempt.url)
        failure = "no address"
        for address in sorted(admitted, key=lambda address: address != self._answered.get(target)):
            connection = Connection(
                outgoing,
                request.method,
                parts.path,
                tls=Unenforced(host) if secure else None,
                check_peer=check_peer,
                byte_limit=byte_limit,
                idle_limit=idle,
                deadline=began + self._time_limit,
                folder=getattr(self._crawler, "wire_folder", None),
                judging=judge_landing if (meta.get("exchange") or {}).get("purpose") == "landing" else judge,
            )
            try:
                left = max(1.0, began + self._time_limit - loop_time())
                await connect(connection, address, port, timeout=min(idle, left, CONNECT_LIMIT), bind=self._bind)
                self._answered[target] = address
                break
            except ConnectFailed as error:
                failure = f"{address}:{port}: {error}"
        else:
            attempt.error = f"connect: {failure}"
            raise DownloadConnectionRefusedError(attempt.error)
        attempt.connection = connection
        try:
            await connection.ended()
            connection.recording.value()
        except asyncio.CancelledError:
            connection.abandon()
            raise
        except OSError as error:
            attempt.error, attempt.truncated = f"storage: {error.strerror}", "unspecified"
            refused = StorageError(f"a response could not be kept ({error.strerror})", attempt.url, "free some space")
            getattr(self._crawler, "storage_refused", lambda error: None)(refused)
            raise refused from error
        if connection.first_byte_at is not None:
            meta["download_latency"] = (connection.first_byte_at - attempt.started_at).total_seconds()
        return self._flags(connection, attempt)

    async def _admitted(self, host: str, target: str, policy: AddressPolicy, attempt: _Attempt) -> tuple[str, ...]:
        try:
            attempt.resolved = await self._resolver.addresses(host)
        except OSError as error:
            attempt.error = f"dns: {host}: {error}"
            raise CannotResolveHostError(attempt.error) from error
        try:
            return policy.admit(target, attempt.resolved)
        except AddressRefused as refusal:
            attempt.error = f"refused-address: {refusal.what}"
            raise

    def _flags(self, connection: Connection, attempt: _Attempt) -> list[str]:
        """Tell how the exchange ended. Raises what Scrapy raises where there is no response."""
        end, detail, framing = connection.end, connection.detail, connection.framing
        assert end is not None
        if end == "refused":
            attempt.error = f"refused-address: {detail}"
            raise connection.refusal or AddressRefused(detail)
        broken = end == "closed" and framing.done
        attempt.truncated = _TRUNCATED.get(end) if connection.recording.length and not broken else None
        if end in _ERROR_KINDS:
            attempt.error = f"{_ERROR_KINDS[end]}: {detail}"
        if framing.head is None or (end in _ERROR_KINDS and framing.body_start is None):
            attempt.error = attempt.error or f"protocol: {'; '.join(framing.problems) or 'no status line'}"
            if end in ("idle", "time"):
                raise DownloadTimeoutError(attempt.error)
            raise DownloadFailedError(attempt.error)
        flags = ["lenient"] if framing.problems or end in _ERROR_KINDS else []
        if attempt.truncated and end != "work":
            flags.append(f"truncated:{attempt.truncated}")
        elif broken:
            flags.append("broken")
        return [*flags, "not-downloaded"] if end == "work" else flags

    async def _response(self, request: Request, attempt: _Attempt, flags: list[str]) -> Response:
        connection = attempt.connection
        assert connection is not None
        framing, head = connection.framing, connection.framing.head
        assert head is not None
        headers = Headers()
        for name, value in head.fields:
            headers.appendlist(name, value)
        # The body below is whole and plain already; telling Scrapy of the codings would be untrue.
        headers.pop(b"Transfer-Encoding", None)
        transfer = b",".join(head.values(b"transfer-encoding")).split(b",")
        codings = b",".join(headers.getlist(b"Content-Encoding")).split(b",")
        codings += [coding for coding in transfer if coding.strip().lower() in TRANSFER_CODINGS]
        headers.pop(b"Content-Encoding", None)
        purpose = (request.meta.get("exchange") or {}).get("purpose", "page")
        limit = self._read_limits.get(purpose, self._byte_limit or BYTE_LIMIT)
        packed = any(coding.strip() for coding in codings)
        decoded, entered, room = Decoded(b""), 0, _ROOMS.get(purpose, ROOM)
        if "not-downloaded" not in flags and purpose in _ROOMS:
            # What a packed body comes to is known afterwards; few come to more than eight times their length.
            most = framing.body_length * (8 if packed else 1)
            entered = await room.enter(min(limit, most))
        try:
            if "not-downloaded" not in flags:
                body = framing.body(connection.recording.value(), None if packed else limit + 1)
                decoded = undo(body, codings, limit)
            if decoded.left:
                headers[b"Content-Encoding"] = b", ".join(decoded.left)
            if decoded.problem is not None:
                flags = list(dict.fromkeys(["lenient", *flags, *(["truncated:length"] if decoded.cut else [])]))
            make = responsetypes.from_args(headers=headers, url=attempt.url, body=decoded.body)
            response = make(
                url=attempt.url,
                status=head.status,
                headers=headers,
                body=decoded.body,
                flags=flags,
                certificate=None if connection.certificate is None else Certificate(connection.certificate),
                ip_address=as_address(connection.address or ""),
                protocol=f"HTTP/{head.version or '1.1'}",
            )
        except BaseException:
            room.leave(entered)
            raise
        room.keep(response, entered, len(decoded.body))
        return response

    def _exchange(self, request: Request, attempt: _Attempt) -> Exchange:
        facts: dict[str, Any] = {
            **(getattr(self._crawler, "exchange_facts", None) or {}),
            **(request.meta.get("exchange") or {}),
        }
        connection = attempt.connection
        head = None if connection is None else connection.framing.head
        return Exchange(
            exchange_id=attempt.exchange_id,
            run_id=facts.get("run_id", ""),
            site_id=facts.get("site_id", ""),
            url=attempt.url,
            method=attempt.method,
            request=b"" if connection is None else connection.sent,
            response=b"" if connection is None else connection.recording.value(),
            started_at=attempt.started_at,
            finished_at=clock.now(),
            monotonic_ns=attempt.monotonic_ns,
            first_byte_at=None if connection is None else connection.first_byte_at,
            address=None if connection is None else connection.address,
            port=None if connection is None else connection.port,
            tls=None if connection is None else connection.tls,
            resolved=attempt.resolved,
            status=None if head is None else head.status,
            truncated=attempt.truncated,
            error=attempt.error,
            purpose=facts.get("purpose", "page"),
            via=facts.get("via"),
            hop=facts.get("hop", 0),
        )


def _tell(pace: Any, exchange: Exchange, attempt: _Attempt) -> None:
    head = None if attempt.connection is None else attempt.connection.framing.head
    headers: Mapping[str, str] = {}
    if head is not None:
        headers = {"retry-after": head.first(b"retry-after").decode("latin-1")}
    latency = None
    if exchange.first_byte_at is not None:
        latency = (exchange.first_byte_at - exchange.started_at).total_seconds()
    pace.heed(exchange.status, headers, latency)
