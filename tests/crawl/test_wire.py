"""What the wire tells the spider and the recorder besides bytes."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.engine.guard.addresses import Resolver
from crawler.engine.wire import WireDownloadHandler, framing, names, recording, tls
from crawler.errors import EnvironmentProblem, StorageError, UsageError
from crawler.model import Exchange
from tests.crawl.crawling import crawl
from tests.crawl.hostile import HALF, PAGE, Authorities, HostileServer, ok
from tests.decorators import coroutine_test

QUICK = {"DOWNLOAD_TIMEOUT": 0.5, "WIRE_TIME_LIMIT": 1}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities()


@pytest.fixture
def trusting(authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authorities]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.pem))
    tls.trusted_roots.cache_clear()
    yield authorities
    tls.trusted_roots.cache_clear()


@pytest.mark.parametrize(
    ("make", "host", "error"),
    [
        ("good", "127.0.0.1", None),
        ("good", "localhost", None),
        ("self_made", "127.0.0.1", "unable to get local issuer certificate"),
        ("wrong_host", "127.0.0.1", "the certificate is not for 127.0.0.1"),
        ("expired", "127.0.0.1", "certificate has expired"),
        ("self_signed", "127.0.0.1", "self-signed certificate"),
        ("without_intermediate", "127.0.0.1", "unable to get local issuer certificate"),
    ],
)
@coroutine_test
async def test_a_bad_certificate_is_captured_and_described(
    trusting: Authorities, make: str, host: str, error: str | None
) -> None:
    with HostileServer(getattr(trusting, make)(), host=host) as server:
        url = server.url("/plain")
        outcome = await crawl(url)
        assert outcome.exchange(url).response == server.talk("/plain").sent
    facts = outcome.exchange(url).tls
    assert facts is not None
    assert facts.version == "TLSv1.3"
    assert facts.cipher.startswith("TLS_")
    assert facts.server_name == host
    assert facts.chain and all(certificate[:1] == b"0" for certificate in facts.chain)
    assert outcome.responses[url].body == PAGE
    assert outcome.responses[url].certificate is not None
    if error is None:
        assert facts.verify_error is None
    else:
        assert error in (facts.verify_error or "")


@coroutine_test
async def test_a_server_that_speaks_no_tls_is_a_tls_failure(server: HostileServer) -> None:
    url = server.url("/plain").replace("http:", "https:")
    outcome = await crawl(url)
    exchange = outcome.exchange(url)
    assert (exchange.error or "").startswith("tls: ")
    assert (exchange.request, exchange.tls, exchange.address) == (b"", None, "127.0.0.1")
    assert isinstance(outcome.failures[url], DownloadFailedError)


@coroutine_test
async def test_a_name_that_does_not_resolve_is_recorded() -> None:
    async def nobody(host: str) -> list[str]:
        raise socket.gaierror("Name or service not known")

    def prepare(crawler: Crawler) -> None:
        crawler.resolver = Resolver(nobody)  # type: ignore[attr-defined]

    url = "http://nowhere.test/"
    outcome = await crawl(url, prepare=prepare)
    assert (outcome.exchange(url).error or "").startswith("dns: nowhere.test: ")
    assert isinstance(outcome.failures[url], CannotResolveHostError)


@coroutine_test
async def test_a_resolver_that_says_nothing_is_recorded() -> None:
    async def silent(host: str) -> list[str]:
        await asyncio.sleep(60)
        return []

    def prepare(crawler: Crawler) -> None:
        crawler.resolver = Resolver(silent, timeout=0.1)  # type: ignore[attr-defined]

    outcome = await crawl("http://nowhere.test/", prepare=prepare)
    assert "no answer within 0.1 seconds" in (outcome.exchanges[0].error or "")


@coroutine_test
async def test_a_closed_port_is_recorded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    outcome = await crawl(url)
    assert (outcome.exchange(url).error or "").startswith("connect: 127.0.0.1:")
    assert isinstance(outcome.failures[url], DownloadConnectionRefusedError)


@coroutine_test
async def test_the_next_address_is_tried_when_one_does_not_answer(server: HostileServer) -> None:
    async def two(host: str) -> list[str]:
        return ["127.0.0.77", "127.0.0.1"]

    def prepare(crawler: Crawler) -> None:
        crawler.resolver = Resolver(two)  # type: ignore[attr-defined]

    url = f"http://forum.test:{server.port}/plain"
    outcome = await crawl(url, prepare=prepare)
    exchange = outcome.exchange(url)
    assert (exchange.address, exchange.resolved) == ("127.0.0.1", ("127.0.0.77", "127.0.0.1"))
    assert exchange.status == 200


@pytest.mark.parametrize(
    ("path", "error", "truncated", "failure"),
    [
        ("/silence", "timeout: nothing was received for 2 seconds", None, DownloadTimeoutError),
        ("/reset-at-once", "reset: ", None, DownloadFailedError),
        ("/close-at-once", "protocol: closed without a response", None, DownloadFailedError),
        ("/head-cut", "protocol: closed within the head", "disconnect", DownloadFailedError),
        ("/http-09", "protocol: no status line", None, DownloadFailedError),
        ("/bad-status", "protocol: no status line", None, DownloadFailedError),
        ("/huge-head", "protocol: no status line", None, DownloadFailedError),
    ],
)
@coroutine_test
async def test_where_nothing_can_be_read_scrapys_own_exception_comes(
    server: HostileServer, path: str, error: str, truncated: str | None, failure: type[Exception]
) -> None:
    url = server.url(path)
    outcome = await crawl(url, settings={"DOWNLOAD_TIMEOUT": 2})
    assert type(outcome.failures[url]) is failure
    exchange = outcome.exchange(url)
    assert (exchange.error or "").startswith(error)
    assert exchange.truncated == truncated


@pytest.mark.parametrize(
    ("path", "flags", "error", "body"),
    [
        ("/plain", [], None, PAGE),
        ("/chunked", [], None, PAGE),
        ("/chunk-extensions", [], None, PAGE),
        ("/continue", [], None, PAGE),
        ("/gzip", [], None, PAGE),
        ("/deflate", [], None, PAGE),
        ("/no-length", [], None, PAGE),
        ("/no-colon", ["lenient"], None, PAGE),
        ("/bare-lf", ["lenient"], None, PAGE),
        ("/gzip-not", ["lenient"], None, PAGE),
        ("/gzip-cut", ["lenient"], None, None),
        ("/brotli-not", ["lenient"], None, PAGE),
        ("/two-lengths", ["lenient"], None, PAGE),
        ("/never-chunked", ["lenient"], None, PAGE),
        ("/long", ["lenient"], None, PAGE[:HALF]),
        ("/long-later", ["lenient"], None, PAGE[:HALF]),
        ("/short", ["lenient", "truncated:disconnect"], "protocol: 100 bytes of the body are missing", PAGE),
        ("/chunk-cut", ["lenient", "truncated:disconnect"], "protocol: closed within the chunk data", PAGE),
        ("/chunk-size-wrong", ["lenient", "broken"], "protocol: a chunk size that is no number", PAGE),
        ("/chunk-overrun", ["lenient", "broken"], "protocol: a chunk does not end", PAGE[:HALF]),
        ("/reset", ["lenient", "truncated:disconnect"], "reset: ", PAGE),
        ("/stall", ["lenient", "truncated:time"], "timeout: ", PAGE),
    ],
)
@coroutine_test
async def test_the_spider_gets_what_can_be_read(
    server: HostileServer, path: str, flags: list[str], error: str | None, body: bytes | None
) -> None:
    url = server.url(path)
    outcome = await crawl(url, settings=QUICK)
    response, exchange = outcome.responses[url], outcome.exchange(url)
    assert response.flags == flags
    assert response.body == body if body is not None else response.body
    if error is None:
        assert (exchange.error, exchange.truncated) == (None, None)
    else:
        assert (exchange.error or "").startswith(error)
        assert flags[1:] == ([f"truncated:{exchange.truncated}"] if exchange.truncated else ["broken"])


@coroutine_test
async def test_headers_reach_the_spider_as_they_came(server: HostileServer) -> None:
    urls = {path: server.url(path) for path in ("/duplicates", "/folded", "/no-colon", "/non-ascii", "/not-modified")}
    outcome = await crawl(*urls.values())
    headers = {path: outcome.responses[url].headers for path, url in urls.items()}
    assert headers["/duplicates"].getlist("Set-Cookie") == [b"a=1", b"b=2"]
    assert headers["/folded"]["X-Long"] == b"first second third"
    assert headers["/no-colon"]["X-After"] == b"yes"
    assert headers["/non-ascii"]["X-Gbk"] == b"\xb5\xe7\xd3\xb0"
    assert headers["/not-modified"]["ETag"] == b'"a"'
    assert outcome.responses[urls["/not-modified"]].status == 304


@coroutine_test
async def test_a_tls_connection_that_ends_without_a_goodbye_is_cut(authorities: Authorities) -> None:
    with HostileServer(authorities.good()) as server:
        outcome = await crawl(server.url("/vanish"))
        assert outcome.exchanges[0].response == server.talk("/vanish").sent
    assert outcome.exchanges[0].truncated == "disconnect"
    assert "close_notify" in (outcome.exchanges[0].error or "")
    assert outcome.responses[server.url("/vanish")].body == PAGE


@pytest.mark.parametrize("path", ["/film.mkv", "/archive", "/attachment", "/seed.torrent"])
@coroutine_test
async def test_a_work_stays_on_the_server(server: HostileServer, path: str) -> None:
    url = server.url(path)
    outcome = await crawl(url)
    response, exchange = outcome.responses[url], outcome.exchange(url)
    assert response.flags == ["not-downloaded"]
    assert (response.body, exchange.error, exchange.truncated) == (b"", None, "length")
    assert exchange.response.endswith(b"\r\n\r\n")
    assert server.talk(path).sent.startswith(exchange.response)


@pytest.mark.parametrize("path", ["/typeless", "/octet-page", "/picture", "/no-body-type", "/plain"])
@coroutine_test
async def test_pages_and_pictures_are_fetched_whole(server: HostileServer, path: str) -> None:
    url = server.url(path)
    outcome = await crawl(url)
    assert outcome.responses[url].flags == []
    assert outcome.exchange(url).response == server.talk(path).sent


@coroutine_test
async def test_the_byte_limit_keeps_exactly_what_it_allows(server: HostileServer) -> None:
    urls = [server.url("/big"), server.url("/endless")]
    outcome = await crawl(*urls, settings={"DOWNLOAD_MAXSIZE": 3_000_000})
    for url in urls:
        exchange = outcome.exchange(url)
        assert (len(exchange.response), exchange.truncated) == (3_000_000, "length")
        assert (exchange.error or "").startswith("too-large: ")
        assert outcome.responses[url].flags == ["lenient", "truncated:length"]
    assert server.talk("/big").sent.startswith(outcome.exchange(urls[0]).response)


@coroutine_test
async def test_a_bomb_is_kept_as_it_came_and_never_unpacked_beyond_the_limit(server: HostileServer) -> None:
    url = server.url("/bomb")
    outcome = await crawl(url, settings={"DOWNLOAD_MAXSIZE": 3_000_000})
    assert outcome.exchange(url).response == server.talk("/bomb").sent
    assert outcome.responses[url].flags == ["lenient", "truncated:length"]
    assert len(outcome.responses[url].body) == 3_000_000


@coroutine_test
async def test_a_slow_drip_ends_at_the_time_limit(server: HostileServer) -> None:
    url = server.url("/drip")
    outcome = await crawl(url, settings=QUICK)
    exchange = outcome.exchange(url)
    assert (exchange.truncated, exchange.error) == ("time", "timeout: the time limit of one exchange is reached")
    assert 0.9 < (exchange.finished_at - exchange.started_at).total_seconds() < 3


@coroutine_test
async def test_facts_and_ids(server: HostileServer) -> None:
    own: list[Exchange] = []

    def prepare(crawler: Crawler) -> None:
        crawler.exchange_facts = {"run_id": "R1", "site_id": "practice"}  # type: ignore[attr-defined]

    told = Request(server.url("/plain?a=1&b=%20c#part"), meta={"exchange": {"via": "X0", "hop": 2, "purpose": "probe"}})
    aside = Request(server.url("/http-10"), meta={"titlewatch_exchange_sink": own.append})
    outcome = await crawl(told, aside, prepare=prepare)
    (exchange,) = outcome.exchanges
    assert (exchange.run_id, exchange.site_id, exchange.via, exchange.hop) == ("R1", "practice", "X0", 2)
    assert exchange.purpose == "probe"
    assert exchange.url == server.url("/plain?a=1&b=%20c")
    assert exchange.request.startswith(b"GET /plain?a=1&b=%20c HTTP/1.1\r\nHost: 127.0.0.1:")
    assert exchange.request.count(b"Connection: close\r\n") == 1
    assert [other.url for other in own] == [aside.url]
    response = outcome.responses[told.url]
    assert response.request is not None
    assert response.request.meta["exchange_id"] == exchange.exchange_id
    assert str(response.ip_address) == "127.0.0.1"
    assert response.protocol == "HTTP/1.1"


@coroutine_test
async def test_a_body_and_its_length_are_sent(server: HostileServer) -> None:
    url = server.url("/plain")
    outcome = await crawl(Request(url, method="POST", body="q=街灯"))
    assert outcome.exchange(url).method == "POST"
    assert b"Content-Length: 8\r\n\r\nq=" in outcome.exchange(url).request


@coroutine_test
async def test_a_header_cannot_smuggle_a_second_request(server: HostileServer) -> None:
    url = server.url("/plain")
    outcome = await crawl(Request(url, headers={"X-A": "1\r\nX-B: 2"}))
    assert isinstance(outcome.failures[url], UsageError)
    assert outcome.exchange(url).request == b""
    assert (outcome.exchange(url).error or "").startswith("protocol: a request header with a line break")


@coroutine_test
async def test_a_proxy_in_the_environment_is_ignored(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    url = server.url("/plain")
    outcome = await crawl(url)
    assert outcome.responses[url].body == PAGE
    assert outcome.exchange(url).request.startswith(b"GET /plain HTTP/1.1\r\n")


@coroutine_test
async def test_a_sink_that_fails_is_not_swallowed(server: HostileServer) -> None:
    def full(exchange: Exchange) -> None:
        raise OSError(28, "No space left on device")

    url = server.url("/plain")
    outcome = await crawl(Request(url, meta={"titlewatch_exchange_sink": full}))
    assert isinstance(outcome.failures[url], OSError)


@pytest.mark.parametrize("scheme", ["http", "https"])
@coroutine_test
async def test_a_full_disk_is_not_taken_for_the_servers_fault(
    authorities: Authorities, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    told: list[BaseException] = []

    def prepare(crawler: Crawler) -> None:
        crawler.storage_refused = told.append  # type: ignore[attr-defined]

    def no_room(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording, "TemporaryFile", no_room)
    with HostileServer(authorities.good() if scheme == "https" else None) as server:
        url = server.url("/big")
        outcome = await crawl(url, prepare=prepare)
    failure = outcome.failures[url]
    assert isinstance(failure, StorageError)
    (exchange,) = outcome.exchanges
    assert (exchange.error, exchange.truncated) == ("storage: No space left on device", "unspecified")
    assert told == [failure]


@coroutine_test
async def test_a_fault_of_our_own_is_not_recorded_as_the_servers(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise IndexError("no such piece")

    monkeypatch.setattr(framing.Framing, "feed", stumble)
    exchange = (await crawl(server.url("/plain"))).exchanges[0]
    assert (exchange.error, exchange.truncated) == ("ours: IndexError: no such piece", "unspecified")


@coroutine_test
async def test_ipv6(authorities: Authorities) -> None:
    with HostileServer(address="::1", host="[::1]") as server:
        url = server.url("/plain")
        outcome = await crawl(url)
        assert outcome.exchange(url).response == server.talk("/plain").sent
    assert outcome.exchange(url).address == "::1"


@coroutine_test
async def test_a_head_request_has_no_body() -> None:
    with HostileServer() as server:
        server.behaviours["/head"] = lambda: iter([ok()[: -len(PAGE)]])
        outcome = await crawl(Request(server.url("/head"), method="HEAD"))
    assert outcome.exchanges[0].error is None
    assert outcome.responses[server.url("/head")].body == b""


@coroutine_test
async def test_a_scrapy_that_is_not_ours_is_named(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: list[WireDownloadHandler] = []

    def prepare(crawler: Crawler) -> None:
        handlers.append(WireDownloadHandler(crawler))

    await crawl(server.url("/plain"), prepare=prepare)
    names.check_names(handlers[0])
    names.check_names()
    monkeypatch.setattr(names, "HANDLER_FIELDS", ("_crawler", "_gone"))
    with pytest.raises(EnvironmentProblem, match=r"needs Scrapy 2\.19\.\* and this is 2\.19\.\d+; _gone;"):
        names.check_names(handlers[0])
    monkeypatch.undo()
    monkeypatch.setattr("scrapy.__version__", "2.20.1")
    with pytest.raises(EnvironmentProblem, match=r"this is 2\.20\.1; version; install scrapy==2\.19"):
        names.check_names(handlers[0])
