"""A hostile bundle cannot hurt who checks it: every fault is a finding, in bounded time and memory."""

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.check import check, records
from crawler.evidence.warc_record import gzip_member
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import CDXJ, SEAL, SEGMENT, edit_json, exhibit, reforge, wacz_of
from tests.bundle.tampering import failed

GIGABYTE = 1 << 30


def bounded(path: Path, made: Made, seconds: float = 60) -> list[dict[str, Any]]:
    """Check in a process with one gigabyte of address space and so many seconds; no traceback, and something fails."""
    command = [
        sys.executable, "-m", "crawler.bundle.alone", str(path), "--json",
        "--key", str(made.case.key), "--roots", str(made.authority.roots),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, check=False, timeout=seconds, env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE)),
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-2000:]
    assert done.returncode == 1, (done.returncode, done.stderr[-500:])
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert any(finding["state"] == "fail" for finding in findings)
    assert not any(ord(c) < 32 or ord(c) == 127 for finding in findings for c in str(finding["object"]))
    return findings


def write(name: str, data: bytes) -> Callable[[Path], None]:
    def act(bundle: Path) -> None:
        (bundle / name).write_bytes(data)

    return act


def gzip_bomb(bundle: Path) -> None:
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 6000000000\r\n\r\n"
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = machine.compress(head) + machine.flush(zlib.Z_FULL_FLUSH)
    zeros = machine.compress(b"\0" * (1 << 26)) + machine.flush(zlib.Z_FULL_FLUSH)
    with (bundle / SEGMENT).open("ab") as file:
        # After a full flush the same compressed bytes may follow any number of times: 800 megabytes here.
        file.write(start + zeros * 12)


def entity_bomb(bundle: Path) -> None:
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(machine.compress(b"\0" * (1 << 24)) for _ in range(16)) + machine.flush()
    block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, br, zstd\r\n\r\n" + gzip.compress(body)
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: %d\r\n\r\n" % len(block)
    (bundle / SEGMENT).write_bytes(gzip_member(head + block + b"\r\n\r\n"))


def long_ledger(bundle: Path) -> None:
    line = (bundle / layout.LEDGER).read_bytes().splitlines(keepends=True)[3]
    with (bundle / layout.LEDGER).open("ab") as file:
        for _ in range(300):
            file.write(line * 100)


def long_proofs(bundle: Path) -> None:
    path = bundle / layout.CASE_PROOFS
    value = json.loads(path.read_bytes())
    value["entries"][0]["proof"] = ["00" * 32] * 1_000_000
    path.write_bytes(json.dumps(value).encode())


def deep_json(bundle: Path) -> None:
    (bundle / layout.CASE).write_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)


