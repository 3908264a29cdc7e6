"""Whether an earlier bundle, or an earlier tree head, is a prefix of what is there now (format.md 7.7).

Who kept an older bundle, or no more than its tree head, can tell a rewritten history with it,
even one that was forged anew with the collector's own key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.signer import history_of
from crawler.bundle.check.tree import Files
from crawler.bundle.check.zip_form import opened
from crawler.errors import VerificationError
from crawler.evidence import keys
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.tree import Frontier, leaf_hash, verify_consistency
from crawler.model import Finding
from crawler.wording import counted

CHECK = "earlier"
SMALL = 1 << 20
LINE_LIMIT = 16 * 1024 * 1024


@dataclass(slots=True)
class Earlier:
    """What was kept: a tree head, its signature, and the entries that came with it."""

    name: str
    head: bytes
    size: int
    root: str
    signer: str
    signature: bytes | None
    lines: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Later:
    """What it is held against: the entries that are there, the keys, and how the heads are tied."""

    name: str
    size: int
    history: KeyHistory
    lines: dict[int, bytes]
    """The entries that both might hold."""
    proof: str
    """Why the earlier head is that of a prefix; empty when it is not."""
    problem: str = ""
    root: str | None = None
    """The root that the later one gives for the earlier size, where it gives one."""


def check_earlier(later: Path, earlier: Path, key: bytes | None = None) -> Iterator[Finding]:
    """Check that `earlier` (a bundle, its ZIP, or a tree head kept as JSON) is a prefix of `later` (a bundle, its ZIP or a workspace).

    Neither is verified here beyond that. Every answer is a finding of the check ``earlier``.
    """
    try:
        kept = _earlier(earlier)
        found = _later(later, kept)
    except VerificationError as error:
        yield Finding(CHECK, error.which or earlier.name, "fail", None, None, error.what)
        return
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding(CHECK, earlier.name, "fail", None, repr(error)[:200], "cannot be read")
        return
    yield from _tree(kept, found)
    yield from _shared(kept, found)
    yield from _signer(kept, found, key)


def _tree(kept: Earlier, found: Later) -> Iterator[Finding]:
    expected, has = (
        f"{counted(kept.size, 'entry', 'entries')}, root {kept.root}",
        counted(found.size, "entry", "entries"),
    )
    if found.size < kept.size:
        why = "holds fewer entries than the one given as earlier: entries were lost, or the two were given the wrong way round"
        yield Finding(CHECK, found.name, "fail", expected, has, why)
    elif found.problem:
        said = has if found.root is None else f"{counted(kept.size, 'entry', 'entries')}, root {found.root}"
        yield Finding(CHECK, found.name, "fail", expected, said, found.problem)
    else:
        yield Finding(CHECK, found.name, "pass", expected, has, found.proof)


def _shared(kept: Earlier, found: Later) -> Iterator[Finding]:
    both = kept.lines.keys() & found.lines.keys()
    wrong = sorted(seq for seq in both if kept.lines[seq] != found.lines[seq])
    for seq in wrong:
        was, now = (leaf_hash(lines[seq]).hex() for lines in (kept.lines, found.lines))
        yield Finding(CHECK, f"entry {seq}", "fail", was, now, "the entry was rewritten since")
    if both and not wrong:
        yield Finding(
            CHECK,
            counted(len(both), "entry", "entries"),
            "pass",
            None,
            None,
            "every entry that both hold is the same",
        )


def _signer(kept: Earlier, found: Later, key: bytes | None) -> Iterator[Finding]:
    given = keys.fingerprint(key) if key else None
    which = f"{kept.name} tree head"
    try:
        # The head is tied to the ledger by its root, so its last entry tells when it was signed.
        why = found.history.confirm(kept.signer, given, kept.size, kept.size - 1)
    except VerificationError as error:
        yield Finding(CHECK, which, "fail", given or ", ".join(found.history.keys) or None, kept.signer, error.what)
        return
    candidates = (key, found.history.public(kept.signer))
    public = next((pem for pem in candidates if pem and keys.fingerprint(pem) == kept.signer), None)
    if kept.signature is None or public is None:
        missing = "its signature was not kept" if kept.signature is None else "nobody gave its key"
        yield Finding(CHECK, which, "not_checked", kept.signer, None, f"who signed the earlier tree head: {missing}")
        return
    try:
        keys.verify(public, kept.head, kept.signature, which)
    except VerificationError as error:
        yield Finding(CHECK, which, "fail", kept.signer, None, error.what)
        return
    yield Finding(CHECK, which, "pass", None, kept.signer, why or "signed with a key of the same ledger")


def _earlier(path: Path) -> Earlier:
    if path.is_file() and path.suffix.lower() != ".zip":
        if path.stat().st_size > SMALL:
            raise VerificationError("unreasonably large for a tree head", path.name)
        beside = path.with_name(path.name + ".ed25519")
        signature = beside.read_bytes()[:1024] if beside.is_file() else None
        return _head(path.name, path.read_bytes(), signature)
    with opened(path.resolve() if path.is_dir() else path) as (files, _):
        if files is None:
            raise VerificationError("neither a bundle nor a tree head", path.name)
        signature = files.read(layout.TREE_HEAD_SIGNATURE, 1024)
        kept = _head(files.name, files.read(layout.TREE_HEAD, SMALL), signature)
        kept.lines = {seq: line for seq, line in _lines(files) if seq < kept.size}
        return kept


def _head(name: str, data: bytes, signature: bytes | None) -> Earlier:
    """A tree head as a bundle holds it, or a segment's seal, which names one too."""
    said = read_canonical(data.removesuffix(b"\n"), name)
    head = said.get("ledger", said)
    size, root, signer = head["size"], head["root"], said["signer"]
    if type(size) is not int or size < 1 or not isinstance(root, str) or not isinstance(signer, str):
        raise VerificationError("not a tree head", name)
    return Earlier(name, data, size, bytes.fromhex(root).hex(), signer, signature)


