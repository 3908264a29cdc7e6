"""The verifier passes what was exported and finds every way of tampering with it."""

import gzip
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crawler.bundle import layout
from crawler.bundle.bag import Bag
from crawler.bundle.check import check
from crawler.bundle.check.bag import information
from crawler.bundle.check.signatures import PARTS, Trust, check_bundle_stamps, check_signature
from crawler.bundle.check.tree import walk
from crawler.desk.verifying import verify
from crawler.errors import UsageError
from crawler.evidence.warc_record import gzip_member
from crawler.model import Finding
from tests.bundle.conftest import Made

Fresh = Callable[[], Path]


def failures(bundle: Path, made: Made) -> list[Finding]:
    return [finding for finding in check(bundle, made.key, made.roots) if finding.state == "fail"]


def reforge(bundle: Path) -> None:
    """Write all manifests anew over what lies there, as somebody without the key can."""
    bag = Bag(bundle)
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if (
            path.is_file()
            and name.isascii()
            and (
                name.startswith("data/")
                or name in ("bagit.txt", "bag-info.txt", "README-en.md", "README-zh.md", "verify.sh")
            )
        ):
            bag.adopt(name)
    for algorithm in layout.ALGORITHMS:
        (bundle / f"manifest-{algorithm}.txt").write_bytes(bag.payload_manifest(algorithm))
        bag.adopt(f"manifest-{algorithm}.txt")
    for algorithm in layout.ALGORITHMS:
        lines = [f"{getattr(bag.tags[name], algorithm)}  {name}\n" for name in sorted(bag.tags)]
        (bundle / f"tagmanifest-{algorithm}.txt").write_text("".join(lines))


def test_the_exported_bundle_passes_with_key_and_roots(made: Made) -> None:
    findings = list(check(made.built.bundle, made.key, made.roots))
    assert [finding for finding in findings if finding.state == "fail"] == []
    unchecked = {"seal", "revocation", "bag-info.txt", "case.json", "exhibit", "capture", "environment", "for people"}
    assert {f.check for f in findings if f.state == "not_checked"} == unchecked
    passed = {finding.check for finding in findings if finding.state == "pass"}
    assert {"files", "signature", "signer", "stamp", "ledger", "segment", "exhibit", "wacz"} <= passed


def test_without_key_and_roots_signer_and_stamps_are_not_checked(made: Made) -> None:
    findings = list(check(made.built.bundle))
    assert [finding for finding in findings if finding.state == "fail"] == []
    assert {"signer", "stamp"} <= {finding.check for finding in findings if finding.state == "not_checked"}


def test_the_zip_passes_too(made: Made) -> None:
    assert made.built.zip is not None
    findings = list(check(made.built.zip, made.key, made.roots))
    assert [finding for finding in findings if finding.state == "fail"] == []


@pytest.mark.parametrize("name", ["titlewatch.toml", "ledger.jsonl"])
def test_a_file_of_a_workspace_makes_no_workspace_of_a_bundle(made: Made, copy: Fresh, name: str) -> None:
    bundle = copy()
    (bundle / name).write_bytes(b"")
    assert ("file", name) in {(f.check, f.object) for f in verify(bundle) if f.state == "fail"}


def test_a_bundle_is_checked_from_inside_it(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.built.bundle)
    assert "name" not in {finding.check for finding in verify(Path())}


def test_a_key_or_roots_of_the_wrong_kind_are_wrong_input(made: Made) -> None:
    with pytest.raises(UsageError, match="not an Ed25519 public key"):
        verify(made.built.bundle, key=made.authority.roots)
    with pytest.raises(UsageError, match="no certificate"):
        verify(made.built.bundle, roots=made.case.key)


def test_any_changed_byte_of_stamp_signature_and_key_is_found(made: Made, copy: Fresh) -> None:
    bundle = copy()
    files, _ = walk(bundle, bundle.name)
    said = information(files)
    trust = Trust(made.key, made.roots)
    for name in (*(f"timestamps/practice.{part}" for part in PARTS), layout.SIGNATURE, layout.PUBLIC_KEY):
        data = (bundle / name).read_bytes()
        missed = []
        # Every byte of what is short, and one in seven of the rest.
        for place in range(0, len(data), 1 if len(data) < 128 else 7):
            (bundle / name).write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
            found = [*check_bundle_stamps(files, said, trust), *check_signature(files, said, trust)]
            if not any(finding.state == "fail" and name in finding.object for finding in found):
                missed.append(place)
        (bundle / name).write_bytes(data)
        assert missed == [], name


