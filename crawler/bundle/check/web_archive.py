"""The WACZ and the CASE graph: derived files that must agree with what they were made from (format.md 4.3, 9)."""

import hashlib
import json
import zipfile
from collections.abc import Iterator

from crawler.bundle import layout
from crawler.bundle.check.tree import PIECE, Files
from crawler.model import Finding


def check_web_archive(files: Files) -> Iterator[Finding]:
    """Check the WACZ's list, its hashes, its segments and its pages."""
    names = files.under("data/wacz/")
    case = files.json(layout.CASE)
    expected = layout.wacz(layout.safe_name(str(case["case"])))
    if names != [expected]:
        yield Finding("wacz", "data/wacz", "fail", expected, ", ".join(names)[:200], "not one web archive of this case")
    for name in names:
        wrong = False
        for problem in _archive(files, name, len(case["exhibits"])):
            wrong = True
            yield problem
        if not wrong:
            yield Finding("wacz", name, "pass", None, None, "its segments are the bundle's, its pages the exhibits")


def _archive(files: Files, name: str, exhibits: int) -> Iterator[Finding]:
    hashes: dict[str, str] = {}
    small: dict[str, bytes] = {}
    with zipfile.ZipFile(files.path(name)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > files.sizes[name]:
            yield Finding("wacz", name, "fail", "stored", None, "compressed or overlapping, which ours is not")
            return
        for entry in entries:
            if entry.compress_type != zipfile.ZIP_STORED or entry.filename in hashes:
                yield Finding(
                    "wacz", f"{name}: {entry.filename[:80]!a}", "fail", "stored, once", None, "not as ours is"
                )
                return
            digest = hashlib.sha256()
            with archive.open(entry) as source:
                kept = bytearray()
                while piece := source.read(PIECE):
                    digest.update(piece)
                    if not entry.filename.endswith(".warc.gz"):
                        kept += piece
            hashes[entry.filename] = digest.hexdigest()
            small[entry.filename] = bytes(kept)
    package = json.loads(small["datapackage.json"])
    said = json.loads(small["datapackage-digest.json"])
    if said["hash"] != f"sha256:{hashes['datapackage.json']}":
        yield Finding(
            "wacz", f"{name}: datapackage.json", "fail", said["hash"], hashes["datapackage.json"], "was changed"
        )
    listed = {item["path"]: item["hash"] for item in package["resources"]}
    inside = {path: f"sha256:{value}" for path, value in hashes.items() if not path.startswith("datapackage")}
    for path in sorted(set(listed) | set(inside)):
        if listed.get(path) != inside.get(path):
            yield Finding("wacz", f"{name}: {path[:80]}", "fail", listed.get(path), inside.get(path), "not as listed")
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
    pages = small["pages/pages.jsonl"].decode("utf-8").splitlines()
    if len(pages) != exhibits + 1:
        yield Finding(
            "wacz", f"{name}: pages", "fail", f"{exhibits} pages", str(len(pages) - 1), "not one for each exhibit"
        )


def check_graph(files: Files) -> Iterator[Finding]:
    """Every file that the CASE graph describes is there with that hash."""
    graph = files.json(layout.ONTOLOGY)["@graph"]
    described = 0
    for node in graph:
        facets = node.get("uco-core:hasFacet", [])
        path = next((f["uco-observable:filePath"] for f in facets if "uco-observable:filePath" in f), None)
        if path is None:
            continue
        described += 1
        said = {
            h["uco-types:hashMethod"]: h["uco-types:hashValue"]["@value"].lower()
            for facet in facets
            for h in facet.get("uco-observable:hash", [])
        }
        found = files.digests(path) if path in files.sizes else ("", "")
        if (said.get("SHA256"), said.get("SHA512")) != found:
            yield Finding("graph", path, "fail", said.get("SHA256"), found[0], "not the file that the graph describes")
    if not described:
        yield Finding("graph", layout.ONTOLOGY, "fail", "files with hashes", None, "describes nothing")
