"""Writing everything under ``data/`` (format.md 4 to 10)."""

import json
from collections.abc import Callable, Mapping, Sequence
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
    press,
    printing,
    segments,
    tables,
    wacz,
)
from crawler.bundle.assembly import Assembly
from crawler.bundle.report import Document, ReportFacts
from crawler.bundle.stamping import SegmentState, banner, segment_state
from crawler.errors import EnvironmentProblem
from crawler.wording import say

PRINTED = "html, pdf"
Captured = Sequence[Mapping[str, Any]]
"""capture.json of each exhibit, in the order of the case."""


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
    with captures.Records(bag.folder, copied) as records:
        captured = [captures.write(bag, exhibit, records, times) for exhibit in case.exhibits]
        environment.write(bag, case, assembly.log, copied, records, captured)
    span = _span(captured)
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
        bundle=f"TW-{case.file_name}-…",
        software=software,
        collector=assembly.collector,
        fingerprint=assembly.signer.fingerprint,
        stamps={language: say(f"report.stamps.records_{key}", language, **named) for language in ("en", "zh")},
        span=span,
    )
    assembly.steps.next("reports")
    return Payload(
        segments=states,
        records=sum(segment.records for segment in copied),
        span=span,
        pictures=sum("screenshot.png" in facts["files"] for facts in captured),
        reports=_write_reports(assembly, captured, states, span),
    )


def _write_reports(
    assembly: Assembly, captured: Captured, states: Sequence[SegmentState], span: tuple[str, str]
) -> str:
    """Write report.html, and the PDFs where the machine can print."""
    bag, case, case_log = assembly.bag, assembly.case, assembly.log
    paths = {exhibit.name: captures.picture_path(bag.folder, exhibit) for exhibit in case.exhibits}
    sizes = {name: printing.png_size(path) for name, path in paths.items() if path}

    def documents(source: Callable[[str], str], languages: Sequence[str]) -> list[Document]:
        facts = ReportFacts(
            case=case,
            captures=captured,
            segments=states,
            collector=assembly.collector,
            software=assembly.software,
            fingerprint=assembly.signer.fingerprint,
            log=case_log,
            span=span,
            folder=bag.folder,
            pictures={name: (source(name), *size) for name, size in sizes.items()},
        )
        return [Document(facts, language) for language in languages]

    both = documents(lambda name: f"../captures/{name}/screenshot.png", ("en", "zh"))
    bag.add(layout.HTML_REPORT, printing.html(both, case).encode("utf-8"))
    pictures = {f"report:{name}": path for name, path in paths.items() if path}
    try:
        printing.prepare()
        for language in ("en", "zh"):
            document = documents(lambda name: f"report:{name}", (language,))[0]
            bag.add(layout.report(language), press.printed(document, case, pictures, assembly.steps.say))
    except EnvironmentProblem as problem:
        return f"html only ({problem.what})"
    return PRINTED


def _span(captured: Captured) -> tuple[str, str]:
    times = sorted(clock.parse(e["started"]) for f in captured for e in f["exchanges"] if e["role"] == "page")
    return clock.stamp(times[0]), clock.stamp(times[-1])
