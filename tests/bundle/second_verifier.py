"""A second verifier, written from format.md alone: if it agrees, the specification says what the writer does.

It shares no code with the first one: standard library and cryptography. `python second_verifier.py
BUNDLE` prints what is wrong, one line each, and ends with 1 if anything is. Stamps, CASE graph and
reports are left to others.
"""

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

TAG_FILES = {
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "README-en.md", "README-zh.md", "verify.sh",
}  # fmt: skip
OUTSIDE = {
    "tagmanifest-sha256.txt", "tagmanifest-sha512.txt",
    "signatures/tagmanifest-sha256.txt.ed25519", "signatures/signer.pub.pem",
}  # fmt: skip
STAMP = re.compile(r"timestamps/[A-Za-z0-9][A-Za-z0-9._-]*\.(tsq|tsr|chain\.pem|json)")
BROKEN = (KeyError, IndexError, ValueError, TypeError, OSError, EOFError, zlib.error, AssertionError, StopIteration)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


KEPT = ("exchange", "kept", "capture", "segment")


class Bundle:
    """The files of a bundle, its labels, its ledger entries and its tree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if not p.is_dir()}
        self.labels: dict[str, str] = {}
        self.entries: dict[int, dict[str, Any]] = {}
        self.leaves: dict[int, bytes] = {}
        self.head: dict[str, Any] = {}

    def read(self, name: str) -> bytes:
        return self.files[name].read_bytes()

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))

    def of(self, *types: str) -> Iterator[dict[str, Any]]:
        return (self.entries[seq] for seq in sorted(self.entries) if self.entries[seq]["type"] in types)

    def key(self) -> Ed25519PublicKey:
        key = load_pem_public_key(self.read("signatures/signer.pub.pem"))
        assert isinstance(key, Ed25519PublicKey)
        return key


def verify(folder: Path) -> list[str]:
    """Everything that is wrong, in words."""
    bundle, wrong = Bundle(folder), []
    for stage in (
        names, manifests, labels, signature, ledger, tree_head, inclusion, consistency, segments, indexes, seals, case,
    ):  # fmt: skip
        try:
            wrong += [f"{stage.__name__}: {problem}" for problem in stage(bundle)]
        except BROKEN as error:
            wrong.append(f"{stage.__name__}: cannot go on ({error!r})")
    return wrong


def when(wrong: object, what: str) -> Iterator[str]:
    return iter([what] if wrong else [])


def names(bundle: Bundle) -> Iterator[str]:
    """2: names, links."""
    seen: set[str] = set()
    for name, path in bundle.files.items():
        if not all(NAME.fullmatch(part) for part in name.split("/")) or len(name) >= 200 or name.lower() in seen:
            yield f"name {name!a}"
        yield from when(path.is_symlink() or not path.is_file(), f"not a regular file: {name}")
        seen.add(name.lower())


def manifests(bundle: Bundle) -> Iterator[str]:
    """3.1: four lists, closed."""
    listed: dict[str, set[str]] = {}
    for kind, algorithm in ((k, a) for k in ("manifest", "tagmanifest") for a in ("sha256", "sha512")):
        text = bundle.read(f"{kind}-{algorithm}.txt").decode("ascii")
        lines = [line.split("  ", 1) for line in text.splitlines()]
        order = [name for _, name in lines]
        if order != sorted(set(order)) or not text.endswith("\n"):
            yield f"{kind}-{algorithm}.txt is not sorted, or names something twice"
        for digest, name in lines:
            if name not in bundle.files:
                yield f"missing {name}"
            elif hashlib.new(algorithm, bundle.read(name)).hexdigest() != digest:
                yield f"{algorithm} of {name}"
        listed[f"{kind} {algorithm}"] = set(order)
    payload = {name for name in bundle.files if name.startswith("data/")}
    if not listed["manifest sha256"] == listed["manifest sha512"] == payload:
        yield "the payload manifests do not list exactly data/"
    if not listed["tagmanifest sha256"] == listed["tagmanifest sha512"] == TAG_FILES:
        yield "the tag manifests do not list exactly the tag files"
    for name in set(bundle.files) - payload - TAG_FILES - OUTSIDE:
        yield from when(not STAMP.fullmatch(name), f"no list names {name}")
    if bundle.read("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        yield "bagit.txt"


def labels(bundle: Bundle) -> Iterator[str]:
    """3.2: what can be counted without the log."""
    for line in bundle.read("bag-info.txt").decode().splitlines():
        label, colon, value = line.partition(": ")
        yield from when(not colon or label in bundle.labels, f"bag-info.txt: {line[:50]}")
        bundle.labels[label] = value
    payload = [name for name in bundle.files if name.startswith("data/")]
    said = {
        "Payload-Oxum": f"{sum(bundle.files[name].stat().st_size for name in payload)}.{len(payload)}",
        "Segment-Count": str(sum(name.endswith(".warc.gz") for name in payload)),
        "Exhibit-Count": str(len({name.split("/")[2] for name in payload if name.startswith("data/captures/")})),
        "Picture-Count": str(sum(name.endswith("/screenshot.png") for name in payload)),
        "BagIt-Profile-Identifier": "titlewatch-bundle-1",
        "Titlewatch-Format": "titlewatch-bundle/1",
    }
    yield from compared(bundle, said)
    for authority in bundle.labels["Timestamp-Authorities"].split(", "):
        if "(" not in authority:
            for part in ("tsq", "tsr", "chain.pem", "json"):
                if f"timestamps/{authority}.{part}" not in bundle.files:
                    yield f"no timestamps/{authority}.{part}"


def compared(bundle: Bundle, said: dict[str, str]) -> Iterator[str]:
    for label, value in said.items():
        yield from when(bundle.labels.get(label) != value, f"{label}: {bundle.labels.get(label)} and not {value}")


def signed(bundle: Bundle, subject: str, signature: str, key: Ed25519PublicKey | None = None) -> Iterator[str]:
    try:
        (key or bundle.key()).verify(bundle.read(signature), bundle.read(subject))
    except InvalidSignature:
        yield f"the signature over {subject} does not hold"


def fingerprint(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def signature(bundle: Bundle) -> Iterator[str]:
    """3.3."""
    yield from signed(bundle, "tagmanifest-sha256.txt", "signatures/tagmanifest-sha256.txt.ed25519")
    yield from compared(bundle, {"Signer-Fingerprint": fingerprint(bundle.key())})


def canonical(value: Any) -> bytes:
    """RFC 8785 for what a ledger holds: plain names, no fractions."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def ledger(bundle: Bundle) -> Iterator[str]:
    """7.1: form, hash, chain."""
    before: dict[str, Any] = {"seq": -1, "hash": "0" * 64}
    data = bundle.read("data/log/ledger.jsonl")
    yield from when(not data.endswith(b"\n"), "the last line is not whole")
    for line in data.split(b"\n")[:-1]:
        entry = json.loads(line)
        yield from when(canonical(entry) != line, f"entry {entry['seq']} is not canonical")
        rest = {key: value for key, value in entry.items() if key != "hash"}
        if hashlib.sha256(canonical(rest)).hexdigest() != entry["hash"]:
            yield f"entry {entry['seq']} was changed"
        yield from when(entry["seq"] <= before["seq"], f"entry {entry['seq']} after {before['seq']}")
        if entry["seq"] == before["seq"] + 1 and entry["prev"] != before["hash"]:
            yield f"entry {entry['seq']} does not follow"
        bundle.entries[entry["seq"]], before = entry, entry
        bundle.leaves[entry["seq"]] = hashlib.sha256(b"\x00" + line).digest()


