"""The bodies of ledger entries, one builder for each kind of happening.

`type` is one of: init, key, run-start, run-end, exchange, kept, capture, exhibit, segment,
seal, begin, stamp, stamp-missing, clock, recovery, landing, dns, registration, decision, case, export, clock-jump, place,
moved.
Acts of people are entered by the desk: watchlist, site, settings, authorisation, referral, approval, key-file,
backup, restore; a `key` entry by `key_change`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.evidence.canonical import sha256_hex, well_formed
from crawler.evidence.keys import Signer
from crawler.evidence.segment import Recovered
from crawler.evidence.stamps import stamp_paths
from crawler.evidence.warc_record import Placement
from crawler.model import Exchange

Body = dict[str, Any]


def exchange_body(exchange: Exchange, placement: Placement | None = None, response_sha256: str | None = None) -> Body:
    """An exchange: the hashes of its bytes (that of the response, where it is known), and where they are kept if they are."""
    tls = exchange.tls
    body: Body = {
        "type": "exchange",
        "exchange": exchange.exchange_id,
        "run": exchange.run_id,
        "site": exchange.site_id,
        "url": well_formed(exchange.url),
        "method": exchange.method,
        "purpose": exchange.purpose,
        "status": exchange.status,
        "started": clock.stamp(exchange.started_at),
        "finished": clock.stamp(exchange.finished_at),
        "address": exchange.address,
        "port": exchange.port,
        "resolved": list(exchange.resolved),
        "tls": tls
        and {
            "version": tls.version,
            "cipher": tls.cipher,
            "server_name": tls.server_name,
            "chain_sha256": [sha256_hex(certificate) for certificate in tls.chain],
            "verify_error": tls.verify_error,
        },
        "request": digest_of(exchange.request),
        "response": {
            "sha256": response_sha256 or sha256_hex(exchange.response),
            "bytes": len(exchange.response),
        },
        "truncated": exchange.truncated,
        "error": exchange.error and well_formed(exchange.error),
        "via": exchange.via,
        "hop": exchange.hop,
        "bytes": "kept" if placement else "not kept",
    }
    if placement:
        body["record"] = placement.as_dict()
    return body


def kept_body(exchange_id: str, placement: Placement) -> Body:
    """The bytes of an exchange entered earlier as not kept have proved to matter and are kept now."""
    return {"type": "kept", "exchange": exchange_id, "record": placement.as_dict()}


def capture_body(
    capture_id: str, exchange_id: str | None, url: str, files: Mapping[str, bytes], placement: Placement
) -> Body:
    """A browser capture: each file's hash and size, and where its resource records are kept."""
    return {
        "type": "capture",
        "capture": capture_id,
        "exchange": exchange_id,
        "url": well_formed(url),
        "files": {name: digest_of(data) for name, data in files.items()},
        "record": placement.as_dict(),
    }


def exhibit_body(
    exhibit_id: str,
    hit_id: str,
    url: str,
    work_id: str,
    exchanges: Sequence[str],
    captures: Sequence[str],
    listing_sha256: str,
    picture_missing: Mapping[str, str] | None = None,
) -> Body:
    """A hit's exhibit: what it rests on, the hash of the listing as read, and why there is no picture of the page."""
    return {
        "type": "exhibit",
        "exhibit": exhibit_id,
        "hit": hit_id,
        "url": well_formed(url),
        "work": work_id,
        "exchanges": list(exchanges),
        "captures": list(captures),
        "listing_sha256": listing_sha256,
        "picture_missing": {name: well_formed(value) for name, value in picture_missing.items()}
        if picture_missing
        else None,
    }


def landing_body(
    run_id: str, target: str, url: str, state: str, said: Mapping[str, Any], exchanges: Sequence[str]
) -> Body:
    """In what state a target's landing page was found, by what it said, on the record of which exchanges."""
    return {
        "type": "landing",
        "run": run_id,
        "target": well_formed(target),
        "url": well_formed(url),
        "state": state,
        "said": {name: well_formed(value) if isinstance(value, str) else value for name, value in said.items()},
        "exchanges": list(exchanges),
    }


def dns_body(
    answer_id: str, run_id: str, asked: Mapping[str, Any], messages: Sequence[bytes], placement: Placement
) -> Body:
    """A question to a resolver, how it ended, and where its messages are kept, the question first.

    `asked` holds host, name, record_type, resolver, asked, finished, outcome, detail.
    """
    return {
        "type": "dns",
        "dns": answer_id,
        "run": run_id,
        **{name: well_formed(str(value)) for name, value in asked.items()},
        "messages": [digest_of(message) for message in messages],
        "record": placement.as_dict(),
    }


