"""The WARC records of an exchange, of a picture and of a segment (ISO 28500:2017, WARC 1.1).

The block of a `response` or `request` record is what went over the connection, byte for
byte. WARC-Payload-Digest is over the payload as stored (still chunked and compressed),
which is what warcio and fastwarc check; the digest of the decoded entity stands in the
`metadata` record. It is left out where a malformed head lets readers differ on where the
payload begins; WARC-Block-Digest always stands.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from crawler import clock
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.evidence.http_message import Entity, Message, decoded_entity, header_values, split_http
from crawler.evidence.segment import Recovered, Segment, recover
from crawler.evidence.warc_read import Member, iterate, read_member, scan
from crawler.evidence.warc_record import (
    PlacedRecord,
    Placement,
    Record,
    block_digest,
    make_record,
    record_id,
    safe_uri,
)
from crawler.evidence.warcinfo import warcinfo_record
from crawler.model import Exchange, Tls

__all__ = [
    "Entity",
    "Member",
    "Message",
    "PlacedRecord",
    "Placement",
    "Record",
    "Recovered",
    "Segment",
    "capture_record",
    "decoded_entity",
    "iterate",
    "read_member",
    "record_id",
    "records_of",
    "recover",
    "resource_record",
    "scan",
    "split_http",
    "warcinfo_record",
]

_HTTP = re.compile(rb"HTTP/\d", re.IGNORECASE)
# One line of a head that every reader takes the same way: visible text, ended by CR LF.
_PLAIN_HEAD = re.compile(rb"HTTP/1\.[01] \d{3}[^\r\n\x00]*\r\n(?:[!-9;-~]+:[\t -~\x80-\xff]*\r\n)*\r\n")


def records_of(
    exchange: Exchange,
    not_before: Sequence[Mapping[str, str]] | None = None,
    response_sha256: str | None = None,
) -> tuple[Record, ...]:
    """The records of one exchange: response, request, metadata; without response bytes no response.

    `not_before` are the stamps over the beginning of its run (`crawler.evidence.beginning`),
    which the metadata names: it was made after them. `response_sha256` is the hash of the
    response's bytes, where it is known.

    A response that is not HTTP at all is a `response` record of application/octet-stream.
    """
    records: list[Record] = []
    response_sha256 = response_sha256 or sha256_hex(exchange.response)
    payload: tuple[int, str] | None = None
    common = _connection_fields(exchange)
    request_id = record_id(exchange.exchange_id, "request") if exchange.request else None
    response_id = record_id(exchange.exchange_id, "response") if exchange.response else None
    if response_id:
        http = _HTTP.match(exchange.response) is not None
        fields = list(common)
        if request_id:
            fields.append(("WARC-Concurrent-To", f"<{request_id}>"))
        if head := _PLAIN_HEAD.match(exchange.response):
            payload = head.end(), block_digest(memoryview(exchange.response)[head.end() :])
            fields.append(("WARC-Payload-Digest", payload[1]))
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        kind = "application/http;msgtype=response" if http else "application/octet-stream"
        digest = f"sha256:{response_sha256}"
        records.append(
            make_record("response", response_id, exchange.started_at, kind, fields, exchange.response, digest)
        )
    if request_id:
        fields = list(common)
        if response_id:
            fields.append(("WARC-Concurrent-To", f"<{response_id}>"))
        kind = "application/http;msgtype=request"
        records.append(make_record("request", request_id, exchange.started_at, kind, fields, exchange.request))
    # pywb replays a metadata record that carries the page's address in the place of the page.
    fields = [("WARC-Target-URI", f"urn:titlewatch:exchange:{exchange.exchange_id}")]
    fields += [("WARC-Concurrent-To", f"<{other}>") for other in (response_id, request_id) if other]
    metadata_id = record_id(exchange.exchange_id, "metadata")
    named = {} if not_before is None else {"not_before": [dict(token) for token in not_before]}
    facts = canonical_json(_facts(exchange, response_sha256, payload) | named)
    records.append(make_record("metadata", metadata_id, exchange.started_at, "application/json", fields, facts))
    return tuple(records)


def _facts(exchange: Exchange, response_sha256: str, payload: tuple[int, str] | None) -> dict[str, Any]:
    """What the `metadata` record says of an exchange: JSON values only, times in UTC, large numbers as strings.

    `payload` is where the payload begins and its digest: an entity without codings is those very bytes.
    """
    message = split_http(exchange.response)
    location = header_values(message.headers, "location")
    redirect = None
    if location and message.status is not None and 300 <= message.status < 400:
        redirect = _joined(exchange.url, location[0])
    entity = _entity_facts(exchange.response, payload) if message.status is not None else None
    return {
        "exchange": exchange.exchange_id,
        "run": exchange.run_id,
        "site": exchange.site_id,
        "url": exchange.url,
        "method": exchange.method,
        "purpose": exchange.purpose,
        "status": exchange.status,
        "started": clock.stamp(exchange.started_at),
        "first_byte": clock.stamp(exchange.first_byte_at) if exchange.first_byte_at else None,
        "finished": clock.stamp(exchange.finished_at),
        "monotonic_ns": str(exchange.monotonic_ns),
        "peer": {"address": exchange.address, "port": exchange.port},
        "resolved": list(exchange.resolved),
        "tls": _tls_facts(exchange.tls),
        "truncated": exchange.truncated,
        "error": exchange.error and well_formed(exchange.error),
        "via": exchange.via,
        "hop": exchange.hop,
        "redirect_to": redirect,
        "wire_exact": True,
        "request": {"sha256": sha256_hex(exchange.request), "bytes": len(exchange.request)},
        "response": {"sha256": response_sha256, "bytes": len(exchange.response)},
        "entity": entity,
    }


def _entity_facts(response: bytes | memoryview, payload: tuple[int, str] | None) -> dict[str, Any]:
    entity = decoded_entity(response)
    length = len(entity.body)
    if payload and len(response) - payload[0] == length and bytes(response[payload[0] :]) == entity.body:
        sha256 = payload[1].removeprefix("sha256:")
    else:
        sha256 = sha256_hex(entity.body)
    return {"sha256": sha256, "bytes": length, "note": entity.note}


def resource_record(
    uri: str, content_type: str, data: bytes, date: datetime, about: str, name: str | None = None
) -> Record:
    """A `resource` record for what was made, not received: a screenshot, a DOM, a text.

    `about` is the id of the exchange or capture that it belongs to; `name` tells several
    resources of one `about` apart (default: their content).
    """
    identity = record_id(about, f"resource/{uri}/{name or sha256_hex(data)}")
    fields = [
        ("WARC-Target-URI", safe_uri(uri)),
        ("WARC-Concurrent-To", f"<{record_id(about, 'metadata')}>"),
    ]
    return make_record("resource", identity, date, content_type, fields, data)


def capture_record(uri: str, facts: bytes, date: datetime, about: str) -> Record:
    """The `metadata` record of a browser capture, to which its `resource` records point; `facts` is canonical JSON."""
    fields = [("WARC-Target-URI", safe_uri(uri))]
    return make_record("metadata", record_id(about, "metadata"), date, "application/json", fields, facts)


def _connection_fields(exchange: Exchange) -> list[tuple[str, str]]:
    fields = [("WARC-Target-URI", safe_uri(exchange.url))]
    if exchange.address:
        fields.append(("WARC-IP-Address", exchange.address))
        fields.append(
            ("WARC-Protocol", "http/1.0" if bytes(exchange.response[:8]).upper() == b"HTTP/1.0" else "http/1.1")
        )
    if exchange.tls:
        version = exchange.tls.version.lower().replace("tlsv", "tls/")
        fields.append(("WARC-Protocol", "tls/1.0" if version == "tls/1" else version))
        fields.append(("WARC-Cipher-Suite", exchange.tls.cipher))
    return fields


def _tls_facts(tls: Tls | None) -> dict[str, Any] | None:
    if tls is None:
        return None
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "server_name": tls.server_name,
        "chain_sha256": [sha256_hex(certificate) for certificate in tls.chain],
        "chain_pem": [_pem(certificate) for certificate in tls.chain],
        "verify_error": tls.verify_error,
    }


def _pem(der: bytes) -> str:
    """PEM of a certificate as sent, byte for byte, even of one that no parser accepts (RFC 7468)."""
    text = b64encode(der).decode("ascii")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return location
