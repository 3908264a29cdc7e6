"""RFC 3161 timestamps: make a request, check a reply, check a stored one years later. No socket.

The reply is kept as it was received. Checked are status, imprint, nonce, the signing
certificate (extended key usage: timeStamping alone and critical; ESSCertID), the chain to a
root that came from outside, revocation where lists are given, and the time. Certificates
must be valid at the stamp's own time, not today.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import rfc3161_client
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client.errors import VerificationError as TokenError

from crawler.errors import TimestampError
from crawler.evidence import der, revocation, timestamp_reply
from crawler.evidence.timestamp_reply import SHA256

# What the parsers of certificates and names answer damaged ones with.
_UNREADABLE = (
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_VERIFY_ERROR = re.compile(r'Verify error: ([^"]+)"')
WINDOW = timedelta(minutes=10)
"""How far an authority's time may lie from ours at receipt."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be sent as ``application/timestamp-query``."""

    der: bytes
    nonce: int
    imprint: bytes
    """SHA-256 of the data."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an accepted reply says."""

    gen_time: datetime
    serial: str
    """Decimal; authorities use up to 160 bits."""
    policy: str
    authority: str
    """The subject of the signing certificate (RFC 4514)."""
    chain_pem: bytes
    """The signing certificate first, then its issuers below the root, then the revocation lists that were used."""
    verify_attime: int
    """The second for ``openssl ts -verify -attime``: the stamp's time, or that of a newer revocation list."""
    expires: datetime
    """When the first certificate of the chain ends; stamp again before."""
    unchecked: str = ""
    """Why the chain's revocation was not checked; empty when it was."""
    lists_at: tuple[str, ...] = ()
    """Where the chain's certificates say that their revocation lists are."""


def make_request(digest_of: bytes, policy: str = "") -> Request:
    """A request for a stamp over these bytes: SHA-256, a nonce, certificates asked for, the policy when one is named."""
    builder = rfc3161_client.TimestampRequestBuilder(hash_algorithm=rfc3161_client.HashAlgorithm.SHA256)
    request = builder.data(digest_of).cert_request(cert_request=True).build()
    if request.nonce is None:
        raise TimestampError("a request without a nonce", "the request", "update rfc3161-client")
    data = request.as_bytes()
    if policy:
        # RFC 3161, 2.4.1: reqPolicy follows version and imprint; the library offers no way to set it.
        fields = [field.whole for field in der.read_only(data).members]
        try:
            named = x509.ObjectIdentifier(policy)
            fields.insert(2, der.write_oid(named.dotted_string))
        except ValueError as error:
            raise TimestampError(f"not an OID ({error})", policy, "correct the authority's policy") from None
        data = der.write(der.SEQUENCE, b"".join(fields))
    return Request(data, request.nonce, request.message_imprint.message)


def check_reply(
    request_der: bytes,
    reply_der: bytes,
    roots_pem: bytes,
    at: datetime,
    crls: Sequence[bytes] = (),
    policy: str = "",
) -> Stamp:
    """Accept a reply at receipt, or raise TimestampError in plain words.

    `at` is the present (UTC); `roots_pem` are the roots pinned for this authority; `crls`
    (DER or PEM) are the revocation lists at hand; `policy` is the OID that it must stamp under.
    """
    stamp = _checked(request_der, reply_der, roots_pem, [revocation.read(one) for one in crls], b"")
    if policy and stamp.policy != policy:
        raise TimestampError(
            f"stamped under the policy {stamp.policy}, not {policy}",
            stamp.authority,
            "correct the authority's policy, or ask the authority",
        )
    if abs(stamp.gen_time - at) > WINDOW:
        raise TimestampError(
            f"the authority's time {stamp.gen_time:%Y-%m-%dT%H:%M:%SZ} is far from ours {at:%Y-%m-%dT%H:%M:%SZ}",
            stamp.authority,
            "set this machine's clock or use another authority",
        )
    return stamp


