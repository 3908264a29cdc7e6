"""Building a bundle: gather, write, sign, stamp, give it its name; a crash leaves nothing under that name."""

import os
import platform
import pwd
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler import __version__, clock
from crawler.bundle import (
    captures,
    casefile,
    environment,
    forms,
    layout,
    log,
    ontology,
    printing,
    segments,
    tables,
    wacz,
)
from crawler.bundle.archive import zip_bundle
from crawler.bundle.bag import Bag
from crawler.bundle.casefile import CaseFile
from crawler.bundle.markings import one_line
from crawler.bundle.report import Document, ReportFacts
from crawler.bundle.stamping import BundleStamp, SegmentState, banner, segment_state, stamp_bundle
from crawler.config import Authority, Configuration
from crawler.errors import EnvironmentProblem, StorageError, TimestampError
from crawler.evidence import keys
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.store import Store, exhibits
from crawler.wording import say
from crawler.workspace import Workspace

SOFTWARE = f"titlewatch {__version__}"
Stamper = Callable[[Authority, bytes], bytes]
Progress = Callable[[str, int, int], None]
"""Step, how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished bundle."""

    bundle: Path
    """Absolute."""
    exhibits: int
    stamped: tuple[str, ...]
    """Authorities whose stamp over the bundle was accepted."""
    pending: Mapping[str, str]
    """Authority -> why its stamp is missing."""
    unstamped: bool
    """True when no authority is configured."""
    notes: tuple[str, ...]
    """What the reader of a summary must know: records unsealed or unstamped, no PDF."""
    payload_sha256: str
    """Of manifest-sha256.txt: the same for every export of an unchanged case."""
    zip: Path | None = None


@dataclass(frozen=True, slots=True)
class _Payload:
    """What writing the payload found out."""

    log: log.CaseLog
    segments: Sequence[SegmentState]
    records: int
    span: tuple[str, str]
    pictures: int
    reports: str


def build(
    store: Store,
    workspace: Workspace,
    case_id: str,
    *,
    out: Path | None = None,
    agency: str | None = None,
    zipped: bool = False,
    stamp: Stamper | None = None,
    progress: Progress | None = None,
) -> Built:
    """Export a case as an evidence bundle and enter the export in ledger and store.

    `stamp` sends a timestamp query (DER) to an authority and returns its reply. An authority
    that fails is marked pending in the bundle. Raises RefusedError naming every item that
    has no person's decision, no exhibit or no bytes; EvidenceError when the record does not
    hold; StorageError when the disk refuses.
    """
    steps = _Steps(progress)
    steps.next("gather")
    case = casefile.gather(store, case_id)
    configuration = workspace.configuration()
    signer = keys.load(workspace.keys)
    parent = (out or workspace.exports).absolute()
    name = _fresh_name(case)
    temporary = parent / f".{name}.part"
    ledger = Ledger(workspace.ledger)
    try:
        temporary.mkdir(parents=True)
        bag = Bag(temporary)
        payload = _write_payload(bag, case, workspace, configuration, signer, ledger, agency, steps)
        steps.next("sign")
        information = _information(bag, case, payload, configuration, signer, name, agency)
        stamps, pending, signed = _close(bag, information, case, workspace, configuration, signer, stamp, steps)
        _beside(bag, signer, signed, stamps)
        bag.sync()
        payload_sha256 = bag.tags["manifest-sha256.txt"].sha256
        final = parent / name
        temporary.rename(final)
        _enter(store, ledger, case, payload.log, final, payload_sha256, signed, agency)
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(parent), "free space or mend the permissions"
        ) from error
    finally:
        ledger.close()
        shutil.rmtree(temporary, ignore_errors=True)
    steps.next("zip" if zipped else "done")
    return Built(
        bundle=final,
        exhibits=len(case.exhibits),
        stamped=tuple(s.authority for s in stamps),
        pending=pending,
        unstamped=configuration.unstamped,
        notes=_notes(payload),
        payload_sha256=payload_sha256,
        zip=zip_bundle(final) if zipped else None,
    )


