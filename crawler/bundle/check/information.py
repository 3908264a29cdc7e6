"""bag-info.txt held against everything that it speaks of (format.md 3.2)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.log import Log
from crawler.bundle.check.tree import Files
from crawler.model import Finding

REQUIRED = (
    "Source-Organization", "External-Identifier", "External-Description", "Internal-Sender-Identifier",
    "Bagging-Date", "Export-UTC", "Payload-Oxum", "Bag-Software-Agent", "BagIt-Profile-Identifier",
    "Titlewatch-Format", "Capture-Start-UTC", "Capture-End-UTC", "Exhibit-Count", "Exchange-Count", "Capture-Count",
    "Record-Count", "Segment-Count", "Segments-Unsealed", "Log-Entry-Count", "Log-First-Seq", "Log-Last-Seq",
    "Log-Size", "Log-Root-SHA256", "Signer-Fingerprint", "Record-Timestamp-State", "Agency", "Timestamp-Authorities",
    "Timestamp-State",
)  # fmt: skip
"""Labels that every bundle of this format has."""
OPTIONAL = (
    "Organization-Address", "Contact-Name", "Contact-Email", "Internal-Sender-Description", "Picture-Count", "Reports",
    "Authorisation", "Timestamp-URLs",
)  # fmt: skip
DESCRIPTION = "Evidence bundle made by titlewatch: suspected online copyright infringement"
_AGENT = re.compile(r"titlewatch \d[0-9A-Za-z.+-]*\Z")


def check_information(files: Files, said: Mapping[str, str]) -> Iterator[Finding]:
    """Check what bag-info.txt says of the payload as a whole."""
    payload = files.under("data/")
    oxum = f"{sum(files.sizes[name] for name in payload)}.{len(payload)}"
    yield from _label(said, "Payload-Oxum", oxum, "not the bytes and files of data/")
    for label, value in (("BagIt-Profile-Identifier", layout.PROFILE), ("Titlewatch-Format", layout.FORMAT)):
        if said.get(label) != value:
            yield Finding(
                "bag-info.txt", label, "fail", value, said.get(label), "another format than this verifier knows"
            )
    for label in REQUIRED:
        if label not in said:
            yield Finding("bag-info.txt", label, "fail", "a label that every bundle has", None, "missing")
    name = said.get("Internal-Sender-Identifier", "")
    match = layout.BUNDLE_NAME.match(name)
    if not match:
        yield Finding(
            "bag-info.txt", "Internal-Sender-Identifier", "fail", "a bundle's name", name, "not a bundle's name"
        )
    elif name != files.name:
        yield Finding("name", files.name, "not_checked", name, files.name, "the folder was renamed")
    if match:
        case = layout.safe_name(said.get("External-Identifier", ""))
        if match["case"] != case:
            why = "the name is of a bundle of another case"
            yield Finding("bag-info.txt", "Internal-Sender-Identifier", "fail", case, match["case"], why)
        exported = "".join(c for c in said.get("Export-UTC", "") if c.isalnum())
        if exported < match["time"]:
            why = "before the time in the bundle's name"
            yield Finding("bag-info.txt", "Export-UTC", "fail", match["time"], said.get("Export-UTC"), why)
    yield from _label(said, "Bagging-Date", said.get("Export-UTC", "")[:10], "not the day of Export-UTC")
    for label in sorted(said.keys() - {*REQUIRED, *OPTIONAL}):
        yield Finding("bag-info.txt", label, "fail", None, said[label], "a label that the format does not have")
    yield from _label(said, "Internal-Sender-Description", DESCRIPTION, "not what every bundle says of itself")
    # What the software calls itself at the export is in no entry of the log, which ends before it.
    if not _AGENT.match(said.get("Bag-Software-Agent", "titlewatch 0")):
        why = "not the name and version of a titlewatch"
        yield Finding("bag-info.txt", "Bag-Software-Agent", "fail", None, said["Bag-Software-Agent"], why)
    for language in ("en", "zh") if "pdf" in said.get("Reports", "pdf").split(", ") else ():
        if layout.report(language) not in files.sizes:
            yield Finding("file", layout.report(language), "fail", "a report", None, "bag-info.txt promises it")
    why = "as the collector's machine had it at the export: the log of the bundle ends before"
    which = "Bag-Software-Agent, Bagging-Date, Export-UTC, Timestamp-URLs"
    yield Finding("bag-info.txt", which, "not_checked", None, None, why)
    yield from _stamp_state(said)


def _stamp_state(said: Mapping[str, str]) -> Iterator[Finding]:
    words = [word.strip() for word in said.get("Timestamp-Authorities", "").split(",")]
    pending = sum(word.endswith("(pending)") for word in words)
    state = "UNSTAMPED" if words[0].startswith("none") else "stamped"
    if pending:
        state = "pending" if pending == len(words) else "partly pending"
    yield from _label(said, "Timestamp-State", state, "not what Timestamp-Authorities says")


def check_counts(files: Files, said: Mapping[str, str], log: Log) -> Iterator[Finding]:
    """Check what bag-info.txt counts and names of exhibits, captures, segments and seals."""
    case = files.json(layout.CASE)
    captures = [files.json(f"{layout.capture_folder(str(e['exhibit']))}/capture.json") for e in case["exhibits"]]
    looks = [landing for capture in captures for landing in capture.get("landings", ())]
    exchanges = {exchange["exchange"] for one in (*captures, *looks) for exchange in one["exchanges"]}
    taken = {one["capture"] for capture in captures for one in capture["captures"]}
    pages = sorted(page["started"] for capture in captures for page in capture["exchanges"] if page["role"] == "page")
    why = "not what the exhibits say"
    yield from _label(said, "Exchange-Count", str(len(exchanges)), why)
    yield from _label(said, "Capture-Count", str(len(taken)), why)
    if "Picture-Count" in said:
        pictures = [name for name in files.under("data/captures/") if name.endswith("/screenshot.png")]
        yield from _label(said, "Picture-Count", str(len(pictures)), why)
    if pages:
        yield from _label(said, "Capture-Start-UTC", pages[0], why)
        yield from _label(said, "Capture-End-UTC", pages[-1], why)
    segments = [name for name in files.under("data/warc/") if name.endswith(".warc.gz")]
    sealed = {name: name.removesuffix(".warc.gz") + ".seal.json" for name in segments}
    bare = [name.rpartition("/")[2] for name, seal in sealed.items() if seal not in files.sizes]
    yield from _label(said, "Segments-Unsealed", ", ".join(bare) or "none", "not what lies in data/warc")
    yield from _seals_state(files, said, [seal for seal in sealed.values() if seal in files.sizes], bool(bare))
    agency = said.get("Agency", "")
    if agency.startswith("none (") != (case["agency"] is None):
        yield Finding("bag-info.txt", "Agency", "fail", str(case["agency"]), agency, "not what case.json says")
    yield from _case(said, case, log)


def _seals_state(files: Files, said: Mapping[str, str], seals: list[str], bare: bool) -> Iterator[Finding]:
    """Only what cannot be read in two ways: stamps are there, or there are none."""
    stamped = [any(name.startswith(f"{seal}.") and name.endswith(".tsr") for name in files.sizes) for seal in seals]
    state = said.get("Record-Timestamp-State", "")
    if (state == "stamped" and (bare or not all(stamped))) or (state == "UNSTAMPED" and any(stamped)):
        found = f"{sum(stamped)} of {len(seals)} seals have a stamp"
        yield Finding("bag-info.txt", "Record-Timestamp-State", "fail", state, found, "not what lies beside the seals")


def _case(said: Mapping[str, str], case: Mapping[str, Any], log: Log) -> Iterator[Finding]:
    """The case's title and track are those with which it was opened."""
    title, found = " ".join(str(case["title"]).split()), said.get("External-Description", "")
    if title.isprintable() and title and found != title:
        yield Finding("bag-info.txt", "External-Description", "fail", title, found, "not the case's title")
    for entry in log.of_type("case"):
        for key in ("title", "track"):
            if entry.get("act") == "open" and key in entry and entry[key] != case[key]:
                which = f"{layout.CASE} {key}"
                yield Finding("case.json", which, "fail", str(entry[key]), str(case[key]), "not what the log says")
    said_log = case["log"]
    head = {"entries": len(log.entries), "size": log.size, "root": log.root.hex(),
            "first_seq": min(log.entries, default=-1), "last_seq": max(log.entries, default=-1)}  # fmt: skip
    for key, value in head.items():
        if said_log.get(key) != value:
            which = f"{layout.CASE} log {key}"
            yield Finding("case.json", which, "fail", str(value), str(said_log.get(key)), "not what the log says")


def _label(said: Mapping[str, str], label: str, expected: str, why: str) -> Iterator[Finding]:
    if label in said and said[label] != expected:
        yield Finding("bag-info.txt", label, "fail", expected, said[label], why)
