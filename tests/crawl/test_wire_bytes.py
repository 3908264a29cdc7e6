"""Whatever a server does, the record holds its bytes: compared with what the server itself remembers."""

from collections.abc import Iterator

import pytest

from crawler.engine.wire import tls
from tests.crawl.crawling import crawl
from tests.crawl.hostile import BEHAVIOURS, PAGE, Authorities, HostileServer
from tests.decorators import coroutine_test

WHOLE = {
    "/plain", "/odd-case", "/duplicates", "/folded", "/no-colon", "/fold-first", "/blank-before-colon", "/non-ascii",
    "/bare-lf", "/mixed-lf", "/nul", "/http-10", "/no-reason", "/bad-version", "/blank-first", "/no-length",
    "/same-lengths", "/chunked", "/chunk-extensions", "/chunk-and-length", "/chunk-lf", "/never-chunked",
    "/two-lengths", "/minus-length", "/unknown-coding", "/gzip", "/gzip-not", "/deflate", "/pieces", "/continue",
    "/keep-open", "/typeless", "/octet-page",
}  # fmt: skip
CUT = {"/film.mkv", "/archive", "/attachment", "/endless", "/drip", "/seed.torrent"}


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities()


@pytest.fixture(params=["http", "https"], scope="module")
def server(request: pytest.FixtureRequest, authorities: Authorities) -> Iterator[HostileServer]:
    certificate = authorities.good() if request.param == "https" else None
    with HostileServer(certificate) as server:
        yield server


@pytest.fixture(autouse=True)
def _roots(authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.pem))
    tls.trusted_roots.cache_clear()
    yield
    tls.trusted_roots.cache_clear()


LIMITS = {"DOWNLOAD_TIMEOUT": 1, "WIRE_TIME_LIMIT": 2, "DOWNLOAD_MAXSIZE": 4_000_000}


@pytest.mark.parametrize("path", sorted(BEHAVIOURS))
@coroutine_test
async def test_the_record_is_what_the_server_sent_and_received(server: HostileServer, path: str) -> None:
    url = server.url(path)
    outcome = await crawl(url, settings=LIMITS)
    exchange, talk = outcome.exchange(url), server.talk(path)

    assert exchange.request == talk.received
    if path in CUT:
        assert talk.sent.startswith(exchange.response)
        assert exchange.truncated in ("length", "time")
        assert b"\r\n\r\n" in exchange.response
    else:
        assert exchange.response == talk.sent
    assert (exchange.address, exchange.port) == ("127.0.0.1", server.port)
    assert (exchange.tls is not None) == (server.scheme == "https")
    assert exchange.started_at <= (exchange.first_byte_at or exchange.finished_at) <= exchange.finished_at
    assert bool(outcome.responses) != bool(outcome.failures)
    if path in WHOLE:
        assert (exchange.error, exchange.truncated, exchange.status) == (None, None, 200)
        body = outcome.responses[url].body
        assert body.replace(b"\0", b"") == PAGE if path != "/duplicates" else body == PAGE
