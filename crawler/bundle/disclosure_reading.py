"""What a disclosure reads from a finished bundle: its exhibits, its log, and where its records lie."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.bag import information
from crawler.bundle.check.tree import Files
from crawler.bundle.disclosure_layout import CARRIERS
from crawler.errors import UnknownObjectError
from crawler.evidence.http_message import split_http
from crawler.evidence.warc_read import Member, read_member, scan
from crawler.evidence.warc_record import PlacedRecord, Record


@dataclass(slots=True)
class Original:
    """A whole bundle, checked before."""

    files: Files
    said: Mapping[str, str] = field(init=False)
    case: Mapping[str, Any] = field(init=False)
    lines: Mapping[int, bytes] = field(init=False)
    """Ledger lines by number, without line feeds."""
    entries: Mapping[int, Mapping[str, Any]] = field(init=False)
    listed: Mapping[str, str] = field(init=False)
    """Every payload file and its SHA-256."""
    _members: dict[str, dict[str, Member]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = information(self.files)
        self.case = self.files.json(layout.CASE)
        lines = self.files.read(layout.LEDGER).splitlines()
        parsed = [(json.loads(line), line) for line in lines]
        self.lines = {entry["seq"]: line for entry, line in parsed}
        self.entries = {entry["seq"]: entry for entry, _ in parsed}
        manifest = self.files.read("manifest-sha256.txt").decode("ascii").splitlines()
        self.listed = {line[66:]: line[:64] for line in manifest}

    @property
    def name(self) -> str:
        """The bundle's name as it was given, whatever its folder is called now."""
        return self.said["Internal-Sender-Identifier"]

    @property
    def tag_manifest_sha256(self) -> str:
        """What was signed and stamped, by its hash."""
        return self.files.sha256(layout.SIGNED)

    def chosen(self, wanted: Sequence[str]) -> list[Mapping[str, Any]]:
        """The exhibits of these numbers or ids, in the order of the case. Raises UnknownObjectError."""
        exhibits: list[Mapping[str, Any]] = self.case["exhibits"]
        known = {key for one in exhibits for key in (str(one["number"]), one["exhibit"])}
        missing = [one for one in wanted if one not in known]
        if missing:
            remedy = f"it has 1 to {len(exhibits)}; see its report"
            raise UnknownObjectError("no such exhibit in the bundle", ", ".join(missing), remedy)
        return [one for one in exhibits if {str(one["number"]), one["exhibit"]} & set(wanted)]

    def proofs(self, name: str) -> list[Mapping[str, Any]]:
        """The inclusion proofs in one file of the original."""
        found: list[Mapping[str, Any]] = self.files.json(name)["entries"]
        return found

    def member(self, segment: str, record: PlacedRecord) -> Member:
        """Where a record lies in the bundle's segment."""
        if segment not in self._members:
            path = self.files.path(f"data/warc/{segment}")
            self._members[segment] = {member.sha256: member for member in scan(path)}
        return self._members[segment][record.sha256]

    def bytes_of(self, segment: str, member: Member) -> bytes:
        """The member as it lies there."""
        with self.files.path(f"data/warc/{segment}").open("rb") as file:
            file.seek(member.offset)
            return file.read(member.length)

    def record(self, segment: str, member: Member) -> Record:
        """The record of a member."""
        return read_member(self.files.path(f"data/warc/{segment}"), member.offset, member.length)

    def head(self, capture: bytes) -> bytes:
        """The head of the response that became an exhibit's page, by its capture.json; nothing where none was kept."""
        said = json.loads(capture)
        page = next(one for one in said["exchanges"] if one["exchange"] == said["page"])
        record = next((one for one in page["records"] if one["type"] == "response"), None)
        if record is None:
            return b""
        block = read_member(self.files.path(record["file"]), record["offset"], record["length"]).block
        return block[: len(block) - len(split_http(block).content)]


def placements(entries: Sequence[Mapping[str, Any]]) -> dict[str, list[PlacedRecord]]:
    """The records that entries name, by segment, in the order of their original places, each once."""
    found: dict[str, dict[int, PlacedRecord]] = {}
    for entry in entries:
        place = (entry.get("record") or {}) if entry["type"] in CARRIERS else {}
        for record in place.get("records", ()):
            placed = PlacedRecord(**record)
            found.setdefault(str(place["segment"]), {})[int(placed.offset)] = placed
    return {name: [found[name][offset] for offset in sorted(found[name])] for name in sorted(found)}


def run_entries(original: Original, own: Sequence[int], every: Sequence[int]) -> list[int]:
    """The numbers of the entries that the chosen ones rest on: key, segments, seals, stamps and runs.

    `own` are the chosen exhibits' own entries, `every` those of all exhibits.
    """
    entries = [original.entries[seq] for seq in own]
    runs = {entry.get("run") for entry in entries} - {None}
    # The seals of one run bracket each other's exhibits: its segments go together, if only with their first records.
    begun = {
        str(one["segment"]) for one in original.entries.values() if one["type"] == "segment" and one["run"] in runs
    }
    segments = {*placements(entries), *begun}
    rest, began = [], False
    for seq in sorted(set(original.entries) - set(every)):
        entry = original.entries[seq]
        kind = entry["type"]
        subject = str(entry.get("subject", "")).partition(".seal")[0] + ".warc.gz"
        if (
            kind in ("init", "key")
            or (kind in ("segment", "seal") and entry["segment"] in segments)
            or (kind == "stamp" and subject in segments)
            or (kind == "recovery" and entry.get("of") in segments)
            or (kind in ("stamp", "stamp-missing") and entry.get("subject") in {f"TW-{run}.begin.json" for run in runs})
            or (kind == "clock-jump" and began)
            or (entry.get("run") in runs and kind not in ("case", "approval", "export"))
        ):
            rest.append(seq)
        # A leap of the clock names no exhibit; the bundle has those of the runs that it rests on.
        began |= kind == "run-start" and entry.get("run") in runs
    return rest


def leaf_of(proofs: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Proofs by entry number."""
    return {int(proof["seq"]): proof for proof in proofs}
