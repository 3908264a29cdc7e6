"""Personal data at rest: encrypted under the workspace's own key, and linked without being read.

A value is kept as ``aead1:`` and the base64 of nonce and ciphertext (ChaCha20-Poly1305, RFC 8439); the place that it
stands in is authenticated with it, so that a ciphertext that is moved to another row does not open. Its mark is an
HMAC-SHA256 under a key of its own: two equal values have one mark, and the mark tells nobody the value.
"""

import base64
import hmac
import os
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from crawler.errors import EnvironmentProblem, StorageError, VerificationError

FILE = "personal.key"
SCHEME = "aead1:"
PROTECTED = b"TITLEWATCH ENCRYPTED PERSONAL KEY 1\n"
"""The first line of a key file that a passphrase protects, as a backup may hold it."""
_NONCE, _KEY, _SALT = 12, 32, 16


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """The key of one workspace's personal data."""

    _secret: bytes = field(repr=False)

    def seal(self, text: str, place: str) -> str:
        """A value encrypted for one place, such as ``parties/<id>/contact``."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher().encrypt(nonce, text.encode(), place.encode())
        return SCHEME + base64.b64encode(nonce + sealed).decode("ascii")

    def open(self, sealed: str, place: str) -> str:
        """The value that was sealed for a place. Raises VerificationError where key, place or ciphertext is another."""
        try:
            raw = base64.b64decode(sealed.removeprefix(SCHEME).encode("ascii"), validate=True)
            if not sealed.startswith(SCHEME):
                raise ValueError("of no known scheme")
            return self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            what = "personal data that cannot be opened: another key, or another place than it was sealed for"
            raise VerificationError(what, place, f"restore {FILE} of this workspace's keys") from None

    def mark(self, text: str) -> str:
        """The keyed hash of a value, hexadecimal; the same for a value written in another case or width."""
        folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
        return hmac.new(self._derived(b"mark"), folded.encode(), sha256).hexdigest()

    def _cipher(self) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(self._derived(b"seal"))

    def _derived(self, use: bytes) -> bytes:
        return hmac.new(self._secret, b"titlewatch personal data: " + use, sha256).digest()


def key_of(keys: Path, *, create: bool = False) -> PersonalKey:
    """The key in a workspace's folder of keys; made there, readable by its owner alone, where `create` and there is none.

    Raises StorageError where it cannot be read, or is missing and not to be made.
    """
    path = keys / FILE
    if create and not path.exists():
        _make(path)
    try:
        secret = path.read_bytes()
    except OSError as error:
        why = f"the key of personal data cannot be read ({error.strerror})"
        raise StorageError(why, str(path), "restore it from a backup of the workspace's keys") from error
    if is_protected(secret):
        why, remedy = (
            "the key of personal data is encrypted under its backup's passphrase",
            "restore the backup again with",
        )
        raise StorageError(why, str(path), f"{remedy} TITLEWATCH_PASSPHRASE or TITLEWATCH_PASSPHRASE_FILE set")
    if len(secret) != _KEY:
        raise StorageError("not a key of personal data", str(path), "restore it from a backup of the workspace's keys")
    return PersonalKey(secret)


def is_protected(data: bytes) -> bool:
    """Whether a key file's bytes are encrypted under a passphrase."""
    return data.startswith(PROTECTED)


def protect(data: bytes, passphrase: bytes) -> bytes:
    """A key file's bytes, encrypted under a passphrase (scrypt, RFC 7914; ChaCha20-Poly1305); what is so already stays."""
    if is_protected(data):
        return data
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(nonce, data, PROTECTED)
    return PROTECTED + base64.b64encode(salt + nonce + sealed) + b"\n"


def unprotect(data: bytes, passphrase: bytes, place: str) -> bytes:
    """The key file's bytes that `protect` was given. Raises EnvironmentProblem for another passphrase or bytes that were changed."""
    try:
        raw = base64.b64decode(data.removeprefix(PROTECTED).strip(), validate=True)
        salt, nonce, sealed = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
        return ChaCha20Poly1305(_stretched(passphrase, salt)).decrypt(nonce, sealed, PROTECTED)
    except (InvalidTag, ValueError):
        why = "the passphrase is wrong, or the key of personal data was changed"
        raise EnvironmentProblem(why, place, "give the passphrase that the backup was made with") from None


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=1 << 15, r=8, p=1).derive(passphrase)


def _make(path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, os.urandom(_KEY))
            os.fsync(handle)
        finally:
            os.close(handle)
        # Whoever came first made the key; a second process takes that one.
        with suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
    except OSError as error:
        raise StorageError(f"cannot be written ({error.strerror})", str(path), "check permissions and space") from error
