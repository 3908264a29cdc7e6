"""The log: entries, chain, tree head, proofs (format.md 7)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.evidence.tree import leaf_hash, verify_consistency, verify_inclusion
from crawler.model import Finding
from crawler.wording import counted

LINE_LIMIT = 16 * 1024 * 1024


@dataclass(slots=True)
class Log:
    """What the entries say, by kind and id."""

    size: int = 0
    root: bytes = b""
    leaves: dict[int, bytes] = field(default_factory=dict)
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    history: KeyHistory = field(default_factory=KeyHistory)
    _by_id: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def by_id(self, kind: str) -> dict[str, dict[str, Any]]:
        """The entries of one type by the id that they carry under its name."""
        if kind not in self._by_id:
            self._by_id[kind] = {str(e[kind]): e for e in self.entries.values() if e["type"] == kind}
        return self._by_id[kind]

    def of_type(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of some types, in order."""
        return [self.entries[seq] for seq in sorted(self.entries) if self.entries[seq]["type"] in kinds]


def check_log(files: Files, said: dict[str, str], log: Log) -> Iterator[Finding]:
    """Check every line, the head and every proof; fill in `log`."""
    wrong = False
    for problem in _lines(files, log):
        wrong = True
        yield problem
    for problem in _head(files, said, log):
        wrong = True
        yield problem
    for problem in _inclusion(files, log):
        wrong = True
        yield problem
    for problem in _consistency(files, log):
        wrong = True
        yield problem
    if not wrong:
        found = f"{len(log.entries)} of {log.size} entries"
        yield Finding("ledger", layout.LEDGER, "pass", None, found, "form, hashes, chain and proofs hold")


def _lines(files: Files, log: Log) -> Iterator[Finding]:
    previous: tuple[int, str] | None = None
    with files.open(layout.LEDGER) as file:
        number = 0
        while line := file.readline(LINE_LIMIT + 1):
            number += 1
            which = f"{layout.LEDGER} line {number}"
            if not line.endswith(b"\n"):
                yield Finding("ledger line", which, "fail", "a whole line", None, "cut off, or of unreasonable length")
                return
            line = line[:-1]
            try:
                entry = read_canonical(line, which)
                seq, kind, claimed = entry["seq"], entry["type"], entry["hash"]
                if type(seq) is not int or not isinstance(kind, str) or not isinstance(claimed, str):
                    raise TypeError("not the members of an entry")
                if kind in ("exchange", "capture", "exhibit", "decision"):
                    str(entry[kind])
            except (VerificationError, KeyError, TypeError) as error:
                yield Finding("ledger line", which, "fail", "an entry", None, str(error))
                previous = None
                continue
            which = f"{layout.LEDGER} entry {seq}"
            found = hashlib.sha256(_without_hash(line, entry, claimed)).hexdigest()
            if found != claimed:
                yield Finding("ledger hash", which, "fail", claimed, found, "the entry was changed")
            if previous is not None and seq <= previous[0]:
                yield Finding("ledger numbering", which, "fail", f"more than {previous[0]}", str(seq), "added or moved")
            if previous is not None and seq == previous[0] + 1 and entry.get("prev") != previous[1]:
                yield Finding("ledger chain", which, "fail", previous[1], str(entry.get("prev")), "the chain is broken")
            previous = (seq, claimed)
            if seq in log.entries:
                continue
            log.entries[seq] = entry
            log.leaves[seq] = leaf_hash(line)
            if kind in ("init", "key"):
                yield from _key(log, entry, seq, which)


def _without_hash(line: bytes, entry: dict[str, Any], claimed: str) -> bytes:
    """The canonical form of an entry without its hash: that of the line, the member taken out."""
    # In canonical JSON a quote within a string is escaped, so that what stands there once is the member itself
    # or one of the same words further in; the outer one is told by where the sorted names put it.
    before, member, after = line.partition(b'"hash":"%s",' % claimed.encode())
    if member and b'"hash"' not in before and b'"hash"' not in after:
        return before + after
    return serialise({k: v for k, v in entry.items() if k != "hash"})


def _key(log: Log, entry: dict[str, Any], seq: int, which: str) -> Iterator[Finding]:
    try:
        # The root before a change of key is over entries that may be another case's: a consistency proof tells it.
        yield from log.history.add(entry, seq, None, which)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding("key", which, "fail", None, repr(error)[:120], "an entry that cannot be read")


def _head(files: Files, said: dict[str, str], log: Log) -> Iterator[Finding]:
    head = read_canonical(files.read(layout.TREE_HEAD, 1 << 16), layout.TREE_HEAD)
    log.size, log.root = int(head["size"]), bytes.fromhex(head["root"])
    last = max(log.entries, default=-1)
    if log.size != last + 1 or log.entries.get(last, {}).get("hash") != head["last"]:
        why = "the log does not end where the tree head says"
        yield Finding(
            "tree head", layout.TREE_HEAD, "fail", counted(log.size, "entry", "entries"), f"last is {last}", why
        )
    if log.entries.get(0, {}).get("type") != "init":
        why = "every ledger begins with the founding of its workspace"
        yield Finding("ledger", f"{layout.LEDGER} entry 0", "fail", "init", None, why)
    signer = log.history.current
    if signer is not None and head["signer"] != signer.fingerprint:
        why = "signed with another key than the one that the ledger names last"
        yield Finding("signer", layout.TREE_HEAD, "fail", signer.fingerprint, str(head["signer"]), why)
    expected = {
        "Log-Root-SHA256": head["root"],
        "Log-Size": str(log.size),
        "Log-Last-Seq": str(last),
        "Log-First-Seq": str(min(log.entries, default=-1)),
        "Log-Entry-Count": str(len(log.entries)),
        "Signer-Fingerprint": head["signer"],
    }
    for label, value in expected.items():
        if said.get(label) != value:
            yield Finding("bag-info.txt", label, "fail", said.get(label), value, "not what the log says")


