"""In what environment the captures were made (format.md 8): from the record, never from the machine that exports."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.bundle.bag import Bag, pretty
from crawler.bundle.captures import Records
from crawler.bundle.casefile import CaseFile
from crawler.bundle.log import CaseLog
from crawler.bundle.segments import CopiedSegment

FILES = ("tool", "system", "clock", "network")
"""The groups of a `run-start` entry, each for the file of its name."""
OMITTED = ("prev", "hash", "type", "run")
FLAT = {
    "tool": ("version", "commit", "lock", "lock_sha256", "python", "packages", "rules_version"),
    "system": ("system",),
    "clock": ("clock",),
    "network": ("resolver", "user_agent"),
}
"""Where the facts of a `run-start` entry go that has no groups yet."""


def write(
    bag: Bag, case: CaseFile, log: CaseLog, segments: Sequence[CopiedSegment], records: Records,
    captures: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """Write tool.json, system.json, clock.json and network.json."""
    starts = {body["run"]: body for body in log.of_type("run-start")}
    described = {body["segment"]: _warcinfo(body, records) for body in log.of_type("segment")}
    told = {name: {run_id: _told(starts.get(run_id, {}), name) for run_id in case.row.runs} for name in FILES}
    for run_id, row in case.row.runs.items():
        start = starts.get(run_id, {})
        told["tool"][run_id] |= {"software": row["software"], "configuration": _value(row["configuration"])}
        if "self_test" in start:
            told["tool"][run_id]["self_test"] = start["self_test"]
        told["clock"][run_id] |= {"started": row["started_at"]} | _some(start, ("utc", "mono_ns"), "ledger_")
        told["clock"][run_id]["compared"] = [
            {key: value for key, value in body.items() if key not in OMITTED}
            for body in log.of_type("clock")
            if body.get("run") == run_id
        ]
    exchanges = [
        {
            "exchange": exchange["exchange"],
            "url": exchange["url"],
            "peer": exchange["peer"],
            "resolved": exchange.get("resolved", []),
        }
        for facts in captures
        for exchange in facts["exchanges"]
        if exchange["role"] == "page"
    ]
    times = [
        {"seq": body["seq"], "utc": body["utc"], "mono_ns": body["mono_ns"]}
        for body in log.of_type("exchange", "capture", "exhibit")
    ]
    browsers = sorted(
        {str(c["facts"]["browser"]) for f in captures for c in f["captures"] if c["facts"].get("browser")}
    )
    observations = [seen for facts in captures for seen in facts["observations"]]
    beside: dict[str, dict[str, Any]] = {
        "tool": {"segments": described},
        "system": {"segments": described, "browsers": browsers},
        "clock": {
            "ledger": times,
            "jumps": [_some(body, ("seq", "before", "seconds")) for body in log.of_type("clock-jump")],
        },
        "network": {"exchanges": exchanges, "observations": observations},
    }
    for name in FILES:
        bag.add(f"data/environment/{name}.json", pretty({"runs": told[name]} | beside[name]))


def _told(start: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a run's first entry says for one file."""
    if isinstance(start.get(name), Mapping) and "tool" in start:
        return dict(start[name])
    return _some(start, FLAT[name])


def _warcinfo(body: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The named facts of a segment's warcinfo record."""
    block = records.block(body["segment"], body["record"]["records"][0])
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def _some(body: Mapping[str, Any], keys: Sequence[str], prefix: str = "") -> dict[str, Any]:
    return {prefix + key: body[key] for key in keys if key in body}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
