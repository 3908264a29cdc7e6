"""A small HTTP/1.1 server on loopback, in a thread of its own, that answers from memory."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType

from crawler import clock

_HEAD_LIMIT = 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, as the server read it."""

    site: str
    method: str
    path: str
    """Path and query, as sent."""
    time: datetime
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, in the order sent."""

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers; Date, Content-Length and Connection are added on the way out."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    """Close the connection without a word instead."""


Answerer = Callable[[Heard], Answer]


class LoopbackServer:
    """Serves one site on 127.0.0.1 and a free port, from `start` to `stop`.

    `log` collects what is heard, unless it is None; `latency` is the seconds before each answer.
    """

    def __init__(self, site: str, answerer: Answerer, log: list[Heard] | None, latency: float = 0.0) -> None:
        self.site, self.answerer, self.latency = site, answerer, latency
        self.log = log
        self.port = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"practice-{site}", daemon=True)
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """The site's front page, with a slash at the end."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> "LoopbackServer":
        """Listen. Raises OSError when no port can be had."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> "LoopbackServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        connections: set[_Connection] = set()
        try:
            listening = self._loop.run_until_complete(
                self._loop.create_server(lambda: _Connection(self, connections), "127.0.0.1", 0, backlog=512)
            )
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            listening.close()
            for connection in list(connections):
                connection.abort()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()


class _Connection(asyncio.Protocol):
    """One client connection: requests one after another, pipelined or not."""

    def __init__(self, server: LoopbackServer, connections: "set[_Connection]") -> None:
        self.server, self.connections = server, connections
        self.unread = b""
        self.busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)
        self.transport = None

    def abort(self) -> None:
        if self.transport:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.unread += data
        self._proceed()

    def _proceed(self) -> None:
        while self.transport and not self.busy:
            head, found, rest = self.unread.partition(b"\r\n\r\n")
            if not found:
                if len(self.unread) > _HEAD_LIMIT:
                    self._send(Answer(431, b"", "text/plain"), "GET", keep=False)
                return
            lines = head.decode("latin-1").split("\r\n")
            request_line = lines[0].split(" ")
            headers = tuple(
                (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])
            )
            heard_length = next((value for name, value in headers if name == "content-length"), "0")
            if len(request_line) != 3 or not heard_length.isdigit():
                self._send(Answer(400, b"", "text/plain"), "GET", keep=False)
                return
            if len(rest) < int(heard_length):
                return
            self.unread = rest[int(heard_length) :]
            method, path, version = request_line
            heard = Heard(self.server.site, method, path, clock.now(), headers)
            if self.server.log is not None:
                self.server.log.append(heard)
            wish = (heard.header("connection") or "").lower()
            keep = wish != "close" and (version == "HTTP/1.1" or wish == "keep-alive")
            if self.server.latency:
                self.busy = True
                self.server._loop.call_later(self.server.latency, self._answer_late, heard, keep)
            else:
                self._send(self.server.answerer(heard), method, keep)

    def _answer_late(self, heard: Heard, keep: bool) -> None:
        self.busy = False
        self._send(self.server.answerer(heard), heard.method, keep)
        self._proceed()

    def _send(self, answer: Answer, method: str, keep: bool) -> None:
        if not self.transport:
            return
        if answer.drop:
            self.transport.abort()
            self.transport = None
            return
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Date: {format_datetime(clock.now(), usegmt=True)}",
        ]
        if answer.status != 304:
            lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
        body = b"" if method == "HEAD" or answer.status == 304 else answer.body
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
        if not keep:
            self.transport.close()
            self.transport = None
