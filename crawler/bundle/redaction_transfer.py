"""A recorded response taken apart without a rest: its head, its entity, and every byte that became neither.

Trailers, chunk extensions, bytes after the end and the fields of a gzip header are no part of a
page, and are in the record all the same.
"""

import re
import zlib
from dataclasses import dataclass

from crawler.bundle.redaction_readings import TEXT_LIMIT
from crawler.evidence.http_message import decoded_entity, header_values, split_http

_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})([^\n]*)\n")
_HARMLESS = re.compile(
    r"\d+ bytes fewer than Content-Length says|\d+ bytes more than Content-Length says, left out"
    r"|ends without the last chunk|ends inside a chunk|bytes after the compressed data, left out"
)
_FEXTRA, _FNAME, _FCOMMENT = 4, 8, 16
_GZIP = ("gzip", "x-gzip")
_MEMBERS = 64
"""More of them are asked as they came."""
_SKIPPED_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Response:
    """A response taken apart."""

    head: bytes
    entity: bytes
    rests: tuple[bytes, ...]
    """What became neither."""
    whole: bool
    """Whether every byte is in one of these; a page that could not be decoded is not."""


class _Unclear(Exception):
    """Bytes that cannot be told apart."""


def apart(block: bytes) -> Response:
    """Take a response apart; what cannot be undone stands in `rests` as it came, and `whole` is False."""
    message = split_http(block)
    body = message.body
    head = block[: len(block) - len(body)]
    entity = decoded_entity(block)
    whole = all(_HARMLESS.fullmatch(note) for note in (entity.note or "").split("; ") if note)
    rests: list[bytes] = []
    transfer = _listed(message.headers, "transfer-encoding")
    codings = [coding for coding in _listed(message.headers, "content-encoding") if coding != "identity"]
    codings += [coding for coding in transfer if coding not in ("chunked", "identity")]
    try:
        if "chunked" in transfer:
            body, framing = _dechunked(body)
            rests.append(framing)
        else:
            lengths = set(header_values(message.headers, "content-length"))
            declared = lengths.pop() if len(lengths) == 1 else ""
            if declared.isascii() and declared.isdigit() and len(declared) < 19:
                rests.append(body[int(declared) :])
                body = body[: int(declared)]
        if len(codings) > 1:
            raise _Unclear
        if codings and body and codings[0] in _GZIP:
            rests += _beside_gzip(body)
        elif codings and body and codings[0] == "deflate":
            rests.append(_after_deflate(body))
        elif (
            codings
            and body
            and codings[0] == "zstd"
            and (_SKIPPED_FRAME.search(body) or "after" in (entity.note or ""))
        ):
            # A frame to be skipped may hold anything (RFC 8878, 3.1.2).
            raise _Unclear
        elif not codings and body != entity.body:
            raise _Unclear
    except (_Unclear, zlib.error):
        whole = False
    return Response(head, entity.body, (*filter(None, rests), *(() if whole else (body,))), whole)


def _listed(headers: list[tuple[str, str]], name: str) -> list[str]:
    return [one.strip() for value in header_values(headers, name) for one in value.lower().split(",") if one.strip()]


def _dechunked(coded: bytes) -> tuple[bytes, bytes]:
    """The chunks, and all that stands between and after them."""
    pieces, beside, place = [], [], 0
    while place < len(coded):
        line = _CHUNK.match(coded, place)
        if line is None:
            raise _Unclear
        size = int(line[1], 16)
        beside.append(line[2])
        place = line.end()
        if size == 0:
            beside.append(coded[place:])
            break
        pieces.append(coded[place : place + size])
        place += size
        ended = _LINE_END.match(coded, place)
        place = ended.end() if ended else place
    return b"".join(pieces), b"\n".join(one.strip() for one in beside if one.strip())


def _beside_gzip(data: bytes) -> list[bytes]:
    """The optional fields of every member's header (RFC 1952, 2.3), and what follows the last member."""
    found: list[bytes] = []
    for _ in range(_MEMBERS):
        if data[:2] != b"\x1f\x8b":
            break
        found += _gzip_fields(data)
        data = _after(data, 31)
    return [*found, data]


def _gzip_fields(data: bytes) -> list[bytes]:
    flags, place, found = data[3] if len(data) > 3 else 0, 10, []
    if flags & _FEXTRA:
        length = int.from_bytes(data[place : place + 2], "little")
        found.append(data[place + 2 : place + 2 + length])
        place += 2 + length
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            end = data.find(b"\x00", place)
            if end < 0:
                raise _Unclear
            found.append(data[place:end])
            place = end + 1
    return found


def _after_deflate(data: bytes) -> bytes:
    zlib_header = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return _after(data, 15 if zlib_header else -15)


def _after(data: bytes, window: int) -> bytes:
    """What follows one compressed stream. A stream that does not end is unclear: its rest may hold anything."""
    machine = zlib.decompressobj(window)
    machine.decompress(data, TEXT_LIMIT + 1)
    if not machine.eof:
        raise _Unclear
    return machine.unused_data
