"""The exhibits of a disclosed part against its log and records, and what was derived for it (format.md 13.5)."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.disclosed_log import DisclosedLog
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.warc_read import read_member
from crawler.model import Finding

_MARK = re.compile(r"\[REDACTED [^\[\]]{1,40} \d{1,9}\]")


def check_exhibits(files: Files, account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    """Check what is there of each exhibit, one finding for each that holds."""
    entries = log.by_id("exhibit")
    for one in account["exhibits"]:
        name = str(one["exhibit"])
        folder = layout.capture_folder(name)
        wrong = False
        try:
            for finding in _exhibit(files, name, folder, entries.get(name), log):
                wrong |= finding.state == "fail"
                yield finding
        except (VerificationError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield Finding("exhibit", folder, "fail", None, repr(error)[:200], "cannot be read")
            continue
        if not wrong:
            yield Finding("exhibit", folder, "pass", None, None, "what is there of it is what log and records hold")
    yield from _tables(files, account)


def _exhibit(
    files: Files, name: str, folder: str, entry: dict[str, Any] | None, log: DisclosedLog
) -> Iterator[Finding]:
    if entry is None:
        if not log.own.get(name, set()) & log.withheld:
            yield Finding("exhibit", folder, "fail", "an entry of the ledger", None, "no entry names this exhibit")
        return
    listing_name = f"{folder}/listing.json"
    if listing_name in files.sizes:
        yield from _same(listing_name, entry["listing_sha256"], files.sha256(listing_name))
        listing = files.json(listing_name)
        if f"{folder}/text.txt" in files.sizes:
            yield from _same(f"{folder}/text.txt", listing["text"].encode(), files.read(f"{folder}/text.txt"))
        if f"{folder}/hit.json" in files.sizes:
            hit = files.json(f"{folder}/hit.json")
            for key in ("url", "title", "posted_at", "posted_by", "links"):
                yield from _same(f"{folder}/hit.json {key}", listing[key], hit[key])
    if f"{folder}/hit.json" in files.sizes:
        hit, decided = files.json(f"{folder}/hit.json"), log.by_id("decision")
        yield from _same(f"{folder}/hit.json", (entry["hit"], entry["work"]), (hit["hit_id"], hit["work_id"]))
        for decision in hit["decisions"]:
            found = decided.get(str(decision["decision_id"]))
            facts = ("verdict", "decided_by", "decided_at")
            if found is not None:
                yield from _same(f"{folder}/hit.json", [found[f] for f in facts], [decision[f] for f in facts])
            elif not log.withheld:
                yield Finding("decision", f"{folder}/hit.json", "fail", "an entry", None, "a decision without an entry")
    if f"{folder}/capture.json" in files.sizes and f"{folder}/page.html" in files.sizes:
        yield from _page(files, folder, log)


def _page(files: Files, folder: str, log: DisclosedLog) -> Iterator[Finding]:
    """page.html decoded anew from its record."""
    name = f"{folder}/page.html"
    capture = files.json(f"{folder}/capture.json")
    page = next(one for one in capture["exchanges"] if one["exchange"] == capture["page"])
    record = next((one for one in page["records"] if one["type"] == "response"), None)
    if record is None or record["id"] not in log.places:
        why = "the record of the page is withheld: the page cannot be decoded anew"
        yield Finding("page", name, "not_checked", None, None, why)
        return
    try:
        from crawler.evidence.http_message import decoded_entity
    except ImportError as error:
        yield Finding("page", name, "not_checked", None, None, f"cannot be decoded anew here ({error})")
        return
    file, member = log.places[record["id"]]
    response = read_member(files.path(file), member.offset, member.length).block
    yield from _same(name, hashlib.sha256(decoded_entity(response).body).hexdigest(), files.sha256(name))


def _same(which: str, expected: Any, found: Any) -> Iterator[Finding]:
    if expected != found:
        why = "does not agree with the record"
        yield Finding("exhibit", which, "fail", str(expected)[:120], str(found)[:120], why)


def _tables(files: Files, account: dict[str, Any]) -> Iterator[Finding]:
    """The derived tables name the chosen exhibits and no other."""
    chosen = [str(one["exhibit"]) for one in account["exhibits"]]
    listed = [str(one["exhibit"]) for one in files.json(names.CASE)["exhibits"]]
    csv.field_size_limit(1 << 26)
    text = files.read(names.EXHIBITS).decode("utf-8-sig")
    rows = [row["exhibit"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    folders = {path.split("/")[2] for path in files.under("data/captures/")}
    for which, found in ((names.CASE, listed), (names.EXHIBITS, rows), ("data/captures", sorted(folders))):
        if (sorted(found) != sorted(chosen)) if which == "data/captures" else (found != chosen):
            yield Finding("table", which, "fail", ", ".join(chosen)[:120], ", ".join(found)[:120], "other exhibits")


def check_derived(files: Files, account: dict[str, Any], signed: dict[str, str]) -> Iterator[Finding]:
    """Each derived file is the one that redactions.json names, of a withheld original, with as many marks as it says."""
    withheld = {str(item["path"]): str(item["why"]) for item in account["withheld"]}
    derived = set(files.under(names.REDACTED)) - {names.REDACTED_LEDGER}
    if names.REDACTIONS not in files.sizes:
        for name in sorted({*derived, *files.under(names.REDACTED)}):
            yield Finding("derived", name, "fail", names.REDACTIONS, None, "redacted, and nothing says why")
        for path in sorted(path for path, why in withheld.items() if why == "redacted"):
            yield Finding("derived", path, "fail", names.REDACTIONS, None, "redacted, and nothing says why")
        return
    said = files.json(names.REDACTIONS)
    for key in ("decided_by", "reason"):
        if not str(said.get(key) or "").strip():
            yield Finding("derived", names.REDACTIONS, "fail", key, None, "nobody answers for the redaction")
    named = set()
    for item in said["files"]:
        path, name = str(item["path"]), str(item["derived"])
        named.add(name)
        if withheld.get(path) != "redacted" or signed.get(path) != item["sha256"] or name != names.redacted(path):
            yield Finding("derived", name, "fail", signed.get(path), str(item["sha256"]), "not of a withheld original")
        if name not in derived:
            yield Finding("derived", name, "fail", str(item["derived_sha256"]), "no such file", "missing")
            continue
        found = files.sha256(name)
        if found != item["derived_sha256"]:
            yield Finding("derived", name, "fail", str(item["derived_sha256"]), found, "not the file that was derived")
            continue
        marks = Counter(
            mark[10:-1].rpartition(" ")[0] for mark in _MARK.findall(files.read(name).decode("utf-8", "replace"))
        )
        if dict(marks) != item["marks"]:
            yield Finding("derived", name, "fail", str(item["marks"])[:120], str(dict(marks))[:120], "other marks")
            continue
        why = (
            f"derived: {sum(marks.values())} marks; that nothing else was changed only who holds the original can check"
        )
        yield Finding("derived", name, "not_checked", signed.get(path), found, why)
    for name in sorted(derived - named):
        yield Finding("derived", name, "fail", None, None, "redactions.json does not name it")
    lines = files.read(names.REDACTED_LEDGER).splitlines() if names.REDACTED_LEDGER in files.sizes else []
    if len(lines) != len(account["entries_withheld"]):
        expected, found = str(len(account["entries_withheld"])), str(len(lines))
        yield Finding("derived", names.REDACTED_LEDGER, "fail", expected, found, "not one line for each withheld entry")
