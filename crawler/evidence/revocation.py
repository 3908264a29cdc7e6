"""Revocation lists (RFC 5280, 5): which a chain names, whether they hold, and what they say of a chain. No socket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.errors import RevokedError, TimestampError

LIST_LIMIT = 1 << 21
"""Bytes of the largest list (DER) that is kept beside a stamp."""
BEGIN = b"-----BEGIN X509 CRL-----"
_END = b"-----END X509 CRL-----"
MANY = 32
"""No chain has as many certificates, or lists beside it; who puts more there wants somebody to count them."""
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)

List = x509.CertificateRevocationList


@dataclass(frozen=True, slots=True)
class Consulted:
    """What revocation lists say of a chain."""

    used: tuple[List, ...]
    """The lists on which a certificate of the chain was looked for."""
    attime: int
    """The second at which the stamp and all these lists are valid."""
    unchecked: str
    """Why not every certificate below the root was looked for; empty when each was."""


def named_by(chain: Sequence[x509.Certificate]) -> list[str]:
    """The http(s) addresses of the lists that a chain's certificates name, each once."""
    found: dict[str, None] = {}
    for certificate in chain:
        for point in _points(certificate):
            for name in point.full_name or ():
                if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
                    found[name.value] = None
    return list(found)


def read(data: bytes) -> List:
    """One list, DER or PEM. Raises TimestampError when it is none."""
    try:
        return (x509.load_pem_x509_crl if data.lstrip()[:5] == b"-----" else x509.load_der_x509_crl)(data)
    except _UNREADABLE as error:
        raise TimestampError(f"not a revocation list ({error})", "a revocation list") from None


def read_all(pem: bytes) -> list[List]:
    """The lists among PEM blocks, in order. Raises TimestampError for one that cannot be read, and for too many."""
    blocks = [piece.partition(_END) for piece in pem.split(BEGIN, MANY + 1)[1:]]
    if len(blocks) > MANY:
        raise TimestampError(f"more than {MANY} revocation lists", "the stored chain")
    return [read(BEGIN + body + end) for body, end, _ in blocks]


def rendered(lists: Iterable[List]) -> bytes:
    """The lists as PEM blocks."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in lists)


def check(
    chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], lists: Sequence[List], moment: datetime
) -> Consulted:
    """Look for each certificate below the root on the lists of its issuer, as of `moment` (the stamp's time).

    `chain` runs from the signing certificate to a root. A list made after the stamp serves
    too, as long as the chain had not ended by then. Raises TimestampError for a revoked
    certificate and for a list with a wrong signature.
    """
    second = int(moment.timestamp())
    ends = min(int(one.not_valid_after_utc.timestamp()) for one in chain)
    used: dict[bytes, List] = {}
    missing: list[str] = []
    for certificate in (one for one in chain if one not in roots):
        issuer = next((one for one in (*chain, *roots) if one.subject == certificate.issuer), None)
        why = "no list of its issuer"
        for one in (one for one in lists if one.issuer == certificate.issuer and issuer is not None):
            assert issuer is not None
            _check_signature(one, issuer)
            why = _out_of_scope(one, certificate)
            if not why:
                _check_listed(one, certificate)
                why = _untimely(one, second, ends)
            if not why:
                used[one.public_bytes(Encoding.DER)] = one
                break
        if why:
            missing.append(f"{certificate.subject.rfc4514_string()}: {why}")
    kept = tuple(used.values())
    attime = max([second, *(int(one.last_update_utc.timestamp()) + 1 for one in kept)])
    if any(attime > _until(one) for one in kept):
        return Consulted((), second, "no second at which all lists are valid")
    return Consulted(kept, attime, "; ".join(missing))


def check_foreign(lists: Sequence[List], certificates: Sequence[x509.Certificate]) -> None:
    """Check that each list is by the issuer of one of the certificates, and its signature where the issuer is there.

    Raises TimestampError.
    """
    issuers = {one.issuer for one in certificates}
    for one in lists:
        if one.issuer not in issuers:
            raise TimestampError("a revocation list of an issuer that is none of the chain's", "the stored chain")
        for issuer in (known for known in certificates if known.subject == one.issuer):
            _check_signature(one, issuer)


def _check_signature(one: List, issuer: x509.Certificate) -> None:
    try:
        holds = one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a key of another kind raises
    except (InvalidSignature, *_UNREADABLE):
        holds = False
    if not holds:
        raise TimestampError("a revocation list with a wrong signature", one.issuer.rfc4514_string())
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not usage.crl_sign:
        raise TimestampError("a revocation list by who may not sign any", one.issuer.rfc4514_string())


def _check_listed(one: List, certificate: x509.Certificate) -> None:
    revoked = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if revoked is not None:
        raise RevokedError(
            f"a certificate revoked on {revoked.revocation_date_utc:%Y-%m-%d}",
            certificate.subject.rfc4514_string(),
            "use another authority",
        )


def _points(certificate: x509.Certificate) -> Sequence[x509.DistributionPoint]:
    """Where a certificate says that its issuer's lists are."""
    try:
        return list(certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return []


def _is_of_a_point(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    """Whether a list's distribution point is one of the certificate's (RFC 5280, 6.3.3 b 2 i)."""
    points = _points(certificate)
    if scope.relative_name is not None:
        return any(point.relative_name == scope.relative_name for point in points)
    if scope.full_name is None:
        return True
    # A certificate without points has its issuer's name for one.
    named = [name for point in points for name in (*(point.full_name or ()), *(point.crl_issuer or ()))]
    return not set(named or [x509.DirectoryName(certificate.issuer)]).isdisjoint(scope.full_name)


def _out_of_scope(one: List, certificate: x509.Certificate) -> str:
    """Why a list is not made to speak of a certificate; empty when it is."""
    for extension in one.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            scope = extension.value
            if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
                return "its issuer's list covers a part only"
            if scope.only_contains_ca_certs if not _is_authority(certificate) else scope.only_contains_user_certs:
                return "its issuer's list is of other certificates"
            if not _is_of_a_point(scope, certificate):
                return "its issuer's list is of another distribution point"
        elif extension.critical:
            return "its issuer's list has an extension that is not understood"
    return ""


def _untimely(one: List, second: int, ends: int) -> str:
    """Why a list says nothing of a certificate at the stamp's time; empty when it does."""
    if _until(one) < second:
        return f"its issuer's list ended on {one.next_update_utc:%Y-%m-%dT%H:%M:%SZ}, before the stamp"
    if int(one.last_update_utc.timestamp()) + 1 > ends:
        return "its issuer's list was made after the chain had ended"
    return ""


def _until(one: List) -> float:
    return one.next_update_utc.timestamp() if one.next_update_utc else float("inf")


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
