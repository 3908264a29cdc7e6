"""Looking into parts of bundles, and every way of forging one."""

import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crawler.bundle import disclosure_layout, layout
from crawler.bundle.check import check
from crawler.evidence.canonical import canonical_json
from crawler.evidence.http_message import decoded_entity
from crawler.evidence.warc_read import iterate
from crawler.evidence.warc_record import gzip_member
from crawler.model import Finding
from tests.bundle.conftest import Made

WITHHELD = "01JEXH00000000000000000001"


SHOWN = "01JEXH00000000000000000000"


def findings(folder: Path, made: Made) -> list[Finding]:
    return list(check(folder, made.key, made.roots))


def failures(folder: Path, made: Made) -> list[Finding]:
    return [finding for finding in findings(folder, made) if finding.state == "fail"]


def decoded(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a part, records taken out of their segments and pages out of their codings."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if not name.endswith(".warc.gz") or not path.stat().st_size:
            yield name, path.read_bytes()
            continue
        for member, record in iterate(path):
            yield f"{name}@{member.offset} head", repr(record.fields).encode()
            yield f"{name}@{member.offset}", record.block
            if record.record_type == "response":
                yield f"{name}@{member.offset} page", decoded_entity(record.block).body


def reforge(folder: Path) -> None:
    """Write the part's own manifests anew, as anybody can: they are not signed. Its name follows."""
    data = sorted(p.relative_to(folder).as_posix() for p in (folder / "data").rglob("*") if p.is_file())
    for algorithm in layout.ALGORITHMS:
        lines = [f"{hashlib.new(algorithm, (folder / name).read_bytes()).hexdigest()}  {name}\n" for name in data]
        (folder / f"manifest-{algorithm}.txt").write_text("".join(lines))
    digest = hashlib.sha256((folder / "manifest-sha256.txt").read_bytes()).hexdigest()
    size = sum((folder / name).stat().st_size for name in data)
    lines = []
    for line in (folder / "bag-info.txt").read_text().splitlines():
        label, _, value = line.partition(": ")
        if label == "Payload-Oxum":
            value = f"{size}.{len(data)}"
        if label == "Internal-Sender-Identifier":
            value = value[:-8] + digest[:8]
        lines.append(f"{label}: {value}\n")
    (folder / "bag-info.txt").write_text("".join(lines))
    for algorithm in layout.ALGORITHMS:
        lines = [
            f"{hashlib.new(algorithm, (folder / n).read_bytes()).hexdigest()}  {n}\n" for n in sorted(layout.TAG_FILES)
        ]
        (folder / f"tagmanifest-{algorithm}.txt").write_text("".join(lines))


def account(folder: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    path = folder / disclosure_layout.DISCLOSURE
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def swap_captures(folder: Path) -> None:
    one, other = (folder / "data/captures" / name / "page.html" for name in (SHOWN, SHOWN[:-1] + "2"))
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)


def edit_line(folder: Path) -> None:
    path = folder / disclosure_layout.LEDGER
    path.write_bytes(path.read_bytes().replace(b'"status":200', b'"status":404', 1))


def drop_line(folder: Path) -> None:
    path = folder / disclosure_layout.LEDGER
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b'"type":"decision"' not in line))


def segment_of(folder: Path) -> Path:
    return next((folder / disclosure_layout.PART / "warc").glob("*.warc.gz"))


def drop_record(folder: Path) -> None:
    path = segment_of(folder)
    last = [member for member, _ in iterate(path)][-1]
    path.write_bytes(path.read_bytes()[: last.offset])


def swap_records(folder: Path) -> None:
    path = segment_of(folder)
    data = path.read_bytes()
    places = [(member.offset, member.offset + member.length) for member, _ in iterate(path)]
    places[1], places[2] = places[2], places[1]
    path.write_bytes(b"".join(data[low:high] for low, high in places))


def add_record(folder: Path) -> None:
    with segment_of(folder).open("ab") as file:
        file.write(gzip_member(next(record for _, record in iterate(segment_of(folder))).rendered()))


def withhold_and_keep(folder: Path) -> None:
    def change(value: dict) -> None:  # type: ignore[type-arg]
        path = f"data/captures/{SHOWN}/text.txt"
        digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        value["withheld"].append({"path": path, "sha256": digest, "why": "redacted"})

    account(folder, change)


def withhold_for_nothing(folder: Path) -> None:
    """Say of a disclosed exhibit's file that it belongs to another."""
    path = f"data/captures/{SHOWN}/text.txt"
    digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
    (folder / path).unlink()
    account(folder, lambda value: value["withheld"].append({"path": path, "sha256": digest, "why": "other exhibit"}))


