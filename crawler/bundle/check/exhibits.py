"""The exhibits: what was unpacked for people is what the records hold (format.md 4, 5)."""

import hashlib
import ssl
from collections.abc import Iterator
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.landings import check_landings
from crawler.bundle.check.log import Log
from crawler.bundle.check.members import apart
from crawler.bundle.check.records import Records
from crawler.bundle.check.rendered import check_rendered
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence.http_message import decoded_entity, undecodable
from crawler.evidence.warc_read import read_member
from crawler.model import Finding

LISTING_FACTS = (
    "url", "page_url", "title", "posted_at", "posted_at_text", "posted_at_basis", "posted_by", "hidden", "links",
)  # fmt: skip
LEDGER_FACTS = ("finished", "method", "purpose", "resolved", "tls", "truncated", "error", "via", "hop", "bytes")
NEEDED = {"url", "method", "status", "started", "finished", "peer", "request", "response"}
PAGE_LIMIT = 256 * 1024 * 1024
"""No response that became a page is larger."""


def check_exhibits(files: Files, said: dict[str, str], log: Log, records: Records) -> Iterator[Finding]:
    """Check case.json, the tables and every exhibit's folder against log and records."""
    case = files.json(layout.CASE)
    exhibits = case["exhibits"]
    names = [str(exhibit["exhibit"]) for exhibit in exhibits]
    if said.get("External-Identifier") != case["case"]:
        yield Finding(
            "case.json", layout.CASE, "fail", said.get("External-Identifier"), str(case["case"]), "another case"
        )
    if said.get("Exhibit-Count") != str(len(names)):
        yield Finding(
            "bag-info.txt", "Exhibit-Count", "fail", said.get("Exhibit-Count"), str(len(names)), "in case.json"
        )
    logged = set(log.by_id("exhibit"))
    for name in sorted(logged ^ set(names)):
        why = "in the log and not in case.json" if name in logged else "in case.json and not in the log"
        yield Finding("exhibit", name, "fail", None, None, why)
    folders = {name.split("/")[2] for name in files.under("data/captures/")}
    for name in sorted(folders ^ set(names)):
        yield Finding(
            "exhibit", f"data/captures/{name}", "fail", None, None, "a folder without exhibit, or the reverse"
        )
    for exhibit in exhibits:
        if case["agency"] is not None:
            yield from _same("decision", f"{layout.CASE}: {exhibit['exhibit']}", "infringing", exhibit["verdict"])
        if exhibit["exhibit"] in folders:
            yield from _guarded(files, exhibit, log, records)
    yield from _looks(files, names, log)
    numbers = [exhibit["number"] for exhibit in exhibits]
    if numbers != list(range(1, len(numbers) + 1)) or len(set(names)) != len(names):
        found = ", ".join(map(str, numbers))[:200]
        yield Finding("exhibit", layout.CASE, "fail", "each once, numbered from 1", found, "numbered otherwise")


def _looks(files: Files, names: list[str], log: Log) -> Iterator[Finding]:
    """Every look at a landing page that the log holds is shown by an exhibit."""
    shown = {
        one["ledger_seq"]
        for name in names
        if f"{layout.capture_folder(name)}/capture.json" in files.sizes
        for one in files.json(f"{layout.capture_folder(name)}/capture.json").get("landings", ())
    }
    for entry in log.of_type("landing"):
        if entry["seq"] not in shown:
            why = "no exhibit shows what was found there"
            which = f"{layout.LEDGER} entry {entry['seq']}"
            yield Finding("landing", which, "fail", str(entry["target"])[:120], None, why)


def _guarded(files: Files, exhibit: dict[str, Any], log: Log, records: Records) -> Iterator[Finding]:
    """One exhibit that cannot be read must not hide the others."""
    folder = layout.capture_folder(str(exhibit["exhibit"]))
    wrong = False
    try:
        for finding in _exhibit(files, exhibit, folder, log, records):
            wrong |= finding.state != "pass"
            yield finding
    except VerificationError as error:
        yield Finding("exhibit", error.which or folder, "fail", None, None, error.what)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
        yield Finding("exhibit", folder, "fail", None, repr(error), "cannot be read")
    else:
        if not wrong:
            yield Finding("exhibit", folder, "pass", None, None, "its files are what log and records hold")


