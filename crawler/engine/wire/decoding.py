"""Content codings undone within bounds (RFC 9110, 8.4): what can be read is read, what cannot is said."""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 64 * 1024


class Decoded(NamedTuple):
    """A body with its content codings undone."""

    body: bytes
    left: tuple[bytes, ...] = ()
    """Codings that nobody here knows, still in place."""
    problem: str | None = None
    """What was wrong, in plain words; then `body` holds what could be read, or the body as it came."""
    cut: bool = False
    """True when the body grew beyond the limit."""


def undo(body: bytes | memoryview, codings: list[bytes], limit: int) -> Decoded:
    """Undo `codings`, the last applied first, up to `limit` bytes each; more than that is never unpacked."""
    left = [coding.strip().lower() for coding in codings if coding.strip()]
    while left and body:
        coding = left[-1]
        if coding == b"identity":
            left.pop()
            continue
        if coding not in _STREAMS:
            return _within(body, limit, tuple(left))
        left.pop()
        plain, problem, cut = _collect(_STREAMS[coding](body), limit)
        if problem is not None:
            name = coding.decode("ascii")
            problem = f"the body is not {name} as it says ({problem})"
            return Decoded(plain or bytes(body[:limit]), (), problem, cut or (not plain and len(body) > limit))
        body = plain
        if cut:
            return Decoded(body, (), f"the body unpacks to more than {limit} bytes", cut)
    return _within(body, limit)


def _within(body: bytes | memoryview, limit: int, left: tuple[bytes, ...] = ()) -> Decoded:
    if len(body) > limit:
        return Decoded(bytes(body[:limit]), left, f"the body is longer than the {limit} bytes that are read", True)
    return Decoded(bytes(body), left)


def _collect(pieces: Iterator[bytes], limit: int) -> tuple[bytes, str | None, bool]:
    plain = bytearray()
    try:
        for piece in pieces:
            plain += piece
            if len(plain) > limit:
                return bytes(plain[:limit]), None, True
    except (zlib.error, zstd.ZstdError, brotli.error, EOFError) as error:
        return bytes(plain), str(error) or "cut short", False
    return bytes(plain), None, False


def _inflate(wbits: int) -> Callable[[bytes | memoryview], Iterator[bytes]]:
    def pieces(data: bytes | memoryview) -> Iterator[bytes]:
        while data:
            engine = zlib.decompressobj(wbits)
            while not engine.eof:
                piece = engine.decompress(data, PIECE)
                data = engine.unconsumed_tail
                if not piece and not data and not engine.eof:
                    raise EOFError
                yield piece
            # Some servers pad a gzip member with zeros; others append a second member.
            data = engine.unused_data if wbits == _GZIP and engine.unused_data.startswith(b"\x1f\x8b") else b""

    return pieces


_GZIP, _ZLIB, _RAW = 31, 15, -15


def _deflate(data: bytes | memoryview) -> Iterator[bytes]:
    """With the zlib header that the specification asks for, or without it, as some servers send it."""
    header = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    yield from _inflate(_ZLIB if header else _RAW)(data)


def _unbrotli(data: bytes | memoryview) -> Iterator[bytes]:
    engine: Any = brotli.Decompressor()
    yield engine.process(data, output_buffer_limit=PIECE)
    while not engine.is_finished():
        piece = engine.process(b"", output_buffer_limit=PIECE)
        if not piece:
            raise EOFError
        yield piece


def _unzstd(data: bytes | memoryview) -> Iterator[bytes]:
    while data:
        engine = zstd.ZstdDecompressor()
        while not engine.eof:
            piece = engine.decompress(data, PIECE)
            data = b""
            if not piece and engine.needs_input and not engine.eof:
                raise EOFError
            yield piece
        data = engine.unused_data


_STREAMS: dict[bytes, Callable[[bytes | memoryview], Iterator[bytes]]] = {
    b"gzip": _inflate(_GZIP),
    b"x-gzip": _inflate(_GZIP),
    b"deflate": _deflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
