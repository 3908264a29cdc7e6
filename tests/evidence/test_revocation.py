"""Which list speaks of which certificate: distribution points, and scope before content."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.errors import RevokedError, TimestampError
from crawler.evidence import revocation, timestamp

ROOT_KEY, LEAF_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
NOW = datetime.now(UTC).replace(microsecond=0)


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def uri(address: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(address)


def certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, points: Sequence[x509.GeneralName] = ()
) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        name("root"), name(subject), key.public_key(), x509.random_serial_number(),
        NOW - timedelta(days=1), NOW + timedelta(days=900),
    )  # fmt: skip
    if points:
        each = [x509.DistributionPoint([point], None, None, None) for point in points]
        builder = builder.add_extension(x509.CRLDistributionPoints(each), critical=False)
    return builder.sign(ROOT_KEY, hashes.SHA256())


ROOT = certificate("root", ROOT_KEY)


def listed(point: x509.GeneralName, revoked: x509.Certificate | None = None) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name("root"))
        .last_update(NOW - timedelta(hours=2))
        .next_update(NOW + timedelta(days=9))
        .add_extension(x509.IssuingDistributionPoint([point], None, False, False, None, False, False), critical=True)
    )
    if revoked is not None:
        serial = x509.RevokedCertificateBuilder().serial_number(revoked.serial_number)
        builder = builder.add_revoked_certificate(serial.revocation_date(NOW - timedelta(days=3)).build())
    return builder.sign(ROOT_KEY, hashes.SHA256())


def check(leaf: x509.Certificate, *lists: x509.CertificateRevocationList) -> str:
    return revocation.check([leaf, ROOT], [ROOT], lists, NOW).unchecked


def test_the_list_of_another_distribution_point_checks_nothing() -> None:
    leaf = certificate("tsa", LEAF_KEY, [uri("ldap://crl.example/7"), uri("http://crl.example/7")])
    own, other = uri("http://crl.example/7"), uri("http://crl.example/1")
    assert check(leaf, listed(other)) == "CN=tsa: its issuer's list is of another distribution point"
    assert check(leaf, listed(own)) == ""
    assert check(leaf, listed(other), listed(own)) == ""
    with pytest.raises(RevokedError, match="revoked on"):
        check(leaf, listed(own, revoked=leaf))
    # What a list of another scope says is not heard.
    assert "another distribution point" in check(leaf, listed(other, revoked=leaf))


def test_a_certificate_without_points_is_on_the_list_of_its_issuers_name() -> None:
    leaf = certificate("tsa", LEAF_KEY)
    assert "another distribution point" in check(leaf, listed(uri("http://crl.example/1")))
    assert check(leaf, listed(x509.DirectoryName(name("root")))) == ""


def test_a_chain_of_countless_lists_or_certificates_is_refused_unread() -> None:
    for begins in (revocation.BEGIN, b"-----BEGIN CERTIFICATE-----"):
        with pytest.raises(TimestampError, match="more than 32"):
            timestamp.check_stored_chain(b"", begins * 150_000)
    with pytest.raises(TimestampError, match="not a revocation list"):
        revocation.read_all(revocation.BEGIN + b"\nAAAA")
