"""What somebody who holds a bundle and no key can do to it: everything but signing with the collector's key."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from crawler.bundle import index, layout
from crawler.bundle.archive import write_stored
from crawler.bundle.bag import Bag, pretty
from crawler.evidence.canonical import canonical_json
from crawler.evidence.tree import Tree, leaf_hash
from crawler.evidence.warc_read import iterate, scan

Act = Callable[[Path], None]
Entries = list[dict[str, Any]]


def exhibit(number: int, name: str = "") -> str:
    """A name in the folder of one of the case's three exhibits."""
    return f"data/captures/01JEXH{number:020d}" + (f"/{name}" if name else "")


SEGMENT = "data/warc/TW-01JRUN00000000000000000000-000001.warc.gz"
SEAL = SEGMENT.replace(".warc.gz", ".seal.json")
CDXJ = SEGMENT.replace(".warc.gz", ".cdxj")


def reforge(bundle: Path) -> None:
    """Write Payload-Oxum and all manifests anew over what lies there."""
    bag = Bag(bundle)
    names = [path.relative_to(bundle).as_posix() for path in sorted(bundle.rglob("*")) if path.is_file()]
    for name in names:
        if name.isascii() and name.startswith("data/"):
            bag.adopt(name)
    set_label(bundle, "Payload-Oxum", bag.oxum)
    for name in ("bagit.txt", "bag-info.txt", "README-en.md", "README-zh.md", "verify.sh"):
        if name in names:
            bag.adopt(name)
    for algorithm in layout.ALGORITHMS:
        (bundle / f"manifest-{algorithm}.txt").write_bytes(bag.payload_manifest(algorithm))
        bag.adopt(f"manifest-{algorithm}.txt")
    for algorithm in layout.ALGORITHMS:
        lines = [f"{getattr(bag.tags[name], algorithm)}  {name}\n" for name in sorted(bag.tags)]
        (bundle / f"tagmanifest-{algorithm}.txt").write_text("".join(lines))


def set_label(bundle: Path, label: str, value: str | None) -> None:
    """Change a label of bag-info.txt, add it, or take it out (None)."""
    path = bundle / "bag-info.txt"
    if not path.is_file():
        return
    lines = path.read_bytes().split(b"\n")
    start = f"{label}: ".encode()
    kept = [line for line in lines if not line.startswith(start)]
    if value is not None:
        place = next((i for i, line in enumerate(lines) if line.startswith(start)), len(kept) - 1)
        kept.insert(place, start + value.encode())
    path.write_bytes(b"\n".join(kept))


def label(name: str, value: str | None) -> Act:
    """Change one label of bag-info.txt."""
    return lambda bundle: set_label(bundle, name, value)


def edit(name: str, change: Callable[[bytes], bytes]) -> Act:
    """Change a file's bytes; a change that changes nothing is a fault of the test."""

    def act(bundle: Path) -> None:
        old = (bundle / name).read_bytes()
        new = change(old)
        assert new != old, f"nothing was changed in {name}"
        (bundle / name).write_bytes(new)

    return act


def replace(name: str, old: str, new: str) -> Act:
    """Put one text in place of another."""
    return edit(name, lambda data: data.replace(old.encode(), new.encode(), 1))


def edit_json(name: str, change: Callable[[Any], None]) -> Act:
    """Change the value of a JSON file and write it as the writer does."""

    def act(bundle: Path) -> None:
        value = json.loads((bundle / name).read_bytes())
        before = json.dumps(value)
        change(value)
        assert json.dumps(value) != before, f"nothing was changed in {name}"
        canonical = name.endswith(("listing.json", "tree-head.json", ".seal.json"))
        (bundle / name).write_bytes(canonical_json(value) if canonical else pretty(value))

    return act


def edit_table(change: Callable[[list[list[str]]], None]) -> Act:
    """Change the cells of exhibits.csv."""

    def act(bundle: Path) -> None:
        path = bundle / layout.EXHIBITS
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
        change(rows)
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())

    return act


def cell(row: int, column: str, value: str) -> Act:
    """Change one cell of exhibits.csv."""

    def change(rows: list[list[str]]) -> None:
        rows[row][rows[0].index(column)] = value

    return edit_table(change)


def delete(name: str) -> Act:
    return lambda bundle: (bundle / name).unlink()


