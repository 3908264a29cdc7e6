"""Checking the ledger: form, numbering, chain; and gathering what it says of every other file."""

import hashlib
import itertools
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.plain_file import open_plain
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.evidence.tree import EMPTY_ROOT, Frontier, leaf_hash
from crawler.model import Finding

LINE_LIMIT = 16 * 1024 * 1024
NO_ENTRY = "0" * 64


@dataclass(frozen=True, slots=True)
class Expected:
    """A record that an entry says was kept."""

    seq: int
    id: str
    type: str
    length: int
    sha256: str
    block_sha256: str
    of: str = ""
    """Type of that entry."""


@dataclass(slots=True)
class LedgerFacts:
    """What the ledger says, gathered while it is checked."""

    wanted_sizes: frozenset[int]
    """Sizes at which seals remember the head."""
    size: int = 0
    last: str = NO_ENTRY
    root: str = EMPTY_ROOT.hex()
    heads: dict[int, tuple[str, str]] = field(default_factory=dict)
    """size -> (root, last hash), for the wanted sizes."""
    records: dict[str, dict[int, Expected]] = field(default_factory=dict)
    """segment -> offset -> record."""
    seals: dict[str, dict[str, Any]] = field(default_factory=dict)
    """segment -> seal entry."""
    stamps: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """(subject, authority) -> stamp entry; a renewal's subject is the reply that it is over."""
    begins: dict[str, dict[str, Any]] = field(default_factory=dict)
    """run -> the entry of its beginning."""
    clocks: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """What was said of the clock, and its leaps, by number of the entry."""
    signed: int = 0
    """How many entries the longest head covers whose signature held."""
    torn: dict[str, str] = field(default_factory=dict)
    """file -> hash, of tails set aside."""
    keys: dict[str, int] = field(default_factory=dict)
    """fingerprint -> number of the entry that introduced it."""
    history: KeyHistory = field(default_factory=KeyHistory)
    """The keys with what vouches for each."""
    captures: set[str] = field(default_factory=set)


class Exchanges:
    """Where the entry of each exchange stands; a ledger has millions, so that no more than that is remembered."""

    def __init__(self, path: Path) -> None:
        self.place = 0
        """Where the present line begins."""
        self.after = 0
        """Where the next line begins."""
        self._path = path
        self._places: dict[bytes, int] = {}

    def __contains__(self, name: object) -> bool:
        return _short(name) in self._places

    def add(self, name: str) -> None:
        """Remember that the present line is the exchange's entry."""
        self._places[_short(name)] = self.place

    def hashes(self, name: str) -> tuple[str, str]:
        """SHA-256 of request and response, as the exchange's entry says."""
        with open_plain(self._path) as file:
            file.seek(self._places[_short(name)])
            entry = read_canonical(file.readline(LINE_LIMIT).removesuffix(b"\n"), self._path.name)
        return _text(entry["request"]["sha256"]), _text(entry["response"]["sha256"])


def _short(name: object) -> bytes:
    return hashlib.sha256(_text(name).encode()).digest()[:15]


def read_ledger(path: Path, facts: LedgerFacts) -> Iterator[Finding]:
    """Check every line and fill in `facts`; ends with a pass when nothing was wrong."""
    name, wrong = path.name, False
    frontier = Frontier()
    exchanges = Exchanges(path)
    if 0 in facts.wanted_sizes:
        facts.heads[0] = (facts.root, facts.last)
    for seq, line in enumerate(_lines(path)):
        which = f"{name} entry {seq}"
        if not line.endswith(b"\n"):
            long = len(line) > LINE_LIMIT
            why = "a line of unreasonable length" if long else "the last line is not whole: being written, or torn"
            yield Finding("ledger line", which, "fail" if long else "not_checked", None, None, why)
            wrong |= long
            break
        exchanges.place, line = exchanges.after, line[:-1]
        exchanges.after += len(line) + 1
        if b'"type":"key"' in line:
            # A change of key says what the root was before it.
            facts.root = frontier.root().hex()
        frontier.append(leaf_hash(line))
        facts.size = seq + 1
        problems, entry = _checked(line, seq, facts, which)
        for problem in problems:
            wrong = True
            yield problem
        if entry is not None:
            try:
                problems = list(_gather(entry, seq, facts, exchanges, which))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                problems = [Finding("ledger entry", which, "fail", None, repr(error), "an entry that cannot be read")]
            for problem in problems:
                wrong = True
                yield problem
        if facts.size in facts.wanted_sizes:
            facts.heads[facts.size] = (frontier.root().hex(), facts.last)
    facts.root = frontier.root().hex()
    if not wrong:
        yield Finding("ledger", name, "pass", None, f"{facts.size} entries", "numbering, chain and form hold")


def _lines(path: Path) -> Iterator[bytes]:
    """The file's lines as of now, none longer than the limit."""
    with open_plain(path) as file:
        left = file.seek(0, 2)
        file.seek(0)
        while left > 0:
            line = file.readline(min(left, LINE_LIMIT + 1))
            if not line:
                return
            left -= len(line)
            yield line
            if not line.endswith(b"\n"):
                return


