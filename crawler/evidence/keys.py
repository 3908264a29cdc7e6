"""The workspace's Ed25519 key: made once, signs seals and bundles.

A signature is the raw 64 bytes, so that openssl alone can check it:
``openssl pkeyutl -verify -pubin -inkey signer.pub.pem -rawin -in FILE -sigfile FILE.ed25519``
"""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence.durable import write_once

PRIVATE = "signer.pem"
PUBLIC = "signer.pub.pem"


class Signer:
    """A private key that can sign, and its public face."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.fingerprint = fingerprint(self.public_pem)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature (RFC 8032)."""
        return self._key.sign(data)


def create(folder: Path, passphrase: bytes | None = None) -> Signer:
    """Make the key: ``signer.pem`` for its owner's eyes alone and ``signer.pub.pem`` beside it.

    Raises EvidenceError when the folder has a key already.
    """
    if (folder / PRIVATE).exists():
        raise EvidenceError("there is a key already", str(folder / PRIVATE), "keep it; old seals need it")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    signer = Signer(key)
    write_once(folder / PRIVATE, private_pem(key, passphrase), mode=0o600)
    write_once(folder / PUBLIC, signer.public_pem)
    return signer


def private_pem(key: Ed25519PrivateKey, passphrase: bytes | None) -> bytes:
    """A private key as PEM (PKCS 8), encrypted when there is a passphrase."""
    secret: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)


def load(folder: Path, passphrase: bytes | None = None) -> Signer:
    """Read the key of a folder. Raises StorageError when it is missing, EvidenceError when it is no Ed25519 key."""
    path = folder / PRIVATE
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase)
    except OSError as error:
        raise StorageError(f"cannot read the key ({error.strerror})", str(path), "restore keys/ from a copy") from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"not a usable key ({error})", str(path), "restore it, or give its passphrase") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError("not an Ed25519 key", str(path), "restore keys/ from a copy")
    return Signer(key)


def fingerprint(public_pem: bytes) -> str:
    """SHA-256 of the public key's SubjectPublicKeyInfo DER, hexadecimal."""
    spki = _public(public_pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def spoken(fingerprint: str) -> str:
    """A fingerprint in groups of four, for reading aloud or comparing on paper."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))


def plain(public_pem: bytes) -> bytes:
    """The one PEM form in which we write that public key."""
    return _public(public_pem).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def verify(public_pem: bytes, data: bytes, signature: bytes, which: str = "signature") -> None:
    """Check a signature. Raises VerificationError unless it is this key's, over exactly these bytes."""
    try:
        _public(public_pem).verify(signature, data)
    except InvalidSignature:
        raise VerificationError("the signature does not hold", which) from None


def _public(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise VerificationError(f"not a public key ({error})", "signer key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise VerificationError("not an Ed25519 public key", "signer key")
    return key
