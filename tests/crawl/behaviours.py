"""What a hostile server may answer: for each path the bytes, and what is done to the connection besides."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from enum import Enum

import brotli  # type: ignore[import-untyped]
from backports import zstd

PAGE = b"<html><head><title>Lantern Street</title></head><body><p>A page of the practice town.</p></body></html>"


class Act(Enum):
    """What a behaviour does besides sending bytes."""

    PAUSE = "wait a moment, so that what was sent arrives"
    RESET = "reset the connection"
    HOLD = "keep the connection open until the client leaves"
    VANISH = "close without a TLS close_notify"


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


def _endless_head() -> Iterator[Step]:
    yield HEAD
    while True:
        yield b"X-Again: and again\r\n" * 500


def _slow_head() -> Iterator[Step]:
    yield HEAD + b"X-Slow: "
    while True:
        yield b"s"
        yield Act.PAUSE


def _endless_chunks() -> Iterator[Step]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield chunked(b"<p>again and again</p>\n" * 900, end=b"")


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
    "/many-fields": _steps(ok(PAGE, *(b"X-Field-%d: %d" % (n, n) for n in range(4000)))),
    "/long-field": _steps(ok(PAGE, b"X-Long: " + b"l" * 200_000)),
    "/endless-head": _endless_head,
    "/slow-head": _slow_head,
    "/reset-in-head": _steps(HEAD, Act.PAUSE, Act.PAUSE, Act.RESET),
    "/cr-alone": _steps(b"HTTP/1.1 200 OK\rContent-Type: text/html\r\r", PAGE),
    "/tabs-in-status": _steps(b"HTTP/1.1 \t 200 \t OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/lower-case-status": _steps(b"http/1.1 200 ok\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/http-2-status": _steps(b"HTTP/2 200\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/four-digits": _steps(b"HTTP/1.1 2000 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/status-999": _steps(b"HTTP/1.1 999 Go Away\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/odd-reason": _steps("HTTP/1.1 200 早 \x01\r\n".encode(), b"Content-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/icy": _steps(b"ICY 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE), PAGE),
    "/before-status": _steps(b"a word before\r\n", ok()),
    "/tls-in-plain": _steps(b"\x15\x03\x01\x00\x02\x02\x46"),
    "/interim-many": _steps(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 15, ok()),
    "/interim-flood": _steps(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 40, ok()),
    "/interim-odd": _steps(b"HTTP/1.1 103 Early\nno colon\n\n", ok()),
    "/interim-only": _steps(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/switching": _steps(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: turtle\r\n\r\n", b"\x00\x01 no HTTP any more"),
    "/second-answer": _steps(ok() + ok(b"<p>smuggled</p>")),
    "/second-answer-later": _steps(ok(), Act.PAUSE, ok(b"<p>smuggled</p>")),
    "/no-content-and-body": _steps(b"HTTP/1.1 204 No Content\r\n\r\n", Act.PAUSE, PAGE),
    "/not-modified-and-body": _steps(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", Act.PAUSE, PAGE),
    "/huge-length": _steps(HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", PAGE),
    "/plus-length": _steps(HEAD + b"Content-Length: +%d\r\n\r\n" % len(PAGE), PAGE),
    "/hex-length": _steps(HEAD + b"Content-Length: 0x10\r\n\r\n", PAGE),
    "/empty-length": _steps(HEAD + b"Content-Length:\r\n\r\n", PAGE),
    "/listed-length": _steps(HEAD + b"Content-Length: %d, %d\r\n\r\n" % (len(PAGE), len(PAGE)), PAGE),
    "/listed-lengths": _steps(HEAD + b"Content-Length: 5, %d\r\n\r\n" % len(PAGE), PAGE),
    "/identity-coding": _steps(HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", PAGE),
    "/odd-case-chunked": _steps(HEAD + b"tRaNsFeR-eNcOdInG :  ChUnKeD \r\n\r\n", chunked(PAGE)),
    "/chunked-twice": _steps(HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n", chunked(PAGE)),
    "/chunked-first": _steps(HEAD + b"Transfer-Encoding: chunked, turtle\r\n\r\n", chunked(PAGE)),
    "/gzip-transfer": _steps(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", chunked(GZIPPED[:40], GZIPPED[40:])),
    "/gzip-in-chunks": _steps(
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", chunked(GZIPPED[:9], GZIPPED[9:])
    ),
    "/both-codings": _steps(
        HEAD + b"Content-Encoding: br\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        chunked(gzip.compress(brotli.compress(PAGE), mtime=0)),
    ),
    "/chunk-size-huge": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"f" * 30 + b"\r\n" + PAGE),
    "/chunk-size-minus": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"-5\r\n" + PAGE),
    "/chunk-size-0x": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0x5\r\n" + PAGE),
    "/chunk-size-empty": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"\r\n" + PAGE),
    "/chunk-extension-long": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"%x;%b\r\n" % (len(PAGE), b"e" * 30_000),
        Act.PAUSE,
        PAGE + b"\r\n0\r\n\r\n",
    ),
    "/chunks-tiny": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(*(PAGE[n : n + 1] for n in range(len(PAGE))))
    ),
    "/chunks-endless": _endless_chunks,
    "/chunk-no-last": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"")),
    "/chunk-reset": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"fff\r\n" + PAGE, Act.PAUSE, Act.PAUSE, Act.RESET
    ),
    "/trailers-odd": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"0\r\nno colon\r\n\tfolded\r\nX: \xff\r\n\r\n")
    ),
    "/trailers-many": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"0\r\n" + b"X-More: yes\r\n" * 5000 + b"\r\n")
    ),
    "/trailer-long": _steps(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"0\r\nX-Long: " + b"t" * 300_000 + b"\r\n\r\n")
    ),
    "/trailers-cut": _steps(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunked(PAGE, end=b"0\r\nX-Su")),
    "/deflate-raw": _steps(ok(zlib.compress(PAGE)[2:-4], b"Content-Encoding: deflate")),
    "/deflate-not": _steps(ok(PAGE, b"Content-Encoding: deflate")),
    "/brotli": _steps(ok(brotli.compress(PAGE), b"Content-Encoding: br")),
    "/brotli-cut": _steps(ok(brotli.compress(PAGE)[:-9], b"Content-Encoding: br")),
    "/zstd": _steps(ok(zstd.compress(PAGE), b"Content-Encoding: zstd")),
    "/zstd-not": _steps(ok(PAGE, b"Content-Encoding: zstd")),
    "/coding-unknown": _steps(ok(PAGE, b"Content-Encoding: turtle")),
    "/coding-twice": _steps(ok(gzip.compress(GZIPPED, mtime=0), b"Content-Encoding: gzip, gzip")),
    "/codings-many": _steps(ok(PAGE, b"Content-Encoding: " + b", ".join([b"gzip"] * 500))),
    "/gzip-members": _steps(
        ok(gzip.compress(PAGE[:HALF], mtime=0) + gzip.compress(PAGE[HALF:], mtime=0), b"Content-Encoding: gzip")
    ),
    "/gzip-and-rubbish": _steps(ok(GZIPPED + b"rubbish", b"Content-Encoding: gzip")),
    "/nested-bomb": _steps(ok(gzip.compress(BOMB, mtime=0), b"Content-Encoding: gzip, gzip")),
    "/brotli-bomb": _steps(ok(brotli.compress(bytes(64 * 1024 * 1024)), b"Content-Encoding: br")),
    "/zstd-bomb": _steps(ok(zstd.compress(bytes(64 * 1024 * 1024)), b"Content-Encoding: zstd")),
    "/redirect-loop": _steps(b"HTTP/1.1 302 Found\r\nLocation: /redirect-loop\r\nContent-Length: 0\r\n\r\n"),
    "/redirect-odd": _steps(b"HTTP/1.1 301\r\nLocation: //\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"),
    "/redirect-bytes": _steps(b"HTTP/1.1 303 See\r\nLocation: /\xe5\xbd\xb1 \xff\r\nContent-Length: 0\r\n\r\n"),
    "/redirect-ftp": _steps(b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"),
    "/redirect-file": _steps(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n"),
}
