"""The exhibits of a disclosed part against its log, its records and the times that they show (format.md 13.5)."""

import hashlib
from collections.abc import Iterator
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.disclosed_log import DisclosedLog
from crawler.bundle.check.disclosed_tables import check_tables
from crawler.bundle.check.exhibits import PAGE_LIMIT
from crawler.bundle.check.members import apart
from crawler.bundle.check.records import Records
from crawler.bundle.check.times import check_told
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.http_message import decoded_entity, undecodable
from crawler.evidence.warc_read import read_member
from crawler.model import Finding


def check_exhibits(files: Files, said: dict[str, str], account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    """Check what is there of each exhibit, one finding for each that holds; `said` is the original's bag-info.txt."""
    entries = log.by_id("exhibit")
    for one in account["exhibits"]:
        name = str(one["exhibit"])
        folder = layout.capture_folder(name)
        wrong = False
        try:
            for finding in _exhibit(files, name, folder, entries.get(name), log):
                wrong |= finding.state == "fail"
                yield finding
        except (VerificationError, KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
            yield Finding("exhibit", folder, "fail", None, repr(error)[:200], "cannot be read")
            continue
        if not wrong:
            yield Finding("exhibit", folder, "pass", None, None, "what is there of it is what log and records hold")
    chosen = {str(one["exhibit"]) for one in account["exhibits"]}
    for place in ("data/captures/", f"{names.REDACTED}captures/"):
        for name in sorted({path.removeprefix(place).split("/")[0] for path in files.under(place)} - chosen):
            yield Finding("exhibit", place + name, "fail", None, None, "an exhibit that disclosure.json does not name")
    yield from check_tables(files, said, account)


def _exhibit(
    files: Files, name: str, folder: str, entry: dict[str, Any] | None, log: DisclosedLog
) -> Iterator[Finding]:
    if entry is None:
        hidden = [
            seq for seq in log.own.get(name, set()) & log.withheld.keys() if log.withheld[seq]["type"] == "exhibit"
        ]
        if not hidden:
            yield Finding("exhibit", folder, "fail", "an entry of the ledger", None, "no entry names this exhibit")
            return
        why = "its ledger entry is withheld: its listing and hit are held against the signed list alone"
        yield Finding("exhibit", folder, "not_checked", None, f"entry {hidden[0]}", why)
    listing: Any = None
    if f"{folder}/listing.json" in files.sizes:
        listing_name = f"{folder}/listing.json"
        listing = files.json(listing_name)
        if entry is not None:
            yield from _same(listing_name, entry["listing_sha256"], files.sha256(listing_name))
        if f"{folder}/text.txt" in files.sizes:
            yield from _same(f"{folder}/text.txt", listing["text"].encode(), files.read(f"{folder}/text.txt"))
    if f"{folder}/hit.json" in files.sizes:
        hit = files.json(f"{folder}/hit.json")
        for key in ("url", "title", "posted_at", "posted_by", "links") if listing is not None else ():
            yield from _same(f"{folder}/hit.json {key}", listing[key], hit[key])
        if entry is not None:
            yield from _same(f"{folder}/hit.json", (entry["hit"], entry["work"]), (hit["hit_id"], hit["work_id"]))
        yield from _decisions(f"{folder}/hit.json", hit, name, log)
    if f"{folder}/capture.json" in files.sizes and f"{folder}/page.html" in files.sizes:
        yield from _page(files, folder, log)


def _decisions(which: str, hit: dict[str, Any], exhibit: str, log: DisclosedLog) -> Iterator[Finding]:
    decided = log.by_id("decision")
    hidden = [
        seq for seq in log.own.get(exhibit, set()) & log.withheld.keys() if log.withheld[seq]["type"] == "decision"
    ]
    for decision in hit["decisions"]:
        found = decided.get(str(decision["decision_id"]))
        facts = ("verdict", "decided_by", "decided_at")
        if found is not None:
            yield from _same(which, [found[f] for f in facts], [decision[f] for f in facts])
        elif decision.get("ledger_seq") in hidden:
            why = "the ledger entry of a decision is withheld: the decision is held against the signed list alone"
            yield Finding("decision", which, "not_checked", None, f"entry {decision['ledger_seq']}", why)
        else:
            yield Finding("decision", which, "fail", "an entry", None, "a decision without an entry")


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
    file, member = log.places[record["id"]]
    response = read_member(files.path(file), member.offset, member.length, PAGE_LIMIT).block
    if lacking := undecodable(response):
        why = f"cannot be decoded anew here: install {lacking}"
        yield Finding("page", name, "not_checked", None, None, why)
        return
    yield from _same(name, hashlib.sha256(decoded_entity(response).body).hexdigest(), files.sha256(name))


def _same(which: str, expected: Any, found: Any) -> Iterator[Finding]:
    if expected != found:
        wanted, there = apart(expected, found)
        yield Finding("exhibit", which, "fail", wanted, there, "does not agree with the record")


def check_times(files: Files, original: Files, account: dict[str, Any], log: DisclosedLog) -> Iterator[Finding]:
    """Check that records name the stamps of their beginning, each exhibit's bracket of times, and what the log says of the clock."""
    if log.hidden("begin", "stamp", "seal"):
        why = "entries of beginnings, seals or stamps are withheld: what they bracket cannot be worked out"
        yield Finding("time bracket", names.LEDGER, "not_checked", None, None, why)
        return
    unread = set()
    for one in account["exhibits"]:
        name = str(one["exhibit"])
        which = f"{layout.capture_folder(name)}/capture.json"
        known = log.by_id("exchange")
        if which not in files.sizes or str(files.json(which)["page"]) not in known or name not in log.by_id("exhibit"):
            unread.add(name)
            why = (
                "capture.json, or the ledger entry of the page, is withheld: the bracket of times cannot be worked out"
            )
            yield Finding("time bracket", which, "not_checked", None, None, why)
    withheld = {str(item["path"]) for item in account["withheld"]}
    yield from check_told(original, log.plain(unread), Records(places=log.places), withheld)
