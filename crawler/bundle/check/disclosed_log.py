"""The log and the records of a disclosed part: each line proved, each record named by a line (format.md 13.3, 13.5)."""

import hashlib
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.log import Log
from crawler.bundle.check.records import Allowance
from crawler.bundle.check.signatures import Trust, check_seal
from crawler.bundle.check.tree import Files
from crawler.bundle.index import IndexLine, line_of, rendered
from crawler.errors import VerificationError
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.evidence.tree import leaf_hash, verify_consistency, verify_inclusion
from crawler.evidence.warc_read import Member
from crawler.evidence.warc_record import PlacedRecord, Record
from crawler.model import Finding
from crawler.wording import counted


@dataclass(slots=True)
class DisclosedLog:
    """The entries that are there, what their proofs say, and where the records lie."""

    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    size: int = 0
    root: bytes = b""
    withheld: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Withheld entry -> what the account says of it."""
    redacted: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Withheld entry -> its redacted form, which proves nothing."""
    own: dict[str, set[int]] = field(default_factory=dict)
    """Exhibit -> the numbers of its own entries, by its inclusion proofs."""
    places: dict[str, tuple[str, Member]] = field(default_factory=dict)
    """Record id -> file and member."""
    lines: dict[str, list[IndexLine]] = field(default_factory=dict)
    """Segment -> the lines that its index must have."""
    _seqs: dict[str, list[int]] = field(default_factory=dict)
    _by_id: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def read(self) -> None:
        """Sort the entries by their types, once all are there: each exhibit and segment asks for them."""
        self._seqs, self._by_id = {}, {}
        for seq in sorted(self.entries):
            self._seqs.setdefault(str(self.entries[seq]["type"]), []).append(seq)

    def of_type(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of some types, in order."""
        return [self.entries[seq] for seq in sorted(seq for kind in kinds for seq in self._seqs.get(kind, ()))]

    def by_id(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entries of one type by the id that they carry under its name."""
        if kind not in self._by_id:
            self._by_id[kind] = {str(entry[kind]): entry for entry in self.of_type(kind)}
        return self._by_id[kind]

    def hidden(self, *kinds: str) -> list[int]:
        """The numbers of the withheld entries of some types, as the account says them."""
        return [seq for seq in sorted(self.withheld) if self.withheld[seq]["type"] in kinds]

    def plain(self, without: Collection[str] = ()) -> Log:
        """The same as the log of a whole bundle, but for the entries of some exhibits."""
        entries = {
            seq: entry
            for seq, entry in self.entries.items()
            if not (entry["type"] == "exhibit" and entry["exhibit"] in without)
        }
        return Log(self.size, self.root, entries=entries)


def check_log(files: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    """Check every line, and every proof up to the signed tree head; fill in `log`."""
    wrong = False
    stages = (_lines(files, log), _proofs(files, said, account, log), _consistency(files, log), _foundation(files, log))
    for problem in itertools.chain.from_iterable(stages):
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
            if type(seq) is not int or not isinstance(entry["type"], str) or not isinstance(claimed, str):
                raise TypeError("not the members of an entry")
            if entry["type"] in ("exchange", "capture", "exhibit", "decision"):
                str(entry[entry["type"]])
            found = hashlib.sha256(serialise({k: v for k, v in entry.items() if k != "hash"})).hexdigest()
        except (VerificationError, KeyError, TypeError, AttributeError) as error:
            yield Finding("ledger line", which, "fail", "an entry", None, str(error))
            previous = None
            continue
        which = f"{names.LEDGER} entry {seq}"
        if found != claimed:
            yield Finding("ledger hash", which, "fail", str(claimed), found, "the entry was changed")
        if previous is not None and seq <= previous[0]:
            yield Finding("ledger numbering", which, "fail", None, str(seq), "added or moved")
            continue
        if previous is not None and seq == previous[0] + 1 and entry.get("prev") != previous[1]:
            yield Finding("ledger chain", which, "fail", previous[1], str(entry.get("prev")), "the chain is broken")
        previous = (seq, claimed)
        log.entries[seq] = entry | {"line": leaf_hash(line).hex()}
    log.read()


def _proofs(files: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    head = read_canonical(files.read(layout.TREE_HEAD, 1 << 16), layout.TREE_HEAD)
    log.size, log.root = int(head["size"]), bytes.fromhex(head["root"])
    for label, value in (("Log-Root-SHA256", head["root"]), ("Log-Size", str(log.size))):
        if said.get(label) != value:
            yield Finding("tree head", layout.TREE_HEAD, "fail", said.get(label), value, "not what bag-info.txt says")
    log.withheld = {int(entry["seq"]): entry for entry in account["entries_withheld"]}
    hidden = {seq: str(entry["leaf"]) for seq, entry in log.withheld.items()}
    for seq, entry in log.withheld.items():
        after = log.entries.get(seq + 1)
        if after is not None and after.get("prev") != entry["hash"]:
            which = f"{names.LEDGER} entry {seq + 1}"
            yield Finding(
                "ledger chain", which, "fail", str(entry["hash"]), str(after.get("prev")), "the chain is broken"
            )
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


def _consistency(files: Files, log: DisclosedLog) -> Iterator[Finding]:
    for item in files.json(layout.CONSISTENCY)["earlier"]:
        which = f"{layout.CONSISTENCY}: {str(item['what'])[:80]}"
        try:
            proof = [bytes.fromhex(piece) for piece in item["proof"]]
            verify_consistency(item["size"], log.size, bytes.fromhex(item["root"]), log.root, proof)
        except VerificationError as error:
            yield Finding("consistency proof", which, "fail", log.root.hex(), item["root"], str(error))


def _foundation(files: Files, log: DisclosedLog) -> Iterator[Finding]:
    """What every part has: whose ledger it is, and each exhibit's own entry, if only its leaf."""
    if log.entries.get(0, {}).get("type") != "init" and 0 not in log.hidden("init"):
        why = "no entry says whose ledger this is"
        yield Finding("ledger", names.LEDGER, "fail", "an init entry", None, why)
    for seq, entry in sorted(log.redacted.items()):
        said = log.withheld.get(seq, {})
        for key in ("seq", "type", "hash"):
            if entry.get(key) != said.get(key):
                which = f"{names.REDACTED_LEDGER} entry {seq} {key}"
                why = "not what disclosure.json says of the withheld entry"
                yield Finding("derived", which, "fail", str(said.get(key)), str(entry.get(key)), why)


def read_redacted(files: Files, log: DisclosedLog, account: dict[str, Any]) -> Iterator[Finding]:
    """Read the redacted forms of withheld entries into `log`: one for each, in order."""
    due = [int(entry["seq"]) for entry in account["entries_withheld"]]
    if due != sorted(set(due)):
        yield Finding("withheld", names.DISCLOSURE, "fail", "each once, in order", None, "an entry withheld twice")
    lines = files.read(names.REDACTED_LEDGER).splitlines() if names.REDACTED_LEDGER in files.sizes else []
    if len(lines) != len(due):
        expected, found = str(len(due)), str(len(lines))
        yield Finding("derived", names.REDACTED_LEDGER, "fail", expected, found, "not one line for each withheld entry")
    for number, (seq, line) in enumerate(zip(due, lines, strict=False), 1):
        which = f"{names.REDACTED_LEDGER} line {number}"
        entry = read_canonical(line, which)
        if not isinstance(entry, dict):
            raise VerificationError("not the members of an entry", which)
        log.redacted[seq] = entry


def check_runs(files: Files, signed: Collection[str], log: DisclosedLog) -> Iterator[Finding]:
    """Check that the log has what the signed list of the original shows of runs and segments: none may be left out."""
    own = set().union(*log.own.values()) if log.own else set()
    mine = [log.entries[seq] for seq in sorted(own & log.entries.keys())]
    places = [entry.get("record") or {} for entry in mine]
    segments = {str(place["segment"]) for place in places if "segment" in place}
    runs = {str(entry["run"]) for entry in mine if entry.get("run")}
    for segment in sorted(segments):
        kinds = ["segment"]
        if f"data/warc/{segment.removesuffix('.warc.gz')}.seal.json" in signed:
            kinds.append("seal")
        for kind in kinds:
            there = any(entry["segment"] == segment for entry in log.of_type(kind))
            if not there and not log.hidden(kind):
                why = "the signed list of the original shows that there is one"
                yield Finding("ledger", f"{names.LEDGER}: {segment}", "fail", f"a {kind} entry", None, why)
    for run in sorted(runs):
        if f"{layout.BEGIN_FOLDER}TW-{run}.begin.json" not in signed:
            continue
        for kind in ("run-start", "begin"):
            if not any(str(entry.get("run")) == run for entry in log.of_type(kind)) and not log.hidden(kind):
                why = "the signed list of the original shows that there is one"
                yield Finding("ledger", f"{names.LEDGER}: {run}", "fail", f"a {kind} entry", None, why)
    stems = [f"data/warc/{segment.removesuffix('.warc.gz')}.seal.json" for segment in segments]
    stems += [f"{layout.BEGIN_FOLDER}TW-{run}.begin.json" for run in runs]
    for name in sorted(name for name in signed if name.startswith(tuple(stems)) and name not in files.sizes):
        why = "a seal, a beginning or a stamp of what is disclosed is missing"
        yield Finding("unchanged", name, "fail", "a file of the original", None, why)


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
    yield from _withheld(expected, account, log)
    withheld = {str(record["sha256"]) for record in account["records_withheld"]}
    prefix = names.segment("")
    present = {name.removeprefix(prefix) for name in files.under(prefix) if name.endswith(".warc.gz")}
    # A redacted entry proves no record; of what it names nothing may be there but the empty segment.
    known = expected.keys() | {str(place["segment"]) for place in map(_place, log.redacted.values()) if place}
    seals = {str(entry["segment"]): entry for entry in log.of_type("seal")}
    total, allowance = 0, Allowance.of(files, prefix)
    for segment in sorted(expected.keys() | present):
        name = names.segment(segment)
        if segment not in known:
            yield Finding("segment", name, "fail", None, "a segment", "no entry names this segment")
        if segment not in present:
            yield Finding("segment", name, "fail", "a segment", "no such file", "the log names it")
            continue
        due = [record for _, record in sorted(expected.get(segment, {}).items()) if record.sha256 not in withheld]
        wrong = False
        for finding in _segment(files, name, due, log, allowance):
            wrong = True
            yield finding
        total += len(due)
        for problem in _index(files, segment, log):
            wrong = True
            yield problem
        if not wrong:
            yield Finding(
                "segment",
                name,
                "pass",
                None,
                counted(len(due), "record"),
                "each as the log says, none beside them",
            )
        stamps = {
            str(entry["authority"]): entry
            for entry in log.of_type("stamp")
            if entry["subject"] == f"{segment.removesuffix('.warc.gz')}.seal.json"
        }
        yield from check_seal(original, segment, seals.get(segment), stamps, trust)
    for name in files.under(prefix):
        if name.endswith(".cdxj") and name.removeprefix(prefix).removesuffix("cdxj") + "warc.gz" not in present:
            yield Finding("index", name, "fail", None, None, "an index without its segment")
    if said.get("Record-Count") != str(total):
        yield Finding(
            "bag-info.txt", "Record-Count", "fail", said.get("Record-Count"), str(total), "records in the part"
        )


def _place(entry: dict[str, Any]) -> dict[str, Any]:
    """Where the records of an entry lie; nothing for an entry without any."""
    place = entry.get("record") if entry.get("type") in names.CARRIERS else None
    return place if isinstance(place, dict) else {}


def _withheld(
    expected: dict[str, dict[int, PlacedRecord]], account: dict[str, Any], log: DisclosedLog
) -> Iterator[Finding]:
    """Each withheld record is one that an entry names, or the redacted form of one."""
    named = {
        record.sha256: (segment, record.id, record.type)
        for segment, records in expected.items()
        for record in records.values()
    }
    told = {
        str(record["sha256"]): (str(place["segment"]), str(record["id"]), str(record["type"]))
        for place in map(_place, log.redacted.values())
        for record in place.get("records", ())
    }
    seen = set()
    for record in account["records_withheld"]:
        digest, found = str(record["sha256"]), (record["segment"], record["record"], record["type"])
        due = named.get(digest) or told.get(digest)
        if digest in seen:
            yield Finding("withheld", names.DISCLOSURE, "fail", None, digest, "a record withheld twice")
        elif due is None:
            yield Finding("withheld", names.DISCLOSURE, "fail", None, digest, "no entry names this record")
        elif due != found:
            yield Finding("withheld", names.DISCLOSURE, "fail", str(due), str(found), "another record")
        elif record["why"] not in names.OWN_REASONS:
            why = "not a reason for which a record is withheld"
            yield Finding("withheld", names.DISCLOSURE, "fail", None, str(record["why"]), why)
        seen.add(digest)
    for digest in sorted(told.keys() - named.keys() - seen):
        why = "named by a redacted entry alone, and not named as withheld"
        yield Finding("withheld", names.DISCLOSURE, "fail", digest, None, why)


def _index(files: Files, segment: str, log: DisclosedLog) -> Iterator[Finding]:
    """The CDXJ is the one that is made from the records that are there."""
    name = names.segment(segment).removesuffix(".warc.gz") + ".cdxj"
    if files.read(name) != rendered(log.lines.get(segment, [])):
        yield Finding("index", name, "fail", None, None, "not the index that is made from the records")


def _segment(
    files: Files, name: str, due: list[PlacedRecord], log: DisclosedLog, allowance: Allowance
) -> Iterator[Finding]:
    waiting = list(due)
    try:
        for member in allowance.members(files.path(name)):
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
            if line := line_of(Record(member.fields, member.begins), found, name.rpartition("/")[2]):
                log.lines.setdefault(name.rpartition("/")[2], []).append(line)
            log.places[record.id] = (name, replace(member, begins=b""))
    except VerificationError as error:
        yield Finding("segment", name, "fail", "whole gzip members", error.which, error.what)
        return
    for record in waiting:
        yield Finding("record", name, "fail", f"{record.type} {record.id}", "no such record", "left out without a word")
