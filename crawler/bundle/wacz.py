"""The case as one WACZ 1.1.1 file, for replay (format.md 9): written by hand, so that equal content gives equal bytes."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.bundle import index, layout
from crawler.bundle.archive import write_stored
from crawler.bundle.bag import Bag
from crawler.bundle.casefile import CaseFile
from crawler.bundle.segments import CopiedSegment

VERSION = "1.1.1"


def write(bag: Bag, case: CaseFile, segments: Sequence[CopiedSegment], software: str, created: str) -> None:
    """Write the web archive: the bundle's own segments, one index, one page for each exhibit.

    `created` is the time of the last capture, not of the export: equal cases give equal files.
    """
    lines = [line for segment in segments for line in segment.lines]
    pages = pages_jsonl(case)
    cdxj = index.rendered(lines)
    resources: list[dict[str, Any]] = []
    files: list[tuple[str, Path | bytes]] = []
    for segment in segments:
        assert segment.written is not None
        path = f"archive/{segment.name}"
        resources.append(_resource(path, segment.written.sha256, segment.written.bytes))
        files.append((path, bag.folder / segment.file))
    for path, data in (("indexes/index.cdxj", cdxj), ("pages/pages.jsonl", pages)):
        resources.append(_resource(path, hashlib.sha256(data).hexdigest(), len(data)))
        files.append((path, data))
    package = _json(
        {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": f"{case.row.title} ({case.case_id})",
            "software": software,
            "created": created,
            "resources": resources,
        }
    )
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
    files += [("datapackage.json", package), ("datapackage-digest.json", _json(digest))]
    name = layout.wacz(case.file_name)
    with bag.place(name).open("xb") as target:
        write_stored(target, files)
    bag.adopt(name)


def pages_jsonl(case: CaseFile) -> bytes:
    """One line for each exhibit's page after the header line; `ts` is that of the exchange's record."""
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Exhibits"}]
    for exhibit in case.exhibits:
        page = exhibit.page
        lines.append(
            {
                "id": exhibit.name,
                "url": page.facts["url"],
                "ts": page.facts["started_at"],
                "title": f"{exhibit.number}. {exhibit.listing['title']}",
            }
        )
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines).encode("utf-8")


def _resource(path: str, sha256: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2].lower(), "path": path, "hash": f"sha256:{sha256}", "bytes": size}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