def redact_without_account(folder: Path) -> None:
    """Put a text of one's own in the place of a withheld one."""
    path = f"data/captures/{SHOWN}/text.txt"
    digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
    (folder / path).unlink()
    target = folder / disclosure_layout.redacted(path)
    target.parent.mkdir(parents=True)
    target.write_text("nothing offered here")
    account(folder, lambda value: value["withheld"].append({"path": path, "sha256": digest, "why": "redacted"}))


def wrong_hash(folder: Path) -> None:
    account(folder, lambda value: value["withheld"][0].update(sha256="0" * 64))


def more_exhibits(folder: Path) -> None:
    account(folder, lambda value: value["exhibits"].append({"number": 2, "exhibit": WITHHELD}))


def fewer_exhibits(folder: Path) -> None:
    account(folder, lambda value: value["exhibits"].pop())


def forget_withheld(folder: Path) -> None:
    account(folder, lambda value: value["withheld"].pop())


def another_total(folder: Path) -> None:
    account(folder, lambda value: value["original"].update(exhibits=2))


def edit_original(folder: Path) -> None:
    """Change the original's list so that it agrees with a changed page."""
    page = folder / "data/captures" / SHOWN / "page.html"
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_bytes(b"<p>another page</p>")
    listed = folder / disclosure_layout.ORIGINAL / "manifest-sha256.txt"
    listed.write_text(listed.read_text().replace(before, hashlib.sha256(page.read_bytes()).hexdigest()))


def sign_anew(folder: Path) -> None:
    """As `edit_original`, and signed with a key of the forger's own."""
    edit_original(folder)
    original = folder / disclosure_layout.ORIGINAL
    lines = (original / layout.SIGNED).read_text().splitlines(keepends=True)
    digest = hashlib.sha256((original / "manifest-sha256.txt").read_bytes()).hexdigest()
    text = "".join(f"{digest}{line[64:]}" if line[66:].strip() == "manifest-sha256.txt" else line for line in lines)
    (original / layout.SIGNED).write_text(text)
    key = Ed25519PrivateKey.generate()
    (original / layout.SIGNATURE).write_bytes(key.sign(text.encode()))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (original / layout.PUBLIC_KEY).write_bytes(pem)
    signed = hashlib.sha256(text.encode()).hexdigest()
    account(folder, lambda value: value["original"].update(tag_manifest_sha256=signed))
    said = (folder / "bag-info.txt").read_text().splitlines()
    said = [f"Original-Tag-Manifest-SHA256: {signed}" if line.startswith("Original-Tag") else line for line in said]
    (folder / "bag-info.txt").write_text("\n".join(said) + "\n")


def foreign_proof(folder: Path) -> None:
    path = folder / disclosure_layout.PROOFS
    value = json.loads(path.read_text())
    value["entries"][0]["proof"] = value["entries"][1]["proof"]
    path.write_text(json.dumps(value))


def another_table(folder: Path) -> None:
    path = folder / disclosure_layout.EXHIBITS
    path.write_bytes(path.read_bytes().replace(SHOWN.encode(), WITHHELD.encode()))


def edit_case(folder: Path) -> None:
    path = folder / disclosure_layout.CASE
    path.write_text(path.read_text().replace('"verdict": "infringing"', '"verdict": "licensed"', 1))


def edit_title(folder: Path) -> None:
    path = folder / disclosure_layout.CASE
    path.write_text(json.dumps(json.loads(path.read_text()) | {"title": "a case against somebody else"}))


def edit_cell(folder: Path) -> None:
    path = folder / disclosure_layout.EXHIBITS
    path.write_bytes(path.read_bytes().replace(b"127.0.0.1", b"127.0.0.9", 1))


