"""The part of the ledger that a case rests on, tied to a signed tree head by proofs (format.md 7)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.bundle import layout
from crawler.bundle.bag import Bag, pretty
from crawler.bundle.casefile import CaseFile, Exhibit
from crawler.errors import EvidenceError
from crawler.evidence.canonical import canonical_json
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Entry, Ledger
from crawler.evidence.stamp_names import BEGIN
from crawler.evidence.tree import Tree
from crawler.store.landed import Key

OTHERS = 64
"""So many heads of other cases' exports are continued; older ones are proved by the workspace."""
_UNSOUND = ("ledger.jsonl", "run: titlewatch verify on the workspace")
FOUNDATION = frozenset({"init", "key"})
"""Entries that every case rests on: whose ledger this is and who signs."""


@dataclass(frozen=True, slots=True)
class CaseLog:
    """The entries of a case and the tree over the whole ledger up to the last of them."""

    entries: tuple[Entry, ...]
    bodies: Mapping[int, Mapping[str, Any]]
    """Parsed entries by number."""
    tree: Tree
    exports: tuple[Mapping[str, Any], ...]
    """Tree heads of earlier exports that were smaller: all of this case, and the newest of others."""

    @property
    def size(self) -> int:
        """Entries of the whole ledger up to the last one about this case."""
        return self.entries[-1].seq + 1

    @property
    def root(self) -> str:
        """The root of the tree over them, hexadecimal."""
        return self.tree.root(self.size).hex()

    def of_type(self, *types: str) -> list[Mapping[str, Any]]:
        """The bodies of some types, in order."""
        return [self.bodies[entry.seq] for entry in self.entries if entry.type in types]

    @property
    def looks(self) -> dict[Key, Mapping[str, Any]]:
        """The entries of looks at landing pages, by their numbers and by the exchanges that each rests on."""
        bodies = self.of_type("landing")
        return {tuple(body["exchanges"]): body for body in bodies} | {int(body["seq"]): body for body in bodies}

    @property
    def placements(self) -> list[Mapping[str, Any]]:
        """Where every kept record of the case lies, warcinfo records included."""
        return [body["record"] for body in self.of_type("exchange", "kept", "capture", "segment") if body.get("record")]


def select(ledger: Ledger, case: CaseFile) -> CaseLog:
    """Pick the entries that the case rests on, in one reading of the ledger.

    Raises EvidenceError when an exchange, capture, exhibit or decision of the case has no entry.
    """
    exchanges = {exchange.exchange_id for exchange in case.exchanges}
    captures = {capture.capture_id for capture in case.captures}
    exhibits = {exhibit.row.exhibit_id for exhibit in case.exhibits}
    decisions = {d["decision_id"] for exhibit in case.exhibits for d in exhibit.decisions}
    looks = {one.key for exhibit in case.exhibits for one in exhibit.landed}
    runs = set(case.row.runs)
    segments = {e.segment for e in case.exchanges if e.segment} | {c.segment for c in case.captures}
    seals = {name.removesuffix(".warc.gz") for name in segments}
    tree = Tree()
    chosen: list[Entry] = []
    bodies: dict[int, Mapping[str, Any]] = {}
    exports: list[Mapping[str, Any]] = []
    jumps: list[tuple[Entry, Mapping[str, Any]]] = []
    begun: set[str] = set()
    for entry, body in _parsed(ledger.path):
        tree.append(entry.leaf)
        kind = entry.type
        wanted = (
            (kind in ("exchange", "kept") and body["exchange"] in exchanges)
            or (kind == "capture" and body["capture"] in captures)
            or (kind == "exhibit" and body["exhibit"] in exhibits)
            or (kind == "landing" and (entry.seq in looks or tuple(body["exchanges"]) in looks))
            or (kind == "decision" and body.get("decision") in decisions)
            or (kind == "case" and body.get("case") == case.case_id)
            or (kind in ("segment", "seal") and body["segment"] in segments)
            or (kind == "stamp" and _subject(body) in seals)
            or (kind == "recovery" and body.get("of") in segments)
            or (kind == "approval" and body.get("case") == case.case_id)
            or (kind in ("run-start", "begin", "clock") and body.get("run") in runs)
            or (kind in ("stamp", "stamp-missing") and _begun(body) in runs)
            or kind in FOUNDATION
        )
        if wanted:
            chosen.append(entry)
            bodies[entry.seq] = body
        elif kind == "export":
            exports.append(body)
        elif kind == "clock-jump" and runs & begun:
            jumps.append((entry, body))
        if kind in ("run-start", "run-end"):
            # A leap of the clock tells something of the case as long as one of its runs goes on.
            (begun.add if kind == "run-start" else begun.discard)(str(body.get("run")))
    chosen += [entry for entry, _ in jumps if chosen and entry.seq < chosen[-1].seq]
    chosen.sort(key=lambda entry: entry.seq)
    bodies |= {entry.seq: body for entry, body in jumps if entry in chosen}
    log = CaseLog(tuple(chosen), bodies, tree, ())
    _complete(log, exchanges, captures, exhibits, decisions)
    if missing := looks - log.looks.keys():
        raise EvidenceError(f"the ledger has no entry for a look at {len(missing)} of the case's targets", *_UNSOUND)
    return CaseLog(log.entries, bodies, tree, tuple(_heads(exports, case.case_id, log.size)))