def registration_body(
    registration_id: str, run_id: str, subject: str, asked_at: datetime, outcome: str, server: str | None,
    exchange_id: str | None, again_at: datetime | None,
) -> Body:  # fmt: skip
    """A look-up at a registry's service: how it ended, by which exchange, and until when the service wants to be left alone."""
    return {
        "type": "registration",
        "registration": registration_id,
        "run": run_id,
        "subject": well_formed(subject),
        "asked": clock.stamp(asked_at),
        "outcome": outcome,
        "server": server,
        "exchange": exchange_id,
        "again_at": clock.stamp(again_at) if again_at else None,
    }


def segment_body(run_id: str | None, placement: Placement) -> Body:
    """A segment was begun: its warcinfo record."""
    return {"type": "segment", "segment": placement.segment, "run": run_id, "record": placement.as_dict()}


def recovery_body(found: Recovered, adopted_from: int = 0) -> Body:
    """What a crash left of a segment: the tail set aside, and the records from `adopted_from` (bytes) that no entry named."""
    adopted = [member.placed() for member in found.members if member.offset >= adopted_from]
    name = found.path.name.removesuffix(".open")
    placement = Placement(name, adopted_from, found.bytes - adopted_from, tuple(adopted)) if adopted else None
    return {
        "type": "recovery",
        "of": name,
        "whole_bytes": found.bytes,
        "torn": dict(found.torn) if found.torn else None,
        "record": placement.as_dict() if placement else None,
    }


def unended_body(runs: Sequence[str], closed: Sequence[str]) -> Body:
    """Runs that were begun and never ended, as a kill leaves them, and the segments that they left open."""
    return {"type": "recovery", "of": "runs", "runs": list(runs), "closed": list(closed)}


def orphans_body(exhibits: Sequence[str]) -> Body:
    """Exhibits that were entered in the ledger, and that the database never learned of: nothing rests on them."""
    return {"type": "recovery", "of": "exhibits", "orphans": list(exhibits)}


def init_body(signer: Signer, software: str) -> Body:
    """The workspace was made, with this key, which stands here whole so that any later reader has it."""
    return {"type": "init", "signer": signer.fingerprint, "public": signer.public_pem.decode(), "software": software}


def seal_body(seal: Path) -> Body:
    """A segment was sealed: its hash, and the hash of its seal file (as `seal.seal` returned it)."""
    data = seal.read_bytes()
    said = json.loads(data)
    return {
        "type": "seal",
        "segment": said["segment"],
        "bytes": said["bytes"],
        "sha256": said["sha256"],
        "records": said["records"],
        "seal_sha256": sha256_hex(data),
        "signer": said["signer"],
    }


def begin_body(beginning: Path) -> Body:
    """A run begins: the hash of its beginning (as `beginning.begin` returned it), and who is asked to stamp it."""
    data = beginning.read_bytes()
    said = json.loads(data)
    return {
        "type": "begin",
        "run": said["run"],
        "file": beginning.name,
        "begin_sha256": sha256_hex(data),
        "signer": said["signer"],
        "authorities": said["authorities"],
    }


def stamp_body(subject: Path, authority: str, renewal: int = 0) -> Body:
    """A timestamp over `subject`, or its n-th renewal, was accepted and stored: by whom, when, its four files' hashes."""
    paths = stamp_paths(subject, authority, renewal)
    said = json.loads(paths[3].read_bytes())
    body: Body = {
        "type": "stamp",
        "subject": said["subject"],
        "authority": authority,
        "gen_time": said["gen_time"],
        "serial": said["serial"],
        "revocation": said.get("revocation", "not checked"),
        "files": {path.name: digest_of(path.read_bytes()) for path in paths},
    }
    return body | ({"renewal": renewal} if renewal else {})


def missing_stamp_body(subject: Path, authority: str, why: str) -> Body:
    """An authority gave no stamp over a run's beginning, and is not asked for it again."""
    return {"type": "stamp-missing", "subject": subject.name, "authority": authority, "why": well_formed(why)}


def digest_of(data: bytes | memoryview) -> Body:
    """``{sha256, bytes}``."""
    return {"sha256": sha256_hex(data), "bytes": len(data)}
