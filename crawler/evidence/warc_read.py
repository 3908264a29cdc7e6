"""Reading segments member by member, with bounds, on the standard library only."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.errors import VerificationError
from crawler.evidence.warc_record import PlacedRecord, Record, field_values, parse_head

PIECE = 64 * 1024
HEAD_LIMIT = 256 * 1024
RECORD_LIMIT = 2 * 1024**3
"""No record of ours is larger; a member that inflates beyond it is a bomb."""


@dataclass(frozen=True, slots=True)
class Member:
    """What one gzip member holds; the block itself is read only when asked for."""

    offset: int
    length: int
    sha256: str
    """Of the member's own bytes."""
    fields: tuple[tuple[str, str], ...]
    block_bytes: int
    block_sha256: str
    begins: bytes = b""
    """The first bytes of the block, as many as were asked for."""

    def placed(self) -> PlacedRecord:
        """The same facts as the ledger writes them."""
        record = Record(self.fields, b"")
        return PlacedRecord(
            record.record_id, record.record_type, self.offset, self.length, self.sha256, self.block_sha256
        )


class _Block:
    """Takes a record's bytes piece by piece: the head until its empty line, then the block."""

    def __init__(self, which: str, keep: bool, taste: int = 0) -> None:
        self.which = which
        self.head = bytearray()
        self.fields: tuple[tuple[str, str], ...] | None = None
        self.declared = 0
        self.taken = 0
        self.digest = hashlib.sha256()
        self.tail = bytearray()
        self.kept = bytearray() if keep else None
        self.begins, self.taste = bytearray(), taste

    def take(self, data: bytes) -> None:
        if self.fields is None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                if len(self.head) > HEAD_LIMIT:
                    raise VerificationError("a WARC head without an end", self.which)
                return
            data = bytes(self.head[end + 4 :])
            self.fields = parse_head(bytes(self.head[:end]), self.which)
            lengths = field_values(self.fields, "Content-Length")
            if len(lengths) != 1 or not (lengths[0].isascii() and lengths[0].isdigit()) or len(lengths[0]) > 15:
                raise VerificationError("a WARC record without one Content-Length", self.which)
            self.declared = int(lengths[0])
        block = data[: max(self.declared - self.taken, 0)]
        self.taken += len(block)
        self.digest.update(block)
        if len(self.begins) < self.taste:
            self.begins += block[: self.taste - len(self.begins)]
        if self.kept is not None:
            self.kept += block
        self.tail += data[len(block) : len(block) + 8]

    def check(self) -> tuple[tuple[str, str], ...]:
        if self.fields is None:
            raise VerificationError("a WARC head without an end", self.which)
        if self.taken != self.declared or self.tail != b"\r\n\r\n":
            raise VerificationError("a WARC record whose Content-Length is wrong", self.which)
        return self.fields


Spend = Callable[[int], None]


def _uncounted(inflated: int) -> None:
    """Who reads what they wrote themselves need not count."""


def _read_one(
    file: BinaryIO, offset: int, which: str, limit: int, keep: bool, taste: int = 0, spend: Spend = _uncounted
) -> tuple[Member, bytes]:
    """Read the member at the file's place `offset`; VerificationError when it is not whole."""
    file.seek(offset)
    machine = zlib.decompressobj(31)
    block = _Block(which, keep, taste)
    digest, length, inflated, pending = hashlib.sha256(), 0, 0, b""
    while not machine.eof:
        raw = b""
        if not pending:
            pending = raw = file.read(PIECE)
            if not raw:
                raise VerificationError("ends inside a gzip member", which)
        before = len(pending)
        try:
            data = machine.decompress(pending, PIECE)
        except zlib.error as error:
            raise VerificationError(f"gzip damaged ({error})", which) from None
        rest = machine.unused_data if machine.eof else machine.unconsumed_tail
        used = before - len(rest)
        digest.update(pending[:used])
        length += used
        pending = rest
        inflated += len(data)
        spend(len(data))
        if inflated > limit:
            raise VerificationError(f"a record of more than {limit} bytes", which)
        block.take(data)
    fields = block.check()
    member = Member(
        offset, length, digest.hexdigest(), fields, block.taken, block.digest.hexdigest(), bytes(block.begins)
    )
    return member, bytes(block.kept or b"")


def scan(
    path: Path,
    start: int = 0,
    limit: int = RECORD_LIMIT,
    total: int | None = None,
    taste: int = 0,
    spend: Spend = _uncounted,
) -> Iterator[Member]:
    """The members of a segment in order, in little memory whatever they hold.

    No record may inflate beyond `limit` bytes and all together not beyond `total`; `taste` is
    how many bytes of each block come with its member; `spend` is told of every piece inflated.

    Raises VerificationError at the first byte that does not continue a whole member with
    one WARC record in it; what was yielded before stands. The error's `which` ends in
    ``@<offset>``.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        while start < size:
            allowed = limit if total is None else min(limit, total)
            member, _ = _read_one(file, start, f"{path.name}@{start}", allowed, keep=False, taste=taste, spend=spend)
            yield member
            start += member.length
            if total is not None:
                total -= member.block_bytes


def read_member(path: Path, offset: int, length: int | None = None, limit: int = RECORD_LIMIT) -> Record:
    """The record of the member at `offset`; raises VerificationError unless it is whole and `length` bytes long."""
    with path.open("rb") as file:
        which = f"{path.name}@{offset}"
        member, block = _read_one(file, offset, which, limit, keep=True)
    if length is not None and member.length != length:
        raise VerificationError(f"a member of {member.length} bytes where {length} were recorded", which)
    return _without_length(member, block)


def iterate(path: Path, limit: int = RECORD_LIMIT) -> Iterator[tuple[Member, Record]]:
    """Every record of a segment with its place, in order; errors as in `scan`."""
    with path.open("rb") as file:
        size, offset = file.seek(0, 2), 0
        while offset < size:
            member, block = _read_one(file, offset, f"{path.name}@{offset}", limit, keep=True)
            yield member, _without_length(member, block)
            offset += member.length


def _without_length(member: Member, block: bytes) -> Record:
    return Record(tuple(field for field in member.fields if field[0].lower() != "content-length"), block)