def insert(name: str | bytes, data: bytes = b"slipped in") -> Act:
    """Put a file there, under any name that the system takes."""

    def act(bundle: Path) -> None:
        if isinstance(name, bytes):
            with open(bytes(bundle) + b"/" + name, "wb") as file:  # noqa: PTH123 - a name that is no UTF-8
                file.write(data)
            return
        (bundle / name).parent.mkdir(parents=True, exist_ok=True)
        (bundle / name).write_bytes(data)

    return act


def swap(one: str, other: str) -> Act:
    """Exchange two files, or two folders."""

    def act(bundle: Path) -> None:
        aside = bundle.parent / "aside"
        (bundle / one).rename(aside)
        (bundle / other).rename(bundle / one)
        aside.rename(bundle / other)

    return act


def both(*acts: Act) -> Act:
    """Several acts, one after the other."""

    def act(bundle: Path) -> None:
        for one in acts:
            one(bundle)

    return act


# The log.


def read_log(bundle: Path) -> Entries:
    return [json.loads(line) for line in (bundle / layout.LEDGER).read_bytes().splitlines()]


def edit_log(change: Callable[[Entries], Entries | None], chained: bool = False, proved: bool = False) -> Act:
    """Change entries with every hash computed anew; `chained` links them anew, `proved` also redoes tree and proofs."""

    def act(bundle: Path) -> None:
        entries = read_log(bundle)
        changed = change(entries)
        write_log(bundle, entries if changed is None else changed, chained or proved)
        if proved:
            reprove(bundle)

    return act


def write_log(bundle: Path, entries: Entries, chained: bool = False) -> None:
    lines, previous = [], {"seq": -1, "hash": "0" * 64}
    for entry in entries:
        body = {key: value for key, value in entry.items() if key != "hash"}
        if chained and body["seq"] == previous["seq"] + 1:
            body["prev"] = previous["hash"]
        previous = body | {"hash": hashlib.sha256(canonical_json(body)).hexdigest()}
        lines.append(canonical_json(previous) + b"\n")
    (bundle / layout.LEDGER).write_bytes(b"".join(lines))


def reprove(bundle: Path) -> None:
    """A tree over the entries that lie there (others invented), with head, proofs and labels that agree with it.

    The signatures stay as they are: who has no key cannot make them.
    """
    lines = (bundle / layout.LEDGER).read_bytes().splitlines()
    entries = {json.loads(line)["seq"]: line for line in lines}
    tree = Tree()
    for seq in range(max(entries) + 1):
        tree.append(leaf_hash(entries.get(seq, b"invented %d" % seq)))
    root, last = tree.root().hex(), json.loads(lines[-1])
    head = json.loads((bundle / layout.TREE_HEAD).read_bytes())
    head |= {"size": tree.size, "root": root, "last": last["hash"]}
    (bundle / layout.TREE_HEAD).write_bytes(canonical_json(head))
    proved: set[int] = set()
    for path in sorted((bundle / "data/log/inclusion").iterdir()):
        value = json.loads(path.read_bytes())
        about = {key: value[key] for key in ("case", "exhibit") if key in value}
        seqs = [item["seq"] for item in value["entries"] if item["seq"] in entries]
        if path.name == "case.json":
            seqs = sorted({*seqs, *(set(entries) - proved)})
        proved |= set(seqs)
        path.write_bytes(pretty(about | {"size": tree.size, "root": root, "entries": [
            {"seq": seq, "leaf": leaf_hash(entries[seq]).hex(), "proof": [p.hex() for p in tree.inclusion(seq)]} for seq in seqs
        ]}))  # fmt: skip
    for name, value in {"Log-Root-SHA256": root, "Log-Size": str(tree.size), "Log-Last-Seq": str(max(entries)),
                        "Log-First-Seq": str(min(entries)), "Log-Entry-Count": str(len(lines))}.items():  # fmt: skip
        set_label(bundle, name, value)

    def relog(case: dict[str, Any]) -> None:
        case["log"] = {
            "entries": len(lines),
            "first_seq": min(entries),
            "last_seq": max(entries),
            "size": tree.size,
            "root": root,
        }

    path = bundle / layout.CASE
    case = json.loads(path.read_bytes())
    relog(case)
    path.write_bytes(pretty(case))


