"""The case as a CASE/UCO graph in JSON-LD (format.md 4.3), for the tools of other agencies."""

import hashlib
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from crawler.bundle import layout
from crawler.bundle.bag import Bag, pretty
from crawler.bundle.casefile import CaseFile, Exhibit
from crawler.bundle.segments import CopiedSegment
from crawler.config import Collector

CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Graph:
    """Nodes whose ids follow from the case and their own names, so that equal cases give equal graphs."""

    def __init__(self, case_id: str) -> None:
        self._space = uuid5(NAMESPACE_URL, f"titlewatch:{case_id}").bytes
        self.nodes: dict[str, dict[str, Any]] = {}

    def iri(self, kind: str, name: str) -> str:
        """``kb:<kind>-<uuid>``."""
        # UUIDv5 (RFC 9562, 5.5) by hand: there are a dozen for each exhibit, and uuid.uuid5 takes twice as long.
        digest = hashlib.sha1(self._space + f"{kind}/{name}".encode(), usedforsecurity=False).digest()[:16]
        number = int.from_bytes(digest) & ~(0xF000 << 64) | 5 << 76
        text = f"{number & ~(0xC000 << 48) | 0x8000 << 48:032x}"
        return f"kb:{kind}-{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def add(self, kind: str, name: str, types: str, **properties: Any) -> dict[str, str]:
        """Add a node once; returns a reference to it."""
        iri = self.iri(kind, name)
        self.nodes.setdefault(iri, {"@id": iri, "@type": types, **properties})
        return {"@id": iri}

    def facet(self, kind: str, name: str, types: str, **properties: Any) -> dict[str, Any]:
        """A facet that stands inside its node."""
        return {"@id": self.iri(kind, name), "@type": types, **properties}

    def rendered(self) -> bytes:
        """The JSON-LD file."""
        return pretty({"@context": CONTEXT, "@graph": [self.nodes[iri] for iri in sorted(self.nodes)]})


def case_jsonld(
    bag: Bag, case: CaseFile, captures: Sequence[Mapping[str, Any]], segments: Sequence[CopiedSegment],
    software: str, collector: Collector,
) -> bytes:  # fmt: skip
    """One investigation, one action for each exhibit, its files with their hashes, one provenance record each."""
    graph = Graph(case.case_id)
    name, _, version = software.partition(" ")
    tool = graph.add(
        "tool", software, "uco-tool:Tool", **{"uco-core:name": name, "uco-tool:version": version or "unknown"}
    )
    performer = graph.add(
        "organization", "collector", "uco-identity:Organization",
        **{"uco-core:name": collector.organisation or collector.name or "unnamed collector"},
    )  # fmt: skip
    archives = {segment.file: _file(graph, bag, segment.file) for segment in segments}
    objects = []
    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        objects += _exhibit(graph, bag, exhibit, facts, archives, tool, performer)
    graph.add(
        "investigation", case.case_id, "case-investigation:Investigation",
        **{
            "uco-core:name": case.row.title,
            "case-investigation:focus": "suspected copyright infringement",
            "uco-core:object": objects,
        },
    )  # fmt: skip
    return graph.rendered()


def _exhibit(
    graph: Graph, bag: Bag, exhibit: Exhibit, facts: Mapping[str, Any], archives: Mapping[str, dict[str, str]],
    tool: dict[str, str], performer: dict[str, str],
) -> list[dict[str, str]]:  # fmt: skip
    page = next(e for e in facts["exchanges"] if e["role"] == "page")
    folder = layout.capture_folder(exhibit.name)
    files = [_file(graph, bag, f"{folder}/{name}") for name in sorted(facts["files"])]
    used = sorted({record["file"] for record in page["records"]})
    subjects = [_url(graph, page["url"])]
    address = page["peer"]["address"]
    if address:
        subjects.append(_address(graph, address))
    record = graph.add(
        "provenance-record", exhibit.name, "case-investigation:ProvenanceRecord",
        **{
            "case-investigation:exhibitNumber": f"{exhibit.number} ({exhibit.name})",
            "uco-core:description": exhibit.listing["title"],
            "uco-core:object": [*files, *(archives[name] for name in used)],
        },
    )  # fmt: skip
    action = graph.add(
        "investigative-action", exhibit.name, "case-investigation:InvestigativeAction",
        **{
            "uco-core:name": "captured",
            "uco-action:startTime": _time(page["started"]),
            "uco-action:endTime": _time(page["finished"]),
            "uco-action:instrument": tool,
            "uco-action:performer": performer,
            "uco-action:object": subjects,
            "uco-action:result": [*files, record],
        },
    )  # fmt: skip
    return [action, record, *subjects]


def _url(graph: Graph, url: str) -> dict[str, str]:
    facet = graph.facet("url-facet", url, "uco-observable:URLFacet", **{"uco-observable:fullValue": url})
    return graph.add("url", url, "uco-observable:URL", **{"uco-core:hasFacet": [facet]})


def _address(graph: Graph, address: str) -> dict[str, str]:
    kind = f"IPv{ip_address(address.partition('%')[0]).version}Address"
    facet = graph.facet(
        "address-facet", address, f"uco-observable:{kind}Facet", **{"uco-observable:addressValue": address}
    )
    return graph.add("address", address, f"uco-observable:{kind}", **{"uco-core:hasFacet": [facet]})


def _file(graph: Graph, bag: Bag, path: str) -> dict[str, str]:
    written = bag.payload[path]
    facets = [
        graph.facet(
            "file-facet", path, "uco-observable:FileFacet",
            **{
                "uco-observable:fileName": path.rpartition("/")[2],
                "uco-observable:filePath": path,
                "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(written.bytes)},
            },
        ),
        graph.facet(
            "content-facet", path, "uco-observable:ContentDataFacet",
            **{"uco-observable:hash": [_hash(graph, path, "SHA256", written.sha256), _hash(graph, path, "SHA512", written.sha512)]},
        ),
    ]  # fmt: skip
    return graph.add("file", path, "uco-observable:File", **{"uco-core:hasFacet": facets})


def _hash(graph: Graph, path: str, method: str, value: str) -> dict[str, Any]:
    return graph.facet(
        "hash", f"{path}/{method}", "uco-types:Hash",
        **{
            "uco-types:hashMethod": method,
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value.upper()},
        },
    )  # fmt: skip


def _time(moment: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment}