def tree_head(bundle: Bundle) -> Iterator[str]:
    """7.2."""
    yield from signed(bundle, "data/log/tree-head.json", "data/log/tree-head.json.ed25519")
    bundle.head = bundle.json("data/log/tree-head.json")
    last = max(bundle.entries)
    yield from when(canonical(bundle.head) != bundle.read("data/log/tree-head.json"), "not canonical")
    if bundle.head["size"] != last + 1 or bundle.head["last"] != bundle.entries[last]["hash"]:
        yield "the head is not over the last entry"
    if bundle.head["signer"] not in {entry["signer"] for entry in bundle.of("init", "key")}:
        yield "the ledger does not know the signer"
    said = {
        "Log-Root-SHA256": bundle.head["root"], "Log-Size": str(bundle.head["size"]), "Log-Last-Seq": str(last),
        "Log-First-Seq": str(min(bundle.entries)), "Log-Entry-Count": str(len(bundle.entries)),
        "Signer-Fingerprint": bundle.head["signer"],
    }  # fmt: skip
    yield from compared(bundle, said)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below `count` (RFC 9162, 2.1.1)."""
    return 1 << (count - 1).bit_length() - 1


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to, by the definition of 2.1.3.1 read backwards."""
    if size == 1:
        assert not proof, "a proof that is too long"
        return leaf
    half, rest, last = split(size), proof[:-1], proof[-1]
    if index < half:
        return node(root_of(leaf, index, half, rest), last)
    return node(last, root_of(leaf, index - half, size - half, rest))


