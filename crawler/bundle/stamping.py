"""Which stamps the records carry, and getting the bundle's own (format.md 3.4)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.bundle import layout
from crawler.bundle.segments import CopiedSegment
from crawler.config import Authority
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.stamping import Obtained, Send, obtain
from crawler.errors import TimestampError
from crawler.evidence import stamp_names
from crawler.evidence.canonical import canonical_json, sha256_hex

__all__ = ["BundleStamp", "SegmentState", "Send", "banner", "segment_state", "stamp_bundle", "stamp_files"]


@dataclass(frozen=True, slots=True)
class SegmentState:
    """How far one segment of the case is sealed and stamped."""

    name: str
    records: int
    sealed_at: str | None
    stamps: tuple[tuple[str, str], ...]
    """Authority's name and time of each accepted stamp."""
    pending: tuple[str, ...]


def segment_state(segment: CopiedSegment, seal: Mapping[str, Any] | None, folder: Path) -> SegmentState:
    """Read what the seal and its stamps in the bundle say."""
    if seal is None:
        return SegmentState(segment.name, segment.records, None, (), ())
    stem = f"{segment.name.removesuffix('.warc.gz')}.seal.json"
    stamps, pending = [], []
    beside = [path.name for path in (folder / "data/warc").glob(f"{stem}.*.json")]
    for authority in stamp_names.authorities(stem, beside, seal["authorities"]):
        path = folder / "data/warc" / f"{stem}.{authority}.json"
        if path.is_file():
            facts = json.loads(path.read_bytes())
            stamps.append((f"{authority} ({facts['name']})", facts["gen_time"]))
        else:
            pending.append(authority)
    return SegmentState(segment.name, segment.records, seal["sealed_at"], tuple(stamps), tuple(pending))


def banner(segments: Sequence[SegmentState]) -> tuple[str, dict[str, str]]:
    """``unstamped``, ``pending`` or ``stamped``, with the facts of the sentence that says so."""
    missing = [f"{s.name} ({', '.join(s.pending) or 'open'})" for s in segments if s.pending or s.sealed_at is None]
    names = sorted({name for segment in segments for name, _ in segment.stamps})
    if not names and not any(segment.pending for segment in segments):
        return "unstamped", {}
    if missing:
        return "pending", {"missing": "; ".join(missing)}
    if any(not segment.stamps for segment in segments):
        return "pending", {"missing": "; ".join(s.name for s in segments if not s.stamps)}
    return "stamped", {"authorities": "; ".join(names)}


@dataclass(frozen=True, slots=True)
class BundleStamp:
    """One accepted stamp over a bundle: the files of ``timestamps/``, by their suffix."""

    authority: str
    files: dict[str, bytes]


def stamp_bundle(data: bytes, authority: Authority, roots: Path, send: Send) -> BundleStamp:
    """Ask one authority for a stamp over the signed tag manifest. Raises TimestampError."""
    try:
        pinned = roots.read_bytes()
    except OSError as error:
        raise TimestampError(
            f"its roots cannot be read ({error.strerror})", str(roots), "set evidence.timestamps again"
        ) from error
    name = layout.safe_name(authority.id)
    return BundleStamp(
        name, stamp_files(data, layout.SIGNED, name, obtain(data, authority, pinned, send, RevocationLists()))
    )


def stamp_files(data: bytes, subject: str, name: str, obtained: Obtained) -> dict[str, bytes]:
    """The four files of a stamp over `data`, by their suffix; `subject` is its file's name, `name` the authority's."""
    # Nothing signs this file: it says only what a verifier can find again in the other three.
    facts = {
        "authority": name,
        "subject": subject,
        "subject_sha256": sha256_hex(data),
        "gen_time": clock.stamp(obtained.stamp.gen_time),
        "name": obtained.stamp.authority,
        "verify_attime": obtained.stamp.verify_attime,
        "request_sha256": sha256_hex(obtained.request),
        "reply_sha256": sha256_hex(obtained.reply),
        "chain_sha256": sha256_hex(obtained.stamp.chain_pem),
    }
    return {
        "tsq": obtained.request,
        "tsr": obtained.reply,
        "chain.pem": obtained.stamp.chain_pem,
        "json": canonical_json(facts),
    }
