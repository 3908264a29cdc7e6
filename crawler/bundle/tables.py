"""case.json and exhibits.csv: the case for machines and for spreadsheets (format.md 4)."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.bundle import layout
from crawler.bundle.bag import pretty
from crawler.bundle.casefile import CaseFile
from crawler.bundle.log import CaseLog
from crawler.bundle.segments import CopiedSegment
from crawler.config import Collector
from crawler.model import Work

COLUMNS = (
    "number", "exhibit", "hit_id", "work_id", "work_title", "site", "url", "page_url", "title", "posted_by", "posted_at",
    "posted_at_text", "seen_utc", "status", "server_address", "server_port", "resolved", "tls_version",
    "certificate_sha256", "target_kinds", "target_urls", "target_objects", "access_codes", "verdict", "decided_by",
    "decided_at", "score", "request_sha256", "response_sha256", "entity_sha256", "screenshot_sha256", "warc_file",
    "warc_offset", "warc_length", "ledger_seq",
)  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula."""


def case_json(
    case: CaseFile, captures: Sequence[Mapping[str, Any]], segments: Sequence[CopiedSegment], log: CaseLog,
    seals: Mapping[str, Mapping[str, Any] | None], collector: Collector, agency: str | None,
) -> bytes:  # fmt: skip
    """The case, its works, its sites, its exhibits, and what the bundle holds of the log."""
    return pretty(
        {
            "format": layout.FORMAT,
            "case": case.case_id,
            "title": case.row.title,
            "track": case.row.track,
            "opened": case.row.opened_at,
            "opened_by": case.row.opened_by,
            "agency": agency,
            "collector": {
                "name": collector.name,
                "organisation": collector.organisation,
                "country": collector.country,
                "contact": collector.contact,
            },
            "works": [_work(work, work.work_id in case.row.authorised_works) for work in case.works],
            "sites": [
                {
                    "site": site.site_id,
                    "url": site.url,
                    "hosts": list(site.hosts),
                    "engine": site.engine,
                    "robots": site.robots,
                    "authority": site.authority,
                }
                for site in case.sites
            ],
            "exhibits": [
                {
                    "number": exhibit.number,
                    "exhibit": exhibit.name,
                    "hit_id": exhibit.row.hit_id,
                    "work_id": exhibit.work.work_id,
                    "site": exhibit.site.site_id,
                    "url": exhibit.listing["url"],
                    "verdict": exhibit.decision["verdict"],
                    "decision": exhibit.decision["decision_id"],
                    "folder": layout.capture_folder(exhibit.name).removeprefix("data/"),
                    "screenshot": "screenshot.png" in facts["files"],
                    "ledger_seq": exhibit.row.ledger_seq,
                }
                for exhibit, facts in zip(case.exhibits, captures, strict=True)
            ],
            "segments": [
                {"segment": segment.name, "records": segment.records, "sealed": seals[segment.name] is not None}
                for segment in segments
            ],
            "log": {
                "entries": len(log.entries),
                "first_seq": log.entries[0].seq,
                "last_seq": log.entries[-1].seq,
                "size": log.size,
                "root": log.root,
            },
        }
    )


def _work(work: Work, authorised: bool) -> dict[str, Any]:
    return {
        "work_id": work.work_id,
        "title": work.title,
        "kind": work.kind,
        "year": work.year,
        "language": work.language,
        "aliases": list(work.aliases),
        "creators": list(work.creators),
        "licensed_domains": list(work.licensed_domains),
        "identifiers": list(work.identifiers),
        "authorisation_on_file": authorised,
    }


def exhibits_csv(case: CaseFile, captures: Sequence[Mapping[str, Any]]) -> bytes:
    """One row for each exhibit: UTF-8 with a byte order mark, CRLF, no cell that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        page = next(e for e in facts["exchanges"] if e["role"] == "page")
        response: Mapping[str, Any] = next((r for r in page["records"] if r["type"] == "response"), {})
        screenshot = facts["files"].get("screenshot.png", {})
        tls = page["tls"] or {}
        listing = exhibit.listing
        targets = exhibit.targets
        row = {
            "number": exhibit.number,
            "exhibit": exhibit.name,
            "hit_id": exhibit.row.hit_id,
            "work_id": exhibit.work.work_id,
            "work_title": exhibit.work.title,
            "site": exhibit.site.site_id,
            "url": listing["url"],
            "page_url": page["url"],
            "title": listing["title"],
            "posted_by": listing["posted_by"],
            "posted_at": listing["posted_at"],
            "posted_at_text": listing["posted_at_text"],
            "seen_utc": page["started"],
            "status": page["status"],
            "server_address": page["peer"]["address"],
            "server_port": page["peer"]["port"],
            "resolved": " ".join(page.get("resolved") or ()),
            "tls_version": tls.get("version"),
            "certificate_sha256": next(iter(tls.get("chain_sha256") or ()), None),
            "target_kinds": " ".join(target["kind"] for target in targets),
            "target_urls": "\n".join(target["url"] for target in targets),
            "target_objects": " ".join(target["object"] or "-" for target in targets),
            "access_codes": " ".join(target["access_code"] or "-" for target in targets),
            "verdict": exhibit.decision["verdict"],
            "decided_by": exhibit.decision["decided_by"],
            "decided_at": exhibit.decision["decided_at"],
            "score": listing["match"]["score"],
            "request_sha256": page.get("request", {}).get("sha256"),
            "response_sha256": page["response"]["sha256"],
            "entity_sha256": (page.get("entity") or {}).get("sha256"),
            "screenshot_sha256": screenshot.get("sha256"),
            "warc_file": response.get("file"),
            "warc_offset": response.get("offset"),
            "warc_length": response.get("length"),
            "ledger_seq": exhibit.row.ledger_seq,
        }
        writer.writerow([cell(row[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def cell(value: object) -> str:
    """A CSV cell as text; an apostrophe comes before what a spreadsheet would take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text
