"""Seals and stamps: written once, in an order that a crash cannot confuse."""

import json
import subprocess
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path

import pytest

from crawler.errors import EvidenceError
from crawler.evidence import keys, seal, stamps, timestamp
from crawler.evidence.ledger import Head
from crawler.evidence.warc import Segment, records_of
from crawler.practice.authority import PracticeAuthority
from tests.evidence.samples import exchange

HEAD = Head(3, "1" * 64, "2" * 64)


@pytest.fixture
def signer(tmp_path: Path) -> keys.Signer:
    return keys.create(tmp_path / "keys")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    with Segment.create(tmp_path, "a", {}) as segment:
        segment.append(records_of(exchange()))
        return segment.seal()


def test_a_seal_says_what_it_covers(closed: Path, signer: keys.Signer) -> None:
    assert seal.unsealed(closed.parent) == [closed]
    path = seal.seal(closed, HEAD, signer, "01JRUN", "titlewatch test", ["alpha"])
    said, data = json.loads(path.read_bytes()), closed.read_bytes()
    assert (path.name, said["segment"], said["records"], said["bytes"]) == ("a.seal.json", "a.warc.gz", 4, len(data))
    assert (said["sha256"], said["sha512"]) == (sha256(data).hexdigest(), sha512(data).hexdigest())
    assert said["ledger"] == {"size": 3, "last": "1" * 64, "root": "2" * 64}
    keys.verify(signer.public_pem, path.read_bytes(), path.with_name("a.seal.json.ed25519").read_bytes())
    assert seal.unsealed(closed.parent) == []
    with pytest.raises(EvidenceError, match="has a seal"):
        seal.seal(closed, HEAD, signer, "01JRUN", "titlewatch test")


def test_an_open_or_damaged_segment_is_not_sealed(tmp_path: Path, closed: Path, signer: keys.Signer) -> None:
    with Segment.create(tmp_path, "b", {}) as segment, pytest.raises(EvidenceError, match="open segment"):
        seal.seal(segment.path, HEAD, signer, None, "titlewatch test")
    closed.write_bytes(closed.read_bytes()[:-1])
    with pytest.raises(EvidenceError):
        seal.seal(closed, HEAD, signer, None, "titlewatch test")
    assert not closed.with_name("a.seal.json").exists()


def test_a_signature_without_its_seal_is_set_aside(closed: Path, signer: keys.Signer) -> None:
    signature = closed.with_name("a.seal.json.ed25519")
    signature.write_bytes(b"of a seal that a crash prevented")
    path = seal.seal(closed, HEAD, signer, None, "titlewatch test")
    keys.verify(signer.public_pem, path.read_bytes(), signature.read_bytes())
    (aside,) = closed.parent.glob("a.seal.json.ed25519.unused-*")
    assert aside.read_bytes() == b"of a seal that a crash prevented"


def test_stamps_are_stored_once_and_openssl_checks_them(tmp_path: Path, closed: Path, signer: keys.Signer) -> None:
    authority = PracticeAuthority(tmp_path / "authority")
    path = seal.seal(closed, HEAD, signer, None, "titlewatch test", ["alpha", "beta"])
    assert stamps.pending(tmp_path, ["alpha", "beta"]) == [(path, "alpha"), (path, "beta")]
    request = timestamp.make_request(path.read_bytes())
    reply = authority.reply(request.der)
    stamp = timestamp.check_reply(request.der, reply, authority.roots.read_bytes(), datetime.now(UTC))
    path.with_name("a.seal.json.alpha.tsq").write_bytes(b"of a stamp that a crash prevented")
    facts = json.loads(stamps.store_stamp(path, "alpha", request.der, reply, stamp, "http://tsa.example/").read_bytes())
    assert stamps.pending(tmp_path, ["alpha", "beta"]) == [(path, "beta")]
    assert len(list(tmp_path.glob("*.unused-*"))) == 1
    with pytest.raises(EvidenceError, match="there already"):
        stamps.store_stamp(path, "alpha", request.der, reply, stamp, "http://tsa.example/")
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-attime", str(facts["verify_attime"]), "-data", path,
         "-in", "a.seal.json.alpha.tsr", "-CAfile", authority.roots, "-untrusted", "a.seal.json.alpha.chain.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout
