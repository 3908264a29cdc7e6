"""Content codings undone piece by piece (RFC 9110, 8.4.1; RFC 7932; RFC 8878): time and memory grow with what is taken.

Each decoder yields pieces of at most 64 KiB and raises `Damaged` where its data does not
hold. It returns how many bytes after the coded data it left out. Many gzip members or zstd
frames in a row are an attack on time, and the decoder stops at the 64th.
"""

import zlib
from collections.abc import Callable, Generator
from typing import Any

# A verifier that runs alone may lack these two; it then says which pages it could not decode.
try:
    import brotli  # type: ignore[import-untyped]
except ImportError:
    brotli = None
try:
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    try:
        from backports import zstd  # type: ignore[no-redef,unused-ignore]
    except ImportError:
        zstd = None  # type: ignore[assignment,unused-ignore]

PIECE = 64 * 1024
MEMBERS = 64
Pieces = Generator[bytes, None, int]
Decoder = Callable[[memoryview], Pieces]
_GZIP, _ZLIB, _RAW = 31, 15, -15


class Damaged(ValueError):
    """Coded data that does not hold."""


class EndsEarly(Damaged):
    """Coded data that ends before its end."""


def decoder(coding: str) -> Decoder | None:
    """What undoes a coding (lower case); None for one that nobody here knows or that this machine lacks."""
    return _DECODERS.get(coding)


def lacking(codings: set[str]) -> list[str]:
    """The packages that this machine would need for these codings and does not have."""
    packages = (("brotli", "br", brotli), ("backports.zstd", "zstd", zstd))
    return [package for package, coding, module in packages if coding in codings and module is None]


def _inflate(data: memoryview, window: int) -> Pieces:
    place = 0
    for _ in range(MEMBERS):
        machine = zlib.decompressobj(window)
        while not machine.eof:
            fed = machine.unconsumed_tail or data[place : place + PIECE]
            if not machine.unconsumed_tail:
                place += len(fed)
            try:
                piece = machine.decompress(fed, PIECE)
            except zlib.error as error:
                raise Damaged(str(error)) from None
            if piece:
                yield piece
            elif not fed and not machine.eof:
                raise EndsEarly
        place -= len(machine.unused_data)
        if window != _GZIP or bytes(data[place : place + 2]) != b"\x1f\x8b":
            break
    return len(data) - place


def _gunzip(data: memoryview) -> Pieces:
    """One member after the other (RFC 1952, 2.2)."""
    return _inflate(data, _GZIP)


def _deflate(data: memoryview) -> Pieces:
    """With the zlib header that the specification asks for, or without it, as some servers send it."""
    header = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return _inflate(data, _ZLIB if header else _RAW)


def _unbrotli(data: memoryview) -> Pieces:
    machine: Any = brotli.Decompressor()
    try:
        yield machine.process(bytes(data), output_buffer_limit=PIECE)
        while not machine.is_finished():
            piece = machine.process(b"", output_buffer_limit=PIECE)
            if not piece:
                raise EndsEarly
            yield piece
    except brotli.error as error:
        raise Damaged(str(error)) from None
    return 0


def _unzstd(data: memoryview) -> Pieces:
    """One frame after the other (RFC 8878, 3.1)."""
    place = 0
    for _ in range(MEMBERS):
        if place >= len(data):
            break
        machine = zstd.ZstdDecompressor()
        while not machine.eof:
            fed = data[place : place + PIECE] if machine.needs_input else b""
            place += len(fed)
            try:
                piece = machine.decompress(fed, PIECE)
            except (zstd.ZstdError, MemoryError) as error:
                raise Damaged(str(error)) from None
            if piece:
                yield piece
            elif not fed and machine.needs_input and not machine.eof:
                raise EndsEarly
        place -= len(machine.unused_data)
    return len(data) - place


_DECODERS: dict[str, Decoder] = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _deflate}
if brotli is not None:
    _DECODERS["br"] = _unbrotli
if zstd is not None:
    _DECODERS["zstd"] = _unzstd