def roots_of(old: int, size: int, proof: list[bytes], whole: bool, root: bytes) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency proof leads to (2.1.4.1); `root` is that of the old tree."""
    if old == size:
        if not whole:
            return proof[0], proof[0]
        assert not proof, "a proof that is too long"
        return root, root
    half, rest, last = split(size), proof[:-1], proof[-1]
    if old <= half:
        first, second = roots_of(old, half, rest, whole, root)
        return first, node(second, last)
    first, second = roots_of(old - half, size - half, rest, False, root)
    return node(last, first), node(last, second)


def inclusion(bundle: Bundle) -> Iterator[str]:
    """7.3."""
    proved = set()
    for name in [name for name in bundle.files if name.startswith("data/log/inclusion/")]:
        value = bundle.json(name)
        if (value["size"], value["root"]) != (bundle.head["size"], bundle.head["root"]):
            yield f"{name} is for another tree"
        for item in value["entries"]:
            leaf = bundle.leaves.get(item["seq"], b"")
            proof = [bytes.fromhex(piece) for piece in item["proof"]]
            if leaf.hex() != item["leaf"]:
                yield f"{name}: {item['seq']} is no entry"
            elif root_of(leaf, item["seq"], value["size"], proof).hex() != bundle.head["root"]:
                yield f"{name}: the proof of {item['seq']} leads elsewhere"
            else:
                proved.add(item["seq"])
    for seq in bundle.entries.keys() - proved:
        yield f"entry {seq} is not proved"


def consistency(bundle: Bundle) -> Iterator[str]:
    """7.4."""
    value, known = bundle.json("data/log/consistency.json"), set()
    for item in value["earlier"]:
        old, proof = bytes.fromhex(item["root"]), [bytes.fromhex(piece) for piece in item["proof"]]
        if item["size"] and roots_of(item["size"], bundle.head["size"], proof, True, old) != (
            old, bytes.fromhex(bundle.head["root"]),
        ):  # fmt: skip
            yield f"{item['what']} is not continued"
        known.add((item["size"], item["root"]))
    for name in [name for name in bundle.files if name.endswith(".seal.json")]:
        head = bundle.json(name)["ledger"]
        if head["size"] <= bundle.head["size"] and (head["size"], head["root"]) not in known:
            yield f"no proof for {name}"


def members(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Offset, gzip member, content."""
    place = 0
    while place < len(data):
        machine = zlib.decompressobj(31)
        content = machine.decompress(data[place:])
        assert machine.eof, f"cut off at {place}"
        length = len(data) - place - len(machine.unused_data)
        yield place, data[place : place + length], content
        place += length


def placements(bundle: Bundle, segment: str) -> list[dict[str, Any]]:
    """What 6.1 says must be there, in the order of the collector's offsets."""
    found = {}
    for entry in bundle.of(*KEPT):
        if (entry.get("record") or {}).get("segment") == segment:
            found.update({record["offset"]: record for record in entry["record"]["records"]})
    return [found[offset] for offset in sorted(found)]


