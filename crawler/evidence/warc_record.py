"""One WARC 1.1 record (ISO 28500:2017) and where it lies in a segment. Standard library only."""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from crawler.errors import VerificationError

VERSION = b"WARC/1.1"
LEVEL = 6
PIECE = 1024 * 1024
_RECORDS = UUID("6f0b3f5a-2d0c-5e0e-9f43-7d1f0d8f7c11")
# RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system: equal records give equal members.
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its named fields in order (Content-Length is added on writing) and its block."""

    fields: tuple[tuple[str, str], ...]
    content: bytes | memoryview
    """The block; a view where it is long and lies in a file."""

    @property
    def block(self) -> bytes:
        """The block, in memory."""
        return bytes(self.content)

    def field(self, name: str) -> str | None:
        """The first value of a named field; names compare without case."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    @property
    def record_id(self) -> str:
        """``urn:uuid:...`` without the angle brackets."""
        return (self.field("WARC-Record-ID") or "").strip("<>")

    @property
    def record_type(self) -> str:
        """``response``, ``request``, ``metadata``, ``resource``, ``warcinfo`` ..."""
        return self.field("WARC-Type") or ""

    def with_field(self, name: str, value: str) -> "Record":
        """The same record with one more field."""
        return Record((*self.fields, (name, value)), self.content)

    def rendered(self) -> bytes:
        """The record as it stands in an uncompressed WARC file."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes | memoryview]:
        """What `rendered` gives, in pieces of at most `PIECE` bytes, the first one apart."""
        lines = [VERSION, *(f"{name}: {value}".encode() for name, value in self.fields)]
        lines.append(b"Content-Length: %d" % len(self.content))
        yield b"\r\n".join([*lines, b"", b""])
        for start in range(0, len(self.content), PIECE):
            yield self.content[start : start + PIECE]
        yield b"\r\n\r\n"


def record_id(of: str, record_type: str) -> str:
    """``urn:uuid:...``: the same for the same exchange and record type, always."""
    return f"urn:uuid:{uuid5(_RECORDS, f'{of}/{record_type}')}"


def make_record(
    record_type: str,
    identity: str,
    date: datetime,
    kind: str,
    fields: list[tuple[str, str]],
    block: bytes | memoryview,
    digest: str | None = None,
) -> Record:
    """A record with its mandatory fields; `date` is written in UTC with microseconds.

    `digest` is that of the block, where it is known (as `block_digest` gives it).
    """
    moment = date.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = [("WARC-Type", record_type), ("WARC-Record-ID", f"<{identity}>"), ("WARC-Date", moment)]
    tail = [("WARC-Block-Digest", digest or block_digest(block)), ("Content-Type", kind)]
    return Record((*head, *fields, *tail), block)


def safe_uri(uri: str) -> str:
    """A URI that fits one header line: everything but visible ASCII is percent-encoded, nothing else changes."""
    return quote(uri, safe="%!#$&'()*+,/:;=?@[]~-._", errors="replace")


def gzip_member(data: bytes) -> bytes:
    """One whole gzip member (RFC 1952) that depends on nothing but the data."""
    return b"".join(gzip_pieces([data]))


def gzip_pieces(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """One whole gzip member (RFC 1952) in pieces; the whole depends on nothing but the data, not on how it is cut."""
    machine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    checksum, length = 0, 0
    yield _GZIP_HEAD
    for piece in pieces:
        checksum, length = zlib.crc32(piece, checksum), length + len(piece)
        if packed := machine.compress(piece):
            yield packed
    yield machine.flush()
    yield struct.pack("<II", checksum, length & 0xFFFFFFFF)


def block_digest(block: bytes | memoryview) -> str:
    """The value of WARC-Block-Digest: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(block).hexdigest()}"


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """A record in a segment: ``sha256`` is of its gzip member, ``block_sha256`` of its block."""

    id: str
    type: str
    offset: int
    length: int
    sha256: str
    block_sha256: str

    def as_dict(self) -> dict[str, Any]:
        """The form in the ledger."""
        return {
            "id": self.id,
            "type": self.type,
            "offset": self.offset,
            "length": self.length,
            "sha256": self.sha256,
            "block_sha256": self.block_sha256,
        }


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one append went: `segment` is the sealed file's name, offset and length are in bytes."""

    segment: str
    offset: int
    length: int
    records: tuple[PlacedRecord, ...]

    def as_dict(self) -> dict[str, Any]:
        """The form in the ledger (``record``)."""
        return {
            "segment": self.segment,
            "offset": self.offset,
            "length": self.length,
            "records": [record.as_dict() for record in self.records],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Placement":
        """Read what `as_dict` made. Raises KeyError or TypeError for anything else."""
        records = tuple(PlacedRecord(**record) for record in data["records"])
        return cls(data["segment"], data["offset"], data["length"], records)


def parse_head(head: bytes, which: str) -> tuple[tuple[str, str], ...]:
    """The named fields of a record's head, without the version line; Content-Length included.

    Raises VerificationError when this is no WARC 1.1 head.
    """
    lines = head.split(b"\r\n")
    if lines[0] != VERSION:
        raise VerificationError("not a WARC 1.1 record", which)
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise VerificationError("a WARC field without a colon", which)
        try:
            fields.append((name.decode("utf-8").strip(), value.decode("utf-8").strip()))
        except UnicodeDecodeError:
            raise VerificationError("a WARC field that is not UTF-8", which) from None
    return tuple(fields)


def field_values(fields: Sequence[tuple[str, str]], name: str) -> list[str]:
    """All values of a named field; names compare without case."""
    return [value for key, value in fields if key.lower() == name.lower()]
