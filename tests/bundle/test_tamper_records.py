"""WARC records, their index, their seal and the web archive changed; what is made from them is made anew."""

import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.evidence import keys
from crawler.evidence.canonical import canonical_json
from crawler.evidence.warc_record import gzip_member
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import (
    CDXJ,
    SEAL,
    SEGMENT,
    Act,
    delete,
    edit,
    edit_json,
    edit_segment,
    insert,
    rederive,
    wacz,
    wacz_of,
)  # fmt: skip
from tests.bundle.tampering import SHELLS, Tampering, hold, hold_script

STAMP = f"{SEAL}.practice"
PAGES, PACKAGE = "pages/pages.jsonl", "datapackage.json"


def rewritten(number: int, change: Callable[[bytes], bytes]) -> Act:
    """Change the inflated bytes of one member and compress it as the writer does."""

    def act(found: list[bytes]) -> list[bytes]:
        data = gzip.decompress(found[number])
        new = change(data)
        assert new != data
        found[number] = gzip_member(new)
        return found

    return edit_segment(act)


def payload(data: bytes) -> bytes:
    """Another page in a response, its length and both digests made anew."""
    head, _, block = data.partition(b"\r\n\r\n")
    block = block[:-4].replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 404 OK")
    head = re.sub(rb"WARC-(Block|Payload)-Digest: [^\r\n]*\r\n", b"", head)
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(block), head)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


def flip_payload(found: list[bytes]) -> list[bytes]:
    found[1] = found[1][:-20] + bytes([found[1][-20] ^ 4]) + found[1][-19:]
    return found


def flag_name(found: list[bytes]) -> list[bytes]:
    """A file name in the gzip header: nobody who inflates it sees it."""
    member = found[1]
    found[1] = member[:3] + b"\x08" + member[4:10] + b"hidden\0" + member[10:]
    return found


def recompressed(found: list[bytes]) -> list[bytes]:
    machine = zlib.compressobj(1, zlib.DEFLATED, 31)
    found[1] = machine.compress(gzip.decompress(found[1])) + machine.flush()
    return found


def stranger(found: list[bytes]) -> list[bytes]:
    record = b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n"
    return [*found, gzip_member(record)]


def bomb(bundle: Path) -> None:
    (bundle / SEGMENT).write_bytes((bundle / SEGMENT).read_bytes() + gzip.compress(b"\0" * 30_000_000))
    rederive(bundle)


def other_seal(bundle: Path) -> None:
    """The seal of another segment under this name."""
    value = json.loads((bundle / SEAL).read_bytes())
    value |= {"segment": "TW-01OTHER-000001.warc.gz", "sha256": "0" * 64}
    (bundle / SEAL).write_bytes(canonical_json(value))


def resealed(bundle: Path) -> None:
    """A seal by the forger's own key, under the collector's fingerprint."""
    signer = keys.create(bundle.parent / "forger")
    value = json.loads((bundle / SEAL).read_bytes()) | {"sealed_at": "2020-01-01T00:00:00Z"}
    (bundle / SEAL).write_bytes(canonical_json(value))
    (bundle / f"{SEAL}.ed25519").write_bytes(signer.sign(canonical_json(value)))


def moved_stamp(bundle: Path) -> None:
    """The bundle's own stamp put in the place of the seal's."""
    for part in ("tsq", "tsr", "chain.pem"):
        (bundle / f"{STAMP}.{part}").write_bytes((bundle / f"timestamps/practice.{part}").read_bytes())


def members_of(data: bytes) -> list[bytes]:
    """The members of a segment's bytes."""
    found = []
    while data:
        machine = zlib.decompressobj(31)
        machine.decompress(data)
        found.append(data[: len(data) - len(machine.unused_data)])
        data = machine.unused_data
    return found


def page_lines(change: Callable[[list[dict[str, Any]]], None]) -> Act:
    def act(files: dict[str, bytes]) -> dict[str, bytes | None]:
        lines = [json.loads(line) for line in files[PAGES].splitlines()]
        change(lines)
        return {PAGES: b"".join(json.dumps(line).encode() + b"\n" for line in lines)}

    return wacz(act)


