"""How the runs of a case were conducted, for the report: software, known answers, clock (format.md 9)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.bundle.log import CaseLog
from crawler.bundle.markings import one_line
from crawler.evidence.clock_offset import beyond

Told = Callable[..., str]
"""Says a sentence of the report: key and facts."""


def conduct(log: CaseLog, runs: Sequence[str], t: Told) -> list[dict[str, Any]]:
    """For each run: its id, software, the outcome of the known answers, and what was found of its clock."""
    starts = {body["run"]: body for body in log.of_type("run-start")}
    clocks = log.of_type("clock")
    return [
        {
            "run": run,
            "software": one_line(str(starts.get(run, {}).get("software", "–"))),
            "self_test": _known_answers(starts.get(run, {}).get("self_test"), t),
            "clock": _clock([body for body in clocks if body.get("run") == run], t),
        }
        for run in runs
    ]


def _known_answers(tried: Mapping[str, Any] | None, t: Told) -> str:
    if not tried:
        return t("value.not_tried")
    passed = sum(bool(check["passed"]) for check in tried["checks"])
    return t("value.known_answers", passed=passed, count=len(tried["checks"]))


def _clock(bodies: Sequence[Mapping[str, Any]], t: Told) -> list[str]:
    """One line for each time server and authority that the clock was compared with, and what the system said."""
    lines: dict[str, None] = {}
    for body in bodies:
        if body["source"] == "system":
            state = {"yes": "yes", "no": "no"}.get(str(body["synchronised"]), "unknown")
            lines[t(f"clock.system_{state}")] = None
        elif "failure" in body:
            lines[t("clock.silent", server=one_line(str(body["server"])))] = None
        else:
            ours = body["source"] == "ntp"
            said = t(
                "clock.ntp" if ours else "clock.stamp",
                other=one_line(str(body["server"] if ours else body["authority"])),
                offset=body.get("offset_ms"), least=body.get("least_ms"), most=body.get("most_ms"),
            )  # fmt: skip
            lines[said + (t("clock.beyond") if beyond(body) else "")] = None
    return list(lines) or [t("clock.none")]
