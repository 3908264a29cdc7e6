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


LISTED = "http://127.0.0.1:9/list.crl"


def openssl_verifies(folder: Path, attime: int, against: list[str], roots: Path, *more: str) -> str:
    """What openssl says of the stamp in `folder` (q, r, c, d), with the arguments that verify.sh gives it."""
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-attime", str(attime), *against, "-in", "r", "-CAfile", roots,
         "-untrusted", "c", *more],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def laid_down(folder: Path, request: bytes, reply: bytes, chain: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in (("q", request), ("r", reply), ("c", chain), ("d", DATA)):
        (folder / name).write_bytes(content)
    return folder


def test_revocation_lists_are_kept_in_the_chain_and_every_reader_still_reads_it(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path / "tsa", lists=LISTED)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    bare = check_reply(request.der, reply, roots, now())
    assert bare.lists_at == (LISTED,)
    assert "no list of its issuer" in bare.unchecked
    crl = authority.crl()
    stamp = check_reply(request.der, reply, roots, now(), [crl])
    assert (stamp.unchecked, stamp.chain_pem.count(b"BEGIN X509 CRL")) == ("", 1)
    assert verify_stored(DATA, request.der, reply, stamp.chain_pem, roots) == stamp
    check_stored_chain(reply, stamp.chain_pem)
    assert len(x509.load_pem_x509_certificates(stamp.chain_pem)) == 1
    folder = laid_down(tmp_path / "stored", request.der, reply, stamp.chain_pem)
    for against in (["-data", "d"], ["-queryfile", "q"]):
        assert "Verification: OK" in openssl_verifies(folder, stamp.verify_attime, against, authority.roots)
    (tmp_path / "both.pem").write_bytes(roots + crl)
    said = openssl_verifies(folder, stamp.verify_attime, ["-data", "d"], tmp_path / "both.pem", "-crl_check")
    assert "Verification: OK" in said
    unrooted = subprocess.run(
        ["openssl", "ts", "-verify", "-attime", str(stamp.verify_attime), "-data", "d", "-in", "r", "-CAfile", "c",
         "-partial_chain"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in unrooted.stdout


def test_a_list_made_after_the_stamp_moves_the_second_of_verification(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path / "tsa", lists=LISTED)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    time.sleep(2.1)
    crl = authority.crl()
    stamp = check_reply(request.der, reply, authority.roots.read_bytes(), now(), [crl])
    assert stamp.verify_attime > stamp.gen_time.timestamp() + 1
    folder = laid_down(tmp_path / "stored", request.der, reply, stamp.chain_pem)
    both = tmp_path / "both.pem"
    both.write_bytes(authority.roots.read_bytes() + crl)
    early = openssl_verifies(folder, int(stamp.gen_time.timestamp()), ["-data", "d"], both, "-crl_check")
    assert "CRL is not yet valid" in early and "OK" not in early
    assert "Verification: OK" in openssl_verifies(folder, stamp.verify_attime, ["-data", "d"], both, "-crl_check")
    late = int(stamp.gen_time.timestamp()) + 40 * 86400
    assert "CRL has expired" in openssl_verifies(folder, late, ["-data", "d"], both, "-crl_check")


def test_a_list_that_had_ended_before_the_stamp_checks_nothing(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path, lists=LISTED)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    old = authority.crl("-crl_lastupdate", "20250101000000Z", "-crl_nextupdate", "20250201000000Z")
    stamp = check_reply(request.der, reply, authority.roots.read_bytes(), now(), [old])
    assert "ended on 2025-02-01" in stamp.unchecked
    assert b"X509 CRL" not in stamp.chain_pem


def test_openssl_and_we_refuse_a_revoked_authority(tmp_path: Path) -> None:
    authority = PracticeAuthority(tmp_path / "tsa", lists=LISTED)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    chain = check_reply(request.der, reply, roots, now()).chain_pem
    authority.revoke()
    time.sleep(1.1)
    crl = authority.crl()
    with pytest.raises(TimestampError, match="revoked on"):
        check_reply(request.der, reply, roots, now(), [crl])
    (tmp_path / "both.pem").write_bytes(roots + crl)
    folder = laid_down(tmp_path / "stored", request.der, reply, chain)
    said = openssl_verifies(folder, int(time.time()) + 1, ["-data", "d"], tmp_path / "both.pem", "-crl_check")
    assert "certificate revoked" in said and "OK" not in said
    with pytest.raises(TimestampError, match="revoked on"):
        verify_stored(DATA, request.der, reply, chain + crl, roots)


def test_a_stored_chain_refuses_what_is_not_the_stamps_own(tmp_path: Path, other: PracticeAuthority) -> None:
    authority = PracticeAuthority(tmp_path / "tsa", lists=LISTED)
    request = make_request(DATA)
    reply = authority.reply(request.der)
    roots = authority.roots.read_bytes()
    stamp = check_reply(request.der, reply, roots, now(), [authority.crl()])
    foreign = PracticeAuthority(tmp_path / "foreign", name="somebody else").crl()
    namesake = PracticeAuthority(tmp_path / "namesake").crl()
    certificates = stamp.chain_pem[: stamp.chain_pem.index(b"-----BEGIN X509 CRL")]
    clean = x509.load_pem_x509_crl(namesake).public_bytes(Encoding.PEM)
    alien = x509.load_pem_x509_crl(foreign).public_bytes(Encoding.PEM)
    with pytest.raises(TimestampError, match="none of the chain's"):
        check_stored_chain(reply, certificates + alien)
    with pytest.raises(TimestampError, match="wrong signature"):
        verify_stored(DATA, request.der, reply, certificates + clean, roots)
    with pytest.raises(TimestampError, match="says nothing"):
        verify_stored(DATA, request.der, reply, stamp.chain_pem + alien, roots)
    with pytest.raises(TimestampError, match="did not carry"):
        check_stored_chain(
            reply, stamp.chain_pem.replace(certificates, other.folder.joinpath("authority.pem").read_bytes())
        )
    forged = bytearray(stamp.chain_pem)
    forged[-80] ^= 1
    with pytest.raises(TimestampError):
        verify_stored(DATA, request.der, reply, bytes(forged), roots)
    for padded in (stamp.chain_pem + b"note\n", b"note\n" + stamp.chain_pem):
        with pytest.raises(TimestampError, match="plain PEM"):
            check_stored_chain(reply, padded)


def test_policies(authority: PracticeAuthority) -> None:
    roots = authority.roots.read_bytes()
    second = "1.3.6.1.4.1.99999.2"
    request = make_request(DATA, second)
    stamp = check_reply(request.der, authority.reply(request.der), roots, now(), policy=second)
    assert stamp.policy == second
    request = make_request(DATA)
    with pytest.raises(TimestampError, match=r"under the policy 1\.3\.6\.1\.4\.1\.99999\.1, not"):
        check_reply(request.der, authority.reply(request.der), roots, now(), policy=second)
    unknown = make_request(DATA, "1.3.6.1.4.1.99999.3")
    with pytest.raises(TimestampError, match="policy is not supported"):
        check_reply(unknown.der, authority.reply(unknown.der), roots, now())
    with pytest.raises(TimestampError, match="not an OID"):
        make_request(DATA, "no policy")


def test_replay_is_seen_with_the_query_and_not_with_the_data(authority: PracticeAuthority, tmp_path: Path) -> None:
    """Why a stamp's query is kept: with -data alone openssl does not look at the nonce."""
    first, second = make_request(DATA), make_request(DATA)
    folder = laid_down(tmp_path / "s", second.der, authority.reply(first.der), b"")
    (folder / "c").write_bytes((authority.folder / "authority.pem").read_bytes())
    at = int(time.time())
    assert "nonce mismatch" in openssl_verifies(folder, at, ["-queryfile", "q"], authority.roots)
    assert "Verification: OK" in openssl_verifies(folder, at, ["-data", "d"], authority.roots)
    (folder / "d").write_bytes(b"changed")
    assert "message imprint mismatch" in openssl_verifies(folder, at, ["-data", "d"], authority.roots)