def raw(change: Callable[[bytes], bytes]) -> Act:
    """Change the bytes of the web archive."""

    def act(bundle: Path) -> None:
        path = wacz_of(bundle)
        path.write_bytes(change(path.read_bytes()))

    return act


def deflated(bundle: Path) -> None:
    path = wacz_of(bundle)
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in files.items():
            new.writestr(name, data)


def doubled(bundle: Path) -> None:
    path = wacz_of(bundle)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(PAGES, (1980, 1, 1, 0, 0, 0)), b"another")


def commented(bundle: Path) -> None:
    with zipfile.ZipFile(wacz_of(bundle), "a") as archive:
        archive.comment = b"all is well"


def other_local_name(data: bytes) -> bytes:
    return data.replace(b"pages/pages.jsonl", b"pages/pages.jsonx", 1)


def other_local_size(data: bytes) -> bytes:
    place = data.index(PAGES.encode()) - 30
    return data[: place + 18] + b"\x01\0\0\0" + data[place + 22 :]


def descriptor(data: bytes) -> bytes:
    """The flag of a length that comes later, in the local header alone."""
    place = data.index(PAGES.encode()) - 30
    return data[: place + 6] + b"\x08\0" + data[place + 8 :]


def between(data: bytes) -> bytes:
    """Bytes between the last file and the list, with the list's place corrected."""
    place = int.from_bytes(data[-6:-2], "little")
    return data[:place] + b"hidden" + data[place:-6] + (place + 6).to_bytes(4, "little") + data[-2:]


def index_lines(change: Callable[[list[str]], list[str]]) -> Act:
    return edit(CDXJ, lambda data: "".join(change(data.decode().splitlines(keepends=True))).encode())


