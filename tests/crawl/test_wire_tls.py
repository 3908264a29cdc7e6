"""TLS that is old, odd or broken: what the connection said of itself, and what is left when it came to nothing."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError

from crawler.engine.wire.ciphers import iana_name
from crawler.evidence.warc import records_of
from tests.crawl.crawling import crawl
from tests.crawl.hostile import PAGE, Authorities, HostileServer
from tests.decorators import coroutine_test

QUICK = {"DOWNLOAD_TIMEOUT": 0.5, "WIRE_TIME_LIMIT": 1}


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities()


def test_a_cipher_has_its_name_in_the_register() -> None:
    listed = subprocess.run(
        ["openssl", "ciphers", "-stdname", "-v", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = [line.split()[:3] for line in listed.stdout.splitlines()]
    offered = [(name, registered) for registered, _, name in names if "PSK" not in name and "SRP" not in name]
    assert len(offered) > 30
    assert {name: iana_name(name) for name, _ in offered} == dict(offered)


@pytest.mark.parametrize(
    ("version", "ciphers", "protocol", "cipher"),
    [
        (ssl.TLSVersion.TLSv1_3, "ALL", "tls/1.3", "TLS_"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", "tls/1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA", "tls/1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
        (ssl.TLSVersion.TLSv1, "ALL", "tls/1.0", "TLS_ECDHE_ECDSA_WITH_AES_"),
    ],
)
@coroutine_test
async def test_the_record_names_protocol_and_cipher(
    authorities: Authorities, version: ssl.TLSVersion, ciphers: str, protocol: str, cipher: str
) -> None:
    with HostileServer(authorities.good()) as server:
        server.limit_tls(version, f"{ciphers}:@SECLEVEL=0")
        url = server.url("/plain")
        outcome = await crawl(url)
        sent = server.talk("/plain").sent
    exchange = outcome.exchange(url)
    assert exchange.response == sent
    for record in records_of(exchange)[:2]:
        assert ("WARC-Protocol", protocol) in record.fields
        assert (record.field("WARC-Cipher-Suite") or "").startswith(cipher)


@coroutine_test
async def test_a_whole_chain_is_recorded_in_the_servers_order(authorities: Authorities) -> None:
    leaf = authorities.trusted.create_child_ca().create_child_ca().issue_cert("127.0.0.1")
    with HostileServer(leaf) as server:
        outcome = await crawl(server.url("/plain"))
        sent = server.chain
    (exchange,) = outcome.exchanges
    assert exchange.tls is not None
    assert [ssl.DER_cert_to_PEM_cert(certificate) for certificate in exchange.tls.chain] == sent
    assert len(sent) == 3


@coroutine_test
async def test_a_server_that_wants_a_certificate_of_ours_is_recorded(authorities: Authorities) -> None:
    with HostileServer(authorities.good()) as server:
        server.ask_for_certificate(authorities.trusted)
        outcome = await crawl(server.url("/plain"))
    (exchange,) = outcome.exchanges
    assert (exchange.error or "").startswith(("reset: ", "tls: "))
    assert "certificate required" in (exchange.error or "")
    assert exchange.tls is not None and exchange.tls.chain
    assert exchange.response == b""


@contextmanager
def speaking(words: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where each connection is handed to `words` and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(3)
                connection.recv(65536)
                words(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


BROKEN: dict[str, Callable[[socket.socket], object]] = {
    "nothing": lambda connection: None,
    "rubbish": lambda connection: connection.sendall(b"\x00" * 100),
    "alert": lambda connection: connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28"),
    "half a handshake": lambda connection: connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00"),
    "a mail server's greeting": lambda connection: connection.sendall(b"220 mail.practice.test ESMTP\r\n"),
    "an HTTP answer": lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
}


@pytest.mark.parametrize("what", BROKEN)
@coroutine_test
async def test_a_handshake_that_fails_is_recorded_as_that(what: str) -> None:
    with speaking(BROKEN[what]) as port:
        url = f"https://127.0.0.1:{port}/"
        outcome = await crawl(url, settings=QUICK)
    exchange = outcome.exchange(url)
    assert (exchange.error or "").startswith("tls: ")
    assert len(exchange.error or "") > len("tls: ")
    assert (exchange.request, exchange.response, exchange.tls) == (b"", b"", None)
    assert (exchange.address, exchange.port) == ("127.0.0.1", port)
    assert isinstance(outcome.failures[url], DownloadFailedError)
    (record,) = records_of(exchange)
    assert record.record_type == "metadata"


@coroutine_test
async def test_a_handshake_that_never_ends_is_a_timeout() -> None:
    leave = threading.Event()
    with speaking(lambda connection: leave.wait(3)) as port:
        url = f"https://127.0.0.1:{port}/"
        outcome = await crawl(url, settings=QUICK)
        leave.set()
    assert (outcome.exchange(url).error or "").startswith("timeout: ")
    assert isinstance(outcome.failures[url], DownloadTimeoutError)


@coroutine_test
async def test_the_name_that_is_asked_for_is_the_one_that_is_said(authorities: Authorities) -> None:
    with HostileServer(authorities.good(), host="localhost") as server:
        outcome = await crawl(server.url("/plain"))
        assert server.names == ["localhost"]
    assert outcome.responses[server.url("/plain")].body == PAGE
    (exchange,) = outcome.exchanges
    assert exchange.tls is not None and exchange.tls.server_name == "localhost"


@coroutine_test
async def test_names_that_no_parser_takes_are_the_certificates_fault(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "odd.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    x400_address = b"\x30\x04\xa3\x02\x05\x00"
    odd = x509.UnrecognizedExtension(x509.ExtensionOID.SUBJECT_ALTERNATIVE_NAME, x400_address)
    certificate = builder.add_extension(odd, critical=False).sign(key, hashes.SHA256())
    both = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    (tmp_path / "odd.pem").write_bytes(both)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "odd.pem")
    with HostileServer(context=context) as server:
        url = server.url("/plain")
        outcome = await crawl(url)
        sent = server.talk("/plain").sent
    exchange = outcome.exchange(url)
    assert exchange.response == sent
    assert exchange.tls is not None
    assert exchange.tls.verify_error
