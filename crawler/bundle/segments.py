"""Copying this case's gzip members out of the workspace's segments, byte for byte (format.md 6)."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.bundle.bag import Bag, Written
from crawler.bundle.index import IndexLine, line_of, rendered
from crawler.errors import EvidenceError, StorageError
from crawler.evidence import stamp_names
from crawler.evidence.seal import SIGNATURE
from crawler.evidence.segment import OPEN, SUFFIX
from crawler.evidence.stamp_names import SEAL
from crawler.evidence.stamps import stamp_files
from crawler.evidence.warc_read import HEAD_LIMIT
from crawler.evidence.warc_record import PlacedRecord, Record, parse_head

PIECE = 1 << 20
NEAR = 4096
"""Within so many bytes the heads of nearly every record end."""
REMEDY = "run: titlewatch verify on the workspace"


@dataclass(slots=True)
class CopiedSegment:
    """One segment of the bundle."""

    name: str
    source: Path
    written: Written | None = None
    records: int = 0
    lines: list[IndexLine] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Record id -> offset and length in the bundle's copy."""

    @property
    def file(self) -> str:
        """Its name in the bundle."""
        return f"data/warc/{self.name}"


def wanted(placements: Sequence[Mapping[str, Any]]) -> dict[str, list[PlacedRecord]]:
    """The records to copy, by segment and in order of offset, each once; `placements` as the ledger writes them."""
    found: dict[str, dict[int, PlacedRecord]] = {}
    for placement in placements:
        for record in placement["records"]:
            placed = PlacedRecord(**record)
            found.setdefault(placement["segment"], {})[placed.offset] = placed
    return {name: [found[name][offset] for offset in sorted(found[name])] for name in sorted(found)}


def copy(bag: Bag, evidence: Path, records: Mapping[str, Sequence[PlacedRecord]]) -> list[CopiedSegment]:
    """Copy the wanted members, each checked against its hash on the way.

    Raises EvidenceError when a segment is missing or a member is not what the ledger says.
    """
    copied = []
    for name, members in records.items():
        segment = CopiedSegment(name, _source(evidence, name))
        with bag.writing(segment.file) as target, _opened(segment.source) as source:
            place = 0
            for member in members:
                which = f"{name}@{member.offset}"
                source.seek(member.offset)
                left, digest, first = member.length, hashlib.sha256(), b""
                while left and (data := source.read(min(left, PIECE))):
                    digest.update(data)
                    target.write(data)
                    left -= len(data)
                    first = first or data
                if left or digest.hexdigest() != member.sha256:
                    raise EvidenceError("a recorded member is not what the ledger says", which, REMEDY)
                segment.places[member.id] = (place, member.length)
                if member.type in ("response", "resource"):
                    here = PlacedRecord(
                        member.id, member.type, place, member.length, member.sha256, member.block_sha256
                    )
                    line = line_of(_beginning(first, which), here, name)
                    segment.lines += [line] if line else []
                place += member.length
                segment.records += 1
        segment.written = bag.payload[segment.file]
        bag.add(f"data/warc/{name.removesuffix(SUFFIX)}.cdxj", rendered(segment.lines))
        copied.append(segment)
    return copied


def copy_seal(bag: Bag, evidence: Path, segment: CopiedSegment) -> Mapping[str, Any] | None:
    """Copy a segment's seal, its signature and its accepted stamps as they are; None when it is not sealed yet."""
    subject = evidence / (segment.name.removesuffix(SUFFIX) + SEAL)
    if not subject.is_file():
        return None
    seal: dict[str, Any] = json.loads(subject.read_bytes())
    paths = [subject, subject.with_name(subject.name + SIGNATURE)]
    beside = [path.name for path in evidence.glob(f"{subject.name}.*.json")]
    for authority in stamp_names.authorities(subject.name, beside, seal["authorities"]):
        paths += stamp_files(subject, authority)
    for path in paths:
        bag.add(f"data/warc/{path.name}", path.read_bytes())
    return seal


def block(member: bytes, which: str) -> bytes:
    """The block of a whole member whose hash was checked. Raises EvidenceError when it is no WARC record."""
    try:
        _, end, block = zlib.decompress(member, 31).partition(b"\r\n\r\n")
    except zlib.error as error:
        raise EvidenceError(f"a member that cannot be read ({error})", which, REMEDY) from error
    if not end or not block.endswith(b"\r\n\r\n"):
        raise EvidenceError("a member that is no WARC record", which, REMEDY)
    return block[:-4]


def _beginning(member: bytes, which: str) -> Record:
    """The record at the beginning of a member with no more of its block than an index needs."""
    for limit in (NEAR, HEAD_LIMIT):
        head, _, block = zlib.decompressobj(31).decompress(member, limit).partition(b"\r\n\r\n")
        if b"\r\n\r\n" in block:
            break
    return Record(parse_head(head, which), block)


def _source(evidence: Path, name: str) -> Path:
    for candidate in (evidence / name, evidence / (name.removesuffix(SUFFIX) + OPEN)):
        if candidate.is_file():
            return candidate
    raise EvidenceError("a segment is missing", str(evidence / name), "restore it from a copy")


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageError(f"cannot read ({error.strerror})", str(path), "mend the permissions") from error
