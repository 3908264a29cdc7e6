"""Whatever a server does, the WARC on disk holds its bytes: compared with what the server itself remembers."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.engine.spool import Spool
from crawler.engine.wire import tls
from crawler.evidence.warc import Record, Segment, read_member, records_of
from crawler.model import Exchange
from tests.crawl.crawling import crawl
from tests.crawl.hostile import BEHAVIOURS, PAGE, Authorities, HostileServer
from tests.decorators import coroutine_test

WHOLE = {
    "/plain", "/odd-case", "/duplicates", "/folded", "/no-colon", "/fold-first", "/blank-before-colon", "/non-ascii",
    "/bare-lf", "/mixed-lf", "/nul", "/http-10", "/no-reason", "/bad-version", "/blank-first", "/no-length",
    "/same-lengths", "/chunked", "/chunk-extensions", "/chunk-and-length", "/chunk-lf", "/never-chunked",
    "/two-lengths", "/minus-length", "/unknown-coding", "/gzip", "/gzip-not", "/deflate", "/pieces", "/continue",
    "/keep-open", "/typeless", "/octet-page", "/many-fields", "/long-field", "/tabs-in-status", "/lower-case-status",
    "/http-2-status", "/odd-reason", "/interim-many", "/interim-odd", "/second-answer", "/second-answer-later",
    "/huge-length", "/plus-length", "/hex-length", "/empty-length", "/listed-length", "/listed-lengths",
    "/odd-case-chunked", "/chunked-twice", "/gzip-transfer", "/gzip-in-chunks", "/both-codings",
    "/chunk-extension-long", "/chunks-tiny", "/trailers-odd", "/trailers-many", "/trailer-long", "/deflate-raw",
    "/deflate-not", "/brotli", "/zstd", "/zstd-not", "/coding-unknown", "/coding-twice", "/gzip-members",
    "/gzip-and-rubbish", "/trailers-cut",
}  # fmt: skip
BY_LENGTH = {
    "/film.mkv", "/archive", "/attachment", "/seed.torrent", "/endless", "/endless-head", "/chunks-endless",
}  # fmt: skip
BY_TIME = {"/drip", "/slow-head", "/stall"}
BY_DISCONNECT = {
    "/short", "/reset", "/reset-in-head", "/head-cut", "/chunk-cut", "/chunk-reset", "/chunk-no-last", "/interim-only",
    "/cr-alone",
}  # fmt: skip
NOTHING = {"/silence", "/reset-at-once", "/close-at-once"}
LIMITS = {"DOWNLOAD_TIMEOUT": 1, "WIRE_TIME_LIMIT": 2, "DOWNLOAD_MAXSIZE": 4_000_000}


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


def on_disk(exchange: Exchange, folder: Path) -> dict[str, Record]:
    """The records of an exchange as they stand in a segment after it waited in the spool."""
    spool = Spool(folder / "spool", "RUN")
    waited = spool.get(spool.put(replace(exchange, run_id="RUN")))
    spool.close(remove_all=True)
    assert waited == replace(exchange, run_id="RUN")
    with Segment.create(folder, "TW-RUN-1", {"software": "test"}) as segment:
        placement = segment.append(records_of(waited))
        segment.sync()
        with gzip.open(segment.path) as whole:
            assert whole.read().count(b"WARC/1.1\r\n") >= len(placement.records)
        return {place.type: read_member(segment.path, place.offset, place.length) for place in placement.records}


@pytest.mark.parametrize("path", sorted(BEHAVIOURS))
@coroutine_test
async def test_the_record_is_what_the_server_sent_and_received(
    server: HostileServer, path: str, tmp_path: Path
) -> None:
    url = server.url(path)
    outcome = await crawl(url, settings=LIMITS)
    exchange, talk = outcome.exchange(url), server.talk(path)
    records = on_disk(exchange, tmp_path)

    assert records["request"].block == talk.received
    reason = "length" if path in BY_LENGTH else "time" if path in BY_TIME else None
    lost = path in BY_DISCONNECT or (path == "/vanish" and server.scheme == "https")
    reason = reason or ("disconnect" if lost else None)
    assert ("response" in records) == (path not in NOTHING)
    if "response" in records:
        recorded = records["response"].block
        if path in BY_LENGTH | BY_TIME - {"/stall"}:
            assert talk.sent.startswith(recorded)
            assert len(recorded) > 15
        else:
            assert recorded == talk.sent
        assert records["response"].field("WARC-Truncated") == reason
    for record in (records["request"], records.get("response", records["request"])):
        assert record.field("WARC-IP-Address") == "127.0.0.1"
        protocols = [value for name, value in record.fields if name == "WARC-Protocol"]
        assert protocols == [protocols[0], *(["tls/1.3"] if server.scheme == "https" else [])]
        assert (record.field("WARC-Cipher-Suite") or "").startswith("TLS_") == (server.scheme == "https")
    facts = json.loads(records["metadata"].block)
    assert facts["peer"] == {"address": "127.0.0.1", "port": server.port}
    assert facts["truncated"] == reason
    if server.scheme == "https":
        assert facts["tls"]["chain_pem"] == server.chain
        assert facts["tls"]["verify_error"] is None
    assert exchange.started_at <= (exchange.first_byte_at or exchange.finished_at) <= exchange.finished_at
    assert bool(outcome.responses) != bool(outcome.failures)
    if path in WHOLE:
        assert (exchange.error, exchange.truncated, exchange.status) == (None, None, 200)
        body = outcome.responses[url].body
        assert body.replace(b"\0", b"") == PAGE if path != "/duplicates" else body == PAGE
        if not {"/gzip-not", "/deflate-not", "/zstd-not", "/never-chunked"} & {path}:
            assert facts["entity"]["bytes"] == len(body)


def test_the_servers_chain_is_what_it_was_given(authorities: Authorities) -> None:
    leaf = authorities.good()
    chain = [x509.load_pem_x509_certificate(pem.bytes()) for pem in leaf.cert_chain_pems]
    with HostileServer(leaf) as server:
        assert server.chain == [certificate.public_bytes(Encoding.PEM).decode() for certificate in chain]
