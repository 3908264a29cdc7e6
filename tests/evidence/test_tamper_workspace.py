"""More ways to tamper with a workspace's evidence than test_verify.py has: what files are, and how they are written."""

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.evidence import keys
from crawler.evidence.canonical import canonical_json
from crawler.evidence.verify import workspace
from crawler.model import Finding
from crawler.practice.authority import PracticeAuthority
from tests.evidence.workspace import Workspace, make

S, J, L = "evidence/first.warc.gz", "evidence/first.seal.json", "evidence/ledger.jsonl"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("tamper")
    authorities = {name: PracticeAuthority(folder / f"authority-{name}", name) for name in ("alpha", "beta")}
    return make(folder / "workspace", authorities)


@pytest.fixture
def copy(pristine: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(pristine.folder, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace", pristine.key, pristine.roots)


def failures(space: Workspace) -> list[Finding]:
    return [f for f in workspace(space.folder, space.key, space.roots) if f.state == "fail"]


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert change(data) != data
        (folder / name).write_bytes(change(data))

    return act


def linked(name: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / name).rename(folder / "aside")
        (folder / name).symlink_to(folder / "aside")

    return act


def piped(name: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return act


def foldered(name: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return act


def line(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def whole(data: bytes) -> bytes:
        found = data.split(b"\n")
        found[4] = change(found[4])
        return b"\n".join(found)

    return edit(L, whole)


def seal(**facts: object) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        value = json.loads((folder / J).read_bytes()) | facts
        (folder / J).write_bytes(canonical_json(value))

    return act


def old_stamp(folder: Path) -> None:
    """The stamp over the second seal put in the place of the first's."""
    for part in (".tsq", ".tsr", ".chain.pem", ".json"):
        shutil.copy(folder / f"evidence/second.seal.json.alpha{part}", folder / f"{J}.alpha{part}")


def stranger_signs(folder: Path) -> None:
    signer = keys.create(folder / "forger")
    (folder / f"{J}.ed25519").write_bytes(signer.sign((folder / J).read_bytes()))


def stamp_fact(folder: Path) -> None:
    path = folder / f"{J}.alpha.json"
    path.write_bytes(canonical_json(json.loads(path.read_bytes()) | {"gen_time": "2020-01-01T00:00:00Z"}))


TABLE: dict[str, tuple[Callable[[Path], None], str]] = {
    "ledger is a link": (linked(L), "ledger.jsonl"),
    "ledger is a pipe": (piped(L), "ledger.jsonl"),
    "ledger is a folder": (foldered(L), "ledger.jsonl"),
    "ledger emptied": (edit(L, lambda data: b""), "ledger.jsonl"),
    "ledger's lines end in CR LF": (edit(L, lambda data: data.replace(b"\n", b"\r\n")), "ledger.jsonl"),
    "byte order mark before the ledger": (edit(L, lambda data: b"\xef\xbb\xbf" + data), "ledger.jsonl"),
    "zeros in the ledger": (line(lambda one: one + bytes(64)), "ledger.jsonl entry 4"),
    "bad UTF-8 in an entry": (line(lambda one: one.replace(b"\"type\":\"", b"\"type\":\"\xc0\xaf")), "ledger.jsonl entry 4"),
    "not a number in an entry": (line(lambda one: one.replace(b'"seq":4', b'"seq":NaN')), "ledger.jsonl entry 4"),
    "number beyond bounds in an entry": (line(lambda one: one.replace(b'"seq":4', b'"seq":9007199254740993')), "ledger.jsonl entry 4"),
    "entry of a list": (line(lambda one: b"[" + one + b"]"), "ledger.jsonl entry 4"),
    "entry nested deep": (line(lambda one: b'{"a":' * 50_000 + b"1" + b"}" * 50_000), "ledger.jsonl entry 4"),
    "escape in an entry": (line(lambda one: one.replace(b"\"type\"", b"\"typ\\u0065\"")), "ledger.jsonl entry 4"),
    "segment is a pipe": (piped(S), "first.warc.gz"),
    "segment is a folder": (foldered(S), "first.warc.gz"),
    "text behind a segment": (edit(S, lambda data: data + b"and more"), "first.warc.gz"),
    "bytes before a segment": (edit(S, lambda data: b"x" + data), "first.warc.gz"),
    "segment doubled": (edit(S, lambda data: data + data), "first.warc.gz"),
    "seal is a link": (linked(J), "first.seal.json"),
    "seal is a pipe": (piped(J), "first.seal.json"),
    "seal is a folder": (foldered(J), "first.seal.json"),
    "seal emptied": (edit(J, lambda data: b""), "first.seal.json"),
    "seal not canonical": (edit(J, lambda data: data.replace(b":", b": ", 1)), "first.seal.json"),
    "seal with a name doubled": (edit(J, lambda data: data.replace(b'{"', b'{"bytes":1,"', 1)), "first.seal.json"),
    "seal of megabytes": (edit(J, lambda data: data + b" " * 5_000_000), "first.seal.json"),
    "seal of another segment": (seal(segment="second.warc.gz"), "first.seal.json"),
    "seal with another count": (seal(records=1), "first.warc.gz"),
    "seal with another length": (seal(bytes=1), "first.warc.gz"),
    "seal without authorities": (seal(authorities=[]), "first.seal.json"),
    "seal with another head": (seal(ledger={"size": 1, "root": "0" * 64, "last": "0" * 64}), "first.seal.json"),
    "signature by a stranger": (stranger_signs, "first.seal.json.ed25519"),
    "signature is a pipe": (piped(f"{J}.ed25519"), "first.seal.json.ed25519"),
    "signature too long": (edit(f"{J}.ed25519", lambda data: data + b"\0"), "first.seal.json.ed25519"),
    "old stamp of another seal": (old_stamp, "first.seal.json.alpha"),
    "stamp's reply is a pipe": (piped(f"{J}.alpha.tsr"), "first.seal.json.alpha"),
    "stamp's reply is a link": (linked(f"{J}.alpha.tsr"), "first.seal.json.alpha"),
    "bytes behind a stamp's reply": (edit(f"{J}.alpha.tsr", lambda data: data + b"\0"), "first.seal.json.alpha"),
    "stamp's chain emptied": (edit(f"{J}.alpha.chain.pem", lambda data: b""), "first.seal.json.alpha"),
    "stamp's time told otherwise": (stamp_fact, "first.seal.json.alpha"),
    "public key is a pipe": (piped("keys/signer.pub.pem"), "keys/signer.pub.pem"),
    "public key is a link": (linked("keys/signer.pub.pem"), "keys/signer.pub.pem"),
    "public key with text behind it": (edit("keys/signer.pub.pem", lambda data: data + b"\nmore"), "keys/signer.pub.pem"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(copy: Workspace, name: str) -> None:
    act, named = TABLE[name]
    act(copy.folder)
    found = failures(copy)
    assert any(named in finding.object for finding in found), found
    assert all(finding.why for finding in found)


def test_the_untouched_copy_has_no_failure(copy: Workspace) -> None:
    assert failures(copy) == []


def test_a_flipped_bit_in_any_sealed_file_is_found(copy: Workspace) -> None:
    chance = random.Random(20260301)
    missed = []
    for path in sorted(
        path for path in copy.folder.rglob("*") if path.is_file() and path.name not in ("signer.pem", "ledger.lock")
    ):
        data = path.read_bytes()
        if not data:
            continue
        place = chance.randrange(len(data) // 2 if path.suffix == ".open" else len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        stem = path.name.removesuffix(".open").removesuffix(".json")
        if not any(stem.partition(".alpha")[0].partition(".beta")[0] in finding.object for finding in failures(copy)):
            missed.append((path.name, place))
        path.write_bytes(data)
    assert missed == []


def test_names_and_texts_from_hostile_files_steer_no_terminal(copy: Workspace) -> None:
    (copy.evidence / "\x1b[2J\u202e.seal.json").write_bytes(b'{"x":"\x1b[31m"}')
    with (copy.evidence / "ledger.jsonl").open("ab") as file:
        file.write('{"\x1b[2J":"\u202e"}\n'.encode())
    for finding in workspace(copy.folder):
        for text in (finding.check, finding.object, finding.why, finding.expected or "", finding.found or ""):
            assert "\x1b" not in text
            assert "\u202e" not in text


def test_random_damage_is_never_an_exception(copy: Workspace) -> None:
    chance = random.Random(11)
    paths = sorted(path for path in copy.evidence.iterdir() if path.is_file() and path.stat().st_size)
    start = time.monotonic()
    while time.monotonic() - start < 15:
        path = chance.choice(paths)
        data = path.read_bytes()
        place = chance.randrange(len(data))
        path.write_bytes(
            data[:place] + bytes(chance.randrange(256) for _ in range(9)) + data[place + chance.choice((0, 9, 99)) :]
        )
        assert list(workspace(copy.folder, copy.key, copy.roots))
        path.write_bytes(data)
