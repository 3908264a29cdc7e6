"""The beginnings of runs, that the records name their stamps, and the bracket of times of each exhibit (format.md 5.1, 7.6)."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from crawler.bundle import layout
from crawler.bundle.bracket import Bracket, Stamped, Times, begin_file, stamped, time_bracket
from crawler.bundle.check.log import Log
from crawler.bundle.check.records import Records
from crawler.bundle.check.signatures import STAMP_LIMIT, Trust, check_beside
from crawler.bundle.check.signer import check_sealer
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence import clock_offset
from crawler.evidence.naming import NEVER, Naming, check_naming
from crawler.evidence.strict_json import read_canonical
from crawler.model import Finding, State

Tokens = list[dict[str, str]]


def check_times(files: Files, log: Log, records: Records, trust: Trust) -> Iterator[Finding]:
    """Check every beginning, every record's naming of it, every exhibit's bracket, and what was said of the clock."""
    begins = {str(entry["run"]): entry for entry in log.of_type("begin")}
    yield from check_beginnings(files, log, trust)
    known = {begin_file(str(entry["file"])) for entry in begins.values()}
    for name in files.under(layout.BEGIN_FOLDER):
        if name.partition(".begin.json")[0] + ".begin.json" not in known:
            yield Finding("beginning", name, "fail", None, None, "the log names no such beginning")
    yield from check_told(files, log, records)


def check_told(files: Files, log: Log, records: Records, withheld: Collection[str] = ()) -> Iterator[Finding]:
    """Check what records and exhibits say of the beginnings, and what the log says of the clock.

    `withheld` are files of the bundle that are not there, as in a disclosed part.
    """
    begins = {str(entry["run"]): entry for entry in log.of_type("begin")}
    due = {run: tokens(log, entry) for run, entry in begins.items()}
    yield from check_naming(due, _namings(files, log, records))
    yield from _brackets(files, log, begins, withheld)
    yield from _clocks(log)


def check_beginnings(files: Files, log: Log, trust: Trust) -> Iterator[Finding]:
    """Check the beginning of every run that the log names, its signature and its stamps."""
    for entry in {str(entry["run"]): entry for entry in log.of_type("begin")}.values():
        yield from _guarded(files, entry, log, trust)


def tokens(log: Log, entry: Mapping[str, Any]) -> Tokens:
    """The stamps over a beginning as the records of its run must name them."""
    file = str(entry["file"])
    found = [
        {
            "authority": str(one["authority"]),
            "gen_time": one["gen_time"],
            "reply_sha256": one["files"][f"{file}.{one['authority']}.tsr"]["sha256"],
        }
        for one in log.of_type("stamp")
        if one["subject"] == file
    ]
    return sorted(found, key=lambda token: token["authority"])


def _guarded(files: Files, entry: dict[str, Any], log: Log, trust: Trust) -> Iterator[Finding]:
    stem = begin_file(str(entry["file"]))
    try:
        yield from _beginning(files, stem, entry, log, trust)
    except VerificationError as error:
        yield Finding("beginning", error.which or stem, "fail", None, None, error.what)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding("beginning", stem, "fail", None, repr(error), "cannot be read")


def _beginning(files: Files, stem: str, entry: dict[str, Any], log: Log, trust: Trust) -> Iterator[Finding]:
    data = files.read(stem, STAMP_LIMIT)
    found = hashlib.sha256(data).hexdigest()
    said = read_canonical(data, stem)
    if found != entry["begin_sha256"]:
        yield Finding("beginning", stem, "fail", entry["begin_sha256"], found, "not the one that the ledger names")
    elif (said["run"], said["authorities"]) != (entry["run"], entry["authorities"]):
        yield Finding("beginning", stem, "fail", str(entry["run"]), str(said["run"]), "another run's")
    else:
        yield Finding("beginning", stem, "pass", None, found, "the one that the ledger names")
    yield from check_sealer(files, stem, said, entry["seq"], trust.key, trust.history)
    head = said["ledger"]
    # The proofs themselves were checked with the log; what matters here is that there is one.
    continued = {(item["size"], item["root"]) for item in files.json(layout.CONSISTENCY)["earlier"]}
    if head["size"] and (head["size"], head["root"]) not in continued:
        why = "no proof that the log continues the one at the beginning"
        yield Finding("consistency proof", stem, "fail", head["root"], None, why)
    stamps = {str(one["authority"]): one for one in log.of_type("stamp") if one["subject"] == entry["file"]}
    if not said["authorities"]:
        yield Finding("stamp", stem, "not_checked", None, None, "UNSTAMPED: no timestamp authority was configured")
    for authority in sorted({*map(str, said["authorities"]), *stamps}):
        yield from check_beside(files, stem, data, authority, stamps.get(authority), trust, NEVER)


def _namings(files: Files, log: Log, records: Records) -> Iterator[Naming]:
    """What the metadata record of each kept exchange says of the beginning of its run."""
    for entry in log.of_type("exchange", "kept"):
        for record in (entry.get("record") or {}).get("records", ()):
            if record["type"] == "metadata" and record["id"] in records.places:
                file, member = records.places[record["id"]]
                facts = records.facts(files, record["id"])
                yield Naming(f"{file}@{member.offset}", str(facts["run"]), facts.get("not_before"))


def _brackets(
    files: Files, log: Log, begins: Mapping[str, Mapping[str, Any]], withheld: Collection[str]
) -> Iterator[Finding]:
    """The bracket of times in each capture.json is what beginnings, seals and stamps give."""
    times = Times(
        {run: _stamped(files, begin_file(str(entry["file"]))) for run, entry in begins.items()},
        {
            str(entry["segment"]): _stamped(files, name)
            for entry in log.of_type("seal")
            if (name := f"data/warc/{str(entry['segment']).removesuffix('.warc.gz')}.seal.json") in files.sizes
        },
    )
    exchanges = log.by_id("exchange")
    kept = {str(entry["exchange"]): entry for entry in log.of_type("kept")}
    for name, entry in log.by_id("exhibit").items():
        which = f"{layout.capture_folder(name)}/capture.json"
        if which not in files.sizes:
            continue
        capture = files.json(which)
        if "time_bracket" not in capture:
            state: State = "fail" if begins else "not_checked"
            yield Finding("time bracket", which, state, "a bracket", None, "capture.json has none")
            continue
        page = next(one for one in capture["exchanges"] if one["role"] == "page" and one["exchange"] == capture["page"])
        exchange = exchanges[capture["page"]]
        placement = exchange.get("record") or kept.get(capture["page"], {}).get("record") or {}
        due = time_bracket(
            times, str(exchange["run"]), placement.get("segment"), page.get("not_before") or (), int(entry["seq"])
        )
        if due != capture["time_bracket"] and _ends_earlier(capture["time_bracket"], due, withheld):
            why = "it ends with a stamp over a seal or beginning that is withheld: what is there ends it later"
            found, later = (json.dumps(one["not_after"], sort_keys=True) for one in (capture["time_bracket"], due))
            yield Finding("time bracket", which, "not_checked", later[:300], found[:300], why)
        elif due != capture["time_bracket"]:
            found = json.dumps(capture["time_bracket"], sort_keys=True)[:300]
            why = "not what beginnings, seals and their stamps give"
            yield Finding("time bracket", which, "fail", json.dumps(due, sort_keys=True)[:300], found, why)


def _ends_earlier(said: Bracket, due: Bracket, withheld: Collection[str]) -> bool:
    """Whether a bracket differs from the one that is due by nothing but an earlier end, over what is withheld."""
    if not withheld:
        return False
    after, later = said["not_after"], due["not_after"]
    if after is None or after["over"] not in withheld or said | {"not_after": later} != due:
        return False
    return later is None or datetime.fromisoformat(after["gen_time"]) <= datetime.fromisoformat(later["gen_time"])


def _stamped(files: Files, name: str) -> Stamped:
    return stamped(name, list(files.under(f"{name}.")), files.json)


def _clocks(log: Log) -> Iterator[Finding]:
    for entry in log.of_type("clock"):
        if told := clock_offset.beyond(entry):
            why = f"the collector's clock was off by {told}"
            yield Finding("clock", f"{layout.LEDGER} entry {entry['seq']}", "not_checked", None, told, why)
    for entry in log.of_type("clock-jump"):
        why = f"the collector's clock leapt by {entry['seconds']} s after {entry['before']}: trust the order, not the times"
        yield Finding("clock", f"{layout.LEDGER} entry {entry['seq']}", "not_checked", None, str(entry["seconds"]), why)
