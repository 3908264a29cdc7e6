"""Which files may stand under data/: what no other check reads must at least be where such a file belongs (format.md 2)."""

import re
from collections.abc import Iterator

from crawler.bundle import layout
from crawler.bundle.check.for_people import FORM_NAMES, REPORT_NAMES
from crawler.bundle.check.tree import Files
from crawler.model import Finding

_LOOSE = re.compile(r"data/log/(keys|begin)/[^/]+\Z")
"""Folders whose files other checks know by what the log names."""
_SEGMENT_PART = re.compile(r"(\.warc\.gz|\.cdxj|\.seal\.json(\.[^/]+)?|\.begin\.json(\.[^/]+)?)\Z")
_PLAIN = {
    layout.CASE, layout.EXHIBITS, layout.ONTOLOGY, layout.LEDGER, layout.TREE_HEAD, layout.TREE_HEAD_SIGNATURE,
    layout.CONSISTENCY, layout.CASE_PROOFS, *layout.ENVIRONMENT, *FORM_NAMES, *REPORT_NAMES,
}  # fmt: skip


def check_places(files: Files) -> Iterator[Finding]:
    """Check that each payload file is one that a bundle has."""
    case = files.json(layout.CASE)
    names = [str(exhibit["exhibit"]) for exhibit in case["exhibits"]]
    allowed = {*_PLAIN, layout.wacz(layout.safe_name(str(case["case"]))), *(layout.inclusion(name) for name in names)}
    for name in names:
        folder = layout.capture_folder(name)
        capture = f"{folder}/capture.json"
        if capture in files.sizes:
            allowed |= {capture, *(f"{folder}/{file}" for file in files.json(capture)["files"])}
    stems = {name.removesuffix(".warc.gz") for name in files.under("data/warc/") if name.endswith(".warc.gz")}
    for name in files.under("data/"):
        if name in allowed or _LOOSE.match(name):
            continue
        part = _SEGMENT_PART.search(name)
        if name.startswith("data/warc/") and part and (name[: part.start()] in stems or ".begin.json" in part[0]):
            continue
        yield Finding("file", name, "fail", None, f"{files.sizes[name]} bytes", "not a file that a bundle has there")
