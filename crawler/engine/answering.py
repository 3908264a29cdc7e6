"""One HTTP exchange with a timestamp authority or a holder of revocation lists: no redirect, no proxy, a hard end."""

import socket
import ssl
import threading
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TypeVar
from urllib.parse import urlsplit

from crawler import __version__
from crawler.engine.guard.addresses import AddressPolicy, literal
from crawler.errors import TitlewatchError
from crawler.hosts import host_port

FAILURES = (TitlewatchError, OSError, HTTPException, ValueError)
"""What `answer` raises."""
Line = TypeVar("Line", bound=socket.socket)
_HEADERS = {"User-Agent": f"titlewatch/{__version__}", "Connection": "close"}


def host_of(url: str) -> str:
    """The host of an http(s) URL, lower case. Raises UsageError for anything else."""
    return host_port(url).rpartition(":")[0]


def answer(
    url: str, own: str, limit: int, seconds: float, query: bytes | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """The body of a 200 answer to a POST of `query`, or to a GET; at most `limit` bytes and one more.

    The host is resolved once and its addresses are held to the guard's policy: private and
    loopback ones only for the host `own`, which the operator configured. Raises one of
    `FAILURES`: AddressRefused, TimeoutError when `seconds` are over, whatever took them.
    """
    exchange = _Exchange(url, own, limit, seconds, query, {**_HEADERS, **(headers or {})})
    exchange.start()
    exchange.join(seconds)
    if exchange.is_alive():
        exchange.end()
        raise TimeoutError(f"not within {seconds:g} s")
    if exchange.failure is not None:
        raise exchange.failure
    return exchange.body


class _Exchange(threading.Thread):
    """The exchange in a thread of its own: resolving and dripping headers know no time limit."""

    def __init__(
        self, url: str, own: str, limit: int, seconds: float, query: bytes | None, headers: Mapping[str, str]
    ) -> None:
        super().__init__(name="answer", daemon=True)
        self._url, self._own, self._limit, self._seconds = url, own, limit, seconds
        self._query, self._headers = query, headers
        self._over = threading.Event()
        self._line: socket.socket | None = None
        self.body = b""
        self.failure: Exception | None = None

    def end(self) -> None:
        """Close the connection, so that the thread ends too."""
        self._over.set()
        if self._line is not None:
            _shut(self._line)

    def run(self) -> None:
        """Make the exchange; what comes of it is `body` or `failure`."""
        try:
            self.body = self._exchange()
        except FAILURES as error:
            self.failure = error

    def _exchange(self) -> bytes:
        host, _, port = host_port(self._url).rpartition(":")
        parts = urlsplit(self._url.strip())
        line = self._connected(host, int(port))
        connection = HTTPConnection(host, int(port))
        try:
            if parts.scheme == "https":
                connection = HTTPSConnection(host, int(port))
                context = ssl.create_default_context()
                # The handshake may drip as well: it is made when `end` knows the connection.
                line = secured = self._held(
                    context.wrap_socket(line, server_hostname=host.strip("[]"), do_handshake_on_connect=False)
                )
                secured.do_handshake()
            connection.sock = line
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET" if self._query is None else "POST", target, self._query, dict(self._headers))
            with connection.getresponse() as response:
                if 300 <= response.status < 400:
                    raise OSError("it names another address, which is not asked")
                if response.status != 200:
                    raise OSError(f"HTTP {response.status}")
                return response.read(self._limit + 1)
        finally:
            line.close()

    def _connected(self, host: str, port: int) -> socket.socket:
        spelled = literal(host)
        answers = [] if spelled else socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = [spelled] if spelled else [str(one[4][0]).split("%", 1)[0] for one in answers]
        policy = AddressPolicy(allow_private=True, allowed_hosts=frozenset({self._own}))
        failure: OSError | None = None
        for address in policy.admit(host, found):
            try:
                return self._held(socket.create_connection((address, port), timeout=self._seconds))
            except OSError as error:
                failure = error
        raise failure or OSError("no address")

    def _held(self, line: Line) -> Line:
        self._line = line
        if self._over.is_set():
            line.close()
            raise TimeoutError("given up")
        return line


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was closed meanwhile.
        return
