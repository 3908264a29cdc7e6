"""What was written from the exhibits for other programs must say what they say: the table and the CASE graph."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.disclosed_tables import DANGEROUS, Forms, row
from crawler.bundle.check.members import check_members
from crawler.bundle.check.tree import Files
from crawler.model import Finding
from crawler.wording import counted

NODES = {
    "uco-tool:Tool": ("uco-core:name", "uco-tool:version"),
    "uco-identity:Organization": ("uco-core:name",),
    "case-investigation:Investigation": ("uco-core:name", "case-investigation:focus", "uco-core:object"),
    "case-investigation:ProvenanceRecord": (
        "case-investigation:exhibitNumber", "uco-core:description", "uco-core:object",
    ),
    "case-investigation:InvestigativeAction": (
        "uco-core:name", "uco-action:startTime", "uco-action:endTime", "uco-action:instrument", "uco-action:performer",
        "uco-action:object", "uco-action:result",
    ),
    "uco-observable:URL": ("uco-core:hasFacet",),
    "uco-observable:IPv4Address": ("uco-core:hasFacet",),
    "uco-observable:IPv6Address": ("uco-core:hasFacet",),
    "uco-observable:File": ("uco-core:hasFacet",),
    "uco-observable:URLFacet": ("uco-observable:fullValue",),
    "uco-observable:IPv4AddressFacet": ("uco-observable:addressValue",),
    "uco-observable:IPv6AddressFacet": ("uco-observable:addressValue",),
    "uco-observable:FileFacet": (
        "uco-observable:fileName", "uco-observable:filePath", "uco-observable:sizeInBytes",
    ),
    "uco-observable:ContentDataFacet": ("uco-observable:hash",),
    "uco-types:Hash": ("uco-types:hashMethod", "uco-types:hashValue"),
}  # fmt: skip
"""The kinds of nodes of the CASE graph, with the members that each has; facets and hashes stand within their nodes."""
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
    titles = {str(work["work_id"]): work["title"] for work in case["works"]}
    for exhibit, cells in zip(case["exhibits"], rows, strict=True):
        which = f"{layout.EXHIBITS} {exhibit['exhibit']}"
        if None in cells or None in cells.values():
            yield Finding(
                "table", which, "fail", counted(len(columns), "cell"), None, "a row that is longer or shorter"
            )
            continue
        due = _due(files, exhibit, titles)
        for column, found in cells.items():
            if column not in due:
                why = "a column that the format does not have"
                yield Finding("table", f"{which} {column}", "fail", None, found[:120], why)
                continue
            expected = "" if due[column] is None else str(due[column])
            expected = f"'{expected}" if expected.startswith(DANGEROUS) else expected
            if found != expected:
                why = "does not agree with the record"
                yield Finding("table", f"{which} {column}", "fail", expected[:120], found[:120], why)
            if found.startswith(DANGEROUS):
                why = "a spreadsheet would run this cell"
                yield Finding("table", f"{which} {column}", "fail", None, found[:40], why)


def _due(files: Files, exhibit: Mapping[str, Any], titles: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one exhibit as its own files say it."""
    folder = layout.capture_folder(str(exhibit["exhibit"]))
    listing, hit, capture = (files.json(f"{folder}/{name}.json") for name in ("listing", "hit", "capture"))
    return row(exhibit["number"], str(exhibit["exhibit"]), Forms(listing, hit, capture), titles)


def check_graph(files: Files) -> Iterator[Finding]:
    """Every file that the CASE graph describes is there with that hash, and every exhibit's action has its times and URL."""
    graph, case = files.json(layout.ONTOLOGY), files.json(layout.CASE)
    nodes = {node["@id"]: node for node in graph["@graph"]}
    yield from check_members(layout.ONTOLOGY, graph, ("@context", "@graph"))
    yield from _nodes(graph["@graph"], case)
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
    wanted = {f"{exhibit['number']} ({exhibit['exhibit']})": exhibit for exhibit in case["exhibits"]}
    for number in sorted(wanted.keys() ^ records.keys()):
        yield Finding("graph", f"{layout.ONTOLOGY} {number}", "fail", None, None, "not the exhibits of the case")
    actions: dict[str, list[dict[str, Any]]] = {}
    for node in nodes.values():
        for result in {str(one.get("@id")) for one in node.get("uco-action:result", []) if set(one) == {"@id"}}:
            actions.setdefault(result, []).append(node)
    for number in sorted(wanted.keys() & records.keys()):
        record = records[number]
        yield from _action(files, wanted[number], record, actions.get(record["@id"], []), nodes, described)


def _nodes(nodes: Sequence[Mapping[str, Any]], case: Mapping[str, Any]) -> Iterator[Finding]:
    """Each node once, of a kind and with the members that the format has, and as many of each kind as the case has."""
    counts: Counter[str] = Counter()
    for node in nodes:
        counts[str(node["@type"])] += 1
        inner = list(node.get("uco-core:hasFacet", ()))
        inner += [one for facet in inner for one in facet.get("uco-observable:hash", ())]
        for one in (node, *inner):
            which, kind = f"{layout.ONTOLOGY} {one['@id']}", str(one["@type"])
            if kind not in NODES:
                yield Finding("graph", which, "fail", None, kind[:120], "a node that the format does not have")
            else:
                yield from check_members(which, one, ("@id", "@type", *NODES[kind]))
        if node["@type"] == "case-investigation:Investigation" and node.get("uco-core:name") != case["title"]:
            found = str(node.get("uco-core:name"))[:120]
            yield Finding("graph", str(node["@id"]), "fail", str(case["title"])[:120], found, "not the case's title")
    exhibits = len(case["exhibits"])
    due = {"Investigation": 1, "ProvenanceRecord": exhibits, "InvestigativeAction": exhibits}
    for name, count in due.items():
        if (there := counts[f"case-investigation:{name}"]) != count:
            why = "not as many as the case has"
            yield Finding("graph", f"{layout.ONTOLOGY} {name}", "fail", str(count), str(there), why)
    if len({str(node["@id"]) for node in nodes}) != len(nodes):
        yield Finding("graph", layout.ONTOLOGY, "fail", "each node once", None, "a node that stands there twice")


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
