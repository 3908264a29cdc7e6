"""In what environment the captures were made (format.md 8): from the record, never from the machine that exports."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.bundle.bag import Bag, pretty
from crawler.bundle.captures import Records
from crawler.bundle.casefile import CaseFile
from crawler.bundle.log import CaseLog
from crawler.bundle.segments import CopiedSegment
from crawler.evidence.ledger import OURS

TOOL = ("software", "version", "commit", "lock", "lock_sha256", "python", "packages", "rules_version", "self_test")
CLOCK = ("clock", "ntp", "ntp_offset_ms", "time")
NETWORK = ("network", "egress", "resolver", "vantage", "user_agent")


def write(
    bag: Bag, case: CaseFile, log: CaseLog, segments: Sequence[CopiedSegment], records: Records,
    captures: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """Write tool.json, system.json, clock.json and network.json."""
    starts = {body["run"]: body for body in log.of_type("run-start")}
    described = {body["segment"]: _warcinfo(body, records) for body in log.of_type("segment")}
    runs = case.row.runs
    tool = {
        run_id: {"software": row["software"], "configuration": _value(row["configuration"])}
        | _some(starts.get(run_id, {}), TOOL)
        for run_id, row in runs.items()
    }
    named = {*TOOL, *CLOCK, *NETWORK, *OURS, "type", "run", "configuration"}
    system = {
        run_id: {key: value for key, value in starts.get(run_id, {}).items() if key not in named} for run_id in runs
    }
    clock = {
        run_id: {"started": row["started_at"]}
        | ({"ledger_utc": start["utc"], "ledger_mono_ns": start["mono_ns"]} if (start := starts.get(run_id)) else {})
        | _some(starts.get(run_id, {}), CLOCK)
        for run_id, row in runs.items()
    }
    network = {run_id: _some(starts.get(run_id, {}), NETWORK) for run_id in runs}
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
    bag.add("data/environment/tool.json", pretty({"runs": tool, "segments": described}))
    bag.add("data/environment/system.json", pretty({"runs": system, "segments": described}))
    bag.add("data/environment/clock.json", pretty({"runs": clock, "ledger": times}))
    bag.add(
        "data/environment/network.json",
        pretty(
            {"runs": network, "exchanges": exchanges, "observations": [o for f in captures for o in f["observations"]]}
        ),
    )


def _warcinfo(body: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The named facts of a segment's warcinfo record."""
    block = records.block(body["segment"], body["record"]["records"][0])
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def _some(body: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: body[key] for key in keys if key in body}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
