"""data/environment against the log, the warcinfo records and the captures (format.md 8)."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.log import Log
from crawler.bundle.check.members import MISSING, captures_of, check_members, check_value, same, text_of
from crawler.bundle.check.records import FACTS_LIMIT, Records
from crawler.bundle.check.tree import Files
from crawler.evidence.strict_json import serialise
from crawler.evidence.warc_read import read_member
from crawler.model import Finding

GROUPS = ("tool", "system", "clock", "network")
OMITTED = ("prev", "hash", "type", "run")
"""Members of a `clock` entry that `compared` leaves out."""
EMPTY: tuple[Any, ...] = (MISSING, [], {})
"""A list that early versions did not write says what an empty one says."""


def check_environment(files: Files, log: Log, records: Records) -> Iterator[Finding]:
    """Check every member of the four files; what the record does not hold is named."""
    captures = captures_of(files, files.json(layout.CASE))
    beside = _beside(files, log, records, captures)
    starts = {str(entry["run"]): entry for entry in log.of_type("run-start")}
    for group in GROUPS:
        name = f"data/environment/{group}.json"
        value = files.json(name)
        yield from check_members(name, value, ("runs",), beside[group])
        for key, expected in beside[group].items():
            if key == "browsers" and key not in value:
                why = "early versions did not write it"
                yield Finding("environment", f"{name} {key}", "not_checked", text_of(expected), None, why)
                continue
            yield from _list(f"{name} {key}", expected, value.get(key, MISSING))
        yield from _runs(name, group, value["runs"], starts, log)
    why = "the database's own time of the run's beginning, which no entry of the log holds"
    yield Finding("environment", "data/environment/clock.json started", "not_checked", None, None, why)


def _beside(
    files: Files, log: Log, records: Records, captures: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What stands beside `runs` in each file, worked out anew."""
    segments = {
        str(entry["segment"]): _warcinfo(files, records, str(entry["record"]["records"][0]["id"]))
        for entry in log.of_type("segment")
    }
    browsers = {
        str(one["facts"]["browser"])
        for capture in captures.values()
        for one in capture["captures"]
        if one["facts"].get("browser")
    }
    times = [
        {key: entry[key] for key in ("seq", "utc", "mono_ns")}
        for entry in log.of_type("exchange", "capture", "exhibit")
    ]
    jumps = [
        {key: entry[key] for key in ("seq", "before", "seconds") if key in entry} for entry in log.of_type("clock-jump")
    ]
    pages = [
        {key: page.get(key, []) for key in ("exchange", "url", "peer", "resolved")}
        for capture in captures.values()
        for page in capture["exchanges"]
        if page["role"] == "page"
    ]
    observations = [seen for capture in captures.values() for seen in capture["observations"]]
    return {
        "tool": {"segments": segments},
        "system": {"segments": segments, "browsers": sorted(browsers)},
        "clock": {"ledger": times, "jumps": jumps},
        "network": {"exchanges": pages, "observations": observations},
    }


def _warcinfo(files: Files, records: Records, record: str) -> Any:
    """The named facts of a warcinfo record; MISSING where damage keeps it from being read."""
    if record not in records.places or records.unread(record):
        return MISSING
    file, member = records.places[record]
    block = read_member(files.path(file), member.offset, member.length, FACTS_LIMIT).block
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def _list(which: str, expected: Any, found: Any) -> Iterator[Finding]:
    """One finding for each element that is not the one of the record."""
    if same(expected, found) or (expected in EMPTY and found in EMPTY):
        return
    pairs: dict[Any, tuple[Any, Any]] = {}
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = {key: (expected.get(key, MISSING), found.get(key, MISSING)) for key in {**expected, **found}}
    elif isinstance(expected, list) and isinstance(found, list):
        longest = max(len(expected), len(found))
        expected, found = [*expected, *[MISSING] * longest][:longest], [*found, *[MISSING] * longest][:longest]
        pairs = dict(enumerate(zip(expected, found, strict=True)))
    else:
        yield from check_value("environment", which, expected, found)
    for key, (one, other) in pairs.items():
        if key in (expected if isinstance(expected, dict) else ()) and one is MISSING:
            why = "the segment is damaged there: the record cannot be read"
            yield Finding("environment", f"{which} {key}", "not_checked", None, text_of(other), why)
        elif isinstance(one, dict) and isinstance(other, dict):
            for name in {**one, **other}:
                yield from check_value(
                    "environment", f"{which} {key} {name}", one.get(name, MISSING), other.get(name, MISSING)
                )
        else:
            yield from check_value("environment", f"{which} {key}", one, other)


def _runs(
    name: str, group: str, runs: Mapping[str, Mapping[str, Any]], starts: Mapping[str, Mapping[str, Any]], log: Log
) -> Iterator[Finding]:
    for run in sorted(starts.keys() - runs.keys()):
        yield Finding("environment", f"{name} {run}", "fail", "a run that the log names", None, "missing")
    known = {str(entry.get("run")) for entry in log.of_type("exchange", "segment", "begin")}
    for run, facts in runs.items():
        which = f"{name} {run}"
        if run in starts:
            yield from _run(which, group, facts, starts[run], log)
        elif run in known:
            why = "the log holds no beginning of this run, as in early versions"
            yield Finding("environment", which, "not_checked", None, None, why)
        else:
            yield Finding("environment", which, "fail", None, None, "a run that the log does not know")


def _run(which: str, group: str, facts: Mapping[str, Any], start: Mapping[str, Any], log: Log) -> Iterator[Finding]:
    """One run in one file: the group of its first entry, and what each file adds to it."""
    grouped = "tool" in start and isinstance(start.get(group), Mapping)
    expected: dict[str, Any] = dict(start[group] if grouped else start)
    added: dict[str, Any] = {}
    if group == "tool":
        added = {key: start[key] for key in ("software", "self_test") if key in start}
        yield from _configuration(f"{which} configuration", facts, expected)
    elif group == "clock":
        added = {"ledger_utc": start["utc"], "ledger_mono_ns": start["mono_ns"]}
        compared = [
            {key: value for key, value in entry.items() if key not in OMITTED}
            for entry in log.of_type("clock")
            if str(entry.get("run")) == start["run"]
        ]
        yield from _list(f"{which} compared", compared, facts.get("compared", MISSING))
    own = {"tool": ("configuration",), "clock": ("compared", "started")}.get(group, ())
    # The first entry of a run of an early version has no groups: what stands here must stand there, in whatever file.
    names = facts.keys() | added.keys() | (expected.keys() if grouped else set())
    for key in sorted(names - set(own)):
        yield from check_value(
            "environment", f"{which} {key}", {**expected, **added}.get(key, MISSING), facts.get(key, MISSING)
        )


def _configuration(which: str, facts: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Finding]:
    claimed = expected.get("configuration_sha256")
    if claimed is None:
        why = "the log holds no hash of the configuration, as in early versions"
        yield Finding("environment", which, "not_checked", None, None, why)
        return
    found = hashlib.sha256(serialise(facts["configuration"])).hexdigest()
    yield from check_value("environment", which, claimed, found)
