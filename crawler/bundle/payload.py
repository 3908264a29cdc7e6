"""Writing everything under ``data/`` (format.md 4 to 10)."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from crawler import clock
from crawler.bundle import (
    beginnings,
    captures,
    environment,
    forms,
    layout,
    log,
    ontology,
    segments,
    tables,
    wacz,
)
from crawler.bundle.assembly import Assembly
from crawler.bundle.bag import Bag
from crawler.bundle.beside import Beside
from crawler.bundle.bracket import Times
from crawler.bundle.casefile import Exhibit
from crawler.bundle.hashing import KnownDigests
from crawler.bundle.reports import Captured, Reports
from crawler.bundle.stamping import SegmentState, banner, segment_state
from crawler.wording import say

MANY = 40
"""Exhibits from which on a second process pays."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What writing the payload found out."""

    segments: Sequence[SegmentState]
    records: int
    span: tuple[str, str]
    """Times of the first and of the last request for an exhibit's page."""
    pictures: int
    reports: str
    """What bag-info.txt says of the reports."""


def write(assembly: Assembly) -> Payload:
    """Write the payload; equal cases give equal files."""
    bag, case = assembly.bag, assembly.case
    assembly.steps.next("records")
    evidence = assembly.workspace.evidence
    copied = segments.copy(bag, evidence, segments.wanted(assembly.log.placements))
    seals = {segment.name: segments.copy_seal(bag, evidence, segment) for segment in copied}
    states = [segment_state(segment, seals[segment.name], bag.folder) for segment in copied]
    begun = beginnings.copy(bag, evidence, assembly.log)
    begins = {run: json.loads((bag.folder / one.file).read_bytes()) for run, one in begun.items()}
    log.write(bag, assembly.log, case, assembly.signer, seals, begins)
    times = beginnings.times(bag, begun, seals)
    assembly.steps.next("exhibits")
    captured = _exhibits(bag, case.exhibits, copied, times, assembly.log.looks)
    bag.begin_sync()
    with captures.Records(bag.folder, copied) as records:
        environment.write(bag, case, assembly.log, copied, records, captured)
    span = _span(captured)
    reports = Reports(assembly, captured, states, span)
    with Beside(layout.HTML_REPORT, reports.html) as report:
        _write_lists(assembly, captured, copied, states, seals, span)
        assembly.steps.next("reports")
        bag.add(layout.HTML_REPORT, report.result())
    return Payload(
        segments=states,
        records=sum(segment.records for segment in copied),
        span=span,
        pictures=sum("screenshot.png" in facts["files"] for facts in captured),
        reports=reports.print(),
    )


def _write_lists(
    assembly: Assembly,
    captured: Captured,
    copied: Sequence[segments.CopiedSegment],
    states: Sequence[SegmentState],
    seals: Mapping[str, Mapping[str, Any] | None],
    span: tuple[str, str],
) -> None:
    """Write what lists the exhibits: the archive for replaying, case.json, the table, the graph, the forms."""
    bag, case = assembly.bag, assembly.case
    software, collector = assembly.software, assembly.configuration.collector
    wacz.write(bag, case, copied, software, span[1])
    bag.add(layout.CASE, tables.case_json(case, captured, copied, assembly.log, seals, collector, assembly.agency))
    bag.add(layout.EXHIBITS, tables.exhibits_csv(case, captured))
    bag.add(layout.ONTOLOGY, ontology.case_jsonld(bag, case, captured, copied, software, collector))
    key, named = banner(states)
    forms.write(
        bag,
        case,
        captured,
        bundle=f"TW-{case.file_name}",
        software=software,
        collector=assembly.collector,
        fingerprint=assembly.signer.fingerprint,
        stamps={language: say(f"report.stamps.records_{key}", language, **named) for language in ("en", "zh")},
        span=span,
    )


def _exhibits(
    bag: Bag, exhibits: Sequence[Exhibit], copied: list[segments.CopiedSegment], times: Times, looks: captures.Looks
) -> list[dict[str, Any]]:
    """Write every exhibit's folder; of many, the second half beside the first."""

    def write(into: Bag, some: Sequence[Exhibit]) -> list[dict[str, Any]]:
        with captures.Records(bag.folder, copied) as records:
            return [captures.write(into, exhibit, records, times, looks) for exhibit in some]

    def apart() -> tuple[list[dict[str, Any]], list[tuple[str, int, KnownDigests]]]:
        with closing(bag.apart()) as part:
            return write(part, exhibits[half:]), part.listed()

    if len(exhibits) < MANY:
        return write(bag, exhibits)
    half = len(exhibits) // 2
    with Beside("exhibits", apart) as beside:
        captured = write(bag, exhibits[:half])
        others, listed = beside.result()
    bag.receive(listed)
    return captured + others


def _span(captured: Captured) -> tuple[str, str]:
    times = sorted(clock.parse(e["started"]) for f in captured for e in f["exchanges"] if e["role"] == "page")
    return clock.stamp(times[0]), clock.stamp(times[-1])