class _Steps:
    """Says how far the export is."""

    NAMES = ("gather", "ledger", "records", "exhibits", "reports", "sign", "done")

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0

    def next(self, name: str) -> None:
        """A new step begins."""
        self.say(name)
        self._done += 1

    def say(self, name: str) -> None:
        """What is being done within the present step."""
        if self._progress:
            self._progress(name, self._done, len(self.NAMES))


def _fresh_name(case: CaseFile) -> str:
    return f"TW-{case.file_name}-{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def _write_payload(
    bag: Bag, case: CaseFile, workspace: Workspace, configuration: Configuration, signer: Signer, ledger: Ledger,
    agency: str | None, steps: _Steps,
) -> _Payload:  # fmt: skip
    steps.next("ledger")
    case_log = log.select(ledger, case)
    steps.next("records")
    copied = segments.copy(bag, workspace.evidence, segments.wanted(case_log.placements))
    seals = {segment.name: segments.copy_seal(bag, workspace.evidence, segment) for segment in copied}
    states = [segment_state(segment, seals[segment.name], bag.folder) for segment in copied]
    log.write(bag, case_log, case, signer, seals)
    steps.next("exhibits")
    records = captures.Records(copied)
    captured = [captures.write(bag, exhibit, records, case_log) for exhibit in case.exhibits]
    span = _span(captured)
    software = _software(case)
    environment.write(bag, case, case_log, copied, records, captured)
    wacz.write(bag, case, copied, software, span[1])
    bag.add(layout.CASE, tables.case_json(case, captured, copied, case_log, seals, configuration.collector, agency))
    bag.add(layout.EXHIBITS, tables.exhibits_csv(case, captured))
    bag.add(layout.ONTOLOGY, ontology.case_jsonld(bag, case, captured, copied, software, configuration.collector))
    key, named = banner(states)
    stamps = {language: say(f"report.stamps.records_{key}", language, **named) for language in ("en", "zh")}
    forms.write(
        bag, case, captured, bundle=f"TW-{case.file_name}-…", software=software, fingerprint=signer.fingerprint,
        stamps=stamps, span=span,
    )  # fmt: skip
    steps.next("reports")
    reports = _write_reports(bag, case, captured, states, configuration, signer, case_log, span, software)
    total = sum(segment.records for segment in copied)
    pictures = sum("screenshot.png" in facts["files"] for facts in captured)
    return _Payload(case_log, states, total, span, pictures, reports)


def _write_reports(
    bag: Bag, case: CaseFile, captured: Sequence[Mapping[str, Any]], states: Sequence[SegmentState],
    configuration: Configuration, signer: Signer, case_log: log.CaseLog, span: tuple[str, str], software: str,
) -> str:  # fmt: skip
    """Write report.html, and the PDFs where the machine can; returns what bag-info says of them."""
    paths = {exhibit.name: captures.picture_path(bag.folder, exhibit) for exhibit in case.exhibits}
    sizes = {name: printing.png_size(path) for name, path in paths.items() if path}

    def documents(source: Callable[[str], str], languages: Sequence[str]) -> list[Document]:
        facts = ReportFacts(
            case=case,
            captures=captured,
            segments=states,
            collector=_collector(configuration),
            software=software,
            fingerprint=signer.fingerprint,
            log=(len(case_log.entries), case_log.size, case_log.root),
            span=span,
            folder=bag.folder,
            pictures={name: (source(name), *size) for name, size in sizes.items()},
        )
        return [Document(facts, language) for language in languages]

    both = documents(lambda name: f"../captures/{name}/screenshot.png", ("en", "zh"))
    bag.add(layout.HTML_REPORT, printing.html(both, case).encode("utf-8"))
    pictures = {f"report:{name}": path for name, path in paths.items() if path}
    try:
        for language in ("en", "zh"):
            text = printing.html(documents(lambda name: f"report:{name}", (language,)), case, footer=True)
            bag.add(layout.report(language), printing.pdf(text, pictures))
    except EnvironmentProblem as problem:
        return f"html only ({problem.what})"
    return "html, pdf"


