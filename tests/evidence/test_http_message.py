"""Lenient reading of responses: what a browser would read, and never an exception."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence.codings import zstd
from crawler.evidence.http_message import decoded_entity, split_http
from crawler.evidence.warc import records_of
from tests.evidence.samples import NASTY, exchange

TEXT = "盗版样本 sample ".encode() * 50
RAW_DEFLATE = zlib.compressobj(wbits=-15)


def response(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *headers, b"", b"")) + body


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(TEXT, mtime=0)),
        (b"x-gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush()),
        (b"br", brotli.compress(TEXT)),
        (b"zstd", zstd.compress(TEXT)),
        (b"gzip, br", brotli.compress(gzip.compress(TEXT, mtime=0))),
        (b"identity", TEXT),
    ],
)
def test_codings_are_undone(coding: bytes, body: bytes) -> None:
    assert decoded_entity(response(body, b"Content-Encoding: " + coding)) == (TEXT, None)


def test_chunks_extensions_and_trailers() -> None:
    data = response(b"5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n", b"Transfer-Encoding: chunked")
    assert decoded_entity(data) == (b"hello world", None)


@pytest.mark.parametrize(
    ("data", "body", "note"),
    [
        (NASTY["chunked and not"], b"not a size\r\nat all", "said to be chunked and is not"),
        (NASTY["chunked cut"], b"short", "ends inside a chunk"),
        (NASTY["gzip and not"], b"no gzip here", "compressed data damaged"),
        (NASTY["length too long"], b"short", "fewer than Content-Length"),
        (NASTY["length too short"], b"he", "more than Content-Length"),
        (NASTY["two lengths"], b"hello", None),
        (NASTY["HTTP/0.9"], NASTY["HTTP/0.9"], None),
        (NASTY["continue first"], b"body", None),
        (response(gzip.compress(TEXT, mtime=0)[:-4], b"Content-Encoding: gzip"), TEXT, "ends early"),
        (response(TEXT, b"Content-Encoding: rot13"), TEXT, "not known"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, body: bytes, note: str | None) -> None:
    entity = decoded_entity(data)
    assert entity.body == body
    assert (note is None and entity.note is None) or (note or "") in (entity.note or "")


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        (b"gzip", gzip.compress(bytes(30_000_000))),
        (b"deflate", zlib.compress(bytes(30_000_000))),
        (b"br", brotli.compress(bytes(30_000_000))),
        (b"zstd", zstd.compress(bytes(30_000_000))),
        (b"gzip, gzip", gzip.compress(gzip.compress(bytes(30_000_000)))),
    ],
)
def test_bombs_are_cut(coding: bytes, bomb: bytes) -> None:
    entity = decoded_entity(response(bomb, b"Content-Encoding: " + coding), limit=100_000)
    assert entity.body == bytes(100_000)
    assert "cut at 100000 bytes" in (entity.note or "")


def test_headers_as_written() -> None:
    message = split_http(NASTY["folded"])
    assert message.headers == [("X", "one two"), ("B", "c")]
    assert split_http(NASTY["repeated headers in odd case"]).headers == [("SET-cookie", "a=1"), ("set-Cookie", "b=2")]
    assert split_http(NASTY["bare line feeds"]).body == b"body\r\n\r\nmore"
    assert split_http(NASTY["ssh banner"]).status is None


@given(st.binary(max_size=300), st.sampled_from([b"gzip", b"br", b"zstd", b"deflate", b"chunked"]))
def test_garbage_never_raises(data: bytes, coding: bytes) -> None:
    decoded_entity(data)
    decoded_entity(response(data, b"Content-Encoding: " + coding, b"Transfer-Encoding: " + coding), limit=1000)


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"", mtime=0) * 200_000,
        HEAD + b"A:" + b" " * 4_000_000,
        HEAD + b"A" * 4_000_000,
        HEAD + b"A: b\r\n" + b" x\r\n" * 400_000,
        HEAD + b"\r" * 4_000_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b" " * 4_000_000,
        HEAD + b"Content-Encoding: " + b"gzip," * 500_000 + b"\r\n\r\nx",
    ],
    ids=["gzip members", "spaces", "name", "folds", "returns", "interim", "chunk size", "codings"],
)
def test_large_nonsense_is_read_to_its_end(data: bytes) -> None:
    # Quadratic reading would take longer than any test may: a linear one needs a fraction of a second.
    records_of(exchange(data))


def test_many_members_frames_and_chunks_are_read_as_far_as_a_page_can_mean_them() -> None:
    for coding, packed in (("gzip", gzip.compress(b"x")), ("zstd", zstd.compress(b"x"))):
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n\r\n" % coding.encode()
        entity = decoded_entity(head + packed * 1000)
        assert (entity.body, entity.note) == (b"x" * 64, "bytes after the compressed data, left out")
        assert decoded_entity(head + packed * 64) == (b"x" * 64, None)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100_001
    entity = decoded_entity(chunked)
    assert (len(entity.body), entity.note) == (100_000, "more than 100000 chunks, the rest left out")