def _heads(exports: Sequence[Mapping[str, Any]], case_id: str, size: int) -> Iterator[Mapping[str, Any]]:
    """The tree heads that an earlier bundle may hold, each once, by size: no more than size and root of each is told.

    Exports of other cases count when their entry lies within this tree, so that what comes
    after the case changes nothing in its bundle.
    """
    smaller = [body for body in exports if int(body["tree"]["size"]) < size]
    own = [body["tree"] for body in smaller if body.get("case") == case_id]
    others = [body["tree"] for body in smaller if body.get("case") != case_id and int(body["seq"]) < size]
    heads = {int(tree["size"]): tree for tree in (*others[-OTHERS:], *own)}
    for place in sorted(heads):
        yield heads[place]


def _parsed(path: Path) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Every whole entry with its body, each line parsed once."""
    with path.open("rb") as file:
        for seq, line in enumerate(file):
            if not line.endswith(b"\n"):
                return
            body = json.loads(line)
            yield Entry(seq, body["type"], body["hash"], line[:-1]), body


def _subject(body: Mapping[str, Any]) -> str:
    """The segment whose seal a stamp is over; the subject is the seal's file name."""
    return str(body.get("subject", "")).partition(".seal")[0].removesuffix(".warc.gz")


def _begun(body: Mapping[str, Any]) -> str:
    """The run over whose beginning a stamp is, or is missing; empty for every other subject."""
    name, found, _ = str(body.get("subject", "")).partition(BEGIN)
    return name.removeprefix("TW-") if found else ""


def _complete(log: CaseLog, *wanted: Iterable[str]) -> None:
    kinds = ("exchange", "capture", "exhibit", "decision")
    for kind, ids in zip(kinds, wanted, strict=True):
        missing = set(ids) - {body[kind] for body in log.of_type(kind)}
        if missing:
            raise EvidenceError(f"the ledger has no entry for {kind} {', '.join(sorted(missing))}", *_UNSOUND)


