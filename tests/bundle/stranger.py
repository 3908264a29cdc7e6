"""A forger with a key and an authority of his own, who makes a whole bundle anew in his name."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crawler.bundle import layout
from crawler.bundle.bag import pretty
from crawler.bundle.stamping import stamp_bundle
from crawler.config import Authority
from crawler.evidence import keys, stamps, timestamp
from crawler.evidence.canonical import canonical_json
from crawler.evidence.key_history import statement
from crawler.evidence.tree import Tree, leaf_hash
from crawler.evidence.warc_read import scan
from crawler.evidence.warc_record import gzip_member
from crawler.practice.authority import PracticeAuthority
from tests.bundle.forger import SEGMENT, edit_table, members, read_log, rederive, reforge, reprove, set_label, write_log

Facts = dict[str, Any]


class Stranger:
    """Signs and stamps everything anew, in his own name."""

    def __init__(self, folder: Path) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.pem = _pem(self.key)
        self.fingerprint = keys.fingerprint(self.pem)
        self.authority = PracticeAuthority(folder, "stranger")
        self._mine: dict[str, Ed25519PrivateKey] = {}
        """Fingerprint of each key of the ledger -> the one that he puts in its place."""

    def take_over(self, bundle: Path) -> None:
        """Every key and change of key, beginning, record, seal, tree head, manifest, signature and stamp, consistent."""
        self._enter_keys(bundle)
        stamps: dict[str, Facts] = {}
        for entry in read_log(bundle):
            if entry["type"] == "begin":
                made = self._sign_anew(
                    bundle, bundle / layout.BEGIN_FOLDER / entry["file"], entry["seq"], "begin_sha256"
                )
                rename_records(bundle, made)
                stamps |= made
            elif entry["type"] == "seal":
                name = entry["segment"].replace(".warc.gz", ".seal.json")
                stamps |= self._sign_anew(bundle, bundle / "data/warc" / name, entry["seq"], "seal_sha256")
            elif entry["type"] == "key":
                self._change_key(bundle, entry["seq"])
        for path in (bundle / "data/captures").glob("*/capture.json"):
            _rewrite(path, lambda facts: facts.update(stamps.get(str(facts.get("reply_sha256")), {})))
        rederive(bundle)
        reprove(bundle)
        self._continue(bundle)
        head = json.loads((bundle / layout.TREE_HEAD).read_bytes()) | {"signer": self.fingerprint}
        (bundle / layout.TREE_HEAD).write_bytes(canonical_json(head))
        (bundle / layout.TREE_HEAD_SIGNATURE).write_bytes(self.key.sign(canonical_json(head)))
        set_label(bundle, "Signer-Fingerprint", self.fingerprint)
        reforge(bundle)
        self.sign(bundle)
        self.stamp(bundle)

    def _enter_keys(self, bundle: Path) -> None:
        """A key of his for each that the ledger names, the last one `key`."""
        entries = read_log(bundle)
        named = [entry["signer"] for entry in entries if entry["type"] in ("init", "key")]
        self._mine = {old: Ed25519PrivateKey.generate() for old in named[:-1]} | {named[-1]: self.key}
        mine = {old: _pem(key) for old, key in self._mine.items()}
        for entry in entries:
            if "public" in entry:
                entry["public"] = mine[entry["signer"]].decode()
            for name in {"signer", "replaces"} & entry.keys():
                entry[name] = keys.fingerprint(mine[entry[name]])
        write_log(bundle, entries, chained=True)
        for old, pem in mine.items():
            path = bundle / layout.earlier_key(old)
            if path.is_file():
                path.unlink()
                (bundle / layout.earlier_key(keys.fingerprint(pem))).write_bytes(pem)

    def _change_key(self, bundle: Path, seq: int) -> None:
        """The entry of a change of key, signed by both of his keys."""
        entries = read_log(bundle)
        entry = next(one for one in entries if one["seq"] == seq)
        entry["head"] = _head(bundle, seq)
        by = {keys.fingerprint(_pem(key)): key for key in self._mine.values()}
        entry["old_signature"] = by[entry["replaces"]].sign(statement(entry)).hex()
        entry["new_signature"] = by[entry["signer"]].sign(statement(entry)).hex()
        write_log(bundle, entries, chained=True)

    def _sign_anew(self, bundle: Path, path: Path, seq: int, digest: str) -> dict[str, Facts]:
        """A beginning or seal over his log, stamped by his authority; old reply's hash -> his stamp.

        `seq` is the number of the entry that names it by its `digest`.
        """
        said = json.loads(path.read_bytes())
        key = self._mine[said["signer"]]
        before = {
            name: json.loads(path.with_name(f"{path.name}.{name}.json").read_bytes()) for name in said["authorities"]
        }
        said |= {"signer": keys.fingerprint(_pem(key)), "ledger": _head(bundle, said["ledger"]["size"])}
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        path.write_bytes(canonical_json(said))
        path.with_name(f"{path.name}.ed25519").write_bytes(key.sign(canonical_json(said)))
        made: dict[str, Facts] = {}
        for authority in said["authorities"]:
            request = timestamp.make_request(path.read_bytes())
            reply = self.authority.reply(request.der)
            accepted = timestamp.check_reply(request.der, reply, self.authority.roots.read_bytes(), datetime.now(UTC))
            stamps.store_stamp(path, authority, request.der, reply, accepted, "http://127.0.0.1:1/")
            facts = json.loads(path.with_name(f"{path.name}.{authority}.json").read_bytes())
            made[before[authority]["reply_sha256"]] = {
                "gen_time": facts["gen_time"],
                "reply_sha256": facts["reply_sha256"],
            }
        entries = read_log(bundle)
        for entry in entries:
            if entry["seq"] == seq:
                entry[digest] = hashlib.sha256(path.read_bytes()).hexdigest()
            if entry["type"] == "stamp" and entry["subject"] == path.name:
                facts = json.loads(path.with_name(f"{path.name}.{entry['authority']}.json").read_bytes())
                entry |= {name: facts[name] for name in entry.keys() & facts.keys()}
                entry["files"] = {name: _digest((path.parent / name).read_bytes()) for name in entry["files"]}
        write_log(bundle, entries, chained=True)
        return made

    def _continue(self, bundle: Path) -> None:
        """Proofs that his log continues what his beginnings and seals remember."""
        tree, value = _tree(bundle), json.loads((bundle / layout.CONSISTENCY).read_bytes())
        for item in value["earlier"]:
            proof = [piece.hex() for piece in tree.consistency(item["size"], tree.size)]
            item |= {"root": tree.root(item["size"]).hex(), "proof": proof}
        value |= {"size": tree.size, "root": tree.root().hex()}
        (bundle / layout.CONSISTENCY).write_bytes(pretty(value))

    def sign(self, bundle: Path) -> None:
        """Sign the tag manifest and put his key there."""
        (bundle / layout.PUBLIC_KEY).write_bytes(self.pem)
        (bundle / layout.SIGNATURE).write_bytes(self.key.sign((bundle / layout.SIGNED).read_bytes()))

    def stamp(self, bundle: Path) -> None:
        """Stamp the tag manifest by his own authority, under the name of the real one."""
        data = (bundle / layout.SIGNED).read_bytes()
        known = Authority("practice", "http://127.0.0.1:1/", "")
        made = stamp_bundle(data, known, self.authority.roots, lambda _, query: self.authority.reply(query))
        for suffix, content in made.files.items():
            (bundle / f"timestamps/practice.{suffix}").write_bytes(content)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def rename_records(bundle: Path, stamps: dict[str, Facts]) -> None:
    """Other stamps named in every metadata record; log and captures made to agree. `stamps` by the old reply's hash."""
    changed = [_renamed(member, stamps) for member in members(bundle)]
    (bundle / SEGMENT).write_bytes(b"".join(changed))
    records = {}
    for member in scan(bundle / SEGMENT):
        about = {"sha256": member.sha256, "length": member.length, "block_sha256": member.block_sha256}
        records[member.placed().id] = (about, {**about, "offset": member.offset})
    entries = read_log(bundle)
    for entry in entries:
        kept = (entry.get("record") or {}).get("records", ())
        for record in kept:
            record |= records[record["id"]][0]
        if kept:
            entry["record"]["length"] = sum(record["length"] for record in kept)
    write_log(bundle, entries, chained=True)
    for path in (bundle / "data/captures").glob("*/capture.json"):
        _rewrite(path, lambda facts: facts.update(records[facts["id"]][1]) if facts.get("id") in records else None)
    edit_table(lambda rows: _offsets(bundle, rows))(bundle)


