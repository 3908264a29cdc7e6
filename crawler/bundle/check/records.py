"""The segments: every record that the log names is there, whole, once, and no other (format.md 6)."""

import contextlib
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawler.bundle.check.log import Log
from crawler.bundle.check.signatures import Trust, check_seal
from crawler.bundle.check.tree import Files
from crawler.bundle.index import line_of
from crawler.errors import VerificationError
from crawler.evidence.http_message import decoded_entity, undecodable
from crawler.evidence.strict_json import read_strict
from crawler.evidence.warc_read import Member, read_member, scan
from crawler.evidence.warc_record import PlacedRecord, Record, field_values
from crawler.model import Finding
from crawler.wording import counted

TASTE = 1024 * 1024
"""Bytes of a record that are looked at while the segment is read; longer ones are read again where they matter."""
FACTS_LIMIT = 16 * 1024 * 1024
"""No metadata record is larger; as many bytes of them are kept parsed."""


LEAST_ALLOWANCE = 4 * 1024**3


@dataclass(slots=True)
class Allowance:
    """To how many bytes all segments of a bundle together may inflate: far more than pages do, far less than bombs."""

    left: int

    @classmethod
    def of(cls, files: Files, folder: str) -> "Allowance":
        """For the files below a folder."""
        return cls(max(LEAST_ALLOWANCE, 200 * sum(files.sizes[name] for name in files.under(folder))))

    def members(self, path: Path, start: int = 0) -> Iterator[Member]:
        """As `scan`, within what is left. Raises VerificationError."""
        yield from scan(path, start, total=self.left, taste=TASTE, spend=self._spend)

    def _spend(self, inflated: int) -> None:
        # What turned out damaged was inflated all the same.
        self.left = max(self.left - inflated, 0)