def wide_keys(bundle: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    huge = rsa.RSAPublicNumbers(2**65537 + 1, 2**65535 + 1)
    try:
        pem = huge.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    except ValueError:
        pem = (
            rsa.RSAPublicNumbers(3, 2**16383 + 1)
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
    (bundle / layout.PUBLIC_KEY).write_bytes(pem)


def many_certificates(bundle: Path) -> None:
    path = bundle / "timestamps/practice.chain.pem"
    path.write_bytes(path.read_bytes() * 2000)


def wacz_bomb(bundle: Path) -> None:
    with zipfile.ZipFile(wacz_of(bundle), "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("datapackage.json", "pages/pages.jsonl"):
            with archive.open(name, "w", force_zip64=True) as file:
                for _ in range(20):
                    file.write(b"\0" * (1 << 24))


def lying_end(bundle: Path) -> None:
    path = wacz_of(bundle)
    data = path.read_bytes()
    path.write_bytes(data[:-14] + b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0")


def steering(bundle: Path) -> None:
    (bundle / "data/\x1b]0;owned\x07\x1b[2J\u202e.txt").write_bytes(b"x")
    edit_json(exhibit(1, "hit.json"), lambda hit: hit.update(title="\x1b[31mred\u202e\x00"))(bundle)
    (bundle / "bag-info.txt").write_bytes(b"\x1b[2J: \x1b[2J\n")


def no_texts(bundle: Path) -> None:
    """Numbers and lists where a finding would show a text."""
    edit_json(layout.TREE_HEAD, lambda head: head.update(signer=-1))(bundle)
    edit_json(layout.CASE_PROOFS, lambda proofs: proofs["entries"][0].update(leaf=True))(bundle)
    edit_json(layout.CONSISTENCY, lambda value: value["earlier"][0].update(root=[[1]]))(bundle)
    reforge(bundle)


HOSTILE: dict[str, Callable[[Path], None]] = {
    "gzip bomb in a segment": gzip_bomb,
    "bomb within bombs in an entity": entity_bomb,
    "ledger of thirty thousand lines again and again": long_ledger,
    "ledger with a line of ten megabytes": write(layout.LEDGER, b'{"a":"' + b"x" * 10_000_000 + b'"}\n'),
    "ledger without a line's end": write(layout.LEDGER, b"x" * 40_000_000),
    "a million hashes in a proof": long_proofs,
    "JSON nested a hundred thousand deep": deep_json,
    "JSON array of a million": write(layout.CASE, b"[" + b"0," * 1_000_000 + b"0]"),
    "number of a million digits": write(layout.CASE, b"9" * 1_000_000),
    "keys of absurd size": wide_keys,
    "key file of megabytes": write(layout.PUBLIC_KEY, b"-----BEGIN PUBLIC KEY-----\n" + b"A" * 3_000_000),
    "thousands of certificates": many_certificates,
    "revocation lists that never end": write("timestamps/practice.chain.pem", b"-----BEGIN X509 CRL-----" * 150_000),
    "numbers in the place of texts": no_texts,
    "reply of megabytes": write("timestamps/practice.tsr", b"\x30\x84\x00\x3f\xff\xff" + b"\x30\x80" * 1_000_000),
    "reply nested deep": write("timestamps/practice.tsr", b"\x30\x82\xff\xff" * 20_000),
    "web archive that inflates": wacz_bomb,
    "web archive that lies about its end": lying_end,
    "names and texts that steer terminals": steering,
    "manifest of one endless line": write("manifest-sha256.txt", b"0" * 30_000_000),
    "manifest of a hundred thousand lines": write("manifest-sha256.txt", b"".join(b"%064d  data/%07d\n" % (n, n) for n in range(100_000))),
    "labels without number": write("bag-info.txt", b"A: b\n" * 150_000),
    "index of one endless line": write(CDXJ, b"a " * 5_000_000),
    "table of one endless cell": write(layout.EXHIBITS, b'\xef\xbb\xbf"' + b"a" * 30_000_000),
    "table of quotes": write(layout.EXHIBITS, b"\xef\xbb\xbf" + b'"' * 5_000_001),
    "seal that is a list": write(SEAL, b"[]"),
    "certificates that are none": write(exhibit(1, "tls-chain.pem"), b"-----BEGIN CERTIFICATE-----\n" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_as_findings_in_bounded_time_and_memory(made: Made, copy: Fresh, name: str) -> None:
    bundle = copy()
    HOSTILE[name](bundle)
    bounded(bundle, made)


def test_ten_thousand_files_are_counted_not_believed(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for folder in range(10):
        (bundle / f"data/f{folder}").mkdir()
        for number in range(1000):
            (bundle / f"data/f{folder}/{number}").touch()
    assert len(bounded(bundle, made)) >= 10_000


def test_a_file_that_grows_during_the_check_ends(made: Made, copy: Fresh) -> None:
    bundle = copy()
    stop, begun = threading.Event(), threading.Event()

    def grow() -> None:
        with (bundle / exhibit(1, "page.html")).open("ab") as file:
            while not stop.is_set() and file.tell() < 1 << 28:
                file.write(b"x" * 65536)
                file.flush()
                begun.set()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        assert begun.wait(30)
        found = failed(check(bundle, made.key, made.roots))
        assert any(finding.object == exhibit(1, "page.html") for finding in found)
    finally:
        stop.set()
        writer.join()


def test_pipes_in_the_place_of_any_file_hang_nobody(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
        path.unlink()
        os.mkfifo(path)
    bounded(bundle, made, seconds=30)


def test_a_zip_of_overlapping_files_is_refused_unpacked(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/kernel", b"\0" * 10_000_000)
        first = archive.infolist()[0]
        for number in range(2000):
            info = zipfile.ZipInfo(f"x/{number}")
            info.compress_type, info.CRC = first.compress_type, first.CRC
            info.compress_size, info.file_size, info.header_offset = first.compress_size, first.file_size, 0
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info
    bounded(path, made)


def test_a_zip_with_a_list_beyond_all_bounds_is_refused_unread(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "list.zip"
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff\xff\xff\xff" + b"\xf0\xff\xff\x0f" + b"\0\0\0\0" + b"\0\0"
    path.write_bytes(b"PK\x01\x02" + b"\0" * 5_000_000 + end)
    bounded(path, made)


def test_random_damage_to_every_file_is_always_a_finding(made: Made, copy: Fresh) -> None:
    """Seeded: bytes changed, cut, doubled and exchanged, half of the time with the lists made anew."""
    bundle = copy()
    chance = random.Random(47)
    paths = sorted(path for path in bundle.rglob("*") if path.is_file())
    whole = {path: path.read_bytes() for path in paths}
    for kind in [0, 1, 2, 3, 4] * 12:
        path = chance.choice(paths)
        data = whole[path]
        place, size = chance.randrange(len(data)), chance.choice((1, 1, 2, 8, 64, 512))
        noise = bytes(chance.randrange(256) for _ in range(size))
        changed = (
            data[:place] + noise + data[place + size :],
            data[:place],
            data[:place] + data[place : place + size] + data[place:],
            data[:place] + data[place + size :],
            whole[chance.choice(paths)],
        )[kind]
        if changed == data:
            continue
        path.write_bytes(changed)
        relisted = chance.random() < 0.5
        if relisted:
            reforge(bundle)
        if any(other.read_bytes() != whole[other] for other in paths):
            assert failed(check(bundle, made.key, made.roots)), (path, kind, place)
        for other in paths if relisted else (path,):
            other.write_bytes(whole[other])
    assert failed(check(bundle, made.key, made.roots)) == []


def test_all_segments_together_inflate_to_no_more_than_one_may(
    made: Made, copy: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, megabytes = copy(), 8
    head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:%d>\r\nContent-Length: %d\r\n\r\n"
    for number in range(6):
        bomb = head % (number, megabytes << 20) + bytes(megabytes << 20)
        # Damaged at its very end, as if to be inflated for nothing.
        (bundle / f"data/warc/other-{number}.warc.gz").write_bytes(gzip.compress(bomb)[:-1] + b"x")
    monkeypatch.setattr(records, "LEAST_ALLOWANCE", 2 * megabytes << 20)
    left: list[int] = []
    spend = records.Allowance._spend
    monkeypatch.setattr(records.Allowance, "_spend", lambda self, size: (left.append(size), spend(self, size))[1])
    found = failed(check(bundle, made.key, made.roots))
    assert sum(left) < 3 * megabytes << 20
    assert len([finding for finding in found if "data/warc/other-" in finding.object]) >= 6