def _offsets(bundle: Path, rows: list[list[str]]) -> None:
    """The table's places of the responses."""
    column = rows[0].index("warc_offset")
    for row in rows[1:]:
        capture = json.loads(
            (bundle / layout.capture_folder(row[rows[0].index("exhibit")]) / "capture.json").read_bytes()
        )
        page = next(one for one in capture["exchanges"] if one["role"] == "page")
        row[column] = str(next(one["offset"] for one in page["records"] if one["type"] == "response"))


def _renamed(member: bytes, stamps: dict[str, Facts]) -> bytes:
    head, _, block = gzip.decompress(member).partition(b"\r\n\r\n")
    if b"WARC-Type: metadata" not in head or b'"not_before"' not in block:
        return member
    value = json.loads(block)
    _walk(value, lambda facts: facts.update(stamps.get(str(facts.get("reply_sha256")), {})))
    new = canonical_json(value)
    old = [hashlib.sha256(block[:-4]).hexdigest().encode(), b"Content-Length: %d" % (len(block) - 4)]
    for one, other in zip(
        old, [hashlib.sha256(new).hexdigest().encode(), b"Content-Length: %d" % len(new)], strict=True
    ):
        assert one in head
        head = head.replace(one, other)
    return gzip_member(head + b"\r\n\r\n" + new + b"\r\n\r\n")


def _rewrite(path: Path, change: Callable[[Facts], object]) -> None:
    value = json.loads(path.read_bytes())
    _walk(value, change)
    path.write_bytes(pretty(value))


def _walk(value: object, change: Callable[[Facts], object]) -> None:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        change(value)
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _walk(one, change)


def _tree(bundle: Path) -> Tree:
    """The tree that `reprove` makes: entries that the log does not hold are invented."""
    lines = {json.loads(line)["seq"]: line for line in (bundle / layout.LEDGER).read_bytes().splitlines()}
    return Tree(leaf_hash(lines.get(seq, b"invented %d" % seq)) for seq in range(max(lines) + 1))


def _head(bundle: Path, size: int) -> Facts:
    entries = {entry["seq"]: entry for entry in read_log(bundle)}
    # The entry before may be another case's, which the log does not hold.
    last = entries[size - 1]["hash"] if size - 1 in entries else entries[size]["prev"]
    return {"size": size, "root": _tree(bundle).root(size).hex(), "last": last}


def _digest(data: bytes) -> Facts:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
