"""capture.json and hit.json beyond what the exhibits' check reads: closed members, and each against log and record (format.md 5)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from crawler.bundle import layout
from crawler.bundle.check.log import Log
from crawler.bundle.check.members import MISSING, captures_of, check_members, check_value
from crawler.bundle.check.records import Records
from crawler.bundle.check.tree import Files
from crawler.model import Finding

CAPTURE = (
    "exhibit", "number", "made", "ledger_seq", "page", "page_note", "exchanges", "captures", "robots", "observations",
    "account_used", "files",
)  # fmt: skip
LATER = ("time_bracket", "picture_missing", "read_from", "landings")
"""Members that early versions did not write, or that some exhibits have alone."""
EXCHANGE = ("exchange", "role", "ledger_seq", "bytes", "url", "status", "started", "peer", "response", "tls", "records")
FACTS = (
    "method", "purpose", "first_byte", "finished", "monotonic_ns", "resolved", "truncated", "error", "via", "hop",
    "redirect_to", "wire_exact", "not_before", "request", "entity",
)  # fmt: skip
"""Members that an exchange has from its `metadata` record."""
RECORD = ("id", "type", "file", "offset", "length", "sha256", "block_sha256")
ROLES = ("page", "lead", "redirect", "robots", "picture")
TAKEN = ("capture", "exchange", "url", "captured", "wire_exact", "facts", "files", "ledger_seq", "records")
OBSERVATION = ("host", "observed", "exchange", "resolved", "address", "certificate_sha256", "facts")
HIT = (
    "hit_id", "site", "url", "page_url", "work_id", "score", "rules_version", "status", "title", "posted_at",
    "posted_at_text", "posted_at_basis", "posted_by", "hidden", "seen_first", "seen_last", "links", "reasons", "exhibit",
    "decisions",
)  # fmt: skip
FILES = ("page.html", "text.txt", "listing.json", "hit.json")
BROWSER = ("screenshot.png", "dom.html", "dom.txt")
"""Files of the newest browser capture."""
DECISION = ("decision_id", "verdict", "decided_by", "decided_at", "system_user", "system_host", "ledger_seq")


def check_captured(files: Files, log: Log, records: Records) -> Iterator[Finding]:
    """Check capture.json and hit.json of every exhibit; what no record holds is named once for all exhibits."""
    case, unsaid = files.json(layout.CASE), False
    decided: dict[str, list[str]] = {}
    for entry in log.of_type("decision"):
        decided.setdefault(str(entry.get("hit")), []).append(str(entry["decision"]))
    for name, capture in captures_of(files, case).items():
        yield from check_members(name, capture, CAPTURE, LATER)
        yield from check_value("capture", f"{name} account_used", False, capture["account_used"])
        yield from check_members(
            f"{name} robots", capture["robots"], ("policy", "authority", "exchange", "url", "status")
        )
        yield from check_members(f"{name} files", capture["files"], FILES, ("tls-chain.pem", layout.RENDERED, *BROWSER))
        for file, facts in capture["files"].items():
            yield from check_members(f"{name} files {file}", facts, ("sha256", "bytes"))
            size = files.sizes.get(f"{name.rpartition('/')[0]}/{file}")
            yield from check_value("capture", f"{name} files {file} bytes", size, facts["bytes"])
        yield from _newest(name, capture, log)
        yield from _page_note(name, capture, records)
        for exchange in capture["exchanges"]:
            yield from _exchange(name, exchange, ROLES)
        for landing in capture.get("landings", ()):
            for exchange in landing["exchanges"]:
                yield from _exchange(name, exchange, ("landing",))
        for taken in capture["captures"]:
            unsaid |= not any(one["type"] == "metadata" for one in taken["records"])
            yield from _taken(name, taken, log, records)
        for seen in capture["observations"]:
            yield from _observation(name, seen, capture, log)
        yield from _hit(f"{name.rpartition('/')[0]}/hit.json", files, log, decided)
    why = "the database's own words: no entry of the log holds them"
    yield Finding("exhibit", "capture.json made, role; hit.json seen_first", "not_checked", None, None, why)
    if unsaid:
        why = "a browser capture of an early version: no record holds these facts"
        yield Finding("capture", "capture.json facts", "not_checked", None, None, why)


def _newest(name: str, capture: Mapping[str, Any], log: Log) -> Iterator[Finding]:
    """The picture and the DOM are those of the newest capture, and not of an earlier one."""
    taken = [log.by_id("capture").get(str(one["capture"])) for one in capture["captures"]]
    pictures = [one for one in taken if one and layout.RENDERED not in one["files"]]
    newest: Mapping[str, Any] = max(pictures, key=lambda one: int(one["seq"]), default={"files": {}})
    for file in BROWSER:
        found = [of["files"].get(file, {}).get("sha256") for of in (newest, capture)]
        yield from check_value("picture", f"{name} files {file}", *found)


def _page_note(name: str, capture: Mapping[str, Any], records: Records) -> Iterator[Finding]:
    """What kept the page from being decoded cleanly, as decoding it anew says it."""
    page = next(one for one in capture["exchanges"] if one["exchange"] == capture["page"])
    record = next((one["id"] for one in page["records"] if one["type"] == "response"), None)
    if record in records.notes:
        yield from check_value("page", f"{name} page_note", records.notes[record], capture["page_note"])
    elif record is not None:
        why = "the response was not decoded a second time: it is long, damaged, or in a coding unknown here"
        yield Finding("page", f"{name} page_note", "not_checked", None, None, why)


def _exchange(name: str, exchange: Mapping[str, Any], roles: Sequence[str]) -> Iterator[Finding]:
    which = f"{name} {exchange['exchange']}"
    if exchange["role"] not in roles:
        yield Finding("exchange", f"{which} role", "fail", ", ".join(roles), str(exchange["role"])[:80], "no such role")
    # Without its `metadata` record an exchange has no more than what the log's entry holds.
    yield from check_members(which, exchange, EXCHANGE, FACTS if exchange["records"] else ())
    yield from check_members(f"{which} peer", exchange["peer"], ("address", "port"))
    yield from check_value(
        "exchange", f"{which} bytes", "kept" if exchange["records"] else "not kept", exchange["bytes"]
    )
    for record in exchange["records"]:
        yield from check_members(f"{which} record {record['id']}", record, RECORD)


def _taken(name: str, taken: Mapping[str, Any], log: Log, records: Records) -> Iterator[Finding]:
    which = f"{name} {taken['capture']}"
    yield from check_members(which, taken, TAKEN)
    yield from check_value("capture", f"{which} wire_exact", False, taken["wire_exact"])
    if "finished" in taken["facts"]:
        yield from check_value("capture", f"{which} captured", taken["facts"]["finished"], taken["captured"])
    entry: Mapping[str, Any] = log.by_id("capture").get(str(taken["capture"]), {})
    logged = [one["id"] for one in entry.get("record", {}).get("records", ())]
    yield from check_value("capture", f"{which} records", logged, [one["id"] for one in taken["records"]])
    for record in taken["records"]:
        yield from check_members(f"{which} record {record['id']}", record, RECORD)
        found = records.places.get(record["id"])
        if found is None or records.unread(record["id"]):
            # Damage to the segment was reported there, and so was a record that is not there at all.
            continue
        file, member = found
        placed = member.placed()
        known = {
            "type": placed.type, "file": file, "offset": member.offset, "length": member.length,
            "sha256": member.sha256, "block_sha256": member.block_sha256,
        }  # fmt: skip
        for key, value in known.items():
            yield from check_value("capture", f"{which} record {record['id']} {key}", value, record[key])


def _observation(name: str, seen: Mapping[str, Any], capture: Mapping[str, Any], log: Log) -> Iterator[Finding]:
    """What an exchange's own connection showed of a host is what the entry of that exchange says."""
    which = f"{name} observations {seen['exchange']}"
    yield from check_members(which, seen, OBSERVATION)
    entry = log.by_id("exchange").get(str(seen["exchange"]))
    if entry is None or seen["exchange"] not in {one["exchange"] for one in capture["exchanges"]}:
        yield Finding("capture", which, "fail", None, None, "not an exchange of the exhibit")
        return
    chain = (entry["tls"] or {}).get("chain_sha256") or [None]
    parts = urlsplit(str(entry["url"]))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    expected = {
        "host": f"{host}:{port}", "observed": entry["started"], "resolved": entry["resolved"],
        "address": entry["address"], "certificate_sha256": chain[0],
    }  # fmt: skip
    for key, value in expected.items():
        yield from check_value("capture", f"{which} {key}", value, seen[key])
    told = {"port": entry["port"]}
    if entry["tls"]:
        told |= {"tls": entry["tls"]["version"]} | {
            key: entry["tls"][key] for key in ("cipher", "server_name", "verify_error")
        }
    # What the certificate says lies beside it, in tls-chain.pem, for who reads certificates.
    yield from check_members(f"{which} facts", seen["facts"], told, ("certificate",) if chain[0] else ())
    for key, value in told.items():
        yield from check_value("capture", f"{which} facts {key}", value, seen["facts"].get(key, MISSING))


def _hit(name: str, files: Files, log: Log, decided: Mapping[str, list[str]]) -> Iterator[Finding]:
    hit = files.json(name)
    yield from check_members(name, hit, HIT, ("read_from",))
    # The last one stands: who leaves one out, or turns their order, changes the verdict.
    expected = decided.get(str(hit["hit_id"]), [])
    yield from check_value("decision", f"{name} decisions", expected, [one["decision_id"] for one in hit["decisions"]])
    for decision in hit["decisions"]:
        which = f"{name} {decision['decision_id']}"
        yield from check_members(which, decision, DECISION)
        entry = log.by_id("decision").get(str(decision["decision_id"]), {})
        facts = {"ledger_seq": entry.get("seq", MISSING)}
        facts |= {key: entry[key] for key in ("system_user", "system_host") if key in entry}
        for key, value in facts.items():
            yield from check_value("decision", f"{which} {key}", value, decision.get(key, MISSING))
