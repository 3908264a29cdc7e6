"""Asking authorities and holders of revocation lists: where one may go, how long, and what is said of a failure."""

import fcntl
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from crawler.config import Authority, Evidence
from crawler.engine import answering, beginning, sealing
from crawler.engine.guard.addresses import AddressRefused
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.stamping import Obtained, send
from crawler.errors import TimestampError
from crawler.evidence.ledger import Ledger
from crawler.practice.authority import PracticeAuthority
from crawler.workspace import Workspace

OWN = "127.0.0.1"


class Server:
    """A web server on one loopback address that remembers what it was asked for."""

    def __init__(self, status: int = 200, location: str = "", address: str = OWN) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(f"{self.command} {self.path}")
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(b"a secret")

            do_POST = do_GET

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.url = f"http://{address}:{self.server.server_address[1]}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def dripping(first: bytes = b"HTTP/1.1 200 OK\r\nX: ") -> Iterator[str]:
    """A server that goes on with one header for ever, one byte at a time."""
    over = threading.Event()
    listening = socket.create_server((OWN, 0))

    def drip(line: socket.socket) -> None:
        try:
            line.sendall(first)
            while not over.wait(0.1):
                line.sendall(b"y")
        except OSError:
            return
        finally:
            line.close()

    def accept() -> None:
        while not over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://{OWN}:{listening.getsockname()[1]}"
    finally:
        over.set()
        listening.close()


def test_a_list_is_fetched_from_the_authoritys_own_host_and_from_no_other_private_one() -> None:
    with Server() as own, Server(address="127.0.0.2") as other:
        lists, missing = RevocationLists().fetch([f"{own.url}/own.crl", f"{other.url}/other.crl"], OWN)
        assert (lists, own.asked, other.asked) == ([b"a secret"], ["GET /own.crl"], [])
        assert missing == f"{other.url}/other.crl (not at an address that may be asked)"


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1"])
def test_link_local_is_refused_even_for_the_configured_host(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 80))])
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    with pytest.raises(AddressRefused, match="link-local"):
        answering.answer("http://tsa.example/", "tsa.example", 10, 5.0)


def test_the_host_is_resolved_once_and_the_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [[(2, 1, 6, "", (OWN, 80))], [(2, 1, 6, "", ("127.0.0.2", 80))]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: answers.pop(0))
    connected: list[str] = []
    monkeypatch.setattr(socket, "create_connection", lambda place, **_: connected.append(place[0]) or pytest.fail("no"))
    with pytest.raises(AddressRefused, match="not a host of the site"):
        answering.answer("http://tsa.example/", "other.example", 10, 5.0)
    assert (connected, len(answers)) == ([], 1)


def test_few_addresses_are_asked() -> None:
    with Server() as server:
        lists, missing = RevocationLists().fetch([f"{server.url}/{n}" for n in range(20)], OWN)
        assert (len(lists), len(server.asked)) == (8, 8)
    assert missing == "12 further addresses were not asked"


def test_words_about_lists_tell_nothing_of_what_is_there() -> None:
    with socket.create_server((OWN, 0)) as closed:
        nobody = f"http://{OWN}:{closed.getsockname()[1]}"
    with Server(status=404) as absent, Server(status=403) as forbidden:
        said = [RevocationLists().fetch([url], OWN)[1].removeprefix(url) for url in (nobody, absent.url, forbidden.url)]
    assert said == [" (the list could not be fetched)"] * 3


def test_no_redirect_is_followed() -> None:
    with Server() as inner, Server(302, f"{inner.url}/admin?delete=1") as outer:
        with pytest.raises(TimestampError, match="names another address, which is not asked"):
            send(Authority("a", outer.url, ""), b"query")
        assert RevocationLists().fetch([f"{outer.url}/x.crl"], OWN)[0] == []
        assert (len(outer.asked), inner.asked) == (2, [])


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["head", "body"])
def test_a_dripping_answer_has_an_end(first: bytes) -> None:
    with dripping(first) as url:
        began = monotonic()
        lists, missing = RevocationLists(0.6).fetch([f"{url}/{n}" for n in range(4)], OWN)
        assert (lists, missing.count("the list was late: not here within 0.6 s")) == ([], 4)
        with pytest.raises(TimestampError, match=r"no stamp \(not within 0.6 s\)"):
            send(Authority("a", url, ""), b"query", timeout=0.6)
        assert monotonic() - began < 2.5


def certificate(folder: Path) -> Path:
    """A certificate for this address, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tsa")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(OWN))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "tls.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


def test_https_is_spoken_and_its_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Server() as server:
        server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        with pytest.raises(TimestampError, match="CERTIFICATE_VERIFY_FAILED"):
            send(Authority("a", url, ""), b"query")
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert send(Authority("a", f"{url}/tsa?x=1", ""), b"query") == b"a secret"
        assert server.asked == ["POST /tsa?x=1"]
    with dripping(b"\x16\x03\x03\x40\x00") as url:
        began = monotonic()
        with pytest.raises(TimestampError, match="not within"):
            send(Authority("a", url.replace("http:", "https:"), ""), b"query", timeout=0.5)
        assert monotonic() - began < 2


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place = Workspace(tmp_path / "W")
    for folder in (place.evidence, place.roots):
        folder.mkdir(parents=True)
    return place


def test_late_lists_leave_the_stamp_over_a_beginning_unchecked(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "LIST_SECONDS", 0.5)
    with dripping() as slow:
        made = PracticeAuthority(tmp_path / "tsa", lists=f"{slow}/list.crl")
        (workspace.roots / "tsa.pem").write_bytes(made.roots.read_bytes())
        with made.serve() as server:
            authority = Authority("tsa", server.url, "keys/roots/tsa.pem")
            began = monotonic()
            (answer,) = beginning._ask_all(workspace, b"a beginning", [authority], 5.0)
            assert monotonic() - began < 5
    assert isinstance(answer, Obtained) and "the list was late: not here within 0.5 s" in answer.stamp.unchecked


def test_nobody_waits_for_the_lock_while_an_authority_is_asked(workspace: Workspace) -> None:
    (workspace.roots / "tsa.pem").write_bytes(b"")
    (workspace.evidence / "TW-1.seal.json").write_bytes(b"{}")
    asked: list[str] = []

    def sender(authority: Authority, query: bytes) -> bytes:
        with (workspace.folder / "stamps.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        asked.append(authority.id)
        raise TimestampError(f"{authority.id} is silent", "the authority")

    timestamps = tuple(Authority(name, "http://tsa.example/", "keys/roots/tsa.pem") for name in ("a", "b"))
    with Ledger(workspace.ledger) as ledger:
        still = sealing.stamp_all(workspace, ledger, Evidence(timestamps=timestamps), sender=sender)
    assert asked == ["a", "b"]
    assert [(one.subject, one.authority, one.why) for one in still] == [
        ("TW-1.seal.json", name, f"{name} is silent; the authority") for name in ("a", "b")
    ]
