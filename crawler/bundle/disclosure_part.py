"""What goes into a disclosed part and what is withheld from it, with the reason of each (format.md 13.2, 13.3)."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import disclosure_layout, layout
from crawler.bundle.bag import Bag, pretty
from crawler.bundle.check.disclosed_tables import Forms, at, case_entry, named, rendered, row
from crawler.bundle.disclosure_reading import Original, leaf_of, placements, run_entries
from crawler.bundle.index import IndexLine, line_of
from crawler.bundle.index import rendered as indexed
from crawler.bundle.redacting import PICTURES, kinds_in, redact, redactor_of
from crawler.bundle.redaction import Marks, Redactor, marks_in
from crawler.bundle.redaction_rules import Rules
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.http_message import decoded_entity, header_values, split_http
from crawler.evidence.tree import leaf_hash
from crawler.evidence.warc_record import PlacedRecord, Record

Exhibit = Mapping[str, Any]
PICTURED = ("image/", "video/", "application/pdf")
"""Types of what is withheld as a picture."""
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"%PDF-")


@dataclass(slots=True)
class Part:
    """A part under way."""

    original: Original
    rules: Rules | None
    without_pictures: bool
    looked_at: bool
    exhibits: list[Exhibit] = field(default_factory=list)
    withheld: dict[str, str] = field(default_factory=dict)
    """Payload path of the original -> one of disclosure_layout.REASONS."""
    records: int = 0
    records_withheld: list[dict[str, Any]] = field(default_factory=list)
    entries_withheld: list[dict[str, Any]] = field(default_factory=list)
    files_redacted: list[dict[str, Any]] = field(default_factory=list)
    marks_made: Counter[str] = field(default_factory=Counter)
    not_hidden: list[str] = field(default_factory=list)
    """Files that are needed as they are, and hold what a rule names word by word."""
    _marks: Marks = field(default_factory=Marks)
    _redactors: dict[str, Redactor] = field(default_factory=dict)
    _owners: dict[int, list[str]] = field(default_factory=dict)
    """Entry number -> the chosen exhibits that rest on it."""
    _shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Exhibit -> its JSON files as the part shows them, by name."""
    _ledger_redacted: dict[str, Any] | None = None
    _hidden_blocks: set[str] = field(default_factory=set)
    """Hashes of pictures that are withheld, which a segment may hold too."""

    def choose(self, exhibits: Sequence[Exhibit]) -> None:
        """Choose exhibits, and prepare the rules of each."""
        self.exhibits = list(exhibits)
        for exhibit in exhibits:
            name = exhibit["exhibit"]
            for seq in leaf_of(self.original.proofs(layout.inclusion(name))):
                self._owners.setdefault(seq, []).append(name)
            if self.rules and (rules := self.rules.of(exhibit["number"], name)):
                files = self._files(exhibit)
                self._redactors[name] = redactor_of(
                    rules, self._marks, files, self.original.case["works"], self.original.head(files["capture.json"])
                )
        chosen = [(exhibit["number"], exhibit["exhibit"]) for exhibit in exhibits]
        if self.rules and (shared := self.rules.of_any(chosen)):
            # What all exhibits share may hold what a rule names for one of them.
            protected = {text for redactor in self._redactors.values() for text in redactor.protected}
            self._redactors[""] = Redactor(shared, self._marks, sorted(protected, key=lambda text: (-len(text), text)))

    def write(self, bag: Bag) -> None:
        """Write everything under ``data/``."""
        original = self.original
        for name in (*disclosure_layout.ORIGINAL_TAGS, *original.files.under("timestamps/")):
            self._copy(bag, name, disclosure_layout.ORIGINAL + name)
        if (shared := self._redactors.get("")) and shared.asked_anyhow(
            original.files.read("bag-info.txt"), built_in=False
        ):
            self.not_hidden.append(f"{disclosure_layout.ORIGINAL}bag-info.txt")
        self.withheld = {path: self._why(path) for path in sorted(original.listed)}
        for path in (*disclosure_layout.COMMON, *original.files.under(disclosure_layout.KEYS)):
            self._keep(bag, path)
        for exhibit in self.exhibits:
            self._keep(bag, layout.inclusion(exhibit["exhibit"]))
            self._write_exhibit(bag, exhibit)
        for path in disclosure_layout.ENVIRONMENT:
            self._write_environment(bag, path)
        self._write_log(bag)
        self._write_tables(bag)
        bag.add(disclosure_layout.DISCLOSURE, pretty(self._account()))
        if self.rules:
            bag.add(disclosure_layout.REDACTIONS, pretty(self._redactions(self.rules)))

    def reasons(self) -> dict[str, int]:
        """Why files are withheld, and how many for each reason."""
        return dict(sorted(Counter(self.withheld.values()).items()))

    def _why(self, path: str) -> str:
        """Why a file would be withheld, if nothing lets it go."""
        names = {exhibit["exhibit"] for exhibit in self.original.case["exhibits"]}
        chosen = {exhibit["exhibit"] for exhibit in self.exhibits}
        parts = path.split("/")
        of = parts[2] if path.startswith("data/captures/") else parts[-1].removesuffix(".json")
        if of in names - chosen:
            return "other exhibit"
        if path.startswith(("data/warc/", "data/log/")):
            return "records of all exhibits"
        return "speaks of all exhibits"

    def _files(self, exhibit: Exhibit) -> dict[str, bytes]:
        folder = layout.capture_folder(exhibit["exhibit"]) + "/"
        files = self.original.files
        return {path.removeprefix(folder): files.read(path) for path in files.under(folder)}

    def _copy(self, bag: Bag, source: str, target: str) -> None:
        with bag.writing(target) as copy, self.original.files.path(source).open("rb") as file:
            while piece := file.read(1 << 20):
                copy.write(piece)

    def _keep(self, bag: Bag, path: str) -> None:
        self._copy(bag, path, path)
        del self.withheld[path]
        shared = self._redactors.get("")
        # A signed file stays whole or goes; what everything hangs by stays, and what it shows is said.
        if shared and path.endswith((".json", ".pem")) and not path.startswith("data/captures/"):
            self.not_hidden += [path] if shared.names_in(self.original.files.read(path)) else []

    def _write_exhibit(self, bag: Bag, exhibit: Exhibit) -> None:
        files, folder = self._files(exhibit), layout.capture_folder(exhibit["exhibit"])
        redactor = self._redactors.get(exhibit["exhibit"])
        hidden: dict[str, str] = {}
        shown = self._shown.setdefault(exhibit["exhibit"], {})
        if redactor:
            outcome = redact(files, redactor, self.looked_at, self.original.head(files["capture.json"]))
            hidden = outcome.withheld
            for name, (data, _) in sorted(outcome.derived.items()):
                hidden[name] = "redacted"
                self._derive(bag, f"{folder}/{name}", files[name], data)
                shown[name] = json.loads(data) if name.endswith(".json") else None
        for name in sorted(files):
            if self.without_pictures and name.endswith(PICTURES):
                hidden[name] = "picture"
            if name in hidden:
                self.withheld[f"{folder}/{name}"] = hidden[name]
                self._hidden_blocks.add(sha256_hex(files[name]))
            else:
                self._keep(bag, f"{folder}/{name}")
                shown[name] = json.loads(files[name]) if name.endswith(".json") else None

    def _derive(self, bag: Bag, path: str, before: bytes, data: bytes) -> None:
        derived = disclosure_layout.redacted(path)
        bag.add(derived, data)
        # Counted in what stands there, which is what whoever checks it can count.
        counts = marks_in(data.decode("utf-8", "replace"))
        self.marks_made += counts
        self.files_redacted.append(
            {
                "path": path,
                "sha256": sha256_hex(before),
                "derived": derived,
                "derived_sha256": sha256_hex(data),
                "marks": dict(sorted(counts.items())),
            }
        )

    def _write_environment(self, bag: Bag, path: str) -> None:
        if path not in self.original.listed:
            return
        general = self._redactors.get("")
        value = self.original.files.json(path)
        if general:
            changed = general.value(value, built_in="credentials")
            if changed != value:
                self._derive(bag, path, self.original.files.read(path), pretty(changed))
                self.withheld[path] = "redacted"
                return
        self._keep(bag, path)

    def _write_log(self, bag: Bag) -> None:
        """Write the entries, their proofs and the records that they name."""
        original = self.original
        every = {
            seq
            for exhibit in original.case["exhibits"]
            for seq in leaf_of(original.proofs(layout.inclusion(exhibit["exhibit"])))
        }
        own = sorted(self._owners)
        rest = run_entries(original, own, sorted(every))
        lines, derived = [], []
        for seq in sorted({*own, *rest}):
            changed = self._redacted_entry(seq)
            if changed is None:
                lines.append(original.lines[seq] + b"\n")
                continue
            derived.append(canonical_json(changed) + b"\n")
            leaf, entry = leaf_hash(original.lines[seq]).hex(), original.entries[seq]
            self.entries_withheld.append({"seq": seq, "leaf": leaf, "type": entry["type"], "hash": entry["hash"]})
        bag.add(disclosure_layout.LEDGER, b"".join(lines))
        if derived:
            text = b"".join(derived)
            bag.add(disclosure_layout.REDACTED_LEDGER, text)
            self._ledger_redacted = {
                "derived": disclosure_layout.REDACTED_LEDGER,
                "derived_sha256": sha256_hex(text),
                "marks": dict(sorted(marks_in(text.decode("utf-8")).items())),
            }
        begun = {str(original.entries[seq]["file"]) for seq in rest if original.entries[seq]["type"] == "begin"}
        for path in original.files.under(layout.BEGIN_FOLDER):
            if path.removeprefix(layout.BEGIN_FOLDER).partition(".begin.json")[0] + ".begin.json" in begun:
                self._keep(bag, path)
        proofs = leaf_of(original.proofs(layout.CASE_PROOFS))
        bag.add(disclosure_layout.PROOFS, pretty({"entries": [proofs[seq] for seq in rest]}))
        self._write_records(bag, sorted({*own, *rest}))

    def _redacted_entry(self, seq: int) -> Any:
        """The entry as it may be shown; None when it may be shown as it is."""
        entry = self.original.entries[seq]
        shown: Any = dict(entry)
        for redactor in self._of(seq):
            shown = redactor.value(shown, built_in="credentials")
        # By these the form is tied to the entry that it stands for.
        return None if shown == entry else {**shown, **{key: entry[key] for key in ("seq", "type", "hash")}}

    def _of(self, seq: int) -> list[Redactor]:
        """The redactors that an entry has to pass."""
        owners = self._owners.get(seq, [""])
        return [self._redactors[name] for name in owners if name in self._redactors]

    def _write_records(self, bag: Bag, seqs: Sequence[int]) -> None:
        """Copy the records, member by member, byte for byte."""
        entries = [self.original.entries[seq] for seq in seqs]
        passing: dict[str, list[Redactor]] = {}
        hidden = {int(entry["seq"]) for entry in self.entries_withheld}
        unproved = {
            record["id"]
            for seq, entry in zip(seqs, entries, strict=True)
            for record in (entry.get("record") or {}).get("records", ())
            if seq in hidden
        }
        for seq, entry in zip(seqs, entries, strict=True):
            for record in (entry.get("record") or {}).get("records", ()):
                passing.setdefault(record["id"], []).extend(self._of(seq))
        for segment, records in placements(entries).items():
            lines: list[IndexLine] = []
            name, place = disclosure_layout.segment(segment), 0
            with bag.writing(name) as file:
                for record in records:
                    member = self.original.member(segment, record)
                    content = self.original.record(segment, member)
                    if self._withholds(segment, record, content, passing[record.id], record.id in unproved):
                        continue
                    file.write(self.original.bytes_of(segment, member))
                    here = PlacedRecord(
                        record.id, record.type, place, record.length, record.sha256, record.block_sha256
                    )
                    line = line_of(content, here, segment)
                    lines += [line] if line else []
                    place += record.length
                    self.records += 1
            bag.add(name.removesuffix(".warc.gz") + ".cdxj", indexed(lines))
            stem = f"data/warc/{segment.removesuffix('.warc.gz')}.seal.json"
            for path in self.original.files.under("data/warc/"):
                if path == stem or path.startswith(stem + "."):
                    self._keep(bag, path)

    def _withholds(
        self, segment: str, record: PlacedRecord, content: Record, redactors: Sequence[Redactor], unproved: bool
    ) -> bool:
        # A record whose entry is redacted could not be proved by it.
        why, kinds = "redacted" if unproved else "", Counter[str]()
        kind = content.field("Content-Type") or ""
        picture = kind.startswith(PICTURED) or (record.type == "response" and _pictured(content.block))
        if self.without_pictures and (picture or (record.type == "response" and _looks_pictured(content.block))):
            why = "picture"
        elif record.block_sha256 in self._hidden_blocks:
            why = "picture" if picture else "redacted"
        for redactor in redactors:
            found = kinds_in(content, redactor)
            if found:
                kinds += found
                why = "redacted"
            elif found is None and not (picture and self.looked_at):
                why = why or ("picture" if picture else "cannot be read")
        if why:
            about = {"segment": segment, "record": record.id, "type": record.type, "sha256": record.sha256, "why": why}
            self.records_withheld.append({**about, "kinds": sorted(kinds)})
        return bool(why)

    def _write_tables(self, bag: Bag) -> None:
        """Make the tables from what stands in the part, as whoever checks them makes them anew."""
        case, general = self.original.case, self._redactors.get("")
        shown = {
            name: Forms(files.get("listing.json"), files.get("hit.json"), files.get("capture.json"))
            for name, files in self._shown.items()
        }
        chosen = [(exhibit["number"], exhibit["exhibit"]) for exhibit in self.exhibits]
        entries = [case_entry(number, name, shown[name]) for number, name in chosen]
        works, sites = named(entries, "work_id"), named(entries, "site")
        value: Any = {
            **{name: case[name] for name in ("case", "title", "track", "collector")},
            "works": [work for work in case["works"] if work["work_id"] in works],
            "sites": [site for site in case["sites"] if site["site"] in sites],
        }
        value = general.value(value, built_in=False) if general else value
        for group, key in (("works", "work_id"), ("sites", "site")):
            value[group] = [one for one in value[group] if "[REDACTED " not in str(at(one, key))]
        value |= {
            "format": disclosure_layout.FORMAT,
            "derived": disclosure_layout.DERIVED_FROM,
            "exhibits": entries,
            "exhibits_withheld": len(case["exhibits"]) - len(self.exhibits),
        }
        bag.add(disclosure_layout.CASE, pretty(value))
        titles = {str(at(work, "work_id")): at(work, "title") for work in value["works"]}
        table = [row(number, name, shown[name], titles) for number, name in chosen]
        bag.add(disclosure_layout.EXHIBITS, rendered(table))

    def _account(self) -> dict[str, Any]:
        """disclosure.json: what is there, and all that is not."""
        original = self.original
        return {
            "format": disclosure_layout.FORMAT,
            "original": {
                "bundle": original.name,
                "tag_manifest_sha256": original.tag_manifest_sha256,
                "exhibits": len(original.case["exhibits"]),
            },
            "exhibits": [{"number": one["number"], "exhibit": one["exhibit"]} for one in self.exhibits],
            "withheld": [
                {"path": path, "sha256": original.listed[path], "why": why}
                for path, why in sorted(self.withheld.items())
            ],
            "records_withheld": self.records_withheld,
            "entries_withheld": self.entries_withheld,
        }

    def _redactions(self, rules: Rules) -> dict[str, Any]:
        """redactions.json: what was done to which file, by whose decision and why; never what was hidden."""
        return {
            "format": disclosure_layout.FORMAT,
            "decided_by": rules.decided_by,
            "reason": rules.reason,
            "pictures": "a person has looked at them"
            if self.looked_at
            else "withheld where the page's text was redacted",
            "rules": [
                {"hides": rule.says, "reason": rule.reason or rules.reason, "exhibits": list(rule.exhibits) or "all"}
                for rule in rules.rules
            ],
            "files": self.files_redacted,
            "ledger": self._ledger_redacted,
            "not_hidden": self.not_hidden,
        }


def _pictured(block: bytes) -> bool:
    """Whether a response says that it is a picture."""
    return any(said.lower().startswith(PICTURED) for said in header_values(split_http(block).headers, "content-type"))


def _looks_pictured(block: bytes) -> bool:
    """Whether a response is a picture by its first bytes, whatever it says of itself."""
    begins = decoded_entity(block, 16).body
    return begins.startswith(_BEGINNINGS) or begins[8:12] == b"WEBP" or begins[4:8] == b"ftyp"