def _exhibit(files: Files, exhibit: dict[str, Any], folder: str, log: Log, records: Records) -> Iterator[Finding]:
    for name in layout.EXHIBIT_FILES:
        if f"{folder}/{name}" not in files.sizes:
            yield Finding("file", f"{folder}/{name}", "fail", "a file that every exhibit has", None, "missing")
    entry = log.by_id("exhibit")[exhibit["exhibit"]]
    listing, hit = files.json(f"{folder}/listing.json"), files.json(f"{folder}/hit.json")
    capture = files.json(f"{folder}/capture.json")
    yield from _same(
        "listing", f"{folder}/listing.json", entry["listing_sha256"], files.sha256(f"{folder}/listing.json")
    )
    yield from _same("text", f"{folder}/text.txt", listing["text"].encode(), files.read(f"{folder}/text.txt"))
    for key in LISTING_FACTS:
        yield from _same("hit", f"{folder}/hit.json {key}", listing.get(key), hit.get(key))
    for key in ("reasons", "score", "rules_version"):
        yield from _same("hit", f"{folder}/hit.json {key}", listing["match"][key], hit[key])
    yield from _same("hit", f"{folder}/hit.json", (entry["hit"], entry["work"]), (hit["hit_id"], hit["work_id"]))
    yield from _same("hit", f"{folder}/hit.json exhibit", exhibit["exhibit"], hit["exhibit"])
    yield from _same("hit", f"{folder}/hit.json status", hit["decisions"][-1]["verdict"], hit["status"])
    for key in ("url", "hit_id", "work_id", "site"):
        yield from _same("hit", f"{layout.CASE}: {exhibit['exhibit']} {key}", hit[key], exhibit[key])
    yield from _same("exhibit", f"{layout.CASE}: {exhibit['exhibit']} ledger_seq", entry["seq"], exhibit["ledger_seq"])
    for key in ("exhibit", "number", "ledger_seq"):
        yield from _same("capture", f"{folder}/capture.json {key}", exhibit[key], capture[key])
    yield from _decisions(folder, exhibit, hit, log)
    for name, facts in capture["files"].items():
        yield from _same("file", f"{folder}/{name}", facts["sha256"], files.sha256(f"{folder}/{name}"))
    exchanges = log.by_id("exchange")
    if {e["exchange"] for e in capture["exchanges"]} != set(entry["exchanges"]):
        yield Finding("capture", f"{folder}/capture.json", "fail", None, None, "not the exchanges of the ledger entry")
    looked = [one for landing in capture.get("landings", ()) for one in landing["exchanges"]]
    for exchange in (*capture["exchanges"], *looked):
        yield from _exchange(files, f"{folder}/capture.json", exchange, exchanges[exchange["exchange"]], records)
    yield from check_landings(files, f"{folder}/capture.json", listing, capture, log, records)
    page = next(e for e in capture["exchanges"] if e["exchange"] == capture["page"] and e["role"] == "page")
    yield from _page(files, f"{folder}/page.html", page, records)
    yield from _same("hit", f"{folder}/hit.json seen_last", page["started"], hit["seen_last"])
    yield from _chain(files, f"{folder}/tls-chain.pem", exchanges[capture["page"]])
    yield from _robots(f"{folder}/capture.json robots", capture)
    taken = [log.by_id("capture")[capture] for capture in entry["captures"]]
    hashes = {file["sha256"] for one in taken for file in one["files"].values()}
    for said in capture["captures"]:
        one = log.by_id("capture").get(str(said["capture"]))
        if one is None or one not in taken:
            why = "not a capture of the ledger entry"
            yield Finding("capture", f"{folder}/capture.json {said['capture']}", "fail", None, None, why)
            continue
        for key in ("exchange", "url", "files"):
            yield from _same("capture", f"{folder}/capture.json {said['capture']} {key}", one[key], said[key])
        yield from _same(
            "capture", f"{folder}/capture.json {said['capture']} ledger_seq", one["seq"], said["ledger_seq"]
        )
        yield from _capture_facts(files, f"{folder}/capture.json {said['capture']}", said, one, records)
    if "picture_missing" in entry:
        which = f"{folder}/capture.json picture_missing"
        yield from _same("capture", which, entry["picture_missing"], capture.get("picture_missing"))
    yield from _same("capture", f"{folder}/capture.json captures", len(taken), len(capture["captures"]))
    newest: dict[str, Any] = max(
        (one for one in taken if layout.RENDERED not in one["files"]),
        key=lambda one: int(one["seq"]),
        default={"files": {}},
    )
    yield from check_rendered(files, folder, listing, capture, taken)
    for name in ("screenshot.png", "dom.html", "dom.txt"):
        if name in newest["files"] and f"{folder}/{name}" not in files.sizes:
            yield Finding("picture", f"{folder}/{name}", "fail", "a picture", None, "missing, though the log names it")
        path = f"{folder}/{name}"
        if path in files.sizes and files.sha256(path) not in hashes:
            yield Finding("picture", path, "fail", None, None, "not a file of a capture that the log names")