# The segments and what is made from them.


def members(bundle: Path) -> list[bytes]:
    data = (bundle / SEGMENT).read_bytes()
    return [data[member.offset : member.offset + member.length] for member in scan(bundle / SEGMENT)]


def edit_segment(change: Callable[[list[bytes]], Iterable[bytes]], derived: bool = True) -> Act:
    """Change the members of the segment; with index and web archive made anew, as far as the bytes can be read."""

    def act(bundle: Path) -> None:
        before = (bundle / SEGMENT).read_bytes()
        (bundle / SEGMENT).write_bytes(b"".join(change(members(bundle))))
        assert (bundle / SEGMENT).read_bytes() != before
        if derived:
            rederive(bundle)

    return act


def rederive(bundle: Path) -> None:
    """Index, web archive, hashes in the CASE graph and in capture.json, made anew from what lies there."""
    from contextlib import suppress

    from crawler.errors import VerificationError

    lines = []
    with suppress(VerificationError):
        for member, record in iterate(bundle / SEGMENT):
            lines.append(index.line_of(record, member.placed(), SEGMENT.rpartition("/")[2]))
    (bundle / CDXJ).write_bytes(index.rendered(line for line in lines if line))
    reforge_wacz(bundle)
    regraph(bundle)
    relist(bundle)


def relist(bundle: Path) -> None:
    """Sizes and hashes of the segments in the list of the forms, made anew."""
    path = bundle / "data/forms/cn-qingdan.csv"
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    name, size, digest = (rows[0].index(column) for column in ("文件名称", "大小（字节）", "完整性校验值"))
    for row in rows[1:]:
        if row[name].startswith("warc/"):
            data = (bundle / "data" / row[name]).read_bytes()
            row[size], row[digest] = str(len(data)), hashlib.sha256(data).hexdigest()
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())


def regraph(bundle: Path) -> None:
    """The hashes of the CASE graph, made anew."""
    path = bundle / layout.ONTOLOGY
    graph = json.loads(path.read_bytes())
    for node in graph["@graph"]:
        facets = node.get("uco-core:hasFacet", [])
        name = next((f["uco-observable:filePath"] for f in facets if "uco-observable:filePath" in f), None)
        if name is None or not (bundle / name).is_file():
            continue
        data = (bundle / name).read_bytes()
        for facet in facets:
            if "uco-observable:sizeInBytes" in facet:
                facet["uco-observable:sizeInBytes"]["@value"] = str(len(data))
            for one in facet.get("uco-observable:hash", []):
                digest = hashlib.new(one["uco-types:hashMethod"].lower(), data).hexdigest().upper()
                one["uco-types:hashValue"]["@value"] = digest
    path.write_bytes(pretty(graph))


def wacz_of(bundle: Path) -> Path:
    return next((bundle / "data/wacz").iterdir())


def read_wacz(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wacz_of(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def reforge_wacz(bundle: Path, changes: dict[str, bytes | None] | None = None, listed: bool = True) -> None:
    """Write the web archive anew with the bundle's segment and index, then `changes`; `listed` redoes its own hashes."""
    files = read_wacz(bundle)
    files[f"archive/{SEGMENT.rpartition('/')[2]}"] = (bundle / SEGMENT).read_bytes()
    files["indexes/index.cdxj"] = (bundle / CDXJ).read_bytes()
    for name, data in (changes or {}).items():
        files.pop(name, None)
        if data is not None:
            files[name] = data
    if listed and "datapackage.json" in files:
        package = json.loads(files["datapackage.json"])
        package["resources"] = [
            {"name": name.rpartition("/")[2].lower(), "path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
            for name, data in files.items() if not name.startswith("datapackage")
        ]  # fmt: skip
        files["datapackage.json"] = json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"
        said = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"}
        if "datapackage-digest.json" in files:
            files["datapackage-digest.json"] = json.dumps(said, indent=2).encode() + b"\n"
    with wacz_of(bundle).open("wb") as target:
        write_stored(target, list(files.items()))


def wacz(change: Callable[[dict[str, bytes]], dict[str, bytes | None]], listed: bool = True) -> Act:
    """Change files of the web archive."""
    return lambda bundle: reforge_wacz(bundle, change(read_wacz(bundle)), listed)