def segments(bundle: Bundle) -> Iterator[str]:
    """6.1."""
    total = 0
    for segment in sorted({entry["record"]["segment"] for entry in bundle.of(*KEPT) if entry.get("record")}):
        expected, number = placements(bundle, segment), 0
        data = bundle.read(f"data/warc/{segment}")
        for number, (place, member, content) in enumerate(members(data), 1):
            head, _, rest = content.partition(b"\r\n\r\n")
            said = expected[number - 1]
            if hashlib.sha256(member).hexdigest() != said["sha256"] or len(member) != said["length"]:
                yield f"{segment}@{place} is not the record of the log"
            block = rest[:-4]
            if not rest.endswith(b"\r\n\r\n") or hashlib.sha256(block).hexdigest() != said["block_sha256"]:
                yield f"{segment}@{place}: block"
            if f"<{said['id']}>".encode() not in head or f"WARC-Type: {said['type']}".encode() not in head:
                yield f"{segment}@{place}: another record"
        yield from when(number != len(expected), f"{segment} holds {number} records and not {len(expected)}")
        total += number
    yield from compared(bundle, {"Record-Count": str(total)})


def indexes(bundle: Bundle) -> Iterator[str]:
    """6.2."""
    for name in [name for name in bundle.files if name.endswith(".cdxj")]:
        data, segment = (
            bundle.read(name.replace(".cdxj", ".warc.gz")),
            name.rpartition("/")[2].replace(".cdxj", ".warc.gz"),
        )
        lines = bundle.read(name).decode().splitlines()
        wanted = sum(record["type"] in ("response", "resource") for record in placements(bundle, segment))
        if lines != sorted(lines) or len(lines) != wanted:
            yield f"{name}: not sorted, or not one line for each record"
        for line in lines:
            facts = json.loads(line.split(" ", 2)[2])
            member = data[int(facts["offset"]) :][: int(facts["length"])]
            if f"sha256:{hashlib.sha256(member).hexdigest()}" != facts["recordDigest"] or facts["filename"] != segment:
                yield f"{name}: {facts['url']}"
            elif (
                f"WARC-Target-URI: {facts['url']}".encode() not in zlib.decompress(member, 31).partition(b"\r\n\r\n")[0]
            ):
                yield f"{name}: not the record of {facts['url']}"


def seals(bundle: Bundle) -> Iterator[str]:
    """6.3: the seal is the one that the ledger names, and signed."""
    for entry in bundle.of("seal"):
        name = f"data/warc/{entry['segment'].removesuffix('.warc.gz')}.seal.json"
        seal = bundle.json(name)
        if hashlib.sha256(bundle.read(name)).hexdigest() != entry["seal_sha256"] or canonical(seal) != bundle.read(
            name
        ):
            yield f"{name} is not the seal of the ledger"
        if seal["segment"] != entry["segment"] or seal["sha256"] != entry["sha256"]:
            yield f"{name} is of another segment"
        if seal["signer"] == fingerprint(bundle.key()):
            yield from signed(bundle, name, f"{name}.ed25519")


def case(bundle: Bundle) -> Iterator[str]:
    """4.1, 5: the exhibits are those of the log, and their files those of capture.json."""
    value = bundle.json("data/case.json")
    exhibits = {exhibit["exhibit"] for exhibit in value["exhibits"]}
    if exhibits != {entry["exhibit"] for entry in bundle.of("exhibit")}:
        yield "case.json and the log differ in their exhibits"
    for entry in bundle.of("exhibit"):
        folder = f"data/captures/{entry['exhibit']}"
        if hashlib.sha256(bundle.read(f"{folder}/listing.json")).hexdigest() != entry["listing_sha256"]:
            yield f"{folder}/listing.json"
        listing, capture = bundle.json(f"{folder}/listing.json"), bundle.json(f"{folder}/capture.json")
        yield from when(listing["text"].encode() != bundle.read(f"{folder}/text.txt"), f"{folder}/text.txt")
        for name, facts in capture["files"].items():
            if hashlib.sha256(bundle.read(f"{folder}/{name}")).hexdigest() != facts["sha256"]:
                yield f"{folder}/{name}"


if __name__ == "__main__":
    found = verify(Path(sys.argv[1]))
    print("\n".join(found) or "nothing is wrong")
    sys.exit(1 if found else 0)
