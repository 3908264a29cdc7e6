"""What a disclosed part's case.json and exhibits.csv must say: made from the exhibits' own files (format.md 13.2).

The writer makes the tables with the same functions, from the forms that stand in the part:
what was redacted in an exhibit's files is redacted in its row.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.members import apart
from crawler.bundle.check.tree import Files
from crawler.model import Finding
from crawler.wording import counted

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula."""
CASE_MEMBERS = {
    "format", "derived", "case", "title", "track", "collector", "works", "sites", "exhibits", "exhibits_withheld",
}  # fmt: skip
_DIFFERS = "not what the exhibits' own files say"
SIGNED_WORDS = {
    "case": "External-Identifier", "title": "External-Description", "name": "Contact-Name",
    "country": "Organization-Address", "contact": "Contact-Email",
}  # fmt: skip
"""What case.json says of case and collector -> the label of the original's bag-info.txt that says it too."""


@dataclass(frozen=True, slots=True)
class Forms:
    """What a part shows of an exhibit: its three JSON files, as they are or redacted; None for one that is withheld."""

    listing: Any
    hit: Any
    capture: Any
    whole: bool = True
    """Whether all three stand there as the original has them."""


def forms(files: Files, exhibit: str) -> Forms:
    """Read them from a part. Raises VerificationError."""
    found: list[Any] = []
    whole = True
    for name in ("listing", "hit", "capture"):
        path = f"{layout.capture_folder(exhibit)}/{name}.json"
        shown = path if path in files.sizes else names.redacted(path)
        whole = whole and shown == path
        found.append(files.json(shown) if shown in files.sizes else None)
    listing, hit, capture = found
    return Forms(listing, hit, capture, whole)


def at(value: Any, *place: str | int) -> Any:
    """A member within members; None where a step is not there, as in what was redacted."""
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def case_entry(number: int, exhibit: str, shown: Forms) -> dict[str, Any]:
    """The exhibit in case.json."""
    return {
        "number": number,
        "exhibit": exhibit,
        "hit_id": at(shown.hit, "hit_id"),
        "work_id": at(shown.hit, "work_id"),
        "site": at(shown.hit, "site"),
        "url": at(shown.listing, "url"),
        "verdict": at(shown.hit, "decisions", -1, "verdict"),
        "decision": at(shown.hit, "decisions", -1, "decision_id"),
        "folder": layout.capture_folder(exhibit).removeprefix("data/"),
        "screenshot": at(shown.capture, "files", "screenshot.png") is not None,
        "ledger_seq": at(shown.capture, "ledger_seq"),
    }


def named(entries: Sequence[Mapping[str, Any]], key: str) -> set[str]:
    """The works (``work_id``) or sites (``site``) that case.json tells of: those whose id its exhibits show."""
    return {str(one[key]) for one in entries if one[key] is not None and "[REDACTED " not in str(one[key])}


def row(number: int, exhibit: str, shown: Forms, titles: Mapping[str, Any]) -> dict[str, Any]:
    """The exhibit's row of exhibits.csv, its columns in their order; `titles` are the works' by id."""
    listing, hit, capture = shown.listing, shown.hit, shown.capture
    exchanges = at(capture, "exchanges") or ()
    page = next((one for one in exchanges if at(one, "role") == "page"), None)
    response = next((one for one in at(page, "records") or () if at(one, "type") == "response"), None)
    links = [one for one in at(listing, "links") or () if isinstance(one, dict)]
    entry = case_entry(number, exhibit, shown)
    return {
        "number": number,
        "exhibit": exhibit,
        "hit_id": entry["hit_id"],
        "work_id": entry["work_id"],
        "work_title": titles.get(str(entry["work_id"])),
        "site": entry["site"],
        "url": entry["url"],
        "page_url": at(page, "url"),
        "title": at(listing, "title"),
        "posted_by": at(listing, "posted_by"),
        "posted_at": at(listing, "posted_at"),
        "posted_at_text": at(listing, "posted_at_text"),
        "seen_utc": at(page, "started"),
        "status": at(page, "status"),
        "server_address": at(page, "peer", "address"),
        "server_port": at(page, "peer", "port"),
        "resolved": " ".join(map(str, at(page, "resolved") or ())),
        "tls_version": at(page, "tls", "version"),
        "certificate_sha256": at(page, "tls", "chain_sha256", 0),
        "target_kinds": " ".join(str(one.get("kind") or "-") for one in links),
        "target_urls": "\n".join(str(one.get("url") or "-") for one in links),
        "target_objects": " ".join(str(one.get("object") or "-") for one in links),
        "access_codes": " ".join(str(one.get("access_code") or "-") for one in links),
        "verdict": entry["verdict"],
        "decided_by": at(hit, "decisions", -1, "decided_by"),
        "decided_at": at(hit, "decisions", -1, "decided_at"),
        "score": at(listing, "match", "score"),
        "request_sha256": at(page, "request", "sha256"),
        "response_sha256": at(page, "response", "sha256"),
        "entity_sha256": at(page, "entity", "sha256"),
        "screenshot_sha256": at(capture, "files", "screenshot.png", "sha256"),
        "warc_file": at(response, "file"),
        "warc_offset": at(response, "offset"),
        "warc_length": at(response, "length"),
        "ledger_seq": entry["ledger_seq"],
    }


