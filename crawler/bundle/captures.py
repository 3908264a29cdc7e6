"""The folder of one exhibit: what the record holds, unpacked for people (format.md 5)."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from crawler.bundle import layout
from crawler.bundle.bag import Bag, pretty
from crawler.bundle.bracket import Times, time_bracket
from crawler.bundle.casefile import Exhibit
from crawler.bundle.segments import CopiedSegment, block
from crawler.errors import EvidenceError
from crawler.evidence.http_message import decoded_entity
from crawler.store.exhibits import KeptCapture, KeptExchange
from crawler.store.landed import Key, Landed

GIVEN = ("from-record", "fetched", "cached")
"""States of what a browser was given."""
FACTS_TO_SHOW = (
    "url", "method", "purpose", "status", "started", "first_byte", "finished", "monotonic_ns", "peer", "resolved",
    "truncated", "error", "via", "hop", "redirect_to", "wire_exact", "not_before", "request", "response", "entity",
)  # fmt: skip
Looks = Mapping[Key, Mapping[str, Any]]
PICTURES = {"screenshot.png", "dom.html", "dom.txt", layout.RENDERED}


class Records:
    """The records of the case, read from the bundle's own segments, whose members were checked when copied."""

    def __init__(self, folder: Path, segments: list[CopiedSegment]) -> None:
        self._segments = {segment.name: segment for segment in segments}
        self._folder = folder
        self._open: dict[str, BinaryIO] = {}
        self._exchanges: dict[str, dict[str, Any]] = {}
        """What is said of each exchange; several exhibits share a list page and a robots.txt."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self._open.values():
            file.close()

    def block(self, segment: str, record: Mapping[str, Any]) -> bytes:
        """The block of one record."""
        offset, length = self._segments[segment].places[record["id"]]
        if segment not in self._open:
            self._open[segment] = (self._folder / self._segments[segment].file).open("rb")
        file = self._open[segment]
        file.seek(offset)
        return block(file.read(length), f"{segment}@{record['offset']}")

    def exchange(self, exchange: KeptExchange) -> dict[str, Any]:
        """What capture.json says of an exchange, its certificates included."""
        found = self._exchanges.get(exchange.exchange_id)
        if found is None:
            found = self._exchanges[exchange.exchange_id] = _exchange(exchange, self)
        return {"exchange": exchange.exchange_id, "role": exchange.role} | found

    def place(self, segment: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """Where a record lies in the bundle."""
        offset, length = self._segments[segment].places[record["id"]]
        return {
            "id": record["id"],
            "type": record["type"],
            "file": self._segments[segment].file,
            "offset": offset,
            "length": length,
            "sha256": record["sha256"],
            "block_sha256": record["block_sha256"],
        }


def write(bag: Bag, exhibit: Exhibit, records: Records, times: Times, looks: Looks) -> dict[str, Any]:
    """Write one exhibit's files; returns capture.json's value, which the tables and reports are made from.

    `looks` are the ledger's entries of looks at landing pages, by their numbers and by their exchanges.
    """
    folder = layout.capture_folder(exhibit.name)
    exchanges = [records.exchange(exchange) for exchange in exhibit.row.exchanges]
    page = next(facts for facts in exchanges if facts["role"] == "page")
    entity = decoded_entity(_block(exhibit.page, "response", records) or b"")
    files: dict[str, Any] = {}

    def add(name: str, data: bytes) -> None:
        written = bag.add(f"{folder}/{name}", data)
        files[name] = {"sha256": written.sha256, "bytes": written.bytes}

    add("page.html", entity.body)
    add("text.txt", exhibit.listing["text"].encode("utf-8"))
    add("listing.json", exhibit.row.listing.encode("utf-8"))
    add("hit.json", pretty(hit(exhibit)))
    if page["tls"]:
        add("tls-chain.pem", "".join(page["tls"]["chain_pem"]).encode("ascii"))
    pictures = []
    for capture in exhibit.row.captures:
        pictures.append(_capture(capture, records))
    for capture in filter(None, (exhibit.capture, exhibit.rendering)):
        for name, data in _pictures(capture, records).items():
            add(name, data)
    landings = [_landing(one, looks[one.key], records) for one in exhibit.landed]
    for facts in (*exchanges, *(facts for one in landings for facts in one["exchanges"])):
        if facts["tls"]:
            facts["tls"] = {key: value for key, value in facts["tls"].items() if key != "chain_pem"}
    value = {
        "exhibit": exhibit.name,
        "number": exhibit.number,
        "made": exhibit.row.made_at,
        "ledger_seq": exhibit.row.ledger_seq,
        "time_bracket": time_bracket(
            times,
            str(exhibit.page.facts["run_id"]),
            exhibit.page.segment,
            page.get("not_before") or (),
            exhibit.row.ledger_seq,
        ),
        "page": page["exchange"],
        "page_note": entity.note,
        "exchanges": exchanges,
        "captures": pictures,
        "picture_missing": exhibit.row.picture_missing,
        "robots": _robots(exhibit, exchanges),
        "observations": [_observation(row) for row in exhibit.row.observations],
        "account_used": False,
        "files": files,
        **({"landings": sorted(landings, key=lambda one: int(one["ledger_seq"]))} if landings else {}),
    }
    if exhibit.rendering:
        facts = next(one["facts"] for one in pictures if one["capture"] == exhibit.rendering.capture_id)
        value["read_from"] = _read_from(exhibit.listing["read_from"], exhibit.rendering, facts)
    bag.add(f"{folder}/capture.json", pretty(value))
    return value


def _read_from(basis: str, rendering: KeptCapture, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the listing was read from, and the bytes that this was made from."""
    return {
        "basis": basis,
        "capture": rendering.capture_id,
        **rendering.files[layout.RENDERED],
        "made_from": [
            {name: one[name] for name in ("url", "exchange_id", "sha256", "bytes")}
            for one in facts["requests"]
            if one["sha256"] and one["state"] in GIVEN
        ],
    }


