"""A part of a bundle: what it shows, what it does not, and that every way of tampering with it is found."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crawler.bundle import custody, disclosure_layout, layout
from crawler.bundle.check import check
from crawler.bundle.disclosure import Disclosed, Order, disclose
from crawler.errors import RefusedError, UnknownObjectError, VerificationError
from crawler.evidence.http_message import decoded_entity
from crawler.evidence.warc_read import iterate
from crawler.evidence.warc_record import gzip_member
from crawler.model import Finding
from tests.bundle.conftest import Made

WITHHELD = "01JEXH00000000000000000001"
SHOWN = "01JEXH00000000000000000000"


@pytest.fixture(scope="module")
def part(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Disclosed:
    return disclose(made.built.bundle, Order(("1", "3"), out=tmp_path_factory.mktemp("parts"), zipped=True))


@pytest.fixture
def spoilt(part: Disclosed, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(part.folder, tmp_path / part.folder.name))


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


def test_a_part_passes_with_key_and_roots_and_names_what_is_withheld(made: Made, part: Disclosed) -> None:
    assert disclosure_layout.PART_NAME.match(part.folder.name)
    assert (part.exhibits, part.withheld, part.records_withheld) == (2, 1, 0)
    found = findings(part.folder, made)
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {finding.check for finding in found if finding.state == "not_checked"} == {"withheld", "seal", "revocation"}
    passed = {finding.check for finding in found if finding.state == "pass"}
    assert {
        "files",
        "original",
        "signature",
        "signer",
        "stamp",
        "unchanged",
        "ledger",
        "beginning",
        "segment",
        "exhibit",
        "custody",
    } <= passed
    named = {finding.object for finding in found if finding.check == "withheld"}
    assert {f"data/captures/{WITHHELD}", "data/reports", "data/forms", "data/wacz", "data/case.json"} <= named


def test_without_key_and_roots_signer_and_stamps_are_not_checked(part: Disclosed) -> None:
    found = list(check(part.folder))
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {"signer", "stamp"} <= {finding.check for finding in found if finding.state == "not_checked"}


def test_the_script_and_standard_tools_accept_it(made: Made, part: Disclosed) -> None:
    assert part.zip is not None
    assert [finding for finding in check(part.zip, made.key, made.roots) if finding.state == "fail"] == []
    done = subprocess.run(
        ["sh", "verify.sh", str(made.authority.roots), str(made.case.key)],
        cwd=part.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "RESULT: nothing failed"), done.stdout
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"],
        cwd=part.folder,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_nothing_of_a_withheld_exhibit_is_in_it_but_names_and_hashes(made: Made, part: Disclosed) -> None:
    hit = json.loads((made.built.bundle / layout.capture_folder(WITHHELD) / "hit.json").read_text())
    told = [
        "thread/42-1",
        "Lantern Sea (2024)",
        "very-long-title",
        "magnet:?xt",
        "abababab",
        hit["hit_id"],
        hit["decisions"][0]["decision_id"],
    ]
    for name, data in decoded(part.folder):
        # The list of its files is signed, and so names them.
        for words in [*told, *([] if "manifest" in name or name == disclosure_layout.DISCLOSURE else [WITHHELD])]:
            assert words.encode() not in data, (name, words)


def test_equal_choices_give_equal_parts_from_folder_and_zip(made: Made, part: Disclosed, tmp_path: Path) -> None:
    assert made.built.zip is not None
    alone = tmp_path / "elsewhere" / made.built.zip.name
    alone.parent.mkdir()
    shutil.copy(made.built.zip, alone)
    again = disclose(alone, Order(("3", SHOWN, "1")))
    assert again.folder == alone.parent / part.folder.name
    manifest = (again.folder / "manifest-sha256.txt").read_bytes()
    assert manifest == (part.folder / "manifest-sha256.txt").read_bytes()
    with pytest.raises(RefusedError, match="made already"):
        disclose(alone, Order(("1", "3")))
    with pytest.raises(UnknownObjectError, match="no such exhibit"):
        disclose(alone, Order(("1", "9")))
    with pytest.raises(RefusedError, match="a part already"):
        disclose(again.folder, Order(("1",)))
    expected = {alone.name, again.folder.name, custody.path_of(again.folder).name}
    assert {path.name for path in alone.parent.iterdir()} == expected


def test_the_bundle_is_not_touched_and_its_custody_names_the_part(made: Made, tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(made.built.bundle, tmp_path / made.built.bundle.name))
    shutil.copy(custody.path_of(made.built.bundle), custody.path_of(bundle))
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    part = disclose(bundle, Order(("2",), pictures="none"))
    assert {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()} == before
    events = [line["event"] for line in custody.verified(bundle)]
    assert (events[0], events[-1]) == ("exported", "disclosed")
    assert custody.verified(bundle)[-1]["note"] == part.folder.name
    assert custody.verified(part.folder)[0]["event"] == "disclosed"


def test_a_damaged_bundle_is_not_disclosed(made: Made, copy: Callable[[], Path]) -> None:
    bundle = copy()
    (bundle / layout.EXHIBITS).write_bytes(b"another")
    with pytest.raises(VerificationError, match="does not hold"):
        disclose(bundle, Order(("1",)))
    assert list(bundle.parent.iterdir()) == [bundle]


def test_one_changed_byte_in_any_file_is_found(made: Made, spoilt: Path) -> None:
    missed = []
    for path in sorted(spoilt.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            for place in {0, len(data) // 2, len(data) - 1}:
                path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
                if not failures(spoilt, made):
                    missed.append((path.name, place))
            path.write_bytes(data)
    assert missed == []


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
}


@pytest.mark.parametrize("name", FORGED)
def test_consistent_forging_is_found(made: Made, spoilt: Path, name: str) -> None:
    FORGED[name](spoilt)
    reforge(spoilt)
    found = failures(spoilt, made)
    assert found, name
    assert {finding.check for finding in found} - {"name"}


def test_reforging_alone_changes_nothing(made: Made, spoilt: Path) -> None:
    reforge(spoilt)
    assert failures(spoilt, made) == []


def test_the_part_of_another_bundle_does_not_fit(made: Made, spoilt: Path, tmp_path: Path) -> None:
    from crawler.bundle.build import build

    second = build(
        made.case.store, made.case.workspace, made.case.case_id, out=tmp_path / "second", stamp=made.case.send
    )
    other = disclose(second.bundle, Order(("1", "3"), out=tmp_path / "others")).folder
    shutil.rmtree(spoilt / "data/original")
    shutil.copytree(other / "data/original", spoilt / "data/original")
    reforge(spoilt)
    assert "original" in {finding.check for finding in failures(spoilt, made)}


@pytest.mark.parametrize(
    "name", ["a page left out silently", "files of two exhibits swapped", "the original's list edited"]
)
def test_the_script_finds_it_too(spoilt: Path, name: str) -> None:
    FORGED[name](spoilt)
    reforge(spoilt)
    done = subprocess.run(["sh", "verify.sh"], cwd=spoilt, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "RESULT: FAILED"