def _lines(files: Files) -> Iterator[tuple[int, bytes]]:
    with files.open(layout.LEDGER) as file:
        while line := file.readline(LINE_LIMIT + 1):
            line = line.removesuffix(b"\n")
            yield _number(line, layout.LEDGER), line


def _number(line: bytes, which: str) -> int:
    seq = read_canonical(line, which)["seq"]
    if type(seq) is not int:
        raise VerificationError("an entry without a number", which)
    return seq


def _later(path: Path, kept: Earlier) -> Later:
    for ledger in (path / "evidence" / "ledger.jsonl", path / "ledger.jsonl"):
        if ledger.is_file():
            return _workspace(path.resolve().name, ledger, kept)
    with opened(path.resolve() if path.is_dir() else path) as (files, _):
        if files is None:
            raise VerificationError("neither a bundle nor a workspace", path.name)
        return _bundle(files, kept)


def _workspace(name: str, ledger: Path, kept: Earlier) -> Later:
    frontier, history, shared, root = Frontier(), KeyHistory(), {}, None
    with ledger.open("rb") as file:
        for seq, line in enumerate(iter(lambda: file.readline(LINE_LIMIT + 1), b"")):
            if not line.endswith(b"\n"):
                break
            line = line[:-1]
            if seq in kept.lines:
                shared[seq] = line
            if b'"type":"init"' in line or b'"type":"key"' in line:
                entry = read_canonical(line, f"{ledger.name} entry {seq}")
                if entry["type"] in ("init", "key"):
                    # What is wrong with a change of key is found when the workspace itself is checked.
                    list(history.add(entry, seq, None, ""))
            frontier.append(leaf_hash(line))
            if frontier.size == kept.size:
                root = frontier.root().hex()
    later = Later(name, frontier.size, history, shared, "the ledger's first entries have the earlier root", root=root)
    if root != kept.root:
        later.problem = "the first entries are not those of the earlier tree head: history was rewritten"
    return later


def _bundle(files: Files, kept: Earlier) -> Later:
    head = read_canonical(files.read(layout.TREE_HEAD, SMALL), layout.TREE_HEAD)
    size, root = int(head["size"]), str(head["root"])
    shared = {seq: line for seq, line in _lines(files) if seq in kept.lines}
    later = Later(files.name, size, history_of(files), shared, "a consistency proof ties the earlier tree to this one")
    if size == kept.size:
        later.proof, later.root = "both have the same tree head", root
        later.problem = (
            "" if root == kept.root else "the same number of entries and another root: history was rewritten"
        )
    elif size > kept.size:
        later.problem = _proved(files.json(layout.CONSISTENCY)["earlier"], size, root, kept, later)
    return later


def _proved(listed: list[Mapping[str, Any]], size: int, root: str, kept: Earlier, later: Later) -> str:
    """What is wrong with the later bundle's proof about the earlier head; empty when it holds."""
    same_size = [item for item in listed if item["size"] == kept.size]
    if not same_size:
        return "it holds no proof about the earlier tree head: hold it against the workspace, or a later export of the case"
    for item in same_size:
        if item["root"] != kept.root:
            later.root = str(item["root"])
            return "another tree stood at the earlier size: history was rewritten"
    proof = [bytes.fromhex(piece) for piece in same_size[0]["proof"]]
    try:
        verify_consistency(kept.size, size, bytes.fromhex(kept.root), bytes.fromhex(root), proof)
    except VerificationError as error:
        return f"its proof about the earlier tree head {error.what}"
    return ""
