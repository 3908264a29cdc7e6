"""A web server that misbehaves, one way for each path, and remembers every byte that it sent and received.

with HostileServer() as server: ... server.url("/bare-lf") ... server.talk("/bare-lf").sent
"""

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PAGE = b"<html><head><title>Lantern Street</title></head><body><p>A page of the practice town.</p></body></html>"


class Act(Enum):
    """What a behaviour does besides sending bytes."""

    PAUSE = "wait a moment, so that what was sent arrives"
    RESET = "reset the connection"
    HOLD = "keep the connection open until the client leaves"
    VANISH = "close without a TLS close_notify"


@dataclass
class Talk:
    """One connection as the server saw it."""

    received: bytes = b""
    sent: bytes = b""
    finished: threading.Event = field(default_factory=threading.Event)


Step = bytes | Act
Behaviour = Callable[[], Iterator[Step]]


def ok(body: bytes = PAGE, *fields: bytes, kind: bytes = b"text/html; charset=utf-8") -> bytes:
    """A well-formed response with a length."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *fields, b"", b""]
    return b"\r\n".join(lines) + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A well-formed chunked body."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
HALF = len(PAGE) // 2


def _steps(*steps: Step) -> Behaviour:
    return lambda: iter(steps)


def _drip() -> Iterator[Step]:
    yield HEAD + b"Content-Length: 100000\r\n\r\n"
    while True:
        yield b"."
        yield Act.PAUSE


def _endless() -> Iterator[Step]:
    yield HEAD + b"\r\n"
    while True:
        yield b"<p>again and again</p>\n" * 2000


def _pieces(data: bytes) -> Behaviour:
    def one_by_one() -> Iterator[Step]:
        for index in range(len(data)):
            yield data[index : index + 1]
            if index % 16 == 0:
                yield Act.PAUSE

    return one_by_one


GZIPPED = gzip.compress(PAGE, mtime=0)
BOMB = gzip.compress(bytes(64 * 1024 * 1024), mtime=0)

BEHAVIOURS: dict[str, Behaviour] = {
    "/plain": _steps(ok()),
    "/odd-case": _steps(
        b"HTTP/1.1 200 OK\r\ncOnTeNt-TyPe: text/html\r\nCONTENT-length: %d\r\nx-CaSe:Kept\r\n\r\n" % len(PAGE), PAGE
    ),
    "/duplicates": _steps(ok(PAGE, b"Set-Cookie: a=1", b"set-cookie: b=2", b"X-Same: 1", b"X-Same: 1")),
    "/folded": _steps(ok(PAGE, b"X-Long: first", b"\tsecond", b"  third")),
    "/no-colon": _steps(ok(PAGE, b"this line has no colon", b"X-After: yes")),
    "/fold-first": _steps(
        b"HTTP/1.1 200 OK\r\n X-Folded: onto nothing\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE
    ),
    "/blank-before-colon": _steps(ok(PAGE, b"X-Blank : yes", b": nameless")),
    "/non-ascii": _steps(ok(PAGE, "X-Ort: Straße 街".encode(), b"X-Gbk: \xb5\xe7\xd3\xb0")),
    "/bare-lf": _steps(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(PAGE), PAGE),
    "/mixed-lf": _steps(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\nContent-Length: %d\r\n\n" % len(PAGE), PAGE),
    "/nul": _steps(ok(PAGE.replace(b"town", b"to\0wn"), b"X-Nul: a\0b")),
    "/http-10": _steps(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", PAGE),
    "/http-09": _steps(PAGE),
    "/no-reason": _steps(b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/bad-version": _steps(b"HTTP/one 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/bad-status": _steps(b"HTTP/1.1 two hundred\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/blank-first": _steps(b"\r\n\r\n", ok()),
    "/no-length": _steps(HEAD + b"\r\n", PAGE),
    "/short": _steps(HEAD + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 100), PAGE),
    "/long": _steps(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % HALF, PAGE),
    "/long-later": _steps(
        HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % HALF, PAGE[:HALF], Act.PAUSE, PAGE[HALF:]
    ),
    "/two-lengths": _steps(HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n", PAGE),
    "/same-lengths": _steps(HEAD + b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n" % (len(PAGE), len(PAGE)), PAGE),
    "/minus-length": _steps(HEAD + b"Content-Length: -1\r\n\r\n", PAGE),
    "/chunked": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE[:HALF], PAGE[HALF:])),
    "/chunk-extensions": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n",
        b'%x;ext=1;q="a b"\r\n%b\r\n' % (HALF, PAGE[:HALF]),
        b"0%X \r\n%b\r\n" % (len(PAGE) - HALF, PAGE[HALF:]),
        b"0;last\r\nX-Sum: 42\r\nx-Also:1\r\n\r\n",
    ),
    "/chunk-and-length": _steps(HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", chunked(PAGE)),
    "/chunk-lf": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\n%b\n0\n\n" % (len(PAGE), PAGE)),
    "/chunk-size-wrong": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"zz\r\nrubbish\r\n")),
    "/chunk-overrun": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (HALF, PAGE)),
    "/never-chunked": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", PAGE),
    "/chunk-cut": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%b" % (len(PAGE) + 9, PAGE)),
    "/unknown-coding": _steps(HEAD + b"Transfer-Encoding: turtle\r\n\r\n", PAGE),
    "/gzip": _steps(ok(GZIPPED, b"Content-Encoding: gzip")),
    "/gzip-not": _steps(ok(PAGE, b"Content-Encoding: gzip")),
    "/gzip-cut": _steps(ok(GZIPPED[:-12], b"Content-Encoding: gzip")),
    "/deflate": _steps(ok(zlib.compress(PAGE), b"Content-Encoding: deflate")),
    "/brotli-not": _steps(ok(PAGE, b"Content-Encoding: br")),
    "/bomb": _steps(ok(BOMB, b"Content-Encoding: gzip")),
    "/drip": _drip,
    "/silence": _steps(Act.HOLD),
    "/stall": _steps(HEAD + b"Content-Length: 5000\r\n\r\n", PAGE, Act.HOLD),
    "/endless": _endless,
    "/huge-head": _steps(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"f" * 600_000 + b"\r\n", b"\r\n", PAGE),
    "/pieces": _pieces(ok()),
    "/pieces-chunked": _pieces(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"<p>in ", b"pieces</p>")),
    "/reset": _steps(HEAD + b"Content-Length: 5000\r\n\r\n", PAGE, Act.PAUSE, Act.PAUSE, Act.RESET),
    "/reset-at-once": _steps(Act.RESET),
    "/close-at-once": _steps(),
    "/head-cut": _steps(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "/vanish": _steps(HEAD + b"\r\n", PAGE, Act.VANISH),
    "/keep-open": _steps(ok(), Act.HOLD),
    "/redirect": _steps(b"HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n"),
    "/no-content": _steps(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "/not-modified": _steps(b'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: "a"\r\n\r\n'),
    "/no-body-type": _steps(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: application/zip\r\n\r\n"),
    "/continue": _steps(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", ok()),
    "/missing": _steps(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nabsent"),
    "/big": _steps(ok(b"<html>" + b"0123456789abcdef" * 200_000)),
    "/film.mkv": _steps(ok(b"\x1aE\xdf\xa3" + bytes(3_000_000), kind=b"video/x-matroska")),
    "/archive": _steps(ok(b"Rar!\x1a\x07\x01\x00" + bytes(3_000_000), kind=b"text/plain")),
    "/attachment": _steps(
        ok(bytes(3_000_000), b'Content-Disposition: attachment; filename="a.bin"', kind=b"application/octet-stream")
    ),
    "/seed.torrent": _steps(
        ok(b"d8:announce24:http://tracker.example/4:infod6:lengthi1eee", kind=b"application/x-bittorrent")
    ),
    "/typeless": _steps(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/octet-page": _steps(ok(kind=b"application/octet-stream")),
    "/picture": _steps(ok(b"\x89PNG\r\n\x1a\n" + bytes(500), kind=b"image/png")),
}


class HostileServer:
    """Serves `BEHAVIOURS` on a port of its own, over http, or over https with the given certificate."""

    def __init__(
        self, certificate: trustme.LeafCert | None = None, address: str = "127.0.0.1", host: str | None = None
    ) -> None:
        self.talks: dict[str, list[Talk]] = {}
        self.behaviours = dict(BEHAVIOURS)
        self.pause = 0.03
        self._lock = threading.Lock()
        self._listener = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        )
        self._listener.settimeout(0.1)
        self.port: int = self._listener.getsockname()[1]
        self.host_port = f"{host or address}:{self.port}"
        self.scheme = "http" if certificate is None else "https"
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(self._context)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def url(self, path: str) -> str:
        """The address of a behaviour."""
        return f"{self.scheme}://{self.host_port}{path}"

    def talk(self, path: str) -> Talk:
        """The last connection that asked for `path`, once it is over."""
        with self._lock:
            talk = self.talks[path][-1]
        assert talk.finished.wait(10), f"the server is still busy with {path}"
        return talk

    def __enter__(self) -> Self:
        self._threads.append(threading.Thread(target=self._accept, daemon=True))
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in list(self._threads):
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        talk = Talk()
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
            while b"\r\n\r\n" not in talk.received:
                data = connection.recv(65536)
                if not data:
                    return
                talk.received += data
                if data.startswith(b"\x16\x03"):
                    connection.sendall(b"HTTP/1.1 400 The plain HTTP port does not speak TLS\r\n\r\n")
                    return
            path = talk.received.split(b" ", 2)[1].decode("ascii")
            with self._lock:
                self.talks.setdefault(path, []).append(talk)
            self._perform(connection, self.behaviours.get(path.split("?")[0], BEHAVIOURS["/missing"])(), talk)
        except OSError:
            # The client may leave at any moment; what it left behind is what the tests look at.
            pass
        finally:
            talk.finished.set()
            connection.close()

    def _perform(self, connection: socket.socket, steps: Iterator[Step], talk: Talk) -> None:
        for step in steps:
            if self._stop.is_set():
                return
            if isinstance(step, bytes):
                talk.sent += step
                connection.sendall(step)
            elif step is Act.PAUSE:
                time.sleep(self.pause)
            elif step is Act.HOLD:
                self._until_client_leaves(connection)
            elif step is Act.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if isinstance(connection, ssl.SSLSocket):
                    socket.socket(fileno=connection.detach()).close()
                return
            elif step is Act.VANISH:
                connection.shutdown(socket.SHUT_WR)
                self._until_client_leaves(connection)
                return
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
        else:
            connection.shutdown(socket.SHUT_WR)
            self._until_client_leaves(connection)

    def _until_client_leaves(self, connection: socket.socket) -> None:
        connection.settimeout(0.2)
        while not self._stop.is_set():
            try:
                if not connection.recv(65536):
                    return
            except TimeoutError:
                continue


class Authorities:
    """Throwaway certificate authorities: one that the client is told to trust, one that it is not."""

    def __init__(self) -> None:
        self.trusted = trustme.CA()
        self.unknown = trustme.CA()
        self._folder = TemporaryDirectory()
        self.pem = Path(self._folder.name, "roots.pem")
        self.trusted.cert_pem.write_to_path(self.pem)

    def good(self) -> trustme.LeafCert:
        """For localhost and 127.0.0.1, from the trusted authority."""
        return self.trusted.issue_cert("localhost", "127.0.0.1", "forum.test")

    def wrong_host(self) -> trustme.LeafCert:
        """For another name, from the trusted authority."""
        return self.trusted.issue_cert("elsewhere.example")

    def self_made(self) -> trustme.LeafCert:
        """For localhost, from an authority that nobody trusts."""
        return self.unknown.issue_cert("localhost", "127.0.0.1")

    def expired(self) -> trustme.LeafCert:
        """For localhost, from the trusted authority, no longer valid."""
        return self.trusted.issue_cert("localhost", "127.0.0.1", not_after=datetime(2021, 1, 1, tzinfo=UTC))

    def self_signed(self) -> trustme.LeafCert:
        """For localhost, signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return trustme.LeafCert(private, certificate.public_bytes(Encoding.PEM), [])

    def without_intermediate(self) -> trustme.LeafCert:
        """For localhost, from an intermediate authority whose certificate the server forgets to send."""
        leaf = self.trusted.create_child_ca().issue_cert("localhost", "127.0.0.1")
        return trustme.LeafCert(leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), [])
