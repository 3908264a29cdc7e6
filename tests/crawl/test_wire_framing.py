"""The framing reads the same message however the network cuts it, and never fails on rubbish."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.engine.wire import recording as recording_module
from crawler.engine.wire.framing import CHUNK_LIMIT, Framing
from crawler.engine.wire.lenient import parse_head
from crawler.engine.wire.media import judge
from crawler.engine.wire.recording import IN_MEMORY, PIECE, Recording
from tests.crawl.hostile import BEHAVIOURS, PAGE

ENDLESS = {"/drip", "/endless", "/endless-head", "/slow-head", "/chunks-endless"}
LONG = {"/bomb", "/nested-bomb", "/big", "/film.mkv", "/archive", "/attachment", "/huge-head", "/trailer-long"}
SAMPLES = {
    path: b"".join(step for step in behaviour() if isinstance(step, bytes))
    for path, behaviour in BEHAVIOURS.items()
    if path not in ENDLESS | LONG
}


def read(pieces: list[bytes], method: str = "GET") -> tuple[Framing, str | None, bytes]:
    framing = Framing(method)
    for piece in pieces:
        framing.feed(piece)
    missing = framing.closed()
    return framing, missing, framing.body(b"".join(pieces))


@settings(max_examples=400, deadline=None)
@given(path=st.sampled_from(sorted(SAMPLES)), cuts=st.lists(st.integers(min_value=0, max_value=600), max_size=12))
def test_a_message_reads_the_same_in_any_pieces(path: str, cuts: list[int]) -> None:
    raw = SAMPLES[path]
    edges = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    pieces = [raw[start:end] for start, end in itertools.pairwise(edges)]
    whole, cut = read([raw]), read(pieces)
    assert whole[1:] == cut[1:]
    assert whole[0].head == cut[0].head
    assert whole[0].problems == cut[0].problems
    assert (whole[0].sample, whole[0].surplus, whole[0].received) == (cut[0].sample, cut[0].surplus, cut[0].received)


@given(st.binary(max_size=300), st.lists(st.integers(min_value=0, max_value=300), max_size=4))
def test_rubbish_is_received_and_never_raises(raw: bytes, cuts: list[int]) -> None:
    for prefix in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        data = prefix + raw
        edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        framing, _, body = read([data[start:end] for start, end in itertools.pairwise(edges)])
        assert framing.received == len(data)
        assert len(body) <= len(data)
        assert len(framing.sample) <= 64


@given(st.binary(max_size=400))
def test_a_head_is_read_or_is_none(raw: bytes) -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\n" + raw + b"\r\n\r\n")
    assert head is not None
    assert head.status == 200
    assert all(name for name, _ in head.fields)
    assert parse_head(b"<html>" + raw) is None


def test_problems_are_named() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\nA : 1\r\nno colon\r\nB: \xb5\0\r\n folded\r\n\r\n")
    assert head is not None
    assert head.fields == ((b"A", b"1"), (b"B", b"\xb5\0 folded"))
    assert len(head.problems) == 6


def test_interim_responses_are_passed_over() -> None:
    framing, missing, body = read([SAMPLES["/continue"]])
    assert (framing.head and framing.head.status, missing, body, framing.problems) == (200, None, PAGE, ())


def test_head_and_bodiless_statuses_end_with_the_head() -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    assert read([raw], "HEAD")[1] is None
    assert read([raw.replace(b"200 OK", b"304 No")])[1] is None
    assert read([raw])[1] == "500 bytes of the body are missing"


def test_floods_of_chunks_and_interim_responses_are_bounded() -> None:
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    framing, problem, body = read([start, b"1\r\nx\r\n" * (CHUNK_LIMIT + 5000)])
    assert len(body) == CHUNK_LIMIT
    assert "chunks" in (problem or "")
    flooded, problem, _ = read([b"HTTP/1.1 100 Continue\r\n\r\n" * 1000])
    assert (flooded.head, problem) == (None, "no status line")
    assert "interim" in flooded.problems[-1]
    assert framing.received > CHUNK_LIMIT


@pytest.mark.parametrize("size", [1, 700, 100_000])
def test_a_recording_lies_in_a_file_and_gives_everything_back(tmp_path: Path, size: int) -> None:
    recording = Recording(tmp_path)
    pieces = [bytes([n % 256]) * size for n in range(3 * IN_MEMORY // size if size > 1 else 3000)]
    for piece in pieces:
        recording.append(piece)
    assert recording.length == size * len(pieces)
    value = recording.value()
    assert isinstance(value, memoryview if size > 1 else bytes)
    assert value == b"".join(pieces)
    assert recording.value() is value
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="ended"):
        recording.append(b"more")


@pytest.mark.parametrize("length", [10, 400_000])
def test_a_recording_may_end_before_its_last_byte(length: int) -> None:
    recording = Recording()
    for number in range(10):
        recording.append(bytes([number]) * 100_000)
    value = recording.value(length)
    assert (len(value), recording.length) == (length, length)
    assert recording.value() == value


def test_a_recording_that_the_disk_refused_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr(recording_module, "TemporaryFile", lambda **_: Full())
    recording = Recording()
    with pytest.raises(OSError, match="No space"):
        recording.append(bytes(IN_MEMORY + PIECE))
    assert recording.value() == b""


@pytest.mark.parametrize(
    ("kind", "sample", "path", "verdict"),
    [
        (b"text/html", PAGE, "/", "page"),
        (b"TEXT/HTML; charset=gbk", PAGE, "/", "page"),
        (b"application/rss+xml", b"<?xml version='1.0'?>", "/", "page"),
        (b"application/vnd.api+json", b'{"entries": [1, 2, 3]}', "/", "page"),
        (b"image/jpeg", b"\xff\xd8\xff\xe0" * 8, "/", "page"),
        (b"application/vnd.apple.mpegurl", b"#EXTM3U\n#EXT-X-VERSION:3\n", "/a.m3u8", "page"),
        (b"application/gzip", b"\x1f\x8b" + bytes(30), "/sitemap.xml.gz", "page"),
        (b"application/gzip", b"\x1f\x8b" + bytes(30), "/film.tar.gz", "work"),
        (b"video/mp4", b"", "/", "work"),
        (b"audio/mpeg", b"", "/", "work"),
        (b"application/zip", b"", "/", "work"),
        (b"application/x-rar-compressed", b"", "/", "work"),
        (b"application/pdf", b"", "/", "work"),
        (b"application/epub+zip", b"", "/", "work"),
        (b"application/x-bittorrent", b"", "/", "work"),
        (b"text/plain", b"PK\x03\x04" + bytes(20), "/", "work"),
        (b"text/html", b"\0\0\0\x20ftypisom" + bytes(20), "/", "work"),
        (b"text/plain", b"d8:announce30:http://tracker.example", "/", "work"),
        (b"application/octet-stream", b"<!DOCTYPE html><html>", "/", "page"),
        (b"application/octet-stream", bytes(40), "/", "work"),
        (b"", b"any text at all, untyped", "/", "page"),
        (b"text/html", b"", "/", "unsure"),
    ],
)
def test_works_are_told_from_pages(kind: bytes, sample: bytes, path: str, verdict: str) -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n")
    assert head is not None
    assert judge(head, sample, path, complete=False) == verdict
