"""Checking segments against the ledger: every member whole, every record entered, every entry's record there."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from crawler.errors import VerificationError
from crawler.evidence.verify_ledger import Expected, LedgerFacts
from crawler.evidence.warc_read import Member, scan
from crawler.evidence.warc_record import field_values
from crawler.model import Finding

SUFFIX = ".warc.gz"
OPEN = ".open"


def check_segments(evidence: Path, names: list[str], facts: LedgerFacts, counted: dict[str, int]) -> Iterator[Finding]:
    """Check every segment that lies in the folder or that the ledger names; `counted` gets records per segment."""
    present = {name.removesuffix(OPEN) for name in names if name.removesuffix(OPEN).endswith(SUFFIX)}
    for segment in sorted(present | facts.records.keys() | facts.seals.keys()):
        if "/" in segment or not segment.endswith(SUFFIX):
            yield Finding("segment", segment, "fail", None, None, "not a segment's name")
            continue
        if (evidence / segment).exists() and (evidence / (segment + OPEN)).exists():
            yield Finding("segment", segment + OPEN, "fail", "one file", "two", "open and sealed under one name")
        # A running crawl may have sealed it since the names were read.
        path = next((path for path in (evidence / segment, evidence / (segment + OPEN)) if path.exists()), None)
        if path is None:
            missing = len(facts.records.get(segment, {}))
            yield Finding("segment", segment, "fail", f"{missing} records", "no such file", "the ledger names it")
            continue
        if path.is_symlink() or not path.is_file():
            yield Finding("segment", path.name, "fail", "a file", None, "a link or no regular file")
            continue
        # What was open when the names were read may hold records that the ledger, read since, does not know yet.
        is_open = segment not in names
        yield from _check_segment(path, segment, is_open, facts.records.get(segment, {}), counted)


def _check_segment(
    path: Path, segment: str, is_open: bool, expected: dict[int, Expected], counted: dict[str, int]
) -> Iterator[Finding]:
    seen: set[int] = set()
    wrong, unentered = False, 0
    start: int | None = 0
    offsets, awaited = sorted(expected), len(expected)
    try:
        size = path.stat().st_size
        while start is not None:
            place, start = start, None
            try:
                for member in scan(path, place):
                    place = member.offset + member.length
                    counted[segment] = counted.get(segment, 0) + 1
                    entry = expected.get(member.offset)
                    if entry is None:
                        if member.offset == 0 and member.placed().type == "warcinfo":
                            continue
                        unentered += 1
                        if not is_open:
                            wrong = True
                            yield Finding(
                                "record",
                                f"{segment}@{member.offset}",
                                "fail",
                                "a ledger entry",
                                None,
                                "no entry names it",
                            )
                        continue
                    seen.add(member.offset)
                    awaited -= 1
                    for problem in _check_member(member, entry, segment):
                        wrong = True
                        yield problem
            except VerificationError as error:
                if is_open and not awaited:
                    why = f"its tail is not whole: {error.what}"
                    yield Finding("open segment", path.name, "not_checked", None, error.which, why)
                    break
                wrong = True
                yield Finding("segment", path.name, "fail", "whole gzip members", error.which, error.what)
                # The ledger says where the next record begins, so that one damaged place hides no other record.
                counted[segment] = counted.get(segment, 0) + 1
                seen.add(place)
                awaited -= place in expected
                after = bisect_right(offsets, place)
                start = offsets[after] if after < len(offsets) and offsets[after] < size else None
    except OSError as error:
        wrong = True
        yield Finding("segment", path.name, "fail", None, str(error), "cannot be read")
    for offset, entry in expected.items():
        if offset not in seen:
            wrong = True
            why = f"ledger entry {entry.seq} says that it was kept"
            yield Finding("record", f"{segment}@{offset}", "fail", entry.id, "no such record", why)
    if is_open:
        why = f"still open: {unentered} records await their entry" if unentered else "still open: no seal covers it yet"
        yield Finding("open segment", path.name, "not_checked", None, f"{len(seen)} records checked", why)
    elif not wrong:
        yield Finding("segment", segment, "pass", None, f"{counted.get(segment, 0)} records", "each as the ledger says")


def _check_member(member: Member, entry: Expected, segment: str) -> Iterator[Finding]:
    which = f"{segment}@{member.offset}"
    by = f"as ledger entry {entry.seq} says"
    placed = member.placed()
    if member.sha256 != entry.sha256 or member.length != entry.length:
        yield Finding("record", which, "fail", entry.sha256, member.sha256, f"the gzip member is not {by}")
    if member.block_sha256 != entry.block_sha256:
        yield Finding("record block", which, "fail", entry.block_sha256, member.block_sha256, f"the block is not {by}")
    if (placed.id, placed.type) != (entry.id, entry.type):
        found = f"{placed.type} {placed.id}"
        yield Finding("record", which, "fail", f"{entry.type} {entry.id}", found, f"the record is not {by}")
    for digest in field_values(member.fields, "WARC-Block-Digest"):
        if digest != f"sha256:{member.block_sha256}":
            why = "the record's own digest is wrong"
            yield Finding("record digest", which, "fail", digest, f"sha256:{member.block_sha256}", why)