def _robots(which: str, capture: dict[str, Any]) -> Iterator[Finding]:
    said = capture["robots"]
    fetched = next((one for one in capture["exchanges"] if one["role"] == "robots"), None)
    for key in ("exchange", "url", "status"):
        yield from _same("capture", f"{which} {key}", fetched[key] if fetched else None, said[key])


def _same(check: str, which: str, expected: Any, found: Any) -> Iterator[Finding]:
    if expected != found:
        wanted, there = apart(expected, found)
        yield Finding(check, which, "fail", wanted, there, "does not agree with the record")


def _decisions(folder: str, exhibit: dict[str, Any], hit: dict[str, Any], log: Log) -> Iterator[Finding]:
    decided = log.by_id("decision")
    if not hit["decisions"]:
        yield Finding("decision", f"{folder}/hit.json", "fail", "a person's decision", None, "nobody decided")
        return
    for decision in hit["decisions"]:
        entry = decided.get(decision["decision_id"], {})
        facts = ("verdict", "decided_by", "decided_at")
        yield from _same("decision", f"{folder}/hit.json", [entry.get(f) for f in facts], [decision[f] for f in facts])
        yield from _same("decision", f"{folder}/hit.json", entry.get("hit"), hit["hit_id"])
    last = hit["decisions"][-1]
    yield from _same("decision", f"{layout.CASE}: {exhibit['exhibit']}", last["verdict"], exhibit["verdict"])


def _exchange(
    files: Files, which: str, said: dict[str, Any], entry: dict[str, Any], records: Records
) -> Iterator[Finding]:
    for key in ("url", "status", "started"):
        yield from _same("exchange", f"{which} {said['exchange']} {key}", entry[key], said[key])
    peer = (entry["address"], entry["port"])
    yield from _same(
        "exchange", f"{which} {said['exchange']} peer", peer, (said["peer"]["address"], said["peer"]["port"])
    )
    for key in ("request", "response", *LEDGER_FACTS):
        # What was kept after all has an entry of its own, and its records are held against that one.
        if key in said and key in entry and not (key == "bytes" and said["records"]):
            yield from _same("exchange", f"{which} {said['exchange']} {key}", entry[key], said[key])
    yield from _same("exchange", f"{which} {said['exchange']} ledger_seq", entry["seq"], said["ledger_seq"])
    yield from _metadata(files, which, said, records)
    for record in said["records"]:
        if records.unread(record["id"]):
            why = "the segment is damaged there: the record cannot be read"
            yield Finding("exchange", f"{which} record {record['id']}", "not_checked", None, None, why)
            continue
        found = records.places.get(record["id"])
        place = found and (found[0], found[1].offset, found[1].length, found[1].sha256, found[1].block_sha256)
        claimed = tuple(record[key] for key in ("file", "offset", "length", "sha256", "block_sha256"))
        yield from _same("exchange", f"{which} record {record['id']}", place, claimed)
        if record["type"] in ("request", "response"):
            yield from _same(
                "exchange", f"{which} {record['type']}", entry[record["type"]]["sha256"], record["block_sha256"]
            )


