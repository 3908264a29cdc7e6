"""The part of the ledger that a case rests on, tied to a signed tree head by proofs (format.md 7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bundle import layout
from crawler.bundle.bag import Bag, pretty
from crawler.bundle.casefile import CaseFile, Exhibit
from crawler.errors import EvidenceError
from crawler.evidence.canonical import canonical_json
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Entry, Ledger
from crawler.evidence.tree import Tree

FOUNDATION = frozenset({"init", "key"})
"""Entries that every case rests on: whose ledger this is and who signs."""


@dataclass(frozen=True, slots=True)
class CaseLog:
    """The entries of a case and the tree over the whole ledger up to the last of them."""

    entries: tuple[Entry, ...]
    bodies: Mapping[int, Mapping[str, Any]]
    """Parsed entries by number."""
    tree: Tree
    export: Mapping[str, Any] | None
    """The tree head of the newest earlier export of this case that was smaller."""

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
    runs = set(case.row.runs)
    segments = {e.segment for e in case.exchanges if e.segment} | {c.segment for c in case.captures}
    seals = {name.removesuffix(".warc.gz") for name in segments}
    tree = Tree()
    chosen: list[Entry] = []
    bodies: dict[int, Mapping[str, Any]] = {}
    exports: list[Mapping[str, Any]] = []
    for entry in ledger.entries():
        tree.append(entry.leaf)
        kind = entry.type
        body = entry.body
        wanted = (
            (kind in ("exchange", "kept") and body["exchange"] in exchanges)
            or (kind == "capture" and body["capture"] in captures)
            or (kind == "exhibit" and body["exhibit"] in exhibits)
            or (kind == "decision" and body.get("decision") in decisions)
            or (kind == "case" and body.get("case") == case.case_id)
            or (kind in ("segment", "seal") and body["segment"] in segments)
            or (kind == "stamp" and _subject(body) in seals)
            or (kind == "recovery" and body.get("of") in segments)
            or (kind == "approval" and body.get("case") == case.case_id)
            or (kind == "run-start" and body.get("run") in runs)
            or kind in FOUNDATION
        )
        if wanted:
            chosen.append(entry)
            bodies[entry.seq] = body
        elif kind == "export" and body.get("case") == case.case_id:
            exports.append(body)
    log = CaseLog(tuple(chosen), bodies, tree, None)
    _complete(log, exchanges, captures, exhibits, decisions)
    smaller = [body for body in exports if int(body["tree"]["size"]) < log.size]
    return CaseLog(log.entries, bodies, tree, smaller[-1]["tree"] if smaller else None)


def _subject(body: Mapping[str, Any]) -> str:
    """The segment whose seal a stamp is over; the subject is the seal's file name."""
    return str(body.get("subject", "")).partition(".seal")[0].removesuffix(".warc.gz")


def _complete(log: CaseLog, *wanted: Iterable[str]) -> None:
    kinds = ("exchange", "capture", "exhibit", "decision")
    for kind, ids in zip(kinds, wanted, strict=True):
        missing = set(ids) - {body[kind] for body in log.of_type(kind)}
        if missing:
            raise EvidenceError(
                f"the ledger has no entry for {kind} {', '.join(sorted(missing))}",
                "ledger.jsonl",
                "run: titlewatch verify on the workspace",
            )


def write(
    bag: Bag, log: CaseLog, case: CaseFile, signer: Signer, seals: Mapping[str, Mapping[str, Any] | None]
) -> None:
    """Write ``data/log``: the entries, the signed tree head, the proofs; `seals` by segment."""
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
    rest = {entry.seq for entry in log.entries}
    index = entries_by_object(log)
    places = {entry.seq: entry for entry in log.entries}
    for exhibit in case.exhibits:
        seqs = entries_of(index, exhibit)
        rest -= set(seqs)
        bag.add(layout.inclusion(exhibit.name), _proofs(log, [places[seq] for seq in seqs], exhibit=exhibit.name))
    bag.add(layout.CASE_PROOFS, _proofs(log, [places[seq] for seq in sorted(rest)], case=case.case_id))
    bag.add(layout.CONSISTENCY, pretty({"size": log.size, "root": log.root, "earlier": list(_earlier(log, seals))}))


def _earlier(log: CaseLog, seals: Mapping[str, Mapping[str, Any] | None]) -> Iterator[dict[str, Any]]:
    """Earlier states of the ledger that this tree continues: at each seal, and at an earlier export of the case."""
    for segment, seal in seals.items():
        if seal and int(seal["ledger"]["size"]) <= log.size:
            yield _continued(log, f"seal of {segment}", seal["ledger"])
    if log.export:
        yield _continued(log, "earlier export", log.export)


def _continued(log: CaseLog, what: str, head: Mapping[str, Any]) -> dict[str, Any]:
    size = int(head["size"])
    proof = [piece.hex() for piece in log.tree.consistency(size, log.size)]
    return {"what": what, "size": size, "root": head["root"], "proof": proof}


def entries_by_object(log: CaseLog) -> dict[tuple[str, str], list[int]]:
    """Entry numbers by what they are about: ``(exchange | capture | exhibit | decision, id)``."""
    found: dict[tuple[str, str], list[int]] = {}
    for seq, body in log.bodies.items():
        kind = "exchange" if body["type"] == "kept" else body["type"]
        if kind in ("exchange", "capture", "exhibit", "decision"):
            found.setdefault((kind, body[kind]), []).append(seq)
    return found


def entries_of(index: Mapping[tuple[str, str], list[int]], exhibit: Exhibit) -> list[int]:
    """The numbers of the entries that one exhibit rests on, in order."""
    objects = [
        *(("exchange", exchange.exchange_id) for exchange in exhibit.row.exchanges),
        *(("capture", capture.capture_id) for capture in exhibit.row.captures),
        ("exhibit", exhibit.row.exhibit_id),
        *(("decision", decision["decision_id"]) for decision in exhibit.decisions),
    ]
    return sorted({seq for thing in objects for seq in index.get(thing, ())})


def _proofs(log: CaseLog, entries: Sequence[Entry], **about: str) -> bytes:
    value = {
        **about,
        "size": log.size,
        "root": log.root,
        "entries": [
            {
                "seq": entry.seq,
                "leaf": entry.leaf.hex(),
                "proof": [piece.hex() for piece in log.tree.inclusion(entry.seq, log.size)],
            }
            for entry in entries
        ],
    }
    return pretty(value)