def _information(
    bag: Bag, case: CaseFile, payload: _Payload, configuration: Configuration, signer: Signer, name: str,
    agency: str | None,
) -> dict[str, str]:  # fmt: skip
    """bag-info.txt but for the stamps (format.md 3.2)."""
    collector, case_log = configuration.collector, payload.log
    missing = [work.work_id for work in case.works if work.work_id not in case.row.authorised_works]
    unsealed = [segment.name for segment in payload.segments if segment.sealed_at is None]
    key, _ = banner(payload.segments)
    return {
        "Source-Organization": one_line(collector.organisation or collector.name),
        "Organization-Address": one_line(collector.country),
        "Contact-Name": one_line(collector.name),
        "Contact-Email": one_line(collector.contact),
        "External-Identifier": one_line(case.case_id),
        "External-Description": one_line(case.row.title),
        "Internal-Sender-Identifier": name,
        "Internal-Sender-Description": "Evidence bundle made by titlewatch: suspected online copyright infringement",
        "Bagging-Date": f"{clock.now():%Y-%m-%d}",
        "Export-UTC": clock.stamp(clock.now().replace(microsecond=0)),
        "Payload-Oxum": bag.oxum,
        "Bag-Software-Agent": SOFTWARE,
        "BagIt-Profile-Identifier": layout.PROFILE,
        "Titlewatch-Format": layout.FORMAT,
        "Capture-Start-UTC": payload.span[0],
        "Capture-End-UTC": payload.span[1],
        "Exhibit-Count": str(len(case.exhibits)),
        "Exchange-Count": str(len(case.exchanges)),
        "Capture-Count": str(len(case.captures)),
        "Picture-Count": str(payload.pictures),
        "Record-Count": str(payload.records),
        "Segment-Count": str(len(payload.segments)),
        "Segments-Unsealed": ", ".join(unsealed) or "none",
        "Log-Entry-Count": str(len(case_log.entries)),
        "Log-First-Seq": str(case_log.entries[0].seq),
        "Log-Last-Seq": str(case_log.entries[-1].seq),
        "Log-Size": str(case_log.size),
        "Log-Root-SHA256": case_log.root,
        "Signer-Fingerprint": signer.fingerprint,
        "Record-Timestamp-State": {"unstamped": "UNSTAMPED"}.get(key, key),
        "Reports": payload.reports,
        "Agency": one_line(agency or "") or "none (internal evidence bundle)",
        "Authorisation": f"NOT ON FILE for {', '.join(missing)}" if missing else "on file for every work",
    }


def _close(
    bag: Bag, information: Mapping[str, str], case: CaseFile, workspace: Workspace, configuration: Configuration,
    signer: Signer, send: Stamper | None, steps: _Steps,
) -> tuple[list[BundleStamp], dict[str, str], bytes]:  # fmt: skip
    """Write the tag files and get the stamps over them.

    The tag files say which stamps are pending, and the stamps are over the tag files: when
    an authority fails, they are written anew and the others are asked again.
    """
    authorities = configuration.evidence.timestamps
    pending: dict[str, str] = {} if send else {a.id: "nobody asked" for a in authorities}
    while True:
        bag.forget_tags()
        said = _stamp_words(authorities, pending)
        _readme(bag, information, case, configuration, signer, authorities, pending)
        signed = bag.finish({**information, **said})
        stamps: list[BundleStamp] = []
        for authority in authorities:
            if authority.id in pending or send is None:
                continue
            steps.say(f"stamp {authority.id}")
            try:
                stamps.append(stamp_bundle(signed, authority, workspace.folder / authority.roots, send))
            except TimestampError as error:
                pending[authority.id] = str(error)
                break
        else:
            return stamps, pending, signed


def _stamp_words(authorities: Sequence[Authority], pending: Mapping[str, str]) -> dict[str, str]:
    names = [layout.safe_name(a.id) + (" (pending)" if a.id in pending else "") for a in authorities]
    state = "stamped" if not pending else "pending" if len(pending) == len(authorities) else "partly pending"
    return {
        "Timestamp-Authorities": ", ".join(names) or "none (UNSTAMPED)",
        "Timestamp-State": state if authorities else "UNSTAMPED",
        "Timestamp-URLs": ", ".join(f"{layout.safe_name(a.id)} {a.url}" for a in authorities) or "none",
    }


