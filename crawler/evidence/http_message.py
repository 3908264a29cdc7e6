"""Reading a recorded HTTP response leniently: status, headers, body, and the decoded entity.

Nothing here raises on what a server sent; what is wrong is said in a note. The record
itself always holds the bytes as they came.
"""

import re
from typing import NamedTuple

from crawler.evidence import codings

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_BLANK_LINES = re.compile(rb"[\r\n]*")
_STATUS_LINE = re.compile(rb"HTTP/[^\s]*[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_MANY_CODINGS = 5
_MANY_CHUNKS = 100_000


class Message(NamedTuple):
    """A response taken apart; `body` is as stored, still chunked and compressed."""

    status: int | None
    """None when the bytes are not HTTP; the body is then all of them."""
    headers: list[tuple[str, str]]
    """As written and in order, Latin-1; folded lines joined, lines without a colon left out."""
    content: bytes | memoryview
    """The body; a view when the response was one."""

    @property
    def body(self) -> bytes:
        """The body, in memory."""
        return bytes(self.content)


class Entity(NamedTuple):
    """The entity behind the transfer and content codings."""

    body: bytes
    note: str | None
    """What kept the decoding from being clean; None when nothing did."""


def split_http(data: bytes | memoryview) -> Message:
    """Take a response apart at the first empty line; interim (1xx) answers are passed over."""
    blank = _BLANK_LINES.match(data)
    start = blank.end() if blank else 0
    while True:
        line = _STATUS_LINE.match(data, start)
        if line is None:
            return Message(None, [], data if blank and start == blank.end() else data[start:])
        status = int(line[1])
        end = _END_OF_HEAD.search(data, start)
        after = end.end() if end else len(data)
        if not (100 <= status < 200 and status != 101 and _STATUS_LINE.match(data, after)):
            head = bytes(data[start : end.start() if end else after])
            return Message(status, _headers(head), data[after:])
        start = after


def _headers(head: bytes) -> list[tuple[str, str]]:
    headers: list[tuple[str, list[str]]] = []
    for line in head.decode("latin-1").split("\n")[1:]:
        line = line.removesuffix("\r")
        if line[:1] in (" ", "\t") and headers:
            headers[-1][1].append(line.strip())
        elif ":" in line:
            name, _, value = line.partition(":")
            headers.append((name.strip(), [value.strip()]))
    return [(name, " ".join(values).strip()) for name, values in headers]


def header_values(headers: list[tuple[str, str]], name: str) -> list[str]:
    """All values of a header, in order; names compare without case."""
    return [value for key, value in headers if key.lower() == name]


def decoded_entity(response: bytes | memoryview, limit: int = 32 * 1024 * 1024) -> Entity:
    """The entity of a recorded response: de-chunked, then gzip, deflate, br and zstd undone.

    At most `limit` bytes at each step, so that a bomb costs no more. Never raises: what
    cannot be decoded is returned as far as it went, with a note.
    """
    message = split_http(response)
    body: bytes | memoryview = message.content
    notes: list[str | None] = []
    transfer = _listed(message.headers, "transfer-encoding")
    if "chunked" in transfer:
        body, note = _dechunked(body)
        notes.append(note)
    else:
        lengths = set(header_values(message.headers, "content-length"))
        declared = lengths.pop() if len(lengths) == 1 else ""
        if declared.isascii() and declared.isdigit() and len(declared) < 19:
            if len(body) < int(declared):
                notes.append(f"{int(declared) - len(body)} bytes fewer than Content-Length says")
            elif len(body) > int(declared):
                notes.append(f"{len(body) - int(declared)} bytes more than Content-Length says, left out")
                body = body[: int(declared)]
    content = _listed(message.headers, "content-encoding")
    content += [coding for coding in transfer if coding != "chunked"]
    for coding in reversed(content[-_MANY_CODINGS:]):
        if coding == "identity" or not body:
            continue
        decode = codings.decoder(coding)
        if decode is None:
            notes.append(f"coding {coding[:40]!r} not known")
            break
        decoded, note = _decoded(decode, body, limit)
        notes.append(note)
        if not decoded and note:
            break
        body = decoded
    if len(body) > limit:
        body = body[:limit]
        notes.append(f"cut at {limit} bytes")
    said = [note for note in notes if note]
    return Entity(bytes(body), "; ".join(said) or None)


def undecodable(response: bytes | memoryview) -> str:
    """The package that this machine lacks to undo a response's codings; empty when it lacks none."""
    headers = split_http(response).headers
    return ", ".join(codings.lacking({*_listed(headers, "content-encoding"), *_listed(headers, "transfer-encoding")}))


def _listed(headers: list[tuple[str, str]], name: str) -> list[str]:
    values = ",".join(header_values(headers, name)).lower().split(",")
    return [value.strip() for value in values if value.strip()]


def _dechunked(coded: bytes | memoryview) -> tuple[bytes | memoryview, str | None]:
    body = memoryview(coded)
    pieces: list[memoryview] = []
    place = 0
    while place < len(body):
        if len(pieces) >= _MANY_CHUNKS:
            return b"".join(pieces), f"more than {_MANY_CHUNKS} chunks, the rest left out"
        line = _CHUNK_SIZE.match(body, place)
        if line is None:
            if not pieces:
                return coded, "said to be chunked and is not"
            return b"".join(pieces), "chunk framing broken"
        size = int(line[1], 16)
        if size == 0:
            return b"".join(pieces), None
        piece = body[line.end() : line.end() + size]
        pieces.append(piece)
        if len(piece) < size:
            return b"".join(pieces), "ends inside a chunk"
        place = line.end() + size
        after = bytes(body[place : place + 2])
        place += 2 if after == b"\r\n" else 1 if after[:1] == b"\n" else 0
    return b"".join(pieces), "ends without the last chunk"


def _decoded(decode: codings.Decoder, data: bytes | memoryview, limit: int) -> tuple[bytes, str | None]:
    out = bytearray()
    pieces = decode(memoryview(data))
    while True:
        try:
            out += next(pieces)
        except StopIteration as end:
            return bytes(out), "bytes after the compressed data, left out" if end.value else None
        except codings.EndsEarly:
            return bytes(out), "compressed data ends early"
        except codings.Damaged as error:
            return bytes(out), f"compressed data damaged ({error})"
        if len(out) > limit:
            return bytes(out[:limit]), f"cut at {limit} bytes"
