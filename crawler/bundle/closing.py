"""The tag files, the signature over them, and the stamps over the same (format.md 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from crawler import __version__, clock
from crawler.bundle import layout
from crawler.bundle.assembly import Assembly
from crawler.bundle.markings import one_line
from crawler.bundle.payload import Payload
from crawler.bundle.stamping import BundleStamp, Send, banner, stamp_bundle
from crawler.config import Authority
from crawler.errors import TimestampError
from crawler.wording import say

SOFTWARE = f"titlewatch {__version__}"
LIMITS = (
    "observed", "suspected", "country", "person", "tls", "vantage", "clock", "pictures", "collector", "signer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closed:
    """How a bundle was closed."""

    signed: bytes
    """The tag manifest."""
    stamped: tuple[str, ...]
    pending: Mapping[str, str]
    """Authority -> why its stamp is missing."""


def close(assembly: Assembly, payload: Payload, send: Send | None) -> Closed:
    """Write the tag files, sign them, and get the stamps over them.

    The tag files say which stamps are pending, and the stamps are over the tag files: when
    an authority fails, they are written anew and the others are asked again.
    """
    assembly.steps.next("sign")
    bag, signer = assembly.bag, assembly.signer
    authorities = assembly.configuration.evidence.timestamps
    information = _information(assembly, payload)
    pending: dict[str, str] = {} if send else {a.id: "nobody asked" for a in authorities}
    while True:
        bag.forget_tags()
        _write_readme(assembly, authorities, pending)
        signed = bag.finish({**information, **_stamp_words(authorities, pending)})
        stamps = _stamps(assembly, signed, [a for a in authorities if a.id not in pending], send, pending)
        if stamps is not None:
            break
    bag.beside(layout.SIGNATURE, signer.sign(signed))
    bag.beside(layout.PUBLIC_KEY, signer.public_pem)
    for stamp in stamps:
        for suffix, data in stamp.files.items():
            bag.beside(f"timestamps/{stamp.authority}.{suffix}", data)
    return Closed(signed, tuple(stamp.authority for stamp in stamps), pending)


def _stamps(
    assembly: Assembly, signed: bytes, authorities: Sequence[Authority], send: Send | None, pending: dict[str, str]
) -> list[BundleStamp] | None:
    """A stamp of every authority; None, with the silent one entered as pending, when one fails."""
    stamps: list[BundleStamp] = []
    for authority in authorities:
        assert send is not None
        assembly.steps.say(f"stamp {authority.id}")
        try:
            stamps.append(stamp_bundle(signed, authority, assembly.workspace.folder / authority.roots, send))
        except TimestampError as error:
            pending[authority.id] = str(error)
            return None
    return stamps


def _information(assembly: Assembly, payload: Payload) -> dict[str, str]:
    """bag-info.txt but for the stamps (format.md 3.2)."""
    case, case_log, collector = assembly.case, assembly.log, assembly.configuration.collector
    missing = [work.work_id for work in case.works if work.work_id not in case.row.authorised_works]
    unsealed = [segment.name for segment in payload.segments if segment.sealed_at is None]
    state, _ = banner(payload.segments)
    now = clock.now().replace(microsecond=0)
    return {
        "Source-Organization": one_line(collector.organisation or collector.name),
        "Organization-Address": one_line(collector.country),
        "Contact-Name": one_line(collector.name),
        "Contact-Email": one_line(collector.contact),
        "External-Identifier": one_line(case.case_id),
        "External-Description": one_line(case.row.title),
        "Internal-Sender-Identifier": assembly.name,
        "Internal-Sender-Description": "Evidence bundle made by titlewatch: suspected online copyright infringement",
        "Bagging-Date": f"{now:%Y-%m-%d}",
        "Export-UTC": clock.stamp(now),
        "Payload-Oxum": assembly.bag.oxum,
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
        "Signer-Fingerprint": assembly.signer.fingerprint,
        "Record-Timestamp-State": "UNSTAMPED" if state == "unstamped" else state,
        "Reports": payload.reports,
        "Agency": one_line(assembly.agency or "") or "none (internal evidence bundle)",
        "Authorisation": f"NOT ON FILE for {', '.join(missing)}" if missing else "on file for every work",
    }


def _stamp_words(authorities: Sequence[Authority], pending: Mapping[str, str]) -> dict[str, str]:
    names = [layout.safe_name(a.id) + (" (pending)" if a.id in pending else "") for a in authorities]
    state = "stamped" if not pending else "pending" if len(pending) == len(authorities) else "partly pending"
    return {
        "Timestamp-Authorities": ", ".join(names) or "none (UNSTAMPED)",
        "Timestamp-State": state if authorities else "UNSTAMPED",
        "Timestamp-URLs": ", ".join(f"{layout.safe_name(a.id)} {a.url}" for a in authorities) or "none",
    }


def _write_readme(assembly: Assembly, authorities: Sequence[Authority], pending: Mapping[str, str]) -> None:
    """Write README-en.md, README-zh.md and verify.sh."""
    bag, case = assembly.bag, assembly.case
    for language in ("en", "zh"):
        text = say(
            "bundle.readme.text",
            language,
            bundle=assembly.name,
            case_id=one_line(case.case_id),
            title=one_line(case.row.title),
            case_file=case.file_name,
            exhibits=len(case.exhibits),
            collector="; ".join(assembly.collector) or "–",
            fingerprint=assembly.signer.fingerprint,
            stamps="\n".join(_stamp_sentences(language, authorities, pending)),
            format=layout.FORMAT,
            limits="\n".join(f"- {say(f'bundle.limits.{name}', language)}" for name in LIMITS),
        )
        bag.add(f"README-{language}.md", text.lstrip().encode("utf-8"))
    bag.add("verify.sh", (files("crawler.bundle") / "templates" / "verify.sh").read_bytes())
    (bag.folder / "verify.sh").chmod(0o755)


def _stamp_sentences(language: str, authorities: Sequence[Authority], pending: Mapping[str, str]) -> list[str]:
    given = [authority.id for authority in authorities if authority.id not in pending]
    sentences = [] if authorities else [say("bundle.stamps.unstamped", language)]
    if given:
        sentences.append(say("bundle.stamps.stamped", language, authorities=", ".join(given)))
    if pending:
        sentences.append(say("bundle.stamps.pending", language, authorities=", ".join(pending)))
    return sentences