def _readme(
    bag: Bag, information: Mapping[str, str], case: CaseFile, configuration: Configuration, signer: Signer,
    authorities: Sequence[Authority], pending: Mapping[str, str],
) -> None:  # fmt: skip
    given = [a.id for a in authorities if a.id not in pending]
    for language in ("en", "zh"):
        sentences = []
        if not authorities:
            sentences.append(say("bundle.stamps.unstamped", language))
        if given:
            sentences.append(say("bundle.stamps.stamped", language, authorities=", ".join(given)))
        if pending:
            sentences.append(say("bundle.stamps.pending", language, authorities=", ".join(pending)))
        limits = (
            "observed",
            "suspected",
            "country",
            "person",
            "tls",
            "vantage",
            "clock",
            "pictures",
            "collector",
            "unstamped_bag",
        )
        text = say(
            "bundle.readme.text",
            language,
            bundle=information["Internal-Sender-Identifier"],
            case_id=one_line(case.case_id),
            title=one_line(case.row.title),
            case_file=case.file_name,
            exhibits=len(case.exhibits),
            collector="; ".join(_collector(configuration)) or "–",
            fingerprint=signer.fingerprint,
            stamps="\n".join(sentences),
            format=layout.FORMAT,
            limits="\n".join(f"- {say(f'bundle.limits.{name}', language)}" for name in limits),
        )
        bag.add(f"README-{language}.md", text.lstrip().encode("utf-8"))
    script = (files("crawler.bundle") / "templates" / "verify.sh").read_bytes()
    bag.add("verify.sh", script)
    (bag.folder / "verify.sh").chmod(0o755)


def _beside(bag: Bag, signer: Signer, signed: bytes, stamps: Sequence[BundleStamp]) -> None:
    bag.beside(layout.SIGNATURE, signer.sign(signed))
    bag.beside(layout.PUBLIC_KEY, signer.public_pem)
    for stamp in stamps:
        for suffix, data in stamp.files.items():
            bag.beside(f"timestamps/{stamp.authority}.{suffix}", data)


def _enter(
    store: Store, ledger: Ledger, case: CaseFile, case_log: log.CaseLog, final: Path, payload_sha256: str, signed: bytes,
    agency: str | None,
) -> None:  # fmt: skip
    """Enter the export in the ledger and the store; a folder without an entry is a crash's, and harmless."""
    made_at = clock.now()
    body = {
        "type": "export",
        "case": case.case_id,
        "bundle": final.name,
        "payload_sha256": payload_sha256,
        "tag_manifest_sha256": sha256_hex(signed),
        "tree": {"size": case_log.size, "root": case_log.root},
        "exhibits": [exhibit.row.exhibit_id for exhibit in case.exhibits],
        "agency": agency,
        "system_user": _user(),
        "system_host": platform.node() or "localhost",
    }
    entry = ledger.append([body])[0]
    exhibits.record_bundle(
        store,
        bundle_id=final.name,
        case_id=case.case_id,
        made_at=clock.stamp(made_at),
        folder=str(final),
        payload_sha256=payload_sha256,
        agency=agency,
        ledger_seq=entry.seq,
    )


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _software(case: CaseFile) -> str:
    """The software of the newest run that recorded something of the case."""
    rows = [case.row.runs[run_id]["software"] for run_id in sorted(case.row.runs)]
    return str(rows[-1]) if rows else SOFTWARE


def _span(captured: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The times of the first and of the last exchange that brought an exhibit's page."""
    times = sorted(clock.parse(e["started"]) for f in captured for e in f["exchanges"] if e["role"] == "page")
    return clock.stamp(times[0]), clock.stamp(times[-1])


def _collector(configuration: Configuration) -> list[str]:
    collector = configuration.collector
    lines = (collector.organisation, collector.name, collector.country, collector.contact)
    return [one_line(line) for line in lines if line.strip()]


def _notes(payload: _Payload) -> tuple[str, ...]:
    notes = []
    key, named = banner(payload.segments)
    if key != "stamped":
        notes.append(say(f"report.banner.{key}", "en", **named))
    if payload.reports != "html, pdf":
        notes.append(f"reports: {payload.reports}")
    return tuple(notes)
