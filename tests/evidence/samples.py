"""Exchanges made for tests: invented hosts, nasty heads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.model import Exchange, Tls

START = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /t/1 HTTP/1.1\r\nHost: forum.example\r\nuser-AGENT: titlewatch\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"

NASTY = {
    "plain": PLAIN,
    "repeated headers in odd case": b"HTTP/1.1 200 OK\r\nSET-cookie: a=1\r\nset-Cookie: b=2\r\n\r\nx",
    "bare line feeds": b"HTTP/1.1 200 OK\nA: b\n\nbody\r\n\r\nmore",
    "no separator": b"HTTP/1.1 200 OK\r\nA: b\r\nnothing follows",
    "status line alone": b"HTTP/1.1 200 OK\r\n",
    "status line cut": b"HTTP/1.1 20",
    "no colon": b"HTTP/1.1 200 OK\r\nthis line has none\r\nB: c\r\n\r\nbody",
    "folded": b"HTTP/1.1 200 OK\r\nX: one\r\n  two\r\nB: c\r\n\r\nbody",
    "not ASCII": "HTTP/1.1 200 好\r\nX-标题: 值\r\n\r\n正文".encode("gb18030"),
    "NUL bytes": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\x00\r\n\r\nbo\x00dy",
    "NUL first": b"\x00\x00\x00",
    "leading empty line": b"\r\nHTTP/1.1 200 OK\r\n\r\nbody",
    "white line in head": b"HTTP/1.1 200 OK\r\nA: b\r\n \t\r\nC: d\r\n\r\nbody",
    "vertical tab line": b"HTTP/1.1 200 OK\r\nA: b\r\n\x0b\r\nC: d\r\n\r\nbody",
    "next-line byte": b"HTTP/1.1 200 OK\r\nA: \x85\r\n\x85\r\n\r\nbody",
    "file separator": b"HTTP/1.1 200 OK\r\n\x1c\r\n\r\nbody",
    "HTTP/0.9": b"<html>no head at all</html>",
    "looks like a WARC": b"WARC/1.1\r\nWARC-Type: response\r\n\r\n\r\n\r\nWARC/1.1\r\n",
    "ssh banner": b"SSH-2.0-OpenSSH_9.2\r\n",
    "chunked with extension and trailer": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nX-Trailer: t\r\n\r\n"
    ),
    "chunked and not": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\nat all",
    "chunked cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
    "gzip and not": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip here",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nhello",
    "length too long": b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nshort",
    "length too short": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello",
    "continue first": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody",
    "HTTP/1.0": b"HTTP/1.0 404 Not Found\r\n\r\n",
    "HTTP/2 said": b"HTTP/2 200\r\nA: b\r\n\r\nbody",
    "lower case": b"http/1.1 200 ok\r\na: b\r\n\r\nbody",
    "reason missing": b"HTTP/1.1 204\r\n\r\n",
    "space before colon": b"HTTP/1.1 200 OK\r\nA : b\r\n\r\nbody",
    "empty name": b"HTTP/1.1 200 OK\r\n: b\r\n\r\nbody",
    "carriage returns alone": b"HTTP/1.1 200 OK\rA: b\r\rbody",
}


def exchange(response: bytes = PLAIN, number: int = 0, **changes: object) -> Exchange:
    """One exchange; `number` makes its id."""
    made = Exchange(
        exchange_id=f"01J{number:023d}",
        run_id="01JRUN",
        site_id="forum",
        url=f"http://forum.example/t/{number}",
        method="GET",
        request=REQUEST,
        response=response,
        started_at=START + timedelta(seconds=number),
        finished_at=START + timedelta(seconds=number + 1),
        monotonic_ns=2**60 + number,
        first_byte_at=START + timedelta(seconds=number, milliseconds=300),
        address="127.0.0.1",
        port=80,
        resolved=("127.0.0.1",),
        status=200,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def tls() -> Tls:
    """Facts of a TLS connection with a real chain of two."""
    authority = trustme.CA()
    leaf = authority.issue_cert("forum.example")
    pems = (leaf.cert_chain_pems[0].bytes(), authority.cert_pem.bytes())
    chain = tuple(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER) for pem in pems)
    return Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "forum.example", chain, "self-signed certificate in chain")