def add_to(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text("<h1>an opinion</h1>") and None


def edit_index(folder: Path) -> None:
    path = segment_of(folder).with_name(segment_of(folder).name.removesuffix(".warc.gz") + ".cdxj")
    path.write_bytes(path.read_bytes().replace(b"harbour", b"another"))


def renumber(folder: Path) -> None:
    account(folder, lambda value: value["exhibits"][0].update(number=2))


def add_member(folder: Path) -> None:
    account(folder, lambda value: value.update(finding="guilty"))


def invent_record(folder: Path) -> None:
    record = {
        "segment": "TW-x.warc.gz",
        "record": "urn:uuid:0",
        "type": "response",
        "sha256": "0" * 64,
        "why": "redacted",
    }
    account(folder, lambda value: value["records_withheld"].append(record | {"kinds": []}))
    label(folder, "Records-Withheld", "1")


def forget_hash(folder: Path) -> None:
    path = folder / disclosure_layout.ORIGINAL / "timestamps/practice.json"
    path.write_bytes(canonical_json(json.loads(path.read_bytes()) | {"request_sha256": None}))


def another_reason(folder: Path) -> None:
    account(folder, lambda value: value["withheld"][0].update(why="redacted"))


def label(folder: Path, name: str, value: str) -> None:
    path = folder / "bag-info.txt"
    path.write_text(re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", path.read_text()))


def relabel(name: str, value: str) -> Callable[[Path], None]:
    return lambda folder: label(folder, name, value)


def add_label(folder: Path) -> None:
    path = folder / "bag-info.txt"
    path.write_text(path.read_text() + "Ruling: guilty\n")


def drop_entries(*kinds: str) -> Callable[[Path], None]:
    """Leave out entries of some types, with their proofs."""

    def act(folder: Path) -> None:
        path, proofs = folder / disclosure_layout.LEDGER, folder / disclosure_layout.PROOFS
        lines = path.read_bytes().splitlines(keepends=True)
        gone = {json.loads(line)["seq"] for line in lines if json.loads(line)["type"] in kinds}
        assert gone
        path.write_bytes(b"".join(line for line in lines if json.loads(line)["seq"] not in gone))
        kept = [one for one in json.loads(proofs.read_text())["entries"] if one["seq"] not in gone]
        proofs.write_text(json.dumps({"entries": kept}))

    return act


def withhold_stamp(folder: Path) -> None:
    """Say of a seal's stamp that it speaks of others."""
    for path in sorted((folder / "data/warc").glob("*.seal.json.practice.*")):
        name, digest = path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()
        path.unlink()
        item = {"path": name, "sha256": digest, "why": "records of all exhibits"}
        account(folder, lambda value, item=item: value["withheld"].append(item))  # type: ignore[misc]
    account(folder, lambda value: value["withheld"].sort(key=lambda item: item["path"]))


FORGED: dict[str, Callable[[Path], None]] = {
    "a page left out silently": drop(f"data/captures/{SHOWN}/page.html"),
    "a picture left out silently": drop(f"data/captures/{SHOWN}/screenshot.png"),
    "the exhibit's proofs left out": drop(layout.inclusion(SHOWN)),
    "the tree head left out": drop(layout.TREE_HEAD),
    "the signature left out": drop(disclosure_layout.ORIGINAL + layout.SIGNATURE),
    "a stamp left out": drop(disclosure_layout.ORIGINAL + "timestamps/practice.tsr"),
    "the account left out": drop(disclosure_layout.DISCLOSURE),
    "the table left out": drop(disclosure_layout.EXHIBITS),
    "files of two exhibits swapped": swap_captures,
    "a ledger line edited": edit_line,
    "a ledger line left out": drop_line,
    "a record left out": drop_record,
    "two records swapped": swap_records,
    "a record twice": add_record,
    "a file both there and withheld": withhold_and_keep,
    "a disclosed exhibit's file called another's": withhold_for_nothing,
    "a text of one's own for a redacted one": redact_without_account,
    "a withheld file with another hash": wrong_hash,
    "an exhibit more in the account": more_exhibits,
    "an exhibit less in the account": fewer_exhibits,
    "a withheld file not named": forget_withheld,
    "another number of exhibits": another_total,
    "the original's list edited": edit_original,
    "everything signed anew": sign_anew,
    "a proof of another entry": foreign_proof,
    "a table of another exhibit": another_table,
    "a verdict edited in case.json": edit_case,
    "a title edited in case.json": edit_title,
    "a cell edited": edit_cell,
    "a page added to data/part": add_to("data/part/confession.html"),
    "an opinion added to data/original": add_to("data/original/opinion.pdf"),
    "a file added to the part's records": add_to("data/part/warc/other.txt"),
    "an index edited": edit_index,
    "an index of nothing": add_to("data/part/warc/other.cdxj"),
    "a segment of nothing": lambda folder: (folder / "data/part/warc/other.warc.gz").touch(),
    "an exhibit renumbered": renumber,
    "a member added to the account": add_member,
    "a withheld record invented": invent_record,
    "another reason for withholding": another_reason,
    "a list that is none": lambda folder: account(folder, lambda value: value.update(entries_withheld={})),
    "a stamp's hash taken out": forget_hash,
    "another count of records": relabel("Record-Count", "99999"),
    "another case": relabel("External-Identifier", "CASE-OTHER"),
    "a redaction decided by a court": relabel("Redaction-Decided-By", "Court of Example"),
    "another day": relabel("Bagging-Date", "2020-01-01"),
    "a label added": add_label,
    "the start of the run left out": drop_entries("run-start"),
    "the beginning of the run left out": drop_entries("begin"),
    "the seal's entry left out": drop_entries("seal"),
    "the stamps' entries left out": drop_entries("stamp"),
    "a seal's stamp said to be another's": withhold_stamp,
}


SCRIPT_FINDS = (
    "a page left out silently",
    "files of two exhibits swapped",
    "the original's list edited",
    "a page added to data/part",
    "an opinion added to data/original",
    "a file both there and withheld",
    "a text of one's own for a redacted one",
    "the table left out",
    "a label twice",
    "a listed name outside",
    "a name with a line feed",
    "a pipe",
    "an empty folder",
    "a stamp's time moved",
)


def outside(folder: Path) -> None:
    path = folder / "manifest-sha256.txt"
    digest = hashlib.sha256(Path("/etc/hostname").read_bytes()).hexdigest()
    path.write_text(path.read_text() + f"{digest}  data/../../../../../../../../../etc/hostname\n")


def pipe(folder: Path) -> None:
    (folder / disclosure_layout.ORIGINAL / layout.SIGNED).unlink()
    os.mkfifo(folder / disclosure_layout.ORIGINAL / layout.SIGNED)


def link(folder: Path) -> None:
    (folder / disclosure_layout.ORIGINAL / layout.SIGNED).unlink()
    (folder / disclosure_layout.ORIGINAL / layout.SIGNED).symlink_to("/dev/zero")


def ledger_pipe(folder: Path) -> None:
    (folder / disclosure_layout.LEDGER).unlink()
    os.mkfifo(folder / disclosure_layout.LEDGER)


def bomb(folder: Path) -> None:
    """Three gigabytes of one record in three megabytes."""
    head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 3221225472\r\n\r\n"
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = machine.compress(head) + machine.flush(zlib.Z_FULL_FLUSH)
    zeros = machine.compress(bytes(1 << 26)) + machine.flush(zlib.Z_FULL_FLUSH)
    segment_of(folder).write_bytes(start + zeros * 48)
    reforge(folder)


def move_stamp(folder: Path) -> None:
    path = folder / disclosure_layout.ORIGINAL / "timestamps/practice.json"
    path.write_text(re.sub(r'"verify_attime":(\d+)', lambda m: f'"verify_attime":{int(m[1]) - 9}', path.read_text()))
    reforge(folder)


SPOILT: dict[str, Callable[[Path], object]] = {
    "a label twice": lambda folder: label(folder, "Record-Count", "1\nRecord-Count: 2"),
    "a listed name outside": outside,
    "a name with a line feed": lambda folder: (folder / "bagit.txt\nbagit.txt").write_text("hidden"),
    "a pipe": pipe,
    "a link": link,
    "a pipe for the ledger": ledger_pipe,
    "an empty folder": lambda folder: (folder / "data/empty").mkdir(),
    "a stamp's time moved": move_stamp,
    "a bomb": bomb,
}


def redacted_ledger(folder: Path) -> None:
    path = folder / disclosure_layout.REDACTED_LEDGER
    lines = [json.loads(line) | {"verdict": "licensed"} for line in path.read_text().splitlines()]
    path.write_bytes(b"".join(canonical_json(line) + b"\n" for line in lines))


def consistent_redacted_ledger(folder: Path) -> None:
    """The lines of another entry, with redactions.json following."""
    path = folder / disclosure_layout.REDACTED_LEDGER
    lines = [json.loads(line) | {"hash": "0" * 64} for line in path.read_text().splitlines()]
    path.write_bytes(b"".join(canonical_json(line) + b"\n" for line in lines))
    redactions(
        folder, lambda value: value["ledger"].update(derived_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    )


def redactions(folder: Path, change: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    path = folder / disclosure_layout.REDACTIONS
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


REDACTED_FORGED: dict[str, Callable[[Path], object]] = {
    "a line of the redacted ledger edited": redacted_ledger,
    "the redacted ledger of other entries": consistent_redacted_ledger,
    "another count of records": relabel("Record-Count", "99999"),
    "a withheld record invented": invent_record,
    "another hash of a withheld entry": lambda folder: account(
        folder, lambda value: value["entries_withheld"][0].update(hash="0" * 64)
    ),
    "another type of a withheld entry": lambda folder: account(
        folder, lambda value: value["entries_withheld"][0].update(type="init")
    ),
    "decided by somebody else": lambda folder: redactions(folder, lambda value: value.update(decided_by="A Court")),
    "a member more in redactions.json": lambda folder: redactions(folder, lambda value: value.update(ruling="guilty")),
    "a verdict edited in case.json": edit_case,
    "a file beside the derived ones": add_to("data/redacted/confession.html"),
}