def test_verify_sh_finds_a_changed_byte_in_any_listed_file(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for name in (
        "data/case.json",
        "README-zh.md",
        "bag-info.txt",
        "verify.sh",
        "manifest-sha512.txt",
        layout.SIGNATURE,
        "timestamps/practice.tsr",
    ):
        path = bundle / name
        data = path.read_bytes()
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        done = subprocess.run(
            ["sh", "verify.sh", made.authority.roots, made.case.key],
            cwd=bundle,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0, name
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["signatures/evil.txt", "timestamps/evil.txt", "timestamps/stranger.tsr",
                                  "timestamps/practice", "timestamps/practice.renewal-1.json"])  # fmt: skip
def test_verify_sh_closes_the_list_where_no_manifest_does(made: Made, copy: Fresh, name: str) -> None:
    bundle = copy()
    (bundle / name).write_bytes(b"slipped in")
    done = subprocess.run(["sh", "verify.sh"], cwd=bundle, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert any(line.startswith("FAILED") and name.removesuffix(".json") in line for line in done.stdout.splitlines())


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("trusted", [False, True], ids=["alone", "with roots and key"])
def test_verify_sh_finds_a_changed_byte_in_every_part_of_a_stamp(
    made: Made, copy: Fresh, part: str, trusted: bool
) -> None:
    bundle = copy()
    path = bundle / f"timestamps/practice.{part}"
    data = path.read_bytes()
    arguments = [str(made.authority.roots), str(made.case.key)] if trusted else []
    places = (0, 20, len(data) // 4, len(data) - 2) if part != "json" else (3, 40, 100)
    for place in places[:1] if trusted else places:
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
        done = subprocess.run(["sh", "verify.sh", *arguments], cwd=bundle, capture_output=True, text=True, check=False)
        assert done.returncode == 1, place
        assert "FAILED       timestamp of practice" in done.stdout


def test_verify_sh_names_what_it_cannot_check_of_a_stamp(made: Made) -> None:
    done = subprocess.run(["sh", "verify.sh"], cwd=made.built.bundle, capture_output=True, text=True, check=False)
    assert "NOT CHECKED  WHO THE SIGNER IS" in done.stdout
    assert "(whose it is: give ROOTS)" in done.stdout


def test_verify_sh_refuses_wrong_arguments(made: Made) -> None:
    key, roots = str(made.case.key), str(made.authority.roots)
    for arguments in (
        ["/nonexistent"],
        [roots, "/nonexistent"],
        [key, roots],
        ["--help"],
        [roots, key, "/nonexistent"],
        [roots, key, ".", "more"],
    ):
        done = subprocess.run(
            ["sh", "verify.sh", *arguments], cwd=made.built.bundle, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert "usage: sh verify.sh" in done.stderr


def test_a_record_added_to_a_segment_is_found(made: Made, copy: Fresh) -> None:
    bundle = copy()
    segment = next((bundle / "data/warc").glob("*.warc.gz"))
    record = b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n"
    segment.write_bytes(segment.read_bytes() + gzip_member(record))
    reforge(bundle)
    assert any(f.check == "record" and "@" in f.object for f in failures(bundle, made))


def test_a_stranger_who_signs_everything_anew_is_found_by_the_key(made: Made, copy: Fresh) -> None:
    bundle = copy()
    (bundle / "data/case.json").write_text((bundle / "data/case.json").read_text().replace("criminal", "civil"))
    reforge(bundle)
    key = Ed25519PrivateKey.generate()
    (bundle / layout.PUBLIC_KEY).write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (bundle / layout.SIGNATURE).write_bytes(key.sign((bundle / layout.SIGNED).read_bytes()))
    found = failures(bundle, made)
    assert {"signature", "signer", "stamp"} <= {finding.check for finding in found}


def test_a_zip_that_is_not_ours_is_refused_before_it_is_unpacked(made: Made, tmp_path: Path) -> None:
    def pack(name: str, *entries: tuple[str, bytes], compress: int = zipfile.ZIP_STORED) -> list[Finding]:
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w", compress) as archive:
            for entry, data in entries:
                archive.writestr(entry, data)
        return [f for f in check(path) if f.state == "fail"]

    assert any("leaves the bundle" in f.why for f in pack("escape", ("x/../../evil.txt", b"x")))
    assert any(
        "compressed" in f.why for f in pack("bomb", ("x/zero", b"\0" * 10_000_000), compress=zipfile.ZIP_DEFLATED)
    )
    assert pack("empty")
    broken = tmp_path / "broken.zip"
    assert made.built.zip is not None
    data = made.built.zip.read_bytes()
    broken.write_bytes(data[: len(data) // 2])
    assert any(f.state == "fail" for f in check(broken))
    padded = tmp_path / "padded.zip"
    padded.write_bytes(b"x" * 100 + data)
    assert any(f.state == "fail" and f.check == "zip" for f in check(padded))
    assert not (tmp_path / "evil.txt").exists()


def spoiled_zip(made: Made, folder: Path, place: int) -> Path:
    assert made.built.zip is not None
    data = made.built.zip.read_bytes()
    path = folder / made.built.zip.name
    path.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
    return path


def test_a_changed_byte_in_a_segment_is_reported_once_and_what_lies_behind_it_is_checked(
    made: Made, copy: Fresh
) -> None:
    bundle = copy()
    segment = next((bundle / "data/warc").glob("*.warc.gz"))
    data = segment.read_bytes()
    for place in (0, 5, 9, len(data) // 3, len(data) - 3):
        segment.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
        found = failures(bundle, made)
        assert sorted(finding.check for finding in found if finding.check not in ("segment", "record")) == [
            "file", "graph", "list", "wacz",
        ], place  # fmt: skip
        assert len([f for f in found if f.check in ("segment", "record")]) == 1, (place, found)


def test_what_lies_behind_a_place_that_cannot_be_placed_is_not_checked(made: Made, copy: Fresh) -> None:
    bundle = copy()
    segment = next((bundle / "data/warc").glob("*.warc.gz"))
    segment.write_bytes(segment.read_bytes()[1:])
    findings = list(check(bundle, made.key, made.roots))
    assert not any(finding.found == "no such record" for finding in findings)
    assert any(f.check == "segment" and f.state == "fail" for f in findings)


def test_a_damaged_member_of_the_zip_is_named_and_the_others_are_checked(made: Made, tmp_path: Path) -> None:
    assert made.built.zip is not None
    with zipfile.ZipFile(made.built.zip) as archive:
        entries = archive.infolist()
    # One in three, by turns in its header and in its content.
    for number, entry in enumerate(entries[::3]):
        name = entry.filename.partition("/")[2]
        header, content = entry.header_offset + 31, entry.header_offset + 30 + len(entry.filename)
        place = header if number % 2 else content + entry.file_size // 2
        findings = list(check(spoiled_zip(made, tmp_path, place), made.key, made.roots))
        failed = [finding for finding in findings if finding.state == "fail"]
        assert ("zip", name) in {(finding.check, finding.object) for finding in failed}
        assert not any("no such file" in (finding.found or "") for finding in failed), (name, failed)
        if place == header:
            assert len(failed) == 1, failed
        assert len(failed) < 20, (name, failed)


def test_a_zip_whose_list_of_files_is_damaged_is_one_finding(made: Made, tmp_path: Path) -> None:
    assert made.built.zip is not None
    path = spoiled_zip(made, tmp_path, made.built.zip.stat().st_size - 20)
    assert [(f.check, f.object) for f in check(path) if f.state == "fail"] == [("zip", path.name)]


def test_hostile_files_end_as_findings(made: Made, copy: Fresh) -> None:
    for name, data in {
        "data/case.json": b"[" * 200_000,
        "data/log/tree-head.json": b"null",
        "data/log/ledger.jsonl": b'{"seq":1e400}\n' + b"x" * 1000,
        "data/log/consistency.json": b'{"earlier":{"a":1}}',
        "data/captures/01JEXH00000000000000000001/capture.json": b'{"files":[],"exchanges":3}',
        "data/exhibits.csv": b"\xff\xfe\x00",
        "manifest-sha256.txt": b"00  ../../etc/passwd\n",
        "bag-info.txt": b"\xff\xff",
        "data/warc/TW-01JRUN00000000000000000000-000001.warc.gz": gzip.compress(b"\0" * 50_000_000),
        "data/wacz/" + next((made.built.bundle / "data/wacz").iterdir()).name: b"PK\x05\x06" + b"\0" * 18,
    }.items():
        bundle = copy()
        (bundle / name).write_bytes(data)
        assert failures(bundle, made), name