def verify_stored(data: bytes, tsq: bytes, tsr: bytes, chain: bytes, roots: bytes) -> Stamp:
    """Check a stored stamp over `data` as of the stamp's own time. Raises TimestampError unless it holds.

    `chain` is the PEM stored beside it, certificates and revocation lists; `roots` come from
    outside. A list that is stored there and says nothing of the chain is refused.
    """
    if timestamp_reply.read_request(tsq).imprint != sha256(data).digest():
        raise TimestampError("the request was made over other data", "the .tsq file")
    kept = revocation.read_all(chain)
    stamp = _checked(tsq, tsr, roots, kept, chain)
    used = revocation.read_all(stamp.chain_pem)
    if any(one not in used for one in kept):
        raise TimestampError("a revocation list that says nothing of the stamp's chain", "the stored chain")
    return stamp


def check_unrooted(data: bytes, tsq: bytes, tsr: bytes) -> datetime:
    """Check what can be without a root: status, imprint, nonce. Returns the claimed time; raises TimestampError."""
    if timestamp_reply.read_request(tsq).imprint != sha256(data).digest():
        raise TimestampError("the request was made over other data", "the .tsq file")
    return _answering(tsq, tsr).tst_info.gen_time.astimezone(UTC)


def ends(chain: bytes) -> datetime:
    """When the first certificate of a stored chain ends. Raises TimestampError when there is none."""
    certificates = _certificates(chain, "the stored chain")
    if not certificates:
        raise TimestampError("not a plain PEM chain", "the stored chain")
    return min(one.not_valid_after_utc for one in certificates)


def has_lists(chain: bytes) -> bool:
    """Whether revocation lists are stored with a chain."""
    return revocation.BEGIN in chain


def check_stored_chain(tsr: bytes, chain: bytes) -> None:
    """Check that a stored chain is the reply's own certificates, and after them revocation lists of their issuers.

    Raises TimestampError unless it is. The signature of a root's list needs the root: `verify_stored` checks it.
    """
    if chain.count(_CERTIFICATE) > revocation.MANY:
        raise TimestampError(f"more than {revocation.MANY} certificates", "the stored chain")
    certificates = _certificates(chain, "the stored chain")
    lists = revocation.read_all(chain)
    plain = b"".join(one.public_bytes(Encoding.PEM) for one in certificates) + revocation.rendered(lists)
    if not certificates or plain != chain:
        raise TimestampError("not a plain PEM chain", "the stored chain")
    if any(one.public_bytes(Encoding.DER) not in tsr for one in certificates):
        raise TimestampError("a certificate that the reply did not carry", "the stored chain")
    revocation.check_foreign(lists, certificates)


def _answering(request_der: bytes, reply_der: bytes) -> rfc3161_client.TimeStampResponse:
    """The parsed reply, once it is known to answer this request."""
    which = "the authority's reply"
    asked = timestamp_reply.read_request(request_der)
    timestamp_reply.check_status(reply_der)
    try:
        reply = rfc3161_client.decode_timestamp_response(timestamp_reply.strict_form(reply_der))
        info = reply.tst_info
        algorithm, imprint = info.message_imprint.hash_algorithm.dotted_string, info.message_imprint.message
        nonce = info.nonce
    except _UNREADABLE as error:
        raise TimestampError(f"not a timestamp reply ({error})", which, "try again or another authority") from None
    if (algorithm, imprint) != (asked.algorithm, asked.imprint) or algorithm != SHA256:
        raise TimestampError("the stamp is over other data (message imprint)", which)
    if asked.nonce is not None and (nonce is None or not secrets.compare_digest(str(nonce), str(asked.nonce))):
        raise TimestampError("the stamp answers another request (nonce)", which, "ask again; somebody may be replaying")
    return reply


Lists = Sequence[x509.CertificateRevocationList]


