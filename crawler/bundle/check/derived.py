"""What was written from the exhibits for other programs must say what they say: the table and the CASE graph."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.tree import Files
from crawler.model import Finding

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NEEDED = ("exhibit", "hit_id", "verdict", "url", "seen_utc")


def check_table(files: Files) -> Iterator[Finding]:
    """exhibits.csv says of each exhibit what its own files say, in the order of case.json."""
    case = files.json(layout.CASE)
    data = files.read(layout.EXHIBITS)
    text = data.decode("utf-8-sig")
    csv.field_size_limit(1 << 26)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = list(reader)
    columns = list(reader.fieldnames or ())
    if not data.startswith(b"\xef\xbb\xbf") or not text.endswith("\r\n") or len(set(columns)) != len(columns):
        why = "not in the form that every reader takes alike"
        yield Finding("table", layout.EXHIBITS, "fail", "byte order mark, CRLF, each column once", None, why)
    for column in NEEDED:
        if column not in columns:
            yield Finding("table", f"{layout.EXHIBITS} {column}", "fail", "a column", None, "missing")
    names = [str(exhibit["exhibit"]) for exhibit in case["exhibits"]]
    if [row.get("exhibit") for row in rows] != names:
        found = ", ".join(str(row.get("exhibit")) for row in rows)[:200]
        why = "not one row for each exhibit, in their order"
        yield Finding("table", layout.EXHIBITS, "fail", ", ".join(names)[:200], found, why)
        return
    for exhibit, row in zip(case["exhibits"], rows, strict=True):
        which = f"{layout.EXHIBITS} {exhibit['exhibit']}"
        if None in row or None in row.values():
            yield Finding("table", which, "fail", f"{len(columns)} cells", None, "a row that is longer or shorter")
            continue
        for column, value in _row(files, case, exhibit).items():
            expected = "" if value is None else str(value)
            expected = f"'{expected}" if expected.startswith(DANGEROUS) else expected
            if column in row and row[column] != expected:
                why = "does not agree with the record"
                yield Finding("table", f"{which} {column}", "fail", expected[:120], row[column][:120], why)
        for column, found in row.items():
            if found.startswith(DANGEROUS):
                why = "a spreadsheet would run this cell"
                yield Finding("table", f"{which} {column}", "fail", None, found[:40], why)


def _row(files: Files, case: Mapping[str, Any], exhibit: Mapping[str, Any]) -> dict[str, Any]:
    folder = layout.capture_folder(str(exhibit["exhibit"]))
    listing, hit = files.json(f"{folder}/listing.json"), files.json(f"{folder}/hit.json")
    capture = files.json(f"{folder}/capture.json")
    page = next(one for one in capture["exchanges"] if one["role"] == "page")
    response: Mapping[str, Any] = next((one for one in page["records"] if one["type"] == "response"), {})
    titles = {work["work_id"]: work["title"] for work in case["works"]}
    decision, tls, links = hit["decisions"][-1], page["tls"] or {}, listing["links"]
    return {
        "number": exhibit["number"], "exhibit": exhibit["exhibit"], "hit_id": exhibit["hit_id"],
        "work_id": exhibit["work_id"], "work_title": titles.get(exhibit["work_id"]), "site": exhibit["site"],
        "url": listing["url"], "page_url": page["url"], "title": listing["title"], "posted_by": listing["posted_by"],
        "posted_at": listing["posted_at"], "posted_at_text": listing["posted_at_text"], "seen_utc": page["started"],
        "status": page["status"], "server_address": page["peer"]["address"], "server_port": page["peer"]["port"],
        "tls_version": tls.get("version"), "certificate_sha256": next(iter(tls.get("chain_sha256") or ()), None),
        "target_urls": "\n".join(one["url"] for one in links), "verdict": exhibit["verdict"],
        "decided_by": decision["decided_by"], "decided_at": decision["decided_at"], "score": listing["match"]["score"],
        "response_sha256": page["response"]["sha256"], "warc_file": response.get("file"),
        "screenshot_sha256": capture["files"].get("screenshot.png", {}).get("sha256"),
        "warc_offset": response.get("offset"), "warc_length": response.get("length"),
        "ledger_seq": exhibit["ledger_seq"],
    }  # fmt: skip


def check_graph(files: Files) -> Iterator[Finding]:
    """Every file that the CASE graph describes is there with that hash, and every exhibit's action has its times and URL."""
    nodes = {node["@id"]: node for node in files.json(layout.ONTOLOGY)["@graph"]}
    described = set()
    for node in nodes.values():
        facets = node.get("uco-core:hasFacet", [])
        path = next((f["uco-observable:filePath"] for f in facets if "uco-observable:filePath" in f), None)
        if path is None:
            continue
        described.add(path)
        said = {
            h["uco-types:hashMethod"]: h["uco-types:hashValue"]["@value"].lower()
            for facet in facets
            for h in facet.get("uco-observable:hash", [])
        }
        found = files.digests(path) if path in files.sizes else ("", "")
        size = [f["uco-observable:sizeInBytes"]["@value"] for f in facets if "uco-observable:sizeInBytes" in f]
        if (said.get("SHA256"), said.get("SHA512")) != found or size != [str(files.sizes[path])]:
            yield Finding("graph", path, "fail", said.get("SHA256"), found[0], "not the file that the graph describes")
    if not described:
        yield Finding("graph", layout.ONTOLOGY, "fail", "files with hashes", None, "describes nothing")
    records = {}
    for node in nodes.values():
        if "case-investigation:exhibitNumber" in node:
            records[node["case-investigation:exhibitNumber"]] = node
    exhibits = files.json(layout.CASE)["exhibits"]
    wanted = {f"{exhibit['number']} ({exhibit['exhibit']})": exhibit for exhibit in exhibits}
    for number in sorted(wanted.keys() ^ records.keys()):
        yield Finding("graph", f"{layout.ONTOLOGY} {number}", "fail", None, None, "not the exhibits of the case")
    actions: dict[str, list[dict[str, Any]]] = {}
    for node in nodes.values():
        for result in {str(one.get("@id")) for one in node.get("uco-action:result", []) if set(one) == {"@id"}}:
            actions.setdefault(result, []).append(node)
    for number in sorted(wanted.keys() & records.keys()):
        record = records[number]
        yield from _action(files, wanted[number], record, actions.get(record["@id"], []), nodes, described)