def _metadata(files: Files, which: str, said: dict[str, Any], records: Records) -> Iterator[Finding]:
    """What capture.json says of an exchange is what the metadata record of that exchange says."""
    record = next((one for one in said["records"] if one["type"] == "metadata"), None)
    if record is None or record["id"] not in records.places:
        return
    facts = records.facts(files, record["id"])
    yield from _same("exchange", f"{which} {said['exchange']}", facts["exchange"], said["exchange"])
    for key in sorted((facts.keys() & said.keys()) - {"tls", "exchange"}):
        yield from _same("exchange", f"{which} {said['exchange']} {key}", facts[key], said[key])
    tls = facts["tls"] and {key: value for key, value in facts["tls"].items() if key != "chain_pem"}
    yield from _same("exchange", f"{which} {said['exchange']} tls", tls, said["tls"])
    for key in sorted(NEEDED - said.keys()):
        yield Finding("exchange", f"{which} {said['exchange']} {key}", "fail", str(facts.get(key)), None, "missing")


def _capture_facts(
    files: Files, which: str, said: dict[str, Any], entry: dict[str, Any], records: Records
) -> Iterator[Finding]:
    """What capture.json says of a browser capture is what its metadata record says; older captures have none."""
    record = next((one for one in entry["record"]["records"] if one["type"] == "metadata"), None)
    if record is None:
        return
    if record["id"] not in records.places or records.unread(record["id"]):
        why = "the segment is damaged there: the record cannot be read"
        yield Finding("capture", f"{which} facts", "not_checked", None, None, why)
        return
    yield from _same("capture", f"{which} facts", records.facts(files, record["id"]), said["facts"])
    facts = said["facts"]
    if (facts["capture"], facts["exchange"]) != (entry["capture"], entry["exchange"]):
        yield Finding(
            "capture", f"{which} facts", "fail", entry["capture"], str(facts["capture"]), "of another capture"
        )


def _page(files: Files, name: str, page: dict[str, Any], records: Records) -> Iterator[Finding]:
    """page.html is the entity of the recorded response, decoded anew."""
    record = next((r for r in page["records"] if r["type"] == "response"), None)
    if record is None:
        yield from _same("page", name, b"", files.read(name))
        return
    if records.unread(record["id"]):
        why = "the segment is damaged there: the page cannot be decoded anew"
        yield Finding("page", name, "not_checked", None, None, why)
        return
    if record["id"] in records.entities:
        yield from _same("page", name, records.entities[record["id"]], files.sha256(name))
        return
    file, member = records.places[record["id"]]
    response = read_member(files.path(file), member.offset, member.length, PAGE_LIMIT).block
    if lacking := undecodable(response):
        why = f"cannot be decoded anew here: install {lacking}"
        yield Finding("page", name, "not_checked", None, None, why)
        return
    entity = decoded_entity(response)
    records.notes[record["id"]] = entity.note
    expected = hashlib.sha256(entity.body).hexdigest()
    yield from _same("page", name, expected, files.sha256(name))


def _chain(files: Files, name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    expected = (entry["tls"] or {}).get("chain_sha256", [])
    if name not in files.sizes:
        if expected:
            yield Finding("certificate", name, "fail", "a chain", None, "missing, though the connection had one")
        return
    end = "-----END CERTIFICATE-----\n"
    pieces = files.read(name).decode("ascii").split(end)
    found = [hashlib.sha256(ssl.PEM_cert_to_DER_cert(piece + end)).hexdigest() for piece in pieces if piece]
    yield from _same("certificate", name, expected, found)
