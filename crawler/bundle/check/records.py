"""The segments: every record that the log names is there, whole, once, and no other (format.md 6)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle.check.log import Log
from crawler.bundle.check.signatures import Trust, check_seal
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.warc_read import Member, scan
from crawler.evidence.warc_record import PlacedRecord, field_values
from crawler.model import Finding


@dataclass(slots=True)
class Records:
    """Where each record lies in the bundle: id -> (file, member)."""

    places: dict[str, tuple[str, Member]] = field(default_factory=dict)


def check_records(files: Files, said: dict[str, str], log: Log, records: Records, trust: Trust) -> Iterator[Finding]:
    """Check all segments, their indexes and their seals; fill in `records`."""
    expected = _expected(log)
    present = {name.removeprefix("data/warc/") for name in files.under("data/warc/") if name.endswith(".warc.gz")}
    seals = {str(entry["segment"]): entry for entry in log.of_type("seal")}
    total = 0
    for segment in sorted(expected.keys() | present):
        name = f"data/warc/{segment}"
        if segment not in present:
            why = "the log names it"
            yield Finding("segment", name, "fail", f"{len(expected[segment])} records", "no such file", why)
            continue
        wrong, count = False, 0
        for item in _segment(files, name, expected.get(segment, []), records):
            if isinstance(item, Finding):
                wrong = True
                yield item
            else:
                count += 1
        total += count
        for problem in _index(files, name, records):
            wrong = True
            yield problem
        if not wrong:
            yield Finding("segment", name, "pass", None, f"{count} records", "each as the log says, none beside them")
        stamps = {
            str(entry["authority"]): entry
            for entry in log.of_type("stamp")
            if entry["subject"] == f"{segment.removesuffix('.warc.gz')}.seal.json"
        }
        yield from check_seal(files, segment, seals.get(segment), stamps, trust)
    if said.get("Record-Count") != str(total):
        yield Finding("bag-info.txt", "Record-Count", "fail", said.get("Record-Count"), str(total), "records in warc/")
    if said.get("Segment-Count") != str(len(present)):
        yield Finding("bag-info.txt", "Segment-Count", "fail", said.get("Segment-Count"), str(len(present)), "segments")


def _expected(log: Log) -> dict[str, list[PlacedRecord]]:
    """The records of each segment in the order of their original places."""
    found: dict[str, dict[int, PlacedRecord]] = {}
    for entry in log.of_type("exchange", "kept", "capture", "segment"):
        placement: Mapping[str, Any] = entry.get("record") or {}
        for record in placement.get("records", ()):
            placed = PlacedRecord(**record)
            found.setdefault(str(placement["segment"]), {})[int(placed.offset)] = placed
    return {segment: [records[offset] for offset in sorted(records)] for segment, records in found.items()}


def _segment(files: Files, name: str, expected: list[PlacedRecord], records: Records) -> Iterator[Finding | Member]:
    waiting = {record.sha256: record for record in expected}
    order = [record.sha256 for record in expected]
    place = 0
    try:
        for member in scan(files.path(name)):
            which = f"{name}@{member.offset}"
            record = waiting.pop(member.sha256, None)
            if record is None:
                yield Finding(
                    "record", which, "fail", "an entry of the log", member.sha256, "no entry names this record"
                )
                continue
            if place < len(order) and order[place] != member.sha256:
                yield Finding("record", which, "fail", order[place], member.sha256, "not in the order of the log")
            place += 1
            yield from _member(member, record, which)
            records.places[record.id] = (name, member)
            yield member
    except VerificationError as error:
        yield Finding("segment", name, "fail", "whole gzip members", error.which, error.what)
    for record in waiting.values():
        yield Finding(
            "record", name, "fail", f"{record.type} {record.id}", "no such record", "the log says that it was kept"
        )


def _member(member: Member, record: PlacedRecord, which: str) -> Iterator[Finding]:
    found = member.placed()
    if (found.id, found.type, found.block_sha256, found.length) != (
        record.id, record.type, record.block_sha256, record.length,
    ):  # fmt: skip
        yield Finding(
            "record", which, "fail", f"{record.type} {record.id}", f"{found.type} {found.id}", "another record"
        )
    for digest in field_values(member.fields, "WARC-Block-Digest"):
        if digest != f"sha256:{member.block_sha256}":
            yield Finding(
                "record digest", which, "fail", digest, f"sha256:{member.block_sha256}", "its own digest is wrong"
            )


def _index(files: Files, name: str, records: Records) -> Iterator[Finding]:
    """The CDXJ names every response and resource record at its place, and nothing else."""
    cdxj = name.removesuffix(".warc.gz") + ".cdxj"
    wanted = {
        (member.offset, member.length, f"sha256:{member.sha256}", _target(member))
        for file, member in records.places.values()
        if file == name and member.placed().type in ("response", "resource")
    }
    listed = set()
    for line in files.read(cdxj).decode("utf-8").splitlines():
        facts: Mapping[str, Any] = json.loads(line.split(" ", 2)[2])
        if facts["filename"] != name.rpartition("/")[2]:
            yield Finding("index", cdxj, "fail", name, str(facts["filename"]), "of another segment")
        listed.add((int(facts["offset"]), int(facts["length"]), facts["recordDigest"], facts["url"]))
    for item in sorted(wanted ^ listed, key=repr):
        why = "not in the index" if item in wanted else "no such record in the segment"
        yield Finding("index", cdxj, "fail", None, f"{name}@{item[0]}", why)


def _target(member: Member) -> str:
    return next(iter(field_values(member.fields, "WARC-Target-URI")), "")