def _checked(line: bytes, seq: int, facts: LedgerFacts, which: str) -> tuple[list[Finding], dict[str, Any] | None]:
    """Check one line's form, hash, number and link; move the chain on."""
    problems: list[Finding] = []
    try:
        entry = read_canonical(line, which)
    except VerificationError as error:
        facts.last = ""
        return [
            Finding("ledger line", which, "fail", "canonical JSON", line[:80].decode("utf-8", "replace"), error.what)
        ], None
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        facts.last = ""
        return [Finding("ledger line", which, "fail", "an entry", None, "not a ledger entry")], None
    claimed = entry.get("hash")
    found = hashlib.sha256(_without_hash(line, entry)).hexdigest()
    if claimed != found:
        problems.append(Finding("ledger hash", which, "fail", str(claimed), found, "the entry was changed"))
    if entry.get("seq") != seq or isinstance(entry.get("seq"), bool):
        why = "an entry is missing, added or moved"
        problems.append(Finding("ledger numbering", which, "fail", str(seq), str(entry.get("seq")), why))
    if facts.last and entry.get("prev") != facts.last:
        why = "the chain is broken: the entry before is not the one this was written after"
        problems.append(Finding("ledger chain", which, "fail", facts.last, str(entry.get("prev")), why))
    facts.last = str(claimed)
    return problems, entry


def _without_hash(line: bytes, entry: dict[str, Any]) -> bytes:
    """The canonical form of an entry less its `hash`: cut out of the line, which is canonical already."""
    member = f'"hash":"{entry.get("hash")}"'.encode()
    before, found, after = line.partition(member)
    if not found or member in after or not before.endswith((b",", b"{")):
        return serialise({key: value for key, value in entry.items() if key != "hash"})
    return before + after[1:] if after.startswith(b",") else before.removesuffix(b",") + after


def _gather(entry: dict[str, Any], seq: int, facts: LedgerFacts, exchanges: Exchanges, which: str) -> Iterable[Finding]:
    kind = entry["type"]
    if kind == "exchange":
        said = (_text(entry["request"]["sha256"]), _text(entry["response"]["sha256"]))
        yield from _once("exchange", entry["exchange"], exchanges, which)
        exchanges.add(entry["exchange"])
        yield from _agree(entry, said, which)
        if (entry["bytes"] == "kept") != bool(entry.get("record")):
            yield Finding(
                "exchange", which, "fail", entry["bytes"], None, "says kept and names no record, or the reverse"
            )
    elif kind == "kept":
        if entry["exchange"] not in exchanges:
            yield Finding("exchange", which, "fail", entry["exchange"], None, "keeps an exchange that no entry names")
        else:
            yield from _agree(entry, exchanges.hashes(entry["exchange"]), which)
    elif kind == "capture":
        facts.captures.add(_text(entry["capture"]))
        hashes = {file["sha256"] for file in entry["files"].values()}
        for record in (entry.get("record") or {}).get("records", ()):
            if record["type"] == "resource" and record["block_sha256"] not in hashes:
                yield Finding(
                    "capture", which, "fail", record["block_sha256"], None, "a record that is none of its files"
                )
    elif kind == "seal":
        yield from _once("seal", entry["segment"], facts.seals, which)
        _text(entry["seal_sha256"])
        facts.seals[_text(entry["segment"])] = entry
    elif kind == "stamp":
        for file in entry["files"].values():
            _text(file["sha256"])
        facts.stamps[_text(entry["subject"]), _text(entry["authority"])] = entry
    elif kind == "begin":
        yield from _once("beginning", entry["run"], facts.begins, which)
        for value in (entry["file"], entry["begin_sha256"], entry["signer"], *entry["authorities"]):
            _text(value)
        facts.begins[_text(entry["run"])] = entry
    elif kind in ("clock", "clock-jump"):
        facts.clocks.append((seq, entry))
    elif kind in ("init", "key"):
        yield from facts.history.add(entry, seq, facts.root, which)
        if entry.get("signer"):
            facts.keys[_text(entry["signer"])] = seq
    elif kind == "exhibit":
        known = itertools.chain(
            (name in exchanges for name in entry["exchanges"]), (name in facts.captures for name in entry["captures"])
        )
        if not all(known):
            yield Finding(
                "exhibit", which, "fail", None, entry["exhibit"], "rests on an exchange or capture that no entry names"
            )
    elif kind == "recovery" and entry.get("torn"):
        facts.torn[_text(entry["torn"]["file"])] = _text(entry["torn"]["sha256"])
    if entry.get("record"):
        yield from _place(entry["record"], seq, kind, facts, which)


def _once(what: str, name: str, known: Container[str], which: str) -> Iterator[Finding]:
    if name in known:
        yield Finding(what, which, "fail", "one entry", name, "entered twice")


def _agree(entry: dict[str, Any], said: tuple[str, str], which: str) -> Iterator[Finding]:
    """The kept records hold the very bytes that the exchange entry hashed."""
    hashes = dict(zip(("request", "response"), said, strict=True))
    for record in (entry.get("record") or {}).get("records", ()):
        expected = hashes.get(record["type"])
        if expected is not None and record["block_sha256"] != expected:
            yield Finding(
                "exchange", which, "fail", expected, record["block_sha256"], f"another {record['type']} is kept"
            )


def _place(placement: dict[str, Any], seq: int, of: str, facts: LedgerFacts, which: str) -> Iterator[Finding]:
    records = facts.records.setdefault(_text(placement["segment"]), {})
    for record in placement["records"]:
        offset, length = record["offset"], record["length"]
        if type(offset) is not int or type(length) is not int:
            raise TypeError("a place that is no number")
        if offset in records:
            yield Finding("record", which, "fail", None, f"{placement['segment']}@{offset}", "entered twice")
        record_id, kind, member, block = (_text(record[name]) for name in ("id", "type", "sha256", "block_sha256"))
        records[offset] = Expected(seq, record_id, kind, length, member, block, of)


def _text(value: object) -> str:
    """A string as such; what a hostile ledger puts in its place is a TypeError, which is reported."""
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r:.40}")
    return value
