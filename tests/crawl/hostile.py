"""A web server that misbehaves, one way for each path, and remembers every byte that it sent and received.

with HostileServer() as server: ... server.url("/bare-lf") ... server.talk("/bare-lf").sent
"""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
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

from tests.crawl.behaviours import BEHAVIOURS, HALF, PAGE, Act, Step, ok

__all__ = ["BEHAVIOURS", "HALF", "PAGE", "Authorities", "HostileServer", "ok"]


@dataclass
class Talk:
    """One connection as the server saw it."""

    received: bytes = b""
    sent: bytes = b""
    finished: threading.Event = field(default_factory=threading.Event)


class HostileServer:
    """Serves `BEHAVIOURS` on a port of its own, over http, or over https with the given certificate."""

    def __init__(
        self, certificate: trustme.LeafCert | None = None, address: str = "127.0.0.1", host: str | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
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
        self.scheme = "http" if certificate is None and context is None else "https"
        self._context = context
        self.names: list[str | None] = []
        """The server names that clients asked for."""
        self.chain: list[str] = []
        """The certificates that are sent, PEM, leaf first."""
        if certificate is not None:
            self.chain = [pem.bytes().decode().replace("\r", "") for pem in certificate.cert_chain_pems]
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(self._context)
            self._context.sni_callback = lambda connection, name, context: self.names.append(name)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def limit_tls(self, version: ssl.TLSVersion, ciphers: str) -> None:
        """Speak one version of TLS with some ciphers only."""
        assert self._context is not None
        self._context.set_ciphers(ciphers)
        self._context.minimum_version = self._context.maximum_version = version

    def ask_for_certificate(self, authority: trustme.CA) -> None:
        """Refuse clients without a certificate of `authority`."""
        assert self._context is not None
        authority.configure_trust(self._context)
        self._context.verify_mode = ssl.CERT_REQUIRED

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