def hit(exhibit: Exhibit) -> dict[str, Any]:
    """The hit as `titlewatch hits --json` prints it, as of its exhibit, with its decisions."""
    listing, match = exhibit.listing, exhibit.listing["match"]
    return {
        "hit_id": exhibit.row.hit_id,
        "site": exhibit.site.site_id,
        "url": listing["url"],
        "page_url": listing["page_url"],
        "work_id": exhibit.work.work_id,
        "score": match["score"],
        "rules_version": match["rules_version"],
        "status": exhibit.decision["verdict"],
        "title": listing["title"],
        "posted_at": listing["posted_at"],
        "posted_at_text": listing["posted_at_text"],
        "posted_at_basis": listing["posted_at_basis"],
        "posted_by": listing["posted_by"],
        "hidden": listing["hidden"],
        "seen_first": exhibit.hit["first_seen"],
        "seen_last": exhibit.page.facts["started_at"],
        "links": listing["links"],
        "reasons": match["reasons"],
        "exhibit": exhibit.name,
        **({"read_from": listing["read_from"]} if "read_from" in listing else {}),
        "decisions": [
            {
                key: decision[key]
                for key in ("decision_id", "verdict", "decided_by", "decided_at", "system_user", "system_host", "ledger_seq")
            }
            for decision in exhibit.decisions
        ],
    }  # fmt: skip


def _exchange(exchange: KeptExchange, records: Records) -> dict[str, Any]:
    """What the `metadata` record says, and where the records are; without bytes only what the index says."""
    head: dict[str, Any] = {"ledger_seq": exchange.ledger_seq}
    metadata = _block(exchange, "metadata", records)
    if metadata is None or exchange.segment is None:
        row = exchange.facts
        return head | {
            "bytes": "not kept",
            "url": row["url"],
            "status": row["status"],
            "started": row["started_at"],
            "peer": {"address": row["address"], "port": row["port"]},
            "response": {"sha256": row["response_sha256"], "bytes": row["response_bytes"]},
            "tls": None,
            "records": [],
        }
    facts = json.loads(metadata)
    return (
        head
        | {"bytes": "kept"}
        | {name: facts[name] for name in FACTS_TO_SHOW if name in facts}
        | {
            "tls": facts["tls"],
            "records": [records.place(exchange.segment, record) for record in exchange.records],
        }
    )


def _landing(look: Landed, entry: Mapping[str, Any], records: Records) -> dict[str, Any]:
    """In what state a target was found, as the ledger says it, and the exchanges that show it."""
    return {
        **{name: entry[name] for name in ("target", "url", "state", "said")},
        "entered": entry["utc"],
        "ledger_seq": entry["seq"],
        "exchanges": [records.exchange(exchange) for exchange in look.exchanges],
    }


def _block(exchange: KeptExchange, record_type: str, records: Records) -> bytes | None:
    for record in exchange.records:
        if record["type"] == record_type and exchange.segment:
            return records.block(exchange.segment, record)
    return None


def _capture(capture: KeptCapture, records: Records) -> dict[str, Any]:
    """What its `metadata` record says of a capture; of one from before there were such records, what the index says."""
    record = next((record for record in capture.records if record["type"] == "metadata"), None)
    facts = json.loads(records.block(capture.segment, record)) if record else capture.facts
    return {
        "capture": capture.capture_id,
        "exchange": capture.exchange_id,
        "url": capture.url,
        "captured": capture.captured_at,
        "wire_exact": False,
        "facts": facts,
        "files": capture.files,
        "ledger_seq": capture.ledger_seq,
        "records": [records.place(capture.segment, record) for record in capture.records],
    }


def _pictures(capture: KeptCapture, records: Records) -> dict[str, bytes]:
    """The files of a browser capture, from its WARC `resource` records; each is known by its hash."""
    found: dict[str, bytes] = {}
    names = {facts["sha256"]: name for name, facts in capture.files.items() if name in PICTURES}
    for record in capture.records:
        name = names.get(record["block_sha256"])
        if name and name not in found:
            found[name] = records.block(capture.segment, record)
    missing = PICTURES & set(capture.files) - set(found)
    if missing:
        raise EvidenceError(
            f"a capture without its {', '.join(sorted(missing))}",
            capture.capture_id,
            "run: titlewatch verify on the workspace",
        )
    return dict(sorted(found.items()))


def _robots(exhibit: Exhibit, exchanges: list[dict[str, Any]]) -> dict[str, Any]:
    fetched = next((facts for facts in exchanges if facts["role"] == "robots"), None)
    return {
        "policy": exhibit.site.robots,
        "authority": exhibit.site.authority,
        "exchange": fetched["exchange"] if fetched else None,
        "url": fetched["url"] if fetched else None,
        "status": fetched["status"] if fetched else None,
    }


def _observation(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "host": row["host"],
        "observed": row["observed_at"],
        "exchange": row["exchange_id"],
        "resolved": json.loads(row["resolved"]),
        "address": row["address"],
        "certificate_sha256": row["certificate_sha256"],
        "facts": json.loads(row["facts"]),
    }


def picture_path(folder: Path, exhibit: Exhibit) -> Path | None:
    """The screenshot in a bundle that is being built; None when there is none."""
    path = folder / layout.capture_folder(exhibit.name) / "screenshot.png"
    return path if path.is_file() else None
