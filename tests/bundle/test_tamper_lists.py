"""Manifests, bag-info.txt and bagit.txt written otherwise, so that two readers could read them differently."""

from pathlib import Path

import pytest

from crawler.bundle import layout
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import Act, delete, edit, exhibit, insert, label, replace, set_label
from tests.bundle.tampering import Tampering, hold, hold_script

M256, M512, T256, T512, INFO = (
    "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt", "bag-info.txt",
)  # fmt: skip


def lines(name: str, change: object) -> Act:
    return edit(name, lambda data: b"".join(change(data.splitlines(keepends=True))))  # type: ignore[operator]


def forget(bundle: Path) -> None:
    """A payload file taken out of the bundle and out of both manifests."""
    name = exhibit(1, "page.html").encode()
    (bundle / exhibit(1, "page.html")).unlink()
    for manifest in (M256, M512):
        lines(manifest, lambda old: [line for line in old if name not in line])(bundle)


def extra_line(bundle: Path) -> None:
    for manifest, digits in ((M256, 64), (M512, 128)):
        edit(manifest, lambda data, d=digits: data + b"0" * d + b"  data/zzz.txt\n")(bundle)  # type: ignore[misc]


def escaping(bundle: Path) -> None:
    (bundle.parent / "outside.txt").write_bytes(b"outside")
    for manifest, digits in ((M256, 64), (M512, 128)):
        edit(manifest, lambda data, d=digits: data + b"0" * d + b"  data/../../outside.txt\n")(bundle)  # type: ignore[misc]


def wrong_place(bundle: Path) -> None:
    for manifest, tags in ((M256, T256), (M512, T512)):
        line = (bundle / tags).read_bytes().splitlines(keepends=True)[0]
        edit(manifest, lambda data, new=line: data + new)(bundle)  # type: ignore[misc]


def swapped_hashes(bundle: Path) -> None:
    def change(old: list[bytes]) -> list[bytes]:
        hashes = [line[:64] for line in old]
        hashes[3], hashes[4] = hashes[4], hashes[3]
        return [digest + line[64:] for digest, line in zip(hashes, old, strict=True)]

    lines(M256, change)(bundle)


