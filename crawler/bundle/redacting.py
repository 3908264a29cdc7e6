"""Rules applied to one exhibit: which of its files stay, which are derived anew, which are withheld (format.md 13.4)."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.bundle import redaction_kinds
from crawler.bundle.bag import pretty
from crawler.bundle.redaction import Asked, Marks, Redacted, Redactor, protected_of
from crawler.bundle.redaction_rules import Rule
from crawler.evidence.http_message import decoded_entity, split_http
from crawler.evidence.warc_record import Record

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".pdf", ".mp4")
MARKUP = (".html", ".htm", ".xml")
READ = (*MARKUP, ".txt", ".json", ".jsonl", ".csv", ".md", ".css", ".js")
TEXT_LIMIT = 8 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CHARSETS = re.compile(
    r"(?:x-)?(?:gb\w*|big5[\w-]*|shift_jis|sjis|euc-\w+|iso-8859-\d+|windows-125\d|koi8-\w|tis-620)\Z", re.IGNORECASE
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(slots=True)
class Outcome:
    """What became of an exhibit's files, by name within its folder."""

    derived: dict[str, tuple[bytes, Counter[str]]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    """Name -> one of disclosure_layout.REASONS."""


def redactor_of(
    rules: Sequence[Rule], marks: Marks, files: Mapping[str, bytes], works: Sequence[Mapping[str, Any]]
) -> Redactor:
    """The redactor of one exhibit: it knows the offer's own targets, and the page's users but for the poster."""
    listing = json.loads(files["listing.json"])
    names: set[str] = set()
    for name in ("page.html", "dom.html"):
        if name in files and (page := text_of(files[name])) is not None:
            names |= redaction_kinds.user_names(page)
    kept = {listing.get("posted_by") or "", listing.get("title") or ""}
    kept |= {str(word) for work in works for word in (work["title"], *work["aliases"], *work["creators"])}
    kept = {" ".join(word.split()).casefold() for word in kept}
    names = {name for name in names if name.casefold() not in kept}
    return Redactor(rules, marks, protected_of(listing), sorted(names))


def redact(files: Mapping[str, bytes], redactor: Redactor, looked_at: bool) -> Outcome:
    """Redact the files of one exhibit; `looked_at` says that a person found nothing to hide in its pictures."""
    outcome = Outcome()
    listing = json.loads(files["listing.json"])
    title, body = redactor.text(listing["title"] or ""), redactor.text(listing["text"] or "")
    for name in sorted(files):
        redactor.counts.clear()
        if name.endswith(PICTURES):
            continue
        data = files[name]
        text = text_of(data) if name.endswith(READ) else None
        if name == "tls-chain.pem":
            made = redactor.text(data.decode("ascii", "replace"), built_in=False)
            if made.changed:
                outcome.withheld[name] = "redacted"
        elif text is None:
            # What cannot be read cannot be looked through.
            outcome.withheld[name] = "cannot be read"
        elif name.endswith(".json"):
            value = json.loads(text)
            changed = redactor.value(value)
            if changed != value:
                _spans(changed, title, body)
                outcome.derived[name] = pretty(changed), Counter(redactor.counts)
        else:
            made = redactor.text(text, markup=name.endswith(MARKUP))
            if made.changed:
                # The mark at the beginning outweighs what the page itself says of its characters.
                head = BOM if name.endswith(MARKUP) else b""
                outcome.derived[name] = head + made.text.encode("utf-8"), Counter(redactor.counts)
    shown = {"page.html", "text.txt", "dom.html", "listing.json"}
    for name in files:
        if name.endswith(PICTURES) and shown & (set(outcome.derived) | set(outcome.withheld)) and not looked_at:
            outcome.withheld[name] = "picture"
    return outcome


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
        return found + redactor.matches(record.block.decode("utf-8", "replace"), built_in=False)
    if record.record_type == "metadata":
        return found + _in_json(record.block, redactor)
    if record.record_type == "request":
        return found + redactor.matches(record.block.decode("utf-8", "replace"), built_in="credentials")
    if record.record_type == "response":
        return _in_response(record.block, redactor, found)
    text = text_of(record.block)
    return None if text is None else found + redactor.matches(text, markup=True)


def _in_response(block: bytes, redactor: Redactor, found: Counter[str]) -> Counter[str] | None:
    message = split_http(block)
    head = block[: len(block) - len(message.body)] if message.status is not None else b""
    found = found + redactor.matches(head.decode("latin-1"), built_in="credentials")
    entity = decoded_entity(block)
    if entity.note:
        # Bytes that are left out of the decoded page are in the record all the same.
        found += redactor.matches(message.body.decode("latin-1"), markup=True)
    text = text_of(entity.body, head)
    if text is None or "coding" in (entity.note or "") or "cut at" in (entity.note or ""):
        return None
    return found + redactor.matches(text, markup=True)


def _in_json(data: bytes, redactor: Redactor) -> Counter[str]:
    probe = Redactor(redactor.rules, Marks(), redactor.protected, redactor.names)
    value = json.loads(data)
    return (probe.counts or Counter({"text": 1})) if probe.value(value) != value else Counter()


def text_of(data: bytes, head: bytes = b"") -> str | None:
    """Bytes as text, by what page and header say of their characters, else by what fits.

    None for what is no text, or more of it than rules can be asked on in reasonable time.
    """
    if len(data) > TEXT_LIMIT:
        return None
    if data.startswith(BOM):
        data = data[len(BOM) :]
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if _BINARY.search(data):
        return None
    said = [match[1].decode("ascii") for match in (_CHARSET.search(head), _CHARSET.search(data[:4096])) if match]
    # A page may lie about its characters; what is valid UTF-8 is hardly ever anything else.
    for charset in ("utf-8", *(one for one in said if _CHARSETS.match(one)), "gb18030"):
        try:
            return data.decode("gb18030" if charset.lower() in ("gbk", "gb2312", "x-gbk") else charset)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")