def _action(
    files: Files, exhibit: Mapping[str, Any], record: Mapping[str, Any], actions: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, Any], described: set[str],
) -> Iterator[Finding]:  # fmt: skip
    folder = layout.capture_folder(str(exhibit["exhibit"]))
    capture, listing = files.json(f"{folder}/capture.json"), files.json(f"{folder}/listing.json")
    page = next(one for one in capture["exchanges"] if one["role"] == "page")
    which = f"{layout.ONTOLOGY} {exhibit['exhibit']}"
    for name in capture["files"]:
        if f"{folder}/{name}" not in described:
            yield Finding("graph", which, "fail", f"{folder}/{name}", None, "a file of the exhibit is not described")
    if record.get("uco-core:description") != listing["title"]:
        found = str(record.get("uco-core:description"))[:120]
        yield Finding("graph", which, "fail", listing["title"][:120], found, "not the listing's title")
    if len(actions) != 1:
        yield Finding("graph", which, "fail", "one action", str(len(actions)), "not one action for the exhibit")
        return
    about = [nodes[one["@id"]] for one in actions[0].get("uco-action:object", [])]
    values = {
        facet[key]
        for node in about
        for facet in node.get("uco-core:hasFacet", [])
        for key in ("uco-observable:fullValue", "uco-observable:addressValue")
        if key in facet
    }
    times = [actions[0].get(f"uco-action:{end}Time", {}).get("@value") for end in ("start", "end")]
    expected = [page["started"], page.get("finished")]
    wanted = {value for value in (page["url"], page["peer"]["address"]) if value}
    if times[0] != expected[0] or (expected[1] is not None and times[1] != expected[1]):
        yield Finding("graph", which, "fail", str(expected), str(times), "not the times of the request")
    if values != wanted:
        found = ", ".join(sorted(map(str, values)))
        yield Finding(
            "graph", which, "fail", ", ".join(sorted(wanted)), found, "not the URL and address of the request"
        )