def write(
    bag: Bag,
    log: CaseLog,
    case: CaseFile,
    signer: Signer,
    seals: Mapping[str, Mapping[str, Any] | None],
    begins: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write ``data/log``: the entries, the signed tree head, the proofs; `seals` by segment, `begins` by run."""
    bag.add(layout.LEDGER, b"".join(entry.line + b"\n" for entry in log.entries))
    head = canonical_json(
        {
            "format": layout.FORMAT,
            "size": log.size,
            "root": log.root,
            "last": log.entries[-1].hash,
            "signer": signer.fingerprint,
        }
    )
    bag.add(layout.TREE_HEAD, head)
    bag.add(layout.TREE_HEAD_SIGNATURE, signer.sign(head))
    for body in log.of_type("init", "key"):
        if body.get("public") and body["signer"] != signer.fingerprint:
            bag.add(layout.earlier_key(body["signer"]), body["public"].encode())
    rest = {entry.seq for entry in log.entries}
    index = entries_by_object(log)
    size, root = log.size, log.root
    # An entry that several exhibits share is proved once and written for each of them.
    proofs = {
        entry.seq: {
            "seq": entry.seq,
            "leaf": entry.leaf.hex(),
            "proof": [piece.hex() for piece in log.tree.inclusion(entry.seq, size)],
        }
        for entry in log.entries
    }
    for exhibit in case.exhibits:
        seqs = entries_of(index, exhibit)
        rest -= set(seqs)
        bag.add(layout.inclusion(exhibit.name), _proofs(log, root, [proofs[seq] for seq in seqs], exhibit=exhibit.name))
    bag.add(layout.CASE_PROOFS, _proofs(log, root, [proofs[seq] for seq in sorted(rest)], case=case.case_id))
    bag.add(layout.CONSISTENCY, pretty({"size": size, "root": root, "earlier": list(_earlier(log, seals, begins))}))


def _earlier(
    log: CaseLog, seals: Mapping[str, Mapping[str, Any] | None], begins: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Earlier states of the ledger that this tree continues: at each seal, beginning of a run, change of key and earlier export."""
    for segment, seal in seals.items():
        if seal and int(seal["ledger"]["size"]) <= log.size:
            yield _continued(log, f"seal of {segment}", seal["ledger"])
    for run, begun in begins.items():
        if int(begun["ledger"]["size"]) <= log.size:
            yield _continued(log, f"beginning of {run}", begun["ledger"])
    for body in log.of_type("key"):
        if body.get("head"):
            yield _continued(log, f"change of key in entry {body['seq']}", body["head"])
    for head in log.exports:
        yield _continued(log, "earlier export", head)


def _continued(log: CaseLog, what: str, head: Mapping[str, Any]) -> dict[str, Any]:
    size = int(head["size"])
    proof = [piece.hex() for piece in log.tree.consistency(size, log.size)]
    return {"what": what, "size": size, "root": head["root"], "proof": proof}


def entries_by_object(log: CaseLog) -> dict[tuple[str, str], list[int]]:
    """Entry numbers by what they are about: ``(exchange | capture | exhibit | decision, id)``, ``(landing, number)``, ``(landing, ids)``."""
    found: dict[tuple[str, str], list[int]] = {}
    for seq, body in log.bodies.items():
        kind = "exchange" if body["type"] == "kept" else body["type"]
        if kind in ("exchange", "capture", "exhibit", "decision"):
            found.setdefault((kind, body[kind]), []).append(seq)
        elif kind == "landing":
            found.setdefault((kind, _name(seq)), []).append(seq)
            found.setdefault((kind, _name(tuple(body["exchanges"]))), []).append(seq)
    return found


def entries_of(index: Mapping[tuple[str, str], list[int]], exhibit: Exhibit) -> list[int]:
    """The numbers of the entries that one exhibit rests on, in order."""
    objects = [
        *(("exchange", exchange.exchange_id) for exchange in exhibit.row.exchanges),
        *(("exchange", exchange.exchange_id) for one in exhibit.landed for exchange in one.exchanges),
        *(("landing", _name(one.key)) for one in exhibit.landed),
        *(("capture", capture.capture_id) for capture in exhibit.row.captures),
        ("exhibit", exhibit.row.exhibit_id),
        *(("decision", decision["decision_id"]) for decision in exhibit.decisions),
    ]
    return sorted({seq for thing in objects for seq in index.get(thing, ())})


def _name(key: Key) -> str:
    return str(key) if isinstance(key, int) else " ".join(key)


def _proofs(log: CaseLog, root: str, proofs: Sequence[Mapping[str, Any]], **about: str) -> bytes:
    return pretty({**about, "size": log.size, "root": root, "entries": proofs})