@dataclass(slots=True)
class Records:
    """Where each record lies in the bundle: id -> (file, member)."""

    places: dict[str, tuple[str, Member]] = field(default_factory=dict)
    damaged: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Records that lie in a damaged place, reported there: id -> (file, offset)."""
    lines: dict[str, dict[str, int]] = field(default_factory=dict)
    """The lines that a segment's index must have, each with the offset of its record: file -> line -> offset."""
    unreached: dict[str, str] = field(default_factory=dict)
    """Records behind a damaged place that could not be looked for: id -> file."""
    entities: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the decoded entity of responses that were decoded while the segment was read, by record id."""
    notes: dict[str, str | None] = field(default_factory=dict)
    """What kept the decoding of these from being clean, by record id."""
    allowance: Allowance = field(default_factory=lambda: Allowance(LEAST_ALLOWANCE))
    _facts: dict[str, Any] = field(default_factory=dict)
    _kept: int = 0
    _decoded: int = 0

    def unread(self, record: str) -> bool:
        """Whether damage that was reported already kept the record from being read."""
        return record in self.damaged or record in self.unreached

    def facts(self, files: Files, record: str) -> Any:
        """What a metadata record says, as nobody changes it. Raises KeyError, VerificationError."""
        if record in self._facts:
            return self._facts[record]
        file, member = self.places[record]
        block = read_member(files.path(file), member.offset, member.length, FACTS_LIMIT).block
        return self._keep(record, block, f"{file}@{member.offset}")

    def _keep(self, record: str, block: bytes, which: str) -> Any:
        value = read_strict(block, which)
        if self._kept + len(block) <= FACTS_LIMIT:
            self._kept += len(block)
            self._facts[record] = value
        return value

    def look_into(self, record: PlacedRecord, member: Member, which: str, room: int) -> None:
        """Decode a short response and parse short metadata while they are in memory; entities of `room` bytes at most."""
        if member.block_bytes != len(member.begins):
            return
        if record.type == "response" and self._decoded <= room and not undecodable(member.begins):
            entity = decoded_entity(member.begins)
            self._decoded += len(entity.body)
            self.entities[record.id] = hashlib.sha256(entity.body).hexdigest()
            self.notes[record.id] = entity.note
        elif record.type == "metadata":
            # What cannot be parsed is reported by the check that asks for it.
            with contextlib.suppress(VerificationError):
                self._keep(record.id, member.begins, which)


def check_records(files: Files, said: dict[str, str], log: Log, records: Records, trust: Trust) -> Iterator[Finding]:
    """Check all segments, their indexes and their seals; fill in `records`."""
    expected = _expected(log)
    records.allowance = Allowance.of(files, "data/warc/")
    stamps: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in log.of_type("stamp"):
        stamps.setdefault(str(entry.get("subject")), {})[str(entry.get("authority"))] = entry
    present = {name.removeprefix("data/warc/") for name in files.under("data/warc/") if name.endswith(".warc.gz")}
    seals = {str(entry["segment"]): entry for entry in log.of_type("seal")}
    total = 0
    for segment in sorted(expected.keys() | present):
        name = f"data/warc/{segment}"
        if segment not in present:
            why = "the log names it"
            yield Finding("segment", name, "fail", counted(len(expected[segment]), "record"), "no such file", why)
            continue
        wrong, count = False, 0
        for item in _segment(files, name, expected.get(segment, []), records):
            if isinstance(item, Finding):
                wrong = True
                yield item
            else:
                count += 1
        total += count + sum(name == file for file, _ in records.damaged.values())
        for problem in _index(files, name, records):
            wrong = True
            yield problem
        if not wrong:
            yield Finding(
                "segment", name, "pass", None, counted(count, "record"), "each as the log says, none beside them"
            )
        seal = f"{segment.removesuffix('.warc.gz')}.seal.json"
        yield from check_seal(files, segment, seals.get(segment), stamps.get(seal, {}), trust)
    if records.unreached:
        why = "a damaged place keeps the records from being counted"
        yield Finding("bag-info.txt", "Record-Count", "not_checked", said.get("Record-Count"), str(total), why)
    elif said.get("Record-Count") != str(total):
        yield Finding("bag-info.txt", "Record-Count", "fail", said.get("Record-Count"), str(total), "records in warc/")
    if said.get("Segment-Count") != str(len(present)):
        yield Finding("bag-info.txt", "Segment-Count", "fail", said.get("Segment-Count"), str(len(present)), "segments")


def _expected(log: Log) -> dict[str, list[PlacedRecord]]:
    """The records of each segment in the order of their original places."""
    found: dict[str, dict[int, PlacedRecord]] = {}
    for entry in log.of_type("exchange", "kept", "capture", "segment"):
        placement: Mapping[str, Any] = entry.get("record") or {}
        try:
            for record in placement.get("records", ()):
                placed = PlacedRecord(**record)
                found.setdefault(str(placement["segment"]), {})[int(placed.offset)] = placed
        except (KeyError, TypeError, ValueError):
            # An entry that was spoilt is reported with the ledger; the others still count.
            continue
    return {segment: [records[offset] for offset in sorted(records)] for segment, records in found.items()}


def _segment(files: Files, name: str, expected: list[PlacedRecord], records: Records) -> Iterator[Finding | Member]:
    waiting = {record.sha256: record for record in expected}
    order = [record.sha256 for record in expected]
    # Members are copied whole and in order: where each one begins follows from the lengths before it.
    starts = [0, *itertools.accumulate(record.length for record in expected)]
    begins = dict(zip(starts, expected, strict=False))
    place, start, lost = 0, 0, False
    while start < files.sizes[name] and not lost:
        try:
            for member in records.allowance.members(files.path(name), start):
                start = member.offset + member.length
                which = f"{name}@{member.offset}"
                record = waiting.pop(member.sha256, None)
                there = begins.get(member.offset)
                if record is None and there is not None and there.length == member.length and there.sha256 in waiting:
                    del waiting[there.sha256]
                    place += 1
                    records.damaged[there.id] = (name, member.offset)
                    why = f"the log has another record here: {there.type} {there.id}"
                    yield Finding("record", which, "fail", there.sha256, member.sha256, why)
                    continue
                if record is None:
                    why = "no entry names this record"
                    yield Finding("record", which, "fail", "an entry of the log", member.sha256, why)
                    continue
                if place < len(order) and order[place] != member.sha256:
                    yield Finding("record", which, "fail", order[place], member.sha256, "not in the order of the log")
                place += 1
                yield from _member(member, record, which)
                records.look_into(record, member, which, (1 << 26) + 16 * files.sizes[name])
                if line := line_of(Record(member.fields, member.begins), member.placed(), name.rpartition("/")[2]):
                    records.lines.setdefault(name, {})[line.rendered()] = member.offset
                records.places[record.id] = (name, replace(member, begins=b""))
                yield member
        except VerificationError as error:
            yield Finding("segment", name, "fail", "whole gzip members", error.which, error.what)
            there = begins.get(start)
            lost = there is None or there.length < 1 or waiting.pop(there.sha256, None) is None
            if there is not None and not lost:
                records.damaged[there.id] = (name, start)
                start, place = start + there.length, place + 1
    for record in waiting.values():
        what = f"{record.type} {record.id}"
        if lost:
            records.unreached[record.id] = name
            yield Finding("record", name, "not_checked", what, None, "lies behind a damaged place of the segment")
        else:
            yield Finding("record", name, "fail", what, "no such record", "the log says that it was kept")


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
    """The CDXJ is the one that is made from the records: each line at its place, in order, and nothing else."""
    cdxj = name.removesuffix(".warc.gz") + ".cdxj"
    made = records.lines.get(name, {})
    text = files.read(cdxj).decode("utf-8")
    listed = [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []
    if text and not text.endswith("\n"):
        yield Finding("index", cdxj, "fail", "a whole line", listed[-1][:200], "the last line is not whole")
    damaged = {offset for file, offset in records.damaged.values() if file == name}
    lost = name in records.unreached.values()
    for text in sorted(set(listed) - made.keys()):
        try:
            offset = int(json.loads(text.split(" ", 2)[2])["offset"])
        except (ValueError, IndexError, KeyError, TypeError):
            offset = -1
        if not lost and offset not in damaged:
            why = "no such record in the segment"
            yield Finding("index", cdxj, "fail", None, text[:200], why)
    for text in sorted(made.keys() - set(listed)):
        yield Finding("index", cdxj, "fail", f"{name}@{made[text]}", None, "not in the index, or otherwise")
    if len(set(listed)) != len(listed) or [text for text in listed if text in made] != [
        line for line in sorted(made, key=_order) if line in set(listed)
    ]:
        yield Finding("index", cdxj, "fail", "each line once, sorted", None, "lines twice, or not in their order")


def _order(text: str) -> tuple[str, str, str]:
    key, time, facts = text.split(" ", 2)
    return key, time, facts.rstrip("\n")