WACZ = "data/wacz/"
TABLE = {
    "payload flipped": Tampering(edit_segment(flip_payload), SEGMENT, SEGMENT),
    "payload changed, digests stripped": Tampering(rewritten(1, payload), SEGMENT, f"{SEGMENT}@"),
    "date of a record forged": Tampering(rewritten(1, lambda d: d.replace(b"WARC-Date: 2026-03", b"WARC-Date: 2026-02")), SEGMENT, f"{SEGMENT}@"),
    "address of a record forged": Tampering(rewritten(1, lambda d: d.replace(b"WARC-IP-Address: 127.0.0.1", b"WARC-IP-Address: 127.0.0.9")), SEGMENT, f"{SEGMENT}@"),
    "URL of a record forged": Tampering(rewritten(1, lambda d: d.replace(b"harbour.example/robots", b"harbour.example/ROBOTS")), SEGMENT, f"{SEGMENT}@"),
    "block's digest forged": Tampering(rewritten(1, lambda d: re.sub(rb"(WARC-Block-Digest: sha256:)[0-9a-f]{64}", rb"\g<1>" + b"0" * 64, d)), SEGMENT, f"{SEGMENT}@"),
    "block's length forged": Tampering(rewritten(1, lambda d: re.sub(rb"Content-Length: \d+\r\n\r\nHTTP", b"Content-Length: 5\r\n\r\nHTTP", d)), SEGMENT, SEGMENT),
    "record deleted": Tampering(edit_segment(lambda found: found[:4] + found[5:]), SEGMENT, SEGMENT),
    "first record deleted": Tampering(edit_segment(lambda found: found[1:]), SEGMENT, SEGMENT),
    "last record deleted": Tampering(edit_segment(lambda found: found[:-1]), SEGMENT, SEGMENT),
    "record doubled": Tampering(edit_segment(lambda found: [*found[:4], found[3], *found[4:]]), SEGMENT, SEGMENT),
    "record added": Tampering(edit_segment(stranger), SEGMENT, f"{SEGMENT}@"),
    "records out of order": Tampering(edit_segment(lambda found: [found[0], found[2], found[1], *found[3:]]), SEGMENT, SEGMENT),
    "exchanges out of order": Tampering(edit_segment(lambda found: [found[0], *found[4:7], *found[1:4], *found[7:]]), SEGMENT, SEGMENT),
    "record compressed anew": Tampering(edit_segment(recompressed), SEGMENT, f"{SEGMENT}@"),
    "name in a gzip header": Tampering(edit_segment(flag_name), SEGMENT, f"{SEGMENT}@"),
    "one gzip member for all": Tampering(edit_segment(lambda found: [gzip.compress(b"".join(map(gzip.decompress, found)))]), SEGMENT, SEGMENT),
    "40 bytes cut off": Tampering(edit(SEGMENT, lambda data: data[:-40]), SEGMENT, SEGMENT),
    "cut to a third": Tampering(edit(SEGMENT, lambda data: data[: len(data) // 3]), SEGMENT, SEGMENT),
    "cut between records": Tampering(edit(SEGMENT, lambda data: data[: len(members_of(data)[0])]), SEGMENT, SEGMENT),
    "emptied": Tampering(edit(SEGMENT, lambda data: b""), SEGMENT, SEGMENT),
    "zeros behind the last member": Tampering(edit(SEGMENT, lambda data: data + bytes(4096)), SEGMENT, SEGMENT),
    "text behind the last member": Tampering(edit(SEGMENT, lambda data: data + b"and more"), SEGMENT, SEGMENT),
    "bytes before the first member": Tampering(edit(SEGMENT, lambda data: b"x" + data), SEGMENT, SEGMENT),
    "empty member at the end": Tampering(edit(SEGMENT, lambda data: data + gzip.compress(b"")), SEGMENT, SEGMENT),
    "bomb at the end": Tampering(bomb, SEGMENT, SEGMENT),
    "index line deleted": Tampering(index_lines(lambda lines: lines[1:]), CDXJ, CDXJ),
    "index line doubled": Tampering(index_lines(lambda lines: [*lines, lines[-1]]), CDXJ, CDXJ),
    "index lines out of order": Tampering(index_lines(lambda lines: lines[::-1]), CDXJ, CDXJ),
    "index line added": Tampering(index_lines(lambda lines: [*lines, lines[-1].replace("example", "elsewhere", 1)]), CDXJ, CDXJ),
    "index with another offset": Tampering(edit(CDXJ, lambda data: data.replace(b'"offset": "1', b'"offset": "2', 1)), CDXJ, CDXJ),
    "index with another status": Tampering(edit(CDXJ, lambda data: data.replace(b'"status": "200"', b'"status": "404"', 1)), CDXJ, CDXJ),
    "index with another time": Tampering(edit(CDXJ, lambda data: data.replace(b" 20260301", b" 20260201", 1)), CDXJ, CDXJ),
    "index with another type": Tampering(edit(CDXJ, lambda data: data.replace(b"text/html", b"text/plain", 1)), CDXJ, CDXJ),
    "index of another segment": Tampering(edit(CDXJ, lambda data: data.replace(b"-000001.warc.gz", b"-000002.warc.gz", 1)), CDXJ, CDXJ),
    "index lines end in CR LF": Tampering(edit(CDXJ, lambda data: data.replace(b"\n", b"\r\n")), CDXJ, CDXJ),
    "index deleted": Tampering(delete(CDXJ), CDXJ, CDXJ),
    "seal deleted": Tampering(delete(SEAL), SEAL, SEAL),
    "seal's hash changed": Tampering(edit_json(SEAL, lambda seal: seal.update(sha256="0" * 64)), SEAL, SEAL),
    "seal's time changed": Tampering(edit_json(SEAL, lambda seal: seal.update(sealed_at="2020-01-01T00:00:00Z")), SEAL, SEAL),
    "seal's ledger head changed": Tampering(edit_json(SEAL, lambda seal: seal["ledger"].update(root="0" * 64)), SEAL, SEAL),
    "seal's signer changed": Tampering(edit_json(SEAL, lambda seal: seal.update(signer="0" * 64)), SEAL, SEAL),
    "seal's authorities denied": Tampering(edit_json(SEAL, lambda seal: seal.update(authorities=[])), SEAL, SEAL),
    "seal not canonical": Tampering(edit(SEAL, lambda data: data.replace(b":", b": ", 1)), SEAL, SEAL),
    "seal of another segment": Tampering(other_seal, SEAL, SEAL),
    "seal signed anew by a stranger": Tampering(resealed, SEAL, SEAL),
    "seal's signature deleted": Tampering(delete(f"{SEAL}.ed25519"), f"{SEAL}.ed25519"),
    "seal's signature changed": Tampering(edit(f"{SEAL}.ed25519", lambda data: bytes(64)), f"{SEAL}.ed25519"),
    "seal's stamp deleted": Tampering(delete(f"{STAMP}.tsr"), f"{STAMP}.tsr"),
    "seal's stamp exchanged for the bundle's": Tampering(moved_stamp, STAMP),
    "seal's stamp of a stranger added": Tampering(insert(f"{SEAL}.stranger.tsr"), f"{SEAL}.stranger.tsr"),
    "stray file among the segments": Tampering(insert("data/warc/notes.txt"), "data/warc/notes.txt", "data/warc/notes.txt"),
    "web archive re-forged with another page": Tampering(page_lines(lambda lines: lines[1].update(url="http://other.example/")), WACZ, PAGES),
    "web archive with another time": Tampering(page_lines(lambda lines: lines[1].update(ts="2020-01-01T00:00:00Z")), WACZ, PAGES),
    "web archive with another title": Tampering(page_lines(lambda lines: lines[1].update(title="Nothing to see")), WACZ, PAGES),
    "web archive with a page less": Tampering(page_lines(lambda lines: lines.pop()), WACZ, PAGES),
    "web archive without its pages": Tampering(wacz(lambda files: {PAGES: None}), WACZ, WACZ),
    "web archive without its digest": Tampering(wacz(lambda files: {"datapackage-digest.json": None}), WACZ, WACZ),
    "web archive without its segment": Tampering(wacz(lambda files: {f"archive/{SEGMENT.rpartition('/')[2]}": None}), WACZ, WACZ),
    "web archive with a second segment": Tampering(wacz(lambda files: {"archive/extra.warc.gz": b"x"}), WACZ, WACZ),
    "web archive with a file without a dot": Tampering(wacz(lambda files: {"archive/noext": b"x"}), WACZ, WACZ),
    "web archive with a file of its own": Tampering(wacz(lambda files: {"notes.txt": b"x"}), WACZ, "notes.txt"),
    "web archive with another index": Tampering(wacz(lambda files: {"indexes/index.cdxj": b""}), WACZ, "indexes/index.cdxj"),
    "web archive with a file that is not listed": Tampering(wacz(lambda files: {"extra.txt": b"x"}, listed=False), WACZ, "extra.txt"),
    "web archive with another package": Tampering(wacz(lambda files: {PACKAGE: files[PACKAGE].replace(b"1.1.1", b"1.2.0")}, listed=False), WACZ, PACKAGE),
    "web archive deflated": Tampering(deflated, WACZ, WACZ),
    "web archive with a name twice": Tampering(doubled, WACZ, WACZ),
    "web archive with a comment": Tampering(commented, WACZ, WACZ),
    "web archive with bytes before it": Tampering(raw(lambda data: b"MZ" + data), WACZ, WACZ),
    "web archive with bytes behind it": Tampering(raw(lambda data: data + b"more"), WACZ, WACZ),
    "web archive with bytes inside": Tampering(raw(between), WACZ, WACZ),
    "web archive cut": Tampering(raw(lambda data: data[:-40]), WACZ, WACZ),
    "web archive with another local name": Tampering(raw(other_local_name), WACZ, WACZ),
    "web archive with another local size": Tampering(raw(other_local_size), WACZ, WACZ),
    "web archive with a data descriptor": Tampering(raw(descriptor), WACZ, WACZ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


# One of each kind: what the script looks at is the same for the others.
BY_SCRIPT = (
    "payload flipped", "bomb at the end", "seal deleted", "seal's time changed", "seal signed anew by a stranger",
    "seal's signature changed", "seal's stamp deleted", "seal's stamp exchanged for the bundle's",
)  # fmt: skip


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_the_script_finds_it(made: Made, copy: Fresh, name: str) -> None:
    hold_script(TABLE[name], copy(), made)


@pytest.mark.parametrize("shell", SHELLS[1:])
@pytest.mark.parametrize("name", ("payload flipped", "seal's signature changed"))
def test_the_script_finds_it_in_other_shells(made: Made, copy: Fresh, name: str, shell: str) -> None:
    hold_script(TABLE[name], copy(), made, shell)