def _checked(request_der: bytes, reply_der: bytes, roots_pem: bytes, crls: Lists, stored: bytes) -> Stamp:
    try:
        return _check_token(request_der, reply_der, roots_pem, crls, stored)
    except _UNREADABLE as error:
        raise TimestampError(f"a token that cannot be read ({error!r})", "the authority's reply") from None


def _check_token(request_der: bytes, reply_der: bytes, roots_pem: bytes, crls: Lists, stored: bytes) -> Stamp:
    reply = _answering(request_der, reply_der)
    info = reply.tst_info
    moment = info.gen_time.astimezone(UTC)
    roots = _certificates(roots_pem, "the pinned roots")
    if not roots:
        raise TimestampError("no root to trust", "the pinned roots", "name a PEM file with the authority's root")
    try:
        carried = [x509.load_der_x509_certificate(piece) for piece in reply.signed_data.certificates]
    except ValueError as error:
        raise TimestampError(f"a certificate that cannot be read ({error})", "the authority's reply") from None
    signer = _signer(reply, carried)
    name = signer.subject.rfc4514_string()
    _check_purpose(signer, name)
    timestamp_reply.check_signing_certificate(reply_der, signer.public_bytes(Encoding.DER))
    builder = rfc3161_client.VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(reply, info.message_imprint.message)
    except (TokenError, ValueError) as error:
        reason = _VERIFY_ERROR.search(str(error))
        raise TimestampError(
            f"the signature or its chain to a pinned root does not hold ({reason[1] if reason else 'wrong signature'})",
            name,
            "check the roots that are pinned for this authority",
        ) from None
    chain = _chain(signer, [*carried, *_certificates(stored, "the stored chain")], roots)
    consulted = revocation.check(chain, roots, crls, moment)
    below_root = chain[:-1] if chain[-1] in roots else chain
    return Stamp(
        gen_time=moment,
        serial=str(info.serial_number),
        policy=info.policy.dotted_string,
        authority=name,
        chain_pem=b"".join(one.public_bytes(Encoding.PEM) for one in below_root or chain)
        + revocation.rendered(consulted.used),
        verify_attime=consulted.attime,
        expires=min(one.not_valid_after_utc for one in chain),
        unchecked=consulted.unchecked,
        lists_at=tuple(revocation.named_by(below_root)),
    )


def _certificates(pem: bytes, which: str) -> list[x509.Certificate]:
    if _CERTIFICATE not in pem:
        return []
    try:
        return list(dict.fromkeys(x509.load_pem_x509_certificates(pem)))
    except _UNREADABLE as error:
        raise TimestampError(f"not PEM certificates ({error})", which) from None


def _signer(reply: rfc3161_client.TimeStampResponse, carried: Sequence[x509.Certificate]) -> x509.Certificate:
    signers = list(reply.signed_data.signer_infos)
    if len(signers) != 1:
        raise TimestampError(f"{len(signers)} signers in one token", "the authority's reply")
    for certificate in carried:
        if certificate.issuer == signers[0].issuer and certificate.serial_number == signers[0].serial_number:
            return certificate
    raise TimestampError("the signing certificate is not in the reply", "the authority's reply")


def _check_purpose(signer: x509.Certificate, name: str) -> None:
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise TimestampError("a signing certificate without extended key usage", name) from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("a signing certificate that is not for timestamps alone (extended key usage)", name)


def _chain(
    signer: x509.Certificate, carried: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """Signing certificate to pinned root, by issuer; the signatures were checked with the token."""
    chain = [signer]
    while chain[-1] not in roots and len(chain) < 10:
        issuers = [one for one in (*roots, *carried) if one.subject == chain[-1].issuer and one not in chain]
        issuer = next((one for one in issuers if _issued(one, chain[-1])), None)
        if issuer is None:
            break
        chain.append(issuer)
    if chain[-1] not in roots:
        raise TimestampError("the chain does not end in a pinned root", signer.subject.rfc4514_string())
    return chain


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
