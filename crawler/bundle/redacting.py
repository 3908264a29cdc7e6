"""Rules applied to one exhibit: which of its files stay, which are derived anew, which are withheld (format.md 13.4)."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import redaction_kinds, redaction_readings, redaction_transfer, redaction_users
from crawler.bundle.bag import pretty
from crawler.bundle.redaction import LOCATORS, Asked, Marks, Redacted, Redactor, protected_of
from crawler.bundle.redaction_rules import Rule
from crawler.evidence.warc_record import Record

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".pdf", ".mp4")
MARKUP = (".html", ".htm", ".xml")
READ = (*MARKUP, ".txt", ".json", ".jsonl", ".csv", ".md", ".css", ".js")
SERVERS = frozenset({"peer", "resolved", "server_address", "address"})


@dataclass(slots=True)
class Outcome:
    """What became of an exhibit's files, by name within its folder."""

    derived: dict[str, tuple[bytes, Counter[str]]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    """Name -> one of disclosure_layout.REASONS."""


def redactor_of(
    rules: Sequence[Rule],
    marks: Marks,
    files: Mapping[str, bytes],
    works: Sequence[Mapping[str, Any]],
    head: bytes = b"",
) -> Redactor:
    """The redactor of one exhibit: it knows the offer's own targets and servers, and the users but for the poster.

    `head` is that of the page's response, which says in which charset the page is.
    """
    listing = json.loads(files["listing.json"])
    known = {listing.get("posted_by") or "", listing.get("title") or ""}
    known |= {str(word) for work in works for word in (work["title"], *work["aliases"], *work["creators"])}
    kept = frozenset(" ".join(word.split()).casefold() for word in known)
    names: set[str] = set()
    for name in ("page.html", "dom.html", "rendered.html"):
        if name in files:
            names |= _bystanders(files[name], head if name == "page.html" else b"", kept)
    return Redactor(rules, marks, [*protected_of(listing), *sorted(servers_of(files))], sorted(names), kept)


def _bystanders(page: bytes, head: bytes, kept: frozenset[str]) -> set[str]:
    """The users whom a page shows, but for the names that stay."""
    reading = redaction_readings.read(page, head)
    texts = reading.others_of(page) if reading.text is None else (reading.text,)
    names = {name for text in texts for name in redaction_users.user_names(text)}
    return {name for name in names if name.casefold() not in kept}


def servers_of(files: Mapping[str, bytes]) -> set[str]:
    """Addresses of the servers that an exhibit came from: they are evidence, and not those of a bystander."""
    found: set[str] = set()
    for name in files:
        if name.endswith(".json"):
            _walk_servers(json.loads(files[name]), found)
    return found


def _walk_servers(value: Any, found: set[str], within: str = "") -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            _walk_servers(member, found, name if name in SERVERS or name in LOCATORS else within)
    elif isinstance(value, list):
        for member in value:
            _walk_servers(member, found, within)
    elif isinstance(value, str) and within:
        # Of a link only the host is the server's; its path may name anybody.
        place = value.partition("://")[2].partition("/")[0] if within in LOCATORS else value
        found |= {place[low:high] for low, high in redaction_kinds.found("IP address", place)}


def redact(files: Mapping[str, bytes], redactor: Redactor, looked_at: bool, head: bytes = b"") -> Outcome:
    """Redact the files of one exhibit; `looked_at` says that a person found nothing to hide in its pictures.

    `head` is that of the page's response.
    """
    outcome = Outcome()
    listing = json.loads(files["listing.json"])
    title, body = redactor.text(listing["title"] or ""), redactor.text(listing["text"] or "")
    for name in sorted(files):
        redactor.counts.clear()
        data = files[name]
        if name.endswith(PICTURES):
            continue
        if name == "tls-chain.pem":
            chain = data.decode("ascii", "replace")
            if redactor.text(chain, built_in=False).changed or redactor.certified(chain):
                outcome.withheld[name] = "redacted"
        elif not name.endswith(READ):
            # What cannot be read cannot be looked through.
            outcome.withheld[name] = "cannot be read"
        elif name.endswith(".json"):
            value = json.loads(data)
            changed = redactor.value(value)
            if changed != value:
                _spans(changed, title, body)
                outcome.derived[name] = pretty(changed), Counter(redactor.counts)
        else:
            _redact_text(name, data, head if name == "page.html" else b"", redactor, outcome)
    shown = (set(outcome.derived) | set(outcome.withheld)) - {"tls-chain.pem"}
    for name in files:
        if name.endswith(PICTURES) and shown and not looked_at:
            outcome.withheld[name] = "picture"
    return outcome


def _redact_text(name: str, data: bytes, head: bytes, redactor: Redactor, outcome: Outcome) -> None:
    markup = name.endswith(MARKUP)
    reading = redaction_readings.read(data, head)
    if reading.text is None:
        outcome.withheld[name] = "redacted" if redactor.asked(data, head, markup) else "cannot be read"
        return
    made = redactor.text(reading.text, markup=markup)
    kept = "\x00".join(made.raw[low:high] for low, high, mark in made.pieces if mark is None)
    if redactor.asked_otherwise(kept.encode(reading.charset, "replace"), reading, markup):
        # What another reading finds has no place in this one.
        outcome.withheld[name] = "cannot be read"
    elif made.changed:
        # The mark at the beginning outweighs what the page itself says of its characters.
        mark = redaction_readings.BOM if markup else b""
        outcome.derived[name] = mark + made.text.encode("utf-8"), Counter(redactor.counts)


def _spans(value: Any, title: Redacted, body: Redacted) -> None:
    """Point the reasons of a listing or a hit into the redacted texts; a reason whose words are hidden has no span."""
    match = value.get("match", value) if isinstance(value, dict) else {}
    for reason in match.get("reasons") or ():
        if not isinstance(reason, dict) or not isinstance(reason.get("span"), list):
            continue
        within = {"title": title, "body": body}.get(reason.get("in", ""))
        moved = within.moved(*reason["span"]) if within else None
        if within is not None:
            reason["span"] = list(moved) if moved else None


def kinds_in(record: Record, redactor: Redactor) -> Counter[str] | None:
    """What a record holds that is to be hidden; None when it cannot be looked through."""
    found: Counter[str] = Counter()
    for name, value in record.fields:
        asked: Asked = "credentials" if name.lower() == "warc-target-uri" else False
        found += redactor.matches(value, built_in=asked)
    if record.record_type == "warcinfo":
        return found + redactor.asked_anyhow(record.block, built_in=False)
    if record.record_type == "metadata":
        return found + _in_json(record.block, redactor)
    if record.record_type == "request":
        return found + redactor.asked_anyhow(record.block, built_in="credentials")
    if record.record_type == "response":
        return _in_response(record.block, redactor, found)
    return _with(found + _users(record.block, b"", redactor), redactor.asked(record.block, markup=True), True)


def _users(page: bytes, head: bytes, redactor: Redactor) -> Counter[str]:
    """The bystanders whom a recorded page shows: a list page has others than the page of the offer."""
    if not redactor.hides(redaction_kinds.USER_NAME):
        return Counter()
    return Counter({redaction_kinds.USER_NAME: len(_bystanders(page, head, redactor.kept))})


def _in_response(block: bytes, redactor: Redactor, found: Counter[str]) -> Counter[str] | None:
    response = redaction_transfer.apart(block)
    found = found + redactor.asked_anyhow(response.head) + _users(response.entity, response.head, redactor)
    for rest in response.rests:
        found += redactor.asked_anyhow(rest, markup=True)
    return _with(found, redactor.asked(response.entity, response.head, markup=True), response.whole)


def _with(found: Counter[str], more: Counter[str] | None, whole: bool) -> Counter[str] | None:
    found = found + (more or Counter())
    return found if found or (more is not None and whole) else None


def _in_json(data: bytes, redactor: Redactor) -> Counter[str]:
    probe = Redactor(redactor.rules, Marks(), redactor.protected, redactor.names, redactor.kept)
    value = json.loads(data)
    return (probe.counts or Counter({"text": 1})) if probe.value(value) != value else Counter()
