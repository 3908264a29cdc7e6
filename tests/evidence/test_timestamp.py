"""Timestamps against a real authority made with openssl: every way in which a reply can be wrong."""

import subprocess
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.errors import EnvironmentProblem, TimestampError
from crawler.evidence import der
from crawler.evidence.timestamp import (
    check_reply,
    check_stored_chain,
    check_unrooted,
    make_request,
    verify_stored,
)
from crawler.practice.authority import PracticeAuthority

DATA = b'{"segment":"a.warc.gz"}'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("other"))


def now() -> datetime:
    return datetime.now(UTC)


def ask(url: str, request: bytes, timeout: float = 10) -> bytes:
    query = urllib.request.Request(url, request, {"Content-Type": "application/timestamp-query"})
    with urllib.request.urlopen(query, timeout=timeout) as answer:
        return bytes(answer.read())


def test_a_good_reply_is_accepted_and_holds_later(authority: PracticeAuthority, tmp_path: Path) -> None:
    request = make_request(DATA)
    with authority.serve() as server:
        reply = ask(server.url, request.der)
        assert server.requests == 1
    roots = authority.roots.read_bytes()
    stamp = check_reply(request.der, reply, roots, now())
    assert abs(stamp.gen_time - now()) < timedelta(minutes=1)
    assert "PRACTICE ONLY" in stamp.authority
    assert stamp.policy == "1.3.6.1.4.1.99999.1"
    assert verify_stored(DATA, request.der, reply, stamp.chain_pem, roots) == stamp
    assert check_unrooted(DATA, request.der, reply) == stamp.gen_time
    check_stored_chain(reply, stamp.chain_pem)
    for name, content in (("q", request.der), ("r", reply), ("c", stamp.chain_pem)):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-attime", str(stamp.verify_attime), "-queryfile", tmp_path / "q",
         "-in", tmp_path / "r", "-CAfile", authority.roots, "-untrusted", tmp_path / "c"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout


def test_an_unsorted_certificate_set_is_accepted(tmp_path: Path) -> None:
    refused = 0
    for number in range(6):
        authority = PracticeAuthority(tmp_path / str(number), send_root=True)
        request = make_request(DATA)
        reply = authority.reply(request.der)
        try:
            rfc3161_client.decode_timestamp_response(reply)
        except ValueError:
            refused += 1
        stamp = check_reply(request.der, reply, authority.roots.read_bytes(), now())
        assert verify_stored(DATA, request.der, reply, stamp.chain_pem, authority.roots.read_bytes()) == stamp
    assert refused, "the library alone refuses such sets; if it no longer does, strict_form may go"


@pytest.mark.parametrize(
    ("misbehave", "words"),
    [
        ("garbage", "not a timestamp reply"),
        ("html", "web page"),
        ("wrong_nonce", "nonce"),
        ("reject", "rejected.*not supported"),
    ],
)
def test_misbehaving_authorities(authority: PracticeAuthority, misbehave: str, words: str) -> None:
    request = make_request(DATA)
    with authority.serve(misbehave) as server:  # type: ignore[arg-type]
        reply = ask(server.url, request.der)
    with pytest.raises(TimestampError, match=words):
        check_reply(request.der, reply, authority.roots.read_bytes(), now())


def test_down_and_slow_authorities(authority: PracticeAuthority) -> None:
    with authority.serve("down") as server, pytest.raises(urllib.error.URLError):
        ask(server.url, make_request(DATA).der)
    with authority.serve("slow") as server, pytest.raises(TimeoutError):
        ask(server.url, make_request(DATA).der, timeout=0.3)


def test_another_root(authority: PracticeAuthority, other: PracticeAuthority) -> None:
    request = make_request(DATA)
    reply = authority.reply(request.der)
    with pytest.raises(TimestampError, match="chain"):
        check_reply(request.der, reply, other.roots.read_bytes(), now())
    both = other.roots.read_bytes() + authority.roots.read_bytes()
    assert check_reply(request.der, reply, both, now()).gen_time
    for roots in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(TimestampError):
            check_reply(request.der, reply, roots, now())


def test_other_data_and_replays(authority: PracticeAuthority) -> None:
    request, second = make_request(DATA), make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    with pytest.raises(TimestampError, match="nonce"):
        check_reply(second.der, reply, roots, now())
    with pytest.raises(TimestampError, match="other data"):
        check_reply(make_request(b"changed").der, reply, roots, now())
    with pytest.raises(TimestampError, match="other data"):
        verify_stored(b"changed", request.der, reply, b"", roots)


USAGES = ["", "extendedKeyUsage = timeStamping", "extendedKeyUsage = critical,timeStamping,serverAuth"]


@pytest.mark.parametrize("usage", USAGES)
def test_openssl_itself_refuses_certificates_that_are_not_for_timestamps_alone(tmp_path: Path, usage: str) -> None:
    with pytest.raises(EnvironmentProblem, match="signer certificate purpose"):
        PracticeAuthority(tmp_path, usage=usage).reply(make_request(DATA).der)