def _inclusion(files: Files, log: Log) -> Iterator[Finding]:
    proved: set[int] = set()
    own = _own(files, log)
    for name in files.under("data/log/inclusion/"):
        value = files.json(name)
        about = name.removeprefix("data/log/inclusion/").removesuffix(".json")
        if name != layout.CASE_PROOFS and (about not in own or value.get("exhibit") != about):
            yield Finding("inclusion proof", name, "fail", about, str(value.get("exhibit")), "not of this exhibit")
        if (value["size"], value["root"]) != (log.size, log.root.hex()):
            yield Finding("inclusion proof", name, "fail", log.root.hex(), str(value["root"]), "for another tree")
            # Said once for the file, and not again for each of its entries.
            proved.update(item["seq"] for item in value["entries"])
            continue
        seqs: set[int] = set()
        for item in value["entries"]:
            seq = item["seq"]
            which = f"{name} entry {seq}"
            if seq in seqs:
                yield Finding("inclusion proof", which, "fail", "one proof", "two", "proved twice in one file")
                continue
            seqs.add(seq)
            if log.leaves.get(seq) is None or log.leaves[seq].hex() != item["leaf"]:
                yield Finding("inclusion proof", which, "fail", item["leaf"], None, "not of an entry of this log")
                continue
            try:
                verify_inclusion(log.leaves[seq], seq, log.size, [bytes.fromhex(p) for p in item["proof"]], log.root)
                proved.add(seq)
            except VerificationError as error:
                yield Finding("inclusion proof", which, "fail", log.root.hex(), None, str(error))
        for seq in sorted(own.pop(about, set()) - seqs):
            why = "the exhibit rests on an entry that its own file does not prove"
            yield Finding("inclusion proof", f"{name} entry {seq}", "fail", "a proof", None, why)
    for about in sorted(own):
        yield Finding(
            "inclusion proof", layout.inclusion(about), "fail", "a file that every exhibit has", None, "missing"
        )
    for seq in sorted(log.entries.keys() - proved):
        why = "no proof ties the entry to the tree head"
        yield Finding("inclusion proof", f"{layout.LEDGER} entry {seq}", "fail", "a proof", None, why)


def _own(files: Files, log: Log) -> dict[str, set[int]]:
    """The numbers of the entries that each exhibit rests on."""
    places: dict[tuple[str, str], set[int]] = {}
    for seq, entry in log.entries.items():
        kind = "exchange" if entry["type"] == "kept" else str(entry["type"])
        places.setdefault((kind, str(entry.get(kind))), set()).add(seq)
        places.setdefault(("seq", str(seq)), set()).add(seq)
        if kind == "decision":
            places.setdefault(("hit", str(entry.get("hit"))), set()).add(seq)
    own: dict[str, set[int]] = {}
    for name, entry in log.by_id("exhibit").items():
        about = [("exhibit", name), ("hit", str(entry.get("hit")))]
        about += [("exchange", str(one)) for one in entry.get("exchanges", ())]
        about += [("capture", str(one)) for one in entry.get("captures", ())]
        for look in _looks(files, name):
            seq = int(look["ledger_seq"])
            about += [("seq", str(seq)), *(("exchange", str(one["exchange"])) for one in look["exchanges"])]
        own[name] = {seq for one in about for seq in places.get(one, ())}
    return own


def _looks(files: Files, name: str) -> list[dict[str, Any]]:
    """The looks at landing pages that an exhibit shows; a capture.json that cannot be read is found by its own check."""
    try:
        return list(files.json(f"{layout.capture_folder(name)}/capture.json").get("landings", ()))
    except (VerificationError, KeyError, OSError, ValueError, AttributeError, TypeError):
        return []


def _consistency(files: Files, log: Log) -> Iterator[Finding]:
    if layout.CONSISTENCY not in files.sizes:
        yield Finding("consistency proof", layout.CONSISTENCY, "fail", "a file that every bundle has", None, "missing")
        return
    value = files.json(layout.CONSISTENCY)
    if (value["size"], value["root"]) != (log.size, log.root.hex()):
        why = "for another tree"
        yield Finding("consistency proof", layout.CONSISTENCY, "fail", log.root.hex(), str(value["root"]), why)
    proved = set()
    for item in value["earlier"]:
        which = f"{layout.CONSISTENCY}: {str(item['what'])[:80]}"
        proof = [bytes.fromhex(piece) for piece in item["proof"]]
        try:
            verify_consistency(item["size"], log.size, bytes.fromhex(item["root"]), log.root, proof)
            proved.add((item["size"], item["root"]))
        except VerificationError as error:
            yield Finding("consistency proof", which, "fail", log.root.hex(), item["root"], str(error))
    for entry in log.of_type("key"):
        head = entry["head"]
        if (head["size"], head["root"]) not in proved:
            which = f"{layout.LEDGER} entry {entry['seq']}"
            why = "no proof that the log continues the one under which the key was changed"
            yield Finding("consistency proof", which, "fail", str(head["root"]), None, why)
    for name in files.under("data/log/keys/"):
        known = {layout.earlier_key(key.fingerprint): key.public for key in log.history.keys.values()}
        if known.get(name) != files.read(name, 1 << 16):
            yield Finding("key", name, "fail", None, None, "not a key that the ledger names")
    for name in files.under("data/warc/"):
        if name.endswith(".seal.json"):
            head = files.json(name)["ledger"]
            if head["size"] <= log.size and (head["size"], head["root"]) not in proved:
                why = "no proof that the log continues the one that was sealed"
                yield Finding("consistency proof", name, "fail", head["root"], None, why)
