"""In what state targets' landing pages were found: as the log says it, on exchanges that are there and can show it (format.md 5.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from typing import Any

from crawler.bundle.check.log import Log
from crawler.bundle.check.members import MISSING, check_members, check_value
from crawler.bundle.check.records import Records
from crawler.bundle.check.tree import Files
from crawler.evidence.http_message import decoded_entity, undecodable
from crawler.evidence.warc_read import read_member
from crawler.model import Finding

MEMBERS = ("target", "url", "state", "said", "entered", "ledger_seq", "exchanges")
ANSWERED = frozenset({"live", "locked", "dead", "removed", "geo-blocked"})
"""States that an answer must show."""
UNSEEN = frozenset({"unknown", "not-visited"})
"""States of which nothing needs to be shown: nobody was asked."""
STATES = ANSWERED | UNSEEN | {"file", "forwards"}
LIMIT = 8 * 1024 * 1024
"""Bytes of an answer that are looked through for the words that are quoted from it."""
CHARSETS = ("utf-8", "gb18030", "big5", "shift_jis", "euc-kr", "windows-1251", "latin-1")
_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def targets_of(listing: Mapping[str, Any]) -> set[str]:
    """What the targets of a listing are known by: the object, or the address where there is none."""
    return {str(link["object"] or link["url"]) for link in listing["links"]}


def check_landings(
    files: Files, which: str, listing: Mapping[str, Any], capture: Mapping[str, Any], log: Log, records: Records
) -> Iterator[Finding]:
    """Check `landings` of one exhibit's capture.json against the log's `landing` entries and their exchanges."""
    shown = capture.get("landings", [])
    own = targets_of(listing)
    told = {one["ledger_seq"] for one in shown}
    for entry in log.of_type("landing"):
        if entry["target"] in own and entry["seq"] not in told:
            why = "in the log and not in capture.json"
            yield Finding("landing", f"{which} landings entry {entry['seq']}", "fail", entry["state"], None, why)
    if capture.get("landings") == []:
        yield Finding("landing", f"{which} landings", "fail", None, "[]", "a list that is left out where it is empty")
    for one in shown:
        place = f"{which} landings entry {one['ledger_seq']}"
        entry = log.entries.get(one["ledger_seq"], {})
        if entry.get("type") != "landing":
            why = "no entry of the log says in what state this target was found"
            yield Finding("landing", place, "fail", None, str(one.get("state"))[:80], why)
            continue
        yield from check_members(place, one, MEMBERS)
        for name in ("target", "url", "state", "said"):
            yield from check_value("landing", f"{place} {name}", entry[name], one.get(name, MISSING))
        yield from check_value("landing", f"{place} entered", entry["utc"], one["entered"])
        ids = [exchange["exchange"] for exchange in one["exchanges"]]
        yield from check_value("landing", f"{place} exchanges", entry["exchanges"], ids)
        yield from _belongs(place, entry, own, shown)
        yield from _shown(files, place, entry, one["exchanges"], log, records)


def _belongs(
    place: str, entry: Mapping[str, Any], own: set[str], shown: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    """The target is one of the listing's, or one to which a redirector among these leads."""
    if entry["target"] in own:
        return
    led = {one["said"].get("address") for one in shown if one["state"] == "forwards"}
    if not led:
        why = "not a target of the listing"
        yield Finding("landing", f"{place} target", "fail", None, str(entry["target"])[:120], why)
    elif not led & {entry["target"], entry["url"]}:
        why = "known under another address than the redirector names: that both are one target is the collector's word"
        yield Finding("landing", f"{place} target", "not_checked", None, str(entry["target"])[:120], why)


def _shown(
    files: Files, place: str, entry: Mapping[str, Any], exchanges: Sequence[Mapping[str, Any]], log: Log, records: Records
) -> Iterator[Finding]:  # fmt: skip
    """The exchanges are looks at landing pages, one behind the other, and the last can show the state."""
    if entry["state"] not in STATES:
        yield Finding("landing", f"{place} state", "fail", None, str(entry["state"])[:80], "no such state")
    before: Mapping[str, Any] | None = None
    for exchange_id in entry["exchanges"]:
        logged = log.by_id("exchange").get(str(exchange_id))
        if logged is None or logged["purpose"] != "landing":
            why = "the state rests on an exchange that the log does not hold as a look at a landing page"
            found = str(logged["purpose"]) if logged else None
            yield Finding("landing", f"{place} {exchange_id}", "fail", "landing", found, why)
            return
        if before is not None and logged["via"] != before["exchange"]:
            why = "not the next step of one way"
            yield Finding("landing", f"{place} {exchange_id}", "fail", before["exchange"], str(logged["via"]), why)
        before = logged
    said = entry["said"]
    if not entry["exchanges"] and entry["state"] in UNSEEN:
        return
    if before is None or (entry["state"] in ANSWERED and before["status"] is None):
        yield Finding("landing", place, "fail", "an answer", None, "no recorded exchange shows this state")
        return
    if said.get("by") != "redirect" and "status" in said:
        yield from check_value("landing", f"{place} said status", before["status"], said["status"])
    if said.get("by") == "words":
        yield from _words(files, place, str(said.get("words")), exchanges[-1], records)


def _words(files: Files, place: str, words: str, exchange: Mapping[str, Any], records: Records) -> Iterator[Finding]:
    """The words that tell the state stand in the recorded answer; how they stood on the page is not worked out again."""
    record = next((one["id"] for one in exchange["records"] if one["type"] == "response"), None)
    if record not in records.places or records.unread(str(record)):
        yield Finding("landing", f"{place} words", "not_checked", words[:120], None, "the answer's bytes are not there")
        return
    file, member = records.places[str(record)]
    response = read_member(files.path(file), member.offset, member.length, LIMIT).block
    if lacking := undecodable(response):
        why = f"cannot be decoded anew here: install {lacking}"
        yield Finding("landing", f"{place} words", "not_checked", words[:120], None, why)
        return
    body = decoded_entity(response).body[:LIMIT]
    wanted = set(_WORD.findall(words.casefold()))
    best = 0
    for charset in CHARSETS:
        there = _said(body.decode(charset, "replace"))
        best = max(best, sum(word in there for word in wanted))
        if best == len(wanted):
            return
    found = f"{best} of {len(wanted)} words"
    if best * 2 < len(wanted):
        why = "the recorded answer does not hold the words that tell the state"
        yield Finding("landing", f"{place} words", "fail", words[:120], found, why)
    else:
        why = "some of the words do not stand in the answer as they are quoted: a reader may have joined or undone them"
        yield Finding("landing", f"{place} words", "not_checked", words[:120], found, why)


def _said(text: str) -> str:
    """All that a document says, with its escapes undone, without its tags and blanks; and its source behind that."""
    parser = _Text()
    parser.feed(text)
    parser.close()
    source = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unescape(text))
    return "".join(f"{''.join(parser.said)}\n{source}".casefold().split())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)
