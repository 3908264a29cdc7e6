"""A timestamp request and reply taken apart (RFC 3161, RFC 5652, RFC 5816). Standard library only."""

import hashlib
from typing import NamedTuple

from crawler.errors import TimestampError
from crawler.evidence import der

SHA256 = "2.16.840.1.101.3.4.2.1"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_DIGESTS = {
    SHA256: hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
_STATUS = ("granted", "granted with changes", "rejected", "waiting", "revocation warning", "revocation notification")
_FAILURES = {
    0: "unrecognised or unsupported algorithm",
    2: "transaction not permitted or supported",
    5: "data in the wrong format",
    14: "the authority's time source is not available",
    15: "the policy is not supported",
    16: "an extension is not supported",
    17: "additional information is not available",
    25: "the authority had a system failure",
}


class RequestFacts(NamedTuple):
    """What a request asks: the algorithm's OID, the imprint, the nonce (None without one)."""

    algorithm: str
    imprint: bytes
    nonce: int | None


def read_request(request: bytes) -> RequestFacts:
    """Take a TimeStampReq apart. Raises TimestampError when it is none."""
    try:
        fields = der.read_only(request).members
        algorithm, imprint = fields[1].members
        nonces = [der.integer(field) for field in fields[2:] if field.tag == der.INTEGER]
        return RequestFacts(der.oid(algorithm.members[0]), imprint.content, nonces[0] if nonces else None)
    except (ValueError, IndexError) as error:
        raise TimestampError(f"not a timestamp request ({error})", "the .tsq file") from None


def check_status(reply: bytes) -> None:
    """Raise TimestampError, with the authority's own words, unless the reply grants a timestamp."""
    if reply.lstrip()[:1] == b"<":
        raise TimestampError("a web page instead of a timestamp", "the authority's reply", "check the authority's URL")
    try:
        fields = der.read_only(reply).members
        status = fields[0].members
        code = der.integer(status[0])
        words = [
            piece.content.decode("utf-8", "replace")
            for field in status[1:2]
            if field.tag == 0x30
            for piece in field.members
        ]
        flags = next((field.content for field in status[1:] if field.tag == 0x03), b"")
    except (ValueError, IndexError) as error:
        raise TimestampError(
            f"not a timestamp reply ({error})", f"{len(reply)} bytes", "try again or another authority"
        ) from None
    if code not in (0, 1):
        name = _STATUS[code] if 0 <= code < len(_STATUS) else f"status {code}"
        bits = [place for place in range((len(flags) - 1) * 8) if flags[1 + place // 8] & (0x80 >> place % 8)]
        said = "; ".join([*words, *(_FAILURES.get(bit, f"failure {bit}") for bit in bits)])
        raise TimestampError(
            f"the authority answered: {name}" + (f" ({said})" if said else ""), "the authority's reply"
        )
    if len(fields) < 2:
        raise TimestampError("granted, but there is no token in it", "the authority's reply")


def strict_form(reply: bytes) -> bytes:
    """The reply with its certificate set in DER order and status 1 written as 0.

    Neither is under the signature. Most authorities built on openssl send the set
    unsorted, which the strict parser refuses. The raw reply is what is stored.
    """
    status, token = der.read_only(reply).members[:2]
    pieces = status.members
    if der.integer(pieces[0]) == 1:
        pieces[0] = der.read_only(der.write(der.INTEGER, b"\x00"))
    kind, wrapped = token.members
    fields = []
    for field in wrapped.members[0].members:
        if field.tag == der.CONTEXT_0:
            certificates = sorted({member.whole for member in field.members})
            fields.append(der.write(field.tag, b"".join(certificates)))
        else:
            fields.append(field.whole)
    signed = der.write(wrapped.tag, der.write(der.SEQUENCE, b"".join(fields)))
    new_status = der.write(der.SEQUENCE, b"".join(piece.whole for piece in pieces))
    return der.write(der.SEQUENCE, new_status + der.write(der.SEQUENCE, kind.whole + signed))


def check_signing_certificate(reply: bytes, certificate: bytes) -> None:
    """Check that the signed attributes name this certificate (ESSCertID, RFC 2634 and RFC 5816)."""
    which = "the authority's certificate"
    try:
        token = der.read_only(reply).members[1]
        signers = token.members[1].members[0].members[-1].members
        if len(signers) != 1:
            raise TimestampError(f"{len(signers)} signers in one token", which)
        attributes = next(field for field in signers[0].members if field.tag == der.CONTEXT_0)
        for attribute in attributes.members:
            kind, values = attribute.members
            name = der.oid(kind)
            if name not in (_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2):
                continue
            identity = values.members[0].members[0].members[0].members
            digest = hashlib.sha1 if name == _SIGNING_CERTIFICATE else hashlib.sha256
            if identity[0].tag == der.SEQUENCE:
                digest = _DIGESTS[der.oid(identity[0].members[0])]
                identity = identity[1:]
            if identity[0].content != digest(certificate).digest():
                raise TimestampError("the token names another signing certificate", which)
            return
    except (ValueError, IndexError, KeyError, StopIteration) as error:
        raise TimestampError(f"the token cannot be read ({error!r})", which) from None
    raise TimestampError("the token does not name its signing certificate", which)
