"""One TCP connection that carries one exchange, with every byte of it kept."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from OpenSSL import SSL
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.protocol import ClientFactory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler import clock
from crawler.engine.guard.addresses import AddressRefused
from crawler.engine.wire.framing import Framing
from crawler.engine.wire.media import Judge, judge
from crawler.engine.wire.recording import Recording
from crawler.engine.wire.tls import Unenforced, describe
from crawler.model import Tls

LINGER = 0.2
"""Seconds for which bytes after the message's end are waited for; they belong to the record too."""
FAREWELL = 1.0
End = Literal["whole", "closed", "unclean", "reset", "refused", "tls", "idle", "time", "length", "work"]


@implementer(IHandshakeListener)
class Connection(Protocol):
    """Sends `request` once the peer is checked (and TLS is up), and records what comes back until the message ends."""

    def __init__(
        self,
        request: bytes,
        method: str,
        path: str,
        *,
        tls: Unenforced | None,
        check_peer: Callable[[str], None],
        byte_limit: int,
        idle_limit: float,
        deadline: float,
        folder: Path | None = None,
        judging: Judge = judge,
    ) -> None:
        self.framing = Framing(method)
        self.recording = Recording(folder)
        self.sent = b""
        self.address: str | None = None
        self.port: int | None = None
        self.tls: Tls | None = None
        self.certificate: Any = None
        self.first_byte_at: datetime | None = None
        self.end: End | None = None
        self.detail = ""
        self.refusal: AddressRefused | None = None
        self._request = request
        self._path = path
        self._tls = tls
        self._check_peer = check_peer
        self._byte_limit = byte_limit
        self._idle_limit = idle_limit
        self._deadline = deadline
        self._judging = judging
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._judged = False
        self._transport: Any = None

    async def ended(self) -> End:
        """Wait until the exchange is over, in whatever way. Raises what went wrong on our side."""
        await self._over
        assert self.end is not None
        return self.end

    def connectionMade(self) -> None:
        self._transport = self.transport
        try:
            address, self.port = self._transport.getHandle().getpeername()[:2]
            self.address = str(address).split("%", 1)[0]
            self._check_peer(self.address)
        except OSError as error:
            self._finish("reset", str(error), abort=True)
            return
        except AddressRefused as refusal:
            self.refusal = refusal
            self._finish("refused", str(refusal), abort=True)
            return
        self._transport.setTcpNoDelay(True)
        self._watch()
        if self._tls is None:
            self._send()
        else:
            self._transport.startTLS(self._tls)

    def handshakeCompleted(self) -> None:
        assert self._tls is not None
        handle = self._transport.getHandle()
        try:
            self.tls = describe(handle, self._tls.server_name)
        except Exception as fault:  # noqa: BLE001 - raised again by `ended`
            self._fault(fault)
            return
        self.certificate = handle.get_peer_certificate()
        self._send()

    def dataReceived(self, data: bytes) -> None:
        if self._over.done():
            return
        try:
            self._receive(data)
        except Exception as fault:  # noqa: BLE001 - raised again by `ended`
            self._fault(fault)

    def _receive(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self.first_byte_at is None:
            self.first_byte_at = clock.now()
        room = self._byte_limit - self.recording.length
        over = len(data) > room
        if over:
            data = data[:room]
        self.recording.append(data)
        self.framing.feed(data)
        if self.end == "whole":
            return
        if self._is_work():
            assert self.framing.body_start is not None
            self.recording.value(self.framing.body_start)
            self._finish("work", abort=True)
        elif self.framing.done:
            self._whole()
        elif over:
            self._finish("length", f"more than {self._byte_limit} bytes", abort=True)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.end == "whole":
            self._settle()
            return
        if self.end is not None:
            return
        value = reason.value
        if self._tls is not None and self.tls is None:
            self._finish("tls", _tls_words(value))
        elif isinstance(value, ConnectionDone):
            missing = self.framing.closed()
            self._finish("closed" if missing else "whole", missing or "")
        elif self._tls is not None:
            self.framing.closed()
            alert = isinstance(value, SSL.Error)
            self._finish("unclean", _tls_words(value) if alert else "the connection ended without a TLS close_notify")
        else:
            self.framing.closed()
            self._finish("reset", str(value))

    def abandon(self) -> None:
        """Close at once; nothing that arrives later is kept."""
        self._finish("unclean", "abandoned by us", abort=True)

    def _send(self) -> None:
        self.sent = self._request
        self._transport.write(self._request)

    def _is_work(self) -> bool:
        framing = self.framing
        if self._judged or framing.head is None or framing.body_start is None:
            return False
        if framing.done and framing.body_start == framing.received:
            self._judged = True
            return False
        verdict = self._judging(framing.head, framing.sample, self._path, complete=framing.done)
        self._judged = verdict != "unsure"
        return verdict == "work"

    def _whole(self) -> None:
        """The message is complete; until the server closes, as we asked it to, it may add bytes."""
        self.end = "whole"
        self._set_timer(LINGER, self._settle)

    def _settle(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
            self._part()

    def _finish(self, end: End, detail: str = "", *, abort: bool = False) -> None:
        if self.end is None:
            self.end, self.detail = end, detail
        if not self._over.done():
            self._over.set_result(None)
        if abort:
            if self._timer is not None:
                self._timer.cancel()
            if self._transport is not None:
                self._transport.abortConnection()

    def _fault(self, fault: Exception) -> None:
        """A fault of ours (a full disk, a bug) is never recorded as the server's: `ended` raises it."""
        if not self._over.done():
            self._over.set_exception(fault)
        self._finish("unclean", str(fault), abort=True)

    def _part(self) -> None:
        """Close politely, and firmly if the peer does not."""
        if self._transport is not None and self._transport.connected:
            self._set_timer(FAREWELL, self._transport.abortConnection)
            self._transport.loseConnection()

    def _set_timer(self, seconds: float, action: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, action)

    def _watch(self) -> None:
        moment = self._loop.time()
        if moment >= self._deadline:
            self._finish("time", "the time limit of one exchange is reached", abort=True)
        elif moment >= self._heard + self._idle_limit:
            self._finish("idle", f"nothing was received for {self._idle_limit:g} seconds", abort=True)
        else:
            self._set_timer(min(self._deadline, self._heard + self._idle_limit) - moment + 0.001, self._watch)


def _tls_words(value: BaseException | None) -> str:
    if isinstance(value, SSL.Error) and value.args and isinstance(value.args[0], list):
        return "; ".join(str(entry[-1]) for entry in value.args[0]) or "the handshake failed"
    return str(value) or "the handshake failed"


class ConnectFailed(Exception):
    """No TCP connection came about; the message says why."""


class _Factory(ClientFactory):
    noisy = False

    def __init__(self, connection: Connection, connected: "asyncio.Future[None]") -> None:
        self._connection = connection
        self._connected = connected

    def buildProtocol(self, addr: object) -> Connection:
        if not self._connected.done():
            self._connected.set_result(None)
        return self._connection

    def clientConnectionFailed(self, connector: object, reason: Failure) -> None:
        if not self._connected.done():
            self._connected.set_exception(ConnectFailed(reason.getErrorMessage().rstrip(".")))


async def connect(
    connection: Connection, address: str, port: int, *, timeout: float, bind: tuple[str, int] | None = None
) -> None:
    """Connect to a checked address. Raises ConnectFailed."""
    from twisted.internet import reactor as installed

    reactor: Any = installed
    connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    connector = reactor.connectTCP(address, port, _Factory(connection, connected), timeout=timeout, bindAddress=bind)
    try:
        await connected
    except asyncio.CancelledError:
        connector.disconnect()
        raise
