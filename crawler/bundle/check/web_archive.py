"""The WACZ: a derived file that must agree with what it was made from (format.md 9)."""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.tree import PIECE, Files
from crawler.bundle.check.zip_form import ends_whole, local_head, stored_form, too_many
from crawler.evidence.strict_json import read_strict
from crawler.model import Finding
from crawler.wording import counted

NEEDED = ("datapackage.json", "datapackage-digest.json", "indexes/index.cdxj", "pages/pages.jsonl")


def check_web_archive(files: Files) -> Iterator[Finding]:
    """Check the WACZ's list, its hashes, its segments and its pages."""
    names = files.under("data/wacz/")
    case = files.json(layout.CASE)
    expected = layout.wacz(layout.safe_name(str(case["case"])))
    if names != [expected]:
        yield Finding("wacz", "data/wacz", "fail", expected, ", ".join(names)[:200], "not one web archive of this case")
    for name in names:
        wrong = False
        for problem in _archive(files, name, case["exhibits"]):
            wrong = True
            yield problem
        if not wrong:
            yield Finding("wacz", name, "pass", None, None, "its segments are the bundle's, its pages the exhibits")


def _archive(files: Files, name: str, exhibits: list[dict[str, Any]]) -> Iterator[Finding]:
    if not ends_whole(files.path(name)):
        yield Finding("wacz", name, "fail", "a whole ZIP", None, "damaged, cut off, or followed by other bytes")
        return
    if problem := too_many(files.path(name), name):
        yield problem
        return
    hashes: dict[str, str] = {}
    small: dict[str, bytes] = {}
    with zipfile.ZipFile(files.path(name)) as archive:
        entries = archive.infolist()
        wrong = list(stored_form(name, archive, entries))
        if sum(entry.file_size for entry in entries) > files.sizes[name]:
            wrong.append(Finding("wacz", name, "fail", "stored", None, "compressed or overlapping, which ours is not"))
        yield from (
            replace(one, check="wacz", object=one.object if one.object == name else f"{name}: {one.object}")
            for one in wrong
        )
        if wrong:
            return
        for entry in entries:
            yield from _read(files, name, archive, entry, hashes, small)
    missing = [path for path in NEEDED if path not in small]
    for path in missing:
        yield Finding("wacz", f"{name}: {path}", "fail", "a file that every web archive has", None, "missing")
    if missing:
        return
    yield from _lists(name, hashes, small)
    segments = {path.removeprefix("archive/"): value for path, value in hashes.items() if path.startswith("archive/")}
    ours = {
        file.removeprefix("data/warc/"): files.digests(file)[0]
        for file in files.under("data/warc/")
        if file.endswith(".warc.gz")
    }
    for segment in sorted(set(segments) | set(ours)):
        if segments.get(segment) != ours.get(segment):
            yield Finding(
                "wacz", f"{name}: {segment}", "fail", ours.get(segment), segments.get(segment), "another segment"
            )
    yield from _index(files, name, small)
    yield from _pages(files, name, exhibits, small)


def _read(
    files: Files,
    name: str,
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    hashes: dict[str, str],
    small: dict[str, bytes],
) -> Iterator[Finding]:
    head = local_head(entry)
    with files.open(name) as raw:
        raw.seek(entry.header_offset)
        if raw.read(len(head)) != head:
            why = "its own header is another than the list's"
            yield Finding("wacz", f"{name}: {entry.filename[:80]}", "fail", None, None, why)
    digest = hashlib.sha256()
    kept = bytearray()
    with archive.open(entry) as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            if not entry.filename.endswith(".warc.gz"):
                kept += piece
    hashes[entry.filename] = digest.hexdigest()
    small[entry.filename] = bytes(kept)


def _lists(name: str, hashes: dict[str, str], small: dict[str, bytes]) -> Iterator[Finding]:
    package = read_strict(small["datapackage.json"], f"{name}: datapackage.json")
    said = read_strict(small["datapackage-digest.json"], f"{name}: datapackage-digest.json")
    if said["hash"] != f"sha256:{hashes['datapackage.json']}":
        yield Finding(
            "wacz", f"{name}: datapackage.json", "fail", said["hash"], hashes["datapackage.json"], "was changed"
        )
    listed = {item["path"]: item["hash"] for item in package["resources"]}
    beside = ("datapackage.json", "datapackage-digest.json")
    inside = {path: f"sha256:{value}" for path, value in hashes.items() if path not in beside}
    for path in sorted(set(listed) | set(inside)):
        if listed.get(path) != inside.get(path):
            yield Finding("wacz", f"{name}: {path[:80]}", "fail", listed.get(path), inside.get(path), "not as listed")
        elif not path.startswith("archive/") and path not in ("indexes/index.cdxj", "pages/pages.jsonl"):
            yield Finding(
                "wacz", f"{name}: {path[:80]}", "fail", None, None, "not a file that a web archive of ours has"
            )


def _index(files: Files, name: str, small: dict[str, bytes]) -> Iterator[Finding]:
    expected: list[bytes] = []
    for file in files.under("data/warc/"):
        if file.endswith(".cdxj"):
            expected += files.read(file).splitlines(keepends=True)
    found = small["indexes/index.cdxj"].splitlines(keepends=True)
    if sorted(expected) != sorted(found):
        only = next(iter({*expected} ^ {*found}), b"")[:120].decode("utf-8", "replace")
        yield Finding(
            "wacz", f"{name}: indexes/index.cdxj", "fail", None, only, "not the lines of the segments' indexes"
        )


def _pages(files: Files, name: str, exhibits: list[dict[str, Any]], small: dict[str, bytes]) -> Iterator[Finding]:
    which = f"{name}: pages/pages.jsonl"
    lines = small["pages/pages.jsonl"].removesuffix(b"\n").split(b"\n")[1:]
    if len(lines) != len(exhibits):
        yield Finding(
            "wacz", which, "fail", counted(len(exhibits), "page"), str(len(lines)), "not one for each exhibit"
        )
        return
    for exhibit, line in zip(exhibits, lines, strict=True):
        page = read_strict(line, which)
        folder = layout.capture_folder(str(exhibit["exhibit"]))
        taken = next(one for one in files.json(f"{folder}/capture.json")["exchanges"] if one["role"] == "page")
        title = f"{exhibit['number']}. {files.json(f'{folder}/listing.json')['title']}"
        said = tuple(page.get(key) for key in ("id", "url", "ts", "title"))
        expected = (exhibit["exhibit"], taken["url"], taken["started"], title)
        if said != expected:
            yield Finding("wacz", which, "fail", str(expected)[:200], str(said)[:200], "not the exhibit's page")