def emptied(bundle: Path) -> None:
    """Everything out of the payload, all lists consistent."""
    for path in sorted((bundle / "data").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (bundle / "data").rmdir()
    for manifest in (M256, M512):
        (bundle / manifest).write_bytes(b"")


def another_case(bundle: Path) -> None:
    set_label(bundle, "External-Identifier", "01OTHERCASE000000000000000")


def renamed_case(bundle: Path) -> None:
    name = "TW-01OTHERCASE000000000000000-20260301T000000Z-00000000"
    set_label(bundle, "Internal-Sender-Identifier", name)


TABLE = {
    "file left out of both lists": Tampering(forget, exhibit(1, "page.html"), exhibit(1, "page.html")),
    "file listed that is not there": Tampering(extra_line, "data/zzz.txt", reforgeable=False),
    "path that leaves the bundle": Tampering(escaping, M256, reforgeable=False),
    "tag file in the payload's list": Tampering(wrong_place, M256, reforgeable=False),
    "hashes of two files exchanged in one list": Tampering(swapped_hashes, M256, reforgeable=False),
    "line doubled": Tampering(lines(M256, lambda old: [*old, old[-1]]), M256, reforgeable=False),
    "lines out of order": Tampering(lines(M256, lambda old: old[::-1]), M256, reforgeable=False),
    "lines end in CR LF": Tampering(edit(M256, lambda data: data.replace(b"\n", b"\r\n")), M256, reforgeable=False),
    "lines end in CR": Tampering(edit(M512, lambda data: data.replace(b"\n", b"\r")), M512, reforgeable=False),
    "space at a line's end": Tampering(edit(M256, lambda data: data.replace(b"\n", b" \n", 1)), M256, reforgeable=False),
    "hashes in capitals": Tampering(edit(M256, lambda data: data[:64].upper() + data[64:]), M256, reforgeable=False),
    "mark for binary": Tampering(edit(M256, lambda data: data.replace(b"  ", b" *", 1)), M256, reforgeable=False),
    "byte order mark before a list": Tampering(edit(T256, lambda data: b"\xef\xbb\xbf" + data), T256, reforgeable=False),
    "empty line in a list": Tampering(edit(M256, lambda data: data + b"\n"), M256, reforgeable=False),
    "comment in a list": Tampering(edit(M256, lambda data: b"# all is well\n" + data), M256, reforgeable=False),
    "NUL in a list": Tampering(edit(M256, lambda data: data[:-1] + b"\0\n"), M256, reforgeable=False),
    "last line without its end": Tampering(edit(M256, lambda data: data[:-1]), M256, reforgeable=False),
    "path with a dot component": Tampering(replace(M256, "  data/case.json\n", "  data/./case.json\n"), M256, reforgeable=False),
    "one list emptied": Tampering(edit(M512, lambda data: b""), M512, reforgeable=False),
    "one tag list deleted": Tampering(delete(T512), T512, reforgeable=False),
    "tag list names another set": Tampering(lines(T256, lambda old: [one for one in old if b"README-zh" not in one]), T256, reforgeable=False),
    "bundle emptied": Tampering(emptied, "data/case.json", reforgeable=False),
    "count of exhibits": Tampering(label("Exhibit-Count", "2"), INFO, "Exhibit-Count"),
    "count of exchanges": Tampering(label("Exchange-Count", "8"), INFO, "Exchange-Count"),
    "count of captures": Tampering(label("Capture-Count", "0"), INFO, "Capture-Count"),
    "count of pictures": Tampering(label("Picture-Count", "0"), INFO, "Picture-Count"),
    "count of records": Tampering(label("Record-Count", "29"), INFO, "Record-Count"),
    "count of segments": Tampering(label("Segment-Count", "2"), INFO, "Segment-Count"),
    "open segments": Tampering(label("Segments-Unsealed", "TW-x.warc.gz"), INFO, "Segments-Unsealed"),
    "count of log entries": Tampering(label("Log-Entry-Count", "22"), INFO, "Log-Entry-Count"),
    "root of the log": Tampering(label("Log-Root-SHA256", "0" * 64), INFO, "Log-Root-SHA256"),
    "time of the first capture": Tampering(label("Capture-Start-UTC", "2026-02-01T08:00:02.250000Z"), INFO, "Capture-Start-UTC"),
    "time of the last capture": Tampering(label("Capture-End-UTC", "2026-04-01T08:00:02.250000Z"), INFO, "Capture-End-UTC"),
    "day of bagging": Tampering(label("Bagging-Date", "2020-01-01"), INFO, "Bagging-Date"),
    "time of the export": Tampering(label("Export-UTC", "2020-01-01T00:00:00Z"), INFO, "Export-UTC"),
    "fingerprint of the signer": Tampering(label("Signer-Fingerprint", "0" * 64), INFO, "Signer-Fingerprint"),
    "stamps denied": Tampering(label("Timestamp-Authorities", "none (UNSTAMPED)"), INFO, "Timestamp-State"),
    "stamp said to be pending": Tampering(label("Timestamp-Authorities", "practice (pending)"), INFO, "Timestamp-State"),
    "state of the stamps": Tampering(label("Timestamp-State", "UNSTAMPED"), INFO, "Timestamp-State"),
    "state of the seals' stamps": Tampering(label("Record-Timestamp-State", "UNSTAMPED"), INFO, "Record-Timestamp-State"),
    "agency invented": Tampering(label("Agency", "Ministry of Something"), INFO, "Agency"),
    "title of the case": Tampering(label("External-Description", "Another title"), INFO, "External-Description"),
    "profile": Tampering(label("BagIt-Profile-Identifier", "http://example.test/profile"), INFO, "BagIt-Profile-Identifier"),
    "format": Tampering(label("Titlewatch-Format", "titlewatch-bundle/9"), INFO, "Titlewatch-Format"),
    "case of another number": Tampering(another_case, INFO, "case.json"),
    "bundle of another case under this name": Tampering(renamed_case, INFO, "Internal-Sender-Identifier"),
    "label taken out": Tampering(label("Export-UTC", None), INFO, "Export-UTC"),
    "label that says stamps taken out": Tampering(label("Timestamp-Authorities", None), INFO, "Timestamp-Authorities"),
    "label doubled": Tampering(edit(INFO, lambda data: data + b"Exhibit-Count: 4\n"), INFO, INFO),
    "label added": Tampering(edit(INFO, lambda data: data + b"Court-Approved: yes\n"), INFO),
    "line continued": Tampering(edit(INFO, lambda data: data.replace(b"Contact-Name: ", b"Contact-Name:\n ", 1)), INFO, INFO),
    "labels end in CR LF": Tampering(edit(INFO, lambda data: data.replace(b"\n", b"\r\n")), INFO, INFO),
    "space at a label's end": Tampering(edit(INFO, lambda data: data.replace(b"\n", b" \n", 1)), INFO, INFO),
    "line separator in a label": Tampering(edit(INFO, lambda data: data.replace(b"\nContact", "\u2028Fake: x\nContact".encode(), 1)), INFO),
    "bag-info.txt not UTF-8": Tampering(edit(INFO, lambda data: data + b"X: \xff\xff\n"), INFO, INFO),
    "another version of BagIt": Tampering(replace("bagit.txt", "1.0", "0.97"), "bagit.txt", "bagit.txt"),
    "another encoding": Tampering(replace("bagit.txt", "UTF-8", "UTF-16"), "bagit.txt", "bagit.txt"),
    "README rewritten": Tampering(edit("README-en.md", lambda data: data + b"\nThis bundle needs no verification.\n"), "README-en.md"),
    "verify.sh made to agree with everything": Tampering(edit("verify.sh", lambda data: b"#!/bin/sh\necho 'RESULT: nothing failed'\n"), "verify.sh"),
    "report's time": Tampering(edit(layout.HTML_REPORT, lambda data: data.replace(b"2026-03-01", b"2026-02-01")), layout.HTML_REPORT),
    "printed report slipped in": Tampering(insert("data/reports/report-en.pdf", b"%PDF-1.7"), "report-en.pdf"),
    "form filled in otherwise": Tampering(edit("data/forms/custody-receipt.html", lambda data: data + b"received by nobody\n"), "custody-receipt.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


# The lists themselves, and the labels that the script reads.
BY_SCRIPT = [name for name, tampering in TABLE.items() if not tampering.reforgeable]
BY_SCRIPT += [
    "root of the log", "fingerprint of the signer", "stamps denied", "label that says stamps taken out", "label doubled",
    "line separator in a label", "bag-info.txt not UTF-8", "another version of BagIt", "verify.sh made to agree with everything",
]  # fmt: skip


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_the_script_finds_it(made: Made, copy: Fresh, name: str) -> None:
    hold_script(TABLE[name], copy(), made)
