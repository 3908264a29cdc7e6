"""Keys, signatures, and files that are written once."""

import subprocess
import threading
from pathlib import Path

import pytest

from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence import keys
from crawler.evidence.durable import write_once


def test_openssl_alone_checks_a_signature(tmp_path: Path) -> None:
    signer = keys.create(tmp_path / "keys")
    (tmp_path / "data").write_bytes(b"sealed")
    (tmp_path / "data.ed25519").write_bytes(signer.sign(b"sealed"))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "keys/signer.pub.pem", "-rawin",
               "-in", "data", "-sigfile", "data.ed25519"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Signature Verified Successfully"
    (tmp_path / "data").write_bytes(b"Sealed")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    signer = keys.create(tmp_path / "keys")
    assert (tmp_path / "keys" / "signer.pem").stat().st_mode & 0o777 == 0o600
    again = keys.load(tmp_path / "keys")
    assert again.fingerprint == signer.fingerprint == keys.fingerprint((tmp_path / "keys/signer.pub.pem").read_bytes())
    keys.verify(signer.public_pem, b"x", again.sign(b"x"))
    with pytest.raises(EvidenceError, match="already"):
        keys.create(tmp_path / "keys")


def test_a_passphrase_is_asked_for(tmp_path: Path) -> None:
    signer = keys.create(tmp_path, b"correct horse")
    assert keys.load(tmp_path, b"correct horse").fingerprint == signer.fingerprint
    for wrong in (None, b"wrong"):
        with pytest.raises(EvidenceError, match="passphrase"):
            keys.load(tmp_path, wrong)


def test_other_signatures_and_keys_do_not_hold(tmp_path: Path) -> None:
    signer, other = keys.create(tmp_path / "a"), keys.create(tmp_path / "b")
    signature = signer.sign(b"data")
    for pem, data, said in (
        (signer.public_pem, b"Data", signature),
        (other.public_pem, b"data", signature),
        (signer.public_pem, b"data", signature[:-1]),
        (signer.public_pem, b"data", b""),
        (b"no key", b"data", signature),
    ):
        with pytest.raises(VerificationError):
            keys.verify(pem, data, said)


def test_a_missing_or_strange_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"signer\.pem"):
        keys.load(tmp_path)
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-out", tmp_path / "signer.pem"], check=True, capture_output=True
    )
    with pytest.raises(EvidenceError, match="Ed25519"):
        keys.load(tmp_path)
    (tmp_path / "signer.pem").write_bytes(b"junk")
    with pytest.raises(EvidenceError, match="not a usable key"):
        keys.load(tmp_path)


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "seal.json"
    write_once(path, b"one")
    write_once(path, b"one")
    with pytest.raises(EvidenceError, match="overwrite"):
        write_once(path, b"two")
    assert path.read_bytes() == b"one"
    assert [file.name for file in tmp_path.iterdir()] == ["seal.json"]
    with pytest.raises(StorageError):
        write_once(tmp_path / "missing" / "x", b"one")


def test_of_many_writers_one_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    won: list[bytes] = []

    def write(data: bytes) -> None:
        try:
            write_once(path, data)
            won.append(data)
        except EvidenceError:
            return

    threads = [threading.Thread(target=write, args=(bytes([number]) * 100_000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes()] == won
