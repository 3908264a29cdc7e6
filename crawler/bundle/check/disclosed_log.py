"""The log and the records of a disclosed part: each line proved, each record named by a line (format.md 13.3, 13.5)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.signatures import Trust, check_seal
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.evidence.tree import leaf_hash, verify_consistency, verify_inclusion
from crawler.evidence.warc_read import Member, scan
from crawler.evidence.warc_record import PlacedRecord
from crawler.model import Finding


@dataclass(slots=True)
class DisclosedLog:
    """The entries that are there, what their proofs say, and where the records lie."""

    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    size: int = 0
    root: bytes = b""
    withheld: set[int] = field(default_factory=set)
    own: dict[str, set[int]] = field(default_factory=dict)
    """Exhibit -> the numbers of its own entries, by its inclusion proofs."""
    places: dict[str, tuple[str, Member]] = field(default_factory=dict)
    """Record id -> file and member."""

    def of_type(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of some types, in order."""
        return [self.entries[seq] for seq in sorted(self.entries) if self.entries[seq]["type"] in kinds]

    def by_id(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entries of one type by the id that they carry under its name."""
        return {str(entry[kind]): entry for entry in self.of_type(kind)}


def check_log(files: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    """Check every line, and every proof up to the signed tree head; fill in `log`."""
    wrong = False
    for problem in (*_lines(files, log), *_proofs(files, said, account, log), *_consistency(files, log)):
        wrong = True
        yield problem
    if not wrong:
        found = f"{len(log.entries)} of {log.size} entries"
        yield Finding("ledger", names.LEDGER, "pass", None, found, "form, hashes and proofs hold")


def _lines(files: Files, log: DisclosedLog) -> Iterator[Finding]:
    previous: tuple[int, str] | None = None
    for number, line in enumerate(files.read(names.LEDGER).splitlines(), 1):
        which = f"{names.LEDGER} line {number}"
        try:
            entry = read_canonical(line, which)
            seq, claimed = entry["seq"], entry["hash"]
            found = hashlib.sha256(serialise({k: v for k, v in entry.items() if k != "hash"})).hexdigest()
        except (VerificationError, KeyError, TypeError, AttributeError) as error:
            yield Finding("ledger line", which, "fail", "an entry", None, str(error))
            previous = None
            continue
        which = f"{names.LEDGER} entry {seq}"
        if found != claimed:
            yield Finding("ledger hash", which, "fail", str(claimed), found, "the entry was changed")
        if type(seq) is not int or (previous is not None and seq <= previous[0]):
            yield Finding("ledger numbering", which, "fail", None, str(seq), "added or moved")
            continue
        if previous is not None and seq == previous[0] + 1 and entry.get("prev") != previous[1]:
            yield Finding("ledger chain", which, "fail", previous[1], str(entry.get("prev")), "the chain is broken")
        previous = (seq, claimed)
        log.entries[seq] = entry | {"line": leaf_hash(line).hex()}


def _proofs(files: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    head = read_canonical(files.read(layout.TREE_HEAD, 1 << 16), layout.TREE_HEAD)
    log.size, log.root = int(head["size"]), bytes.fromhex(head["root"])
    for label, value in (("Log-Root-SHA256", head["root"]), ("Log-Size", str(log.size))):
        if said.get(label) != value:
            yield Finding("tree head", layout.TREE_HEAD, "fail", said.get(label), value, "not what bag-info.txt says")
    hidden = {int(entry["seq"]): str(entry["leaf"]) for entry in account["entries_withheld"]}
    log.withheld = set(hidden)
    exhibits = [str(one["exhibit"]) for one in account["exhibits"]]
    sources = {layout.inclusion(name): name for name in exhibits} | {names.PROOFS: ""}
    proved: set[int] = set()
    for name, exhibit in sources.items():
        for item in files.json(name)["entries"]:
            seq, leaf = int(item["seq"]), str(item["leaf"])
            which = f"{name} entry {seq}"
            if exhibit:
                log.own.setdefault(exhibit, set()).add(seq)
            there = log.entries.get(seq, {}).get("line") or hidden.get(seq)
            if there != leaf:
                why = "the entry is not in the log, and not named as withheld" if there is None else "another entry"
                yield Finding("inclusion proof", which, "fail", leaf, there, why)
                continue
            try:
                proof = [bytes.fromhex(piece) for piece in item["proof"]]
                verify_inclusion(bytes.fromhex(leaf), seq, log.size, proof, log.root)
                proved.add(seq)
            except VerificationError as error:
                yield Finding("inclusion proof", which, "fail", log.root.hex(), None, str(error))
    for seq in sorted((log.entries.keys() | hidden.keys()) - proved):
        why = "no proof ties the entry to the tree head"
        yield Finding("inclusion proof", f"{names.LEDGER} entry {seq}", "fail", "a proof", None, why)
    for seq in sorted(log.entries.keys() & hidden.keys()):
        why = "is there, though it is said to be withheld"
        yield Finding("withheld", f"{names.LEDGER} entry {seq}", "fail", None, None, why)
    if not {entry.get("signer") for entry in log.of_type("init", "key")} and not log.withheld:
        why = "no entry says whose ledger this is"
        yield Finding("ledger", names.LEDGER, "fail", "an init entry", None, why)


def _consistency(files: Files, log: DisclosedLog) -> Iterator[Finding]:
    for item in files.json(layout.CONSISTENCY)["earlier"]:
        which = f"{layout.CONSISTENCY}: {str(item['what'])[:80]}"
        try:
            proof = [bytes.fromhex(piece) for piece in item["proof"]]
            verify_consistency(item["size"], log.size, bytes.fromhex(item["root"]), log.root, proof)
        except VerificationError as error:
            yield Finding("consistency proof", which, "fail", log.root.hex(), item["root"], str(error))


def check_records(
    files: Files, original: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog, trust: Trust
) -> Iterator[Finding]:
    """Check that each segment holds exactly the records that the entries name and the account does not withhold."""
    expected: dict[str, dict[int, PlacedRecord]] = {}
    for entry in log.of_type(*names.CARRIERS):
        place = entry.get("record") or {}
        for record in place.get("records", ()):
            placed = PlacedRecord(**record)
            expected.setdefault(str(place["segment"]), {})[placed.offset] = placed
    withheld = {str(record["sha256"]) for record in account["records_withheld"]}
    known = {record.sha256 for records in expected.values() for record in records.values()}
    if not log.withheld:
        for digest in sorted(withheld - known):
            yield Finding("withheld", names.DISCLOSURE, "fail", None, digest, "no entry names this record")
    prefix = names.segment("")
    present = {name.removeprefix(prefix) for name in files.under(prefix) if name.endswith(".warc.gz")}
    seals = {str(entry["segment"]): entry for entry in log.of_type("seal")}
    total = 0
    for segment in sorted(expected.keys() | present):
        name = names.segment(segment)
        if segment not in present:
            yield Finding("segment", name, "fail", "a segment", "no such file", "the log names it")
            continue
        due = [record for _, record in sorted(expected.get(segment, {}).items()) if record.sha256 not in withheld]
        wrong = False
        for finding in _segment(files, name, due, log):
            wrong = True
            yield finding
        total += len(due)
        if not wrong:
            yield Finding(
                "segment", name, "pass", None, f"{len(due)} records", "each as the log says, none beside them"
            )
        stamps = {
            str(entry["authority"]): entry
            for entry in log.of_type("stamp")
            if entry["subject"] == f"{segment.removesuffix('.warc.gz')}.seal.json"
        }
        yield from check_seal(original, segment, seals.get(segment), stamps, trust)
    # Records whose entry is itself withheld are known by the account alone.
    if not log.withheld and said.get("Record-Count") != str(total):
        yield Finding(
            "bag-info.txt", "Record-Count", "fail", said.get("Record-Count"), str(total), "records in the part"
        )


def _segment(files: Files, name: str, due: list[PlacedRecord], log: DisclosedLog) -> Iterator[Finding]:
    waiting = list(due)
    try:
        for member in scan(files.path(name)):
            which = f"{name}@{member.offset}"
            record = waiting.pop(0) if waiting else None
            if record is None or record.sha256 != member.sha256:
                why = "not the record that the log has here" if record else "no entry names this record"
                yield Finding("record", which, "fail", record.sha256 if record else None, member.sha256, why)
                if record and any(one.sha256 == member.sha256 for one in waiting):
                    while waiting.pop(0).sha256 != member.sha256:
                        continue
                continue
            found = member.placed()
            if (found.id, found.type, found.block_sha256) != (record.id, record.type, record.block_sha256):
                yield Finding("record", which, "fail", record.id, found.id, "another record")
            log.places[record.id] = (name, member)
    except VerificationError as error:
        yield Finding("segment", name, "fail", "whole gzip members", error.which, error.what)
        return
    for record in waiting:
        yield Finding("record", name, "fail", f"{record.type} {record.id}", "no such record", "left out without a word")