def exchanged(reply: bytes, certificate: bytes) -> bytes:
    """The reply with another certificate in its set, as someone without the key could send it."""
    status, token = der.read_only(reply).members
    kind, wrapped = token.members
    fields = [
        der.write(field.tag, certificate) if field.tag == der.CONTEXT_0 else field.whole
        for field in wrapped.members[0].members
    ]
    signed = der.write(wrapped.tag, der.write(der.SEQUENCE, b"".join(fields)))
    return der.write(der.SEQUENCE, status.whole + der.write(der.SEQUENCE, kind.whole + signed))


@pytest.mark.parametrize("usage", USAGES)
def test_a_signing_certificate_for_other_uses(tmp_path: Path, usage: str) -> None:
    """A second certificate for the same name, number and key, with another purpose."""
    authority = PracticeAuthority(tmp_path)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    again(authority, usage)
    certificate = x509.load_pem_x509_certificate((tmp_path / "again.pem").read_bytes()).public_bytes(Encoding.DER)
    with pytest.raises(TimestampError, match="extended key usage"):
        check_reply(request.der, exchanged(reply, certificate), authority.roots.read_bytes(), now())


def test_another_certificate_of_the_same_name_and_number(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    again(authority, "extendedKeyUsage = critical,timeStamping")
    certificate = x509.load_pem_x509_certificate((tmp_path / "again.pem").read_bytes()).public_bytes(Encoding.DER)
    with pytest.raises(TimestampError, match="another signing certificate"):
        check_reply(request.der, exchanged(reply, certificate), authority.roots.read_bytes(), now())


def again(authority: PracticeAuthority, usage: str) -> None:
    """Issue the authority's request a second time under the same serial number."""
    (authority.folder / "serial").write_text("1000\n")
    (authority.folder / "index.txt").write_text("")
    configuration = authority.folder / "openssl.cnf"
    words = configuration.read_text().replace("extendedKeyUsage = critical,timeStamping", usage)
    configuration.write_text(words)
    subprocess.run(
        ["openssl", "ca", "-batch", "-config", "openssl.cnf", "-extensions", "authority", "-in", "authority.csr",
         "-out", "again.pem", "-notext", "-days", "10"],
        cwd=authority.folder, check=True, capture_output=True,
    )  # fmt: skip


def test_md5_is_refused(authority: PracticeAuthority) -> None:
    query = authority.query("-digest", "00" * 16, "-md5", "-cert")
    with pytest.raises(TimestampError, match="not supported"):
        check_reply(query, authority.reply(query), authority.roots.read_bytes(), now())
    weak = authority.query("-digest", "00" * 48, "-sha384", "-cert")
    with pytest.raises(TimestampError, match="imprint"):
        check_reply(weak, authority.reply(weak), authority.roots.read_bytes(), now())


def test_a_time_far_from_ours(authority: PracticeAuthority) -> None:
    request = make_request(DATA)
    reply = authority.reply(request.der)
    for moment in (now() + timedelta(hours=1), now() - timedelta(hours=1)):
        with pytest.raises(TimestampError, match="far from ours"):
            check_reply(request.der, reply, authority.roots.read_bytes(), moment)


def test_a_certificate_that_has_ended_since_still_proves(tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=3)
    authority = PracticeAuthority(tmp_path, validity=("-enddate", f"{soon:%Y%m%d%H%M%SZ}"))
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    stamp = check_reply(request.der, reply, roots, now())
    assert stamp.expires == soon.replace(microsecond=0)
    time.sleep((soon - now()).total_seconds() + 1)
    assert now() > stamp.expires
    assert verify_stored(DATA, request.der, reply, stamp.chain_pem, roots) == stamp


def test_a_certificate_that_had_ended_before_does_not(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path, validity=("-startdate", "20200101000000Z", "-enddate", "20210101000000Z"))
    request = make_request(DATA)
    with pytest.raises(TimestampError, match="does not hold"):
        check_reply(request.der, authority.reply(request.der), authority.roots.read_bytes(), now())


def test_revocation_lists(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    clean = authority.crl()
    stamp = check_reply(request.der, reply, roots, now(), [clean])
    assert stamp.verify_attime >= stamp.gen_time.timestamp()
    authority.revoke()
    with pytest.raises(TimestampError, match="revoked"):
        check_reply(request.der, reply, roots, now(), [authority.crl()])
    foreign = PracticeAuthority(tmp_path / "same-name").crl()
    with pytest.raises(TimestampError, match="wrong signature"):
        check_reply(request.der, reply, roots, now(), [foreign])


def test_every_flipped_byte_of_a_reply_is_noticed_or_harmless(authority: PracticeAuthority) -> None:
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    stamp = check_reply(request.der, reply, roots, now())
    for place in range(0, len(reply), 7):
        changed = bytearray(reply)
        changed[place] ^= 0x15
        try:
            again = check_reply(request.der, bytes(changed), roots, now())
        except TimestampError:
            continue
        assert again == stamp


def test_cut_and_padded_replies(authority: PracticeAuthority) -> None:
    request = make_request(DATA)
    reply = authority.reply(request.der)
    for wrong in (b"", b"0", reply[:-1], reply + b"\x00", reply[: len(reply) // 2]):
        with pytest.raises(TimestampError):
            check_reply(request.der, wrong, authority.roots.read_bytes(), now())
