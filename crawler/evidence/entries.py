"""The bodies of ledger entries, one builder for each kind of happening.

`type` is one of: init, key, run-start, run-end, exchange, kept, capture, exhibit, segment,
seal, stamp, recovery, decision, case, export, clock-jump.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.evidence.canonical import sha256_hex, well_formed
from crawler.evidence.segment import Recovered
from crawler.evidence.warc_record import Placement
from crawler.model import Exchange

Body = dict[str, Any]


def exchange_body(exchange: Exchange, placement: Placement | None = None) -> Body:
    """An exchange: the hashes of its bytes, and where they are kept when they are."""
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
        "response": digest_of(exchange.response),
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
) -> Body:
    """A hit's exhibit: the exchanges and captures that it rests on, and the hash of the listing as read."""
    return {
        "type": "exhibit",
        "exhibit": exhibit_id,
        "hit": hit_id,
        "url": well_formed(url),
        "work": work_id,
        "exchanges": list(exchanges),
        "captures": list(captures),
        "listing_sha256": listing_sha256,
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


def seal_body(segment: str, seal: Mapping[str, Any], seal_bytes: bytes) -> Body:
    """A segment was sealed: its hash, and the hash of its seal file."""
    return {
        "type": "seal",
        "segment": segment,
        "bytes": seal["bytes"],
        "sha256": seal["sha256"],
        "records": seal["records"],
        "seal_sha256": sha256_hex(seal_bytes),
        "signer": seal["signer"],
    }


def stamp_body(subject: str, authority: str, reply: bytes, gen_time: datetime, serial: str) -> Body:
    """A timestamp was received and accepted: over which file, by whom, when."""
    return {
        "type": "stamp",
        "subject": subject,
        "authority": authority,
        "reply_sha256": sha256_hex(reply),
        "gen_time": clock.stamp(gen_time),
        "serial": serial,
    }


def digest_of(data: bytes) -> Body:
    """``{sha256, bytes}``."""
    return {"sha256": sha256_hex(data), "bytes": len(data)}