def rendered(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """exhibits.csv: UTF-8 with a byte order mark, CRLF, no cell that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else ())
    for one in rows:
        cells = ["" if value is None else str(value) for value in one.values()]
        writer.writerow([f"'{value}" if value.startswith(DANGEROUS) else value for value in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def check_tables(files: Files, said: Mapping[str, str], account: Mapping[str, Any]) -> Iterator[Finding]:
    """Check case.json and exhibits.csv against what stands of the exhibits; `said` is the original's bag-info.txt."""
    case = files.json(names.CASE)
    chosen = [(one["number"], str(one["exhibit"])) for one in account["exhibits"]]
    shown = {exhibit: forms(files, exhibit) for _, exhibit in chosen}
    if set(case) != CASE_MEMBERS or (case["format"], case["derived"]) != (names.FORMAT, names.DERIVED_FROM):
        yield _differing(f"{names.CASE} members", sorted(CASE_MEMBERS), sorted(case))
        return
    due = [case_entry(number, exhibit, shown[exhibit]) for number, exhibit in chosen]
    for expected, found in zip(due, case["exhibits"], strict=False):
        for key in sorted(expected.keys() | found.keys()):
            if key not in found or key not in expected or found[key] != expected[key]:
                which = f"{names.CASE}: {expected['exhibit']} {key}"
                yield _differing(which, expected.get(key), found.get(key))
    if len(due) != len(case["exhibits"]):
        yield _differing(names.CASE, counted(len(due), "exhibit"), counted(len(case["exhibits"]), "exhibit"))
    left = account["original"]["exhibits"] - len(chosen)
    if case["exhibits_withheld"] != left:
        yield _differing(f"{names.CASE} exhibits_withheld", left, case["exhibits_withheld"])
    for group, key in (("works", "work_id"), ("sites", "site")):
        wanted = named(due, key)
        listed = [str(at(one, key)) for one in case[group]]
        # What rules of other exhibits hide is not told here either.
        lacking = wanted - set(listed) if names.REDACTIONS not in files.sizes else set()
        if lacking or not set(listed) <= wanted or len(set(listed)) != len(listed):
            yield _differing(f"{names.CASE} {group}", sorted(wanted), listed)
    yield from _words(files, said, case)
    titles = {str(at(work, "work_id")): at(work, "title") for work in case["works"]}
    table = rendered([row(number, exhibit, shown[exhibit], titles) for number, exhibit in chosen])
    if files.read(names.EXHIBITS) != table:
        yield from _cells(files, table)
    for number, exhibit in chosen:
        number_there = at(shown[exhibit].capture, "number")
        if number_there is None:
            why = "capture.json is withheld, which says the number"
            yield Finding("table", f"{names.DISCLOSURE}: {exhibit} number", "not_checked", None, str(number), why)
        elif number_there != number:
            yield _differing(f"{names.DISCLOSURE}: {exhibit} number", number_there, number)
    why = "track, works and sites are told from the original's case.json, which is withheld: only their ids are checked"
    yield Finding("table", names.CASE, "not_checked", None, None, why)
    if any(not one.whole for one in shown.values()):
        for name in (names.CASE, names.EXHIBITS):
            why = "made from redacted forms: what they say is checked no further than those are"
            yield Finding("table", name, "not_checked", None, None, why)


def _words(files: Files, said: Mapping[str, str], case: Mapping[str, Any]) -> Iterator[Finding]:
    """Case, title and collector are those of the original's signed bag-info.txt, but for what was redacted."""
    told = {"case": case["case"], "title": case["title"], **{key: at(case, "collector", key) for key in SIGNED_WORDS if key not in ("case", "title")}}  # fmt: skip
    for key, value in told.items():
        text = " ".join(str(value or "").split())
        marked = "[REDACTED" in text and names.REDACTIONS in files.sizes
        if text and text.isprintable() and not marked and said.get(SIGNED_WORDS[key]) != text:
            yield _differing(f"{names.CASE} {key}", said.get(SIGNED_WORDS[key]), text)


def _cells(files: Files, due: bytes) -> Iterator[Finding]:
    """Which cells of exhibits.csv differ."""
    csv.field_size_limit(1 << 26)
    texts = [data.decode("utf-8-sig") for data in (due, files.read(names.EXHIBITS))]
    expected, found = (list(csv.reader(io.StringIO(text, newline=""))) for text in texts)
    if (
        [len(line) for line in expected] != [len(line) for line in found]
        or expected[:1] != found[:1]
        or expected == found
    ):
        why = "not in the form, or with the rows and columns, that are made from the exhibits"
        yield Finding("table", names.EXHIBITS, "fail", counted(len(expected), "row"), counted(len(found), "row"), why)
        return
    for one, other in zip(expected[1:], found[1:], strict=True):
        for column, cell, there in zip(expected[0], one, other, strict=True):
            if cell != there:
                yield _differing(f"{names.EXHIBITS} {one[1]} {column}", cell, there)


def _differing(which: str, expected: Any, found: Any) -> Finding:
    wanted, there = apart(expected, found)
    return Finding("table", which, "fail", wanted, there, _DIFFERS)
