"""Where a workspace's key lies, and reading it: in keys/, or outside the workspace where `evidence.key` says so."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from crawler.errors import EnvironmentProblem, EvidenceError, StorageError
from crawler.evidence import keys, passphrase
from crawler.evidence.keys import Signer
from crawler.whole_file import replace
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The files of a workspace's key."""

    folder: Path
    """``keys/``: the public key, retired keys, and the private key unless it lies elsewhere."""
    private: Path

    @property
    def public(self) -> Path:
        """The public key in use."""
        return self.folder / keys.PUBLIC

    @property
    def next(self) -> Path:
        """The private key that a change is bringing in, beside the one that it replaces."""
        return self.private.with_name(self.private.name + ".next")

    @property
    def intent(self) -> Path:
        """What a change of key is about to do; it lies there while the change is under way."""
        return self.folder / "change.json"

    @property
    def retired(self) -> Path:
        """Keys that signed once."""
        return self.folder / "retired"

    @property
    def external(self) -> bool:
        """True when the private key lies outside the workspace."""
        return self.private.parent != self.folder

    def retired_private(self, fingerprint: str) -> Path:
        """Where a replaced private key is kept."""
        if self.external:
            return self.private.with_name(f"{self.private.name}.retired-{fingerprint[:16]}")
        return self.retired / f"{fingerprint}.pem"

    def retired_public(self, fingerprint: str) -> Path:
        """Where the public key of a replaced one is kept."""
        return self.retired / f"{fingerprint}.pub.pem"


def ring_of(workspace: Workspace, private: str | None = None) -> KeyRing:
    """The key files of a workspace as its settings name them. Raises ConfigurationError."""
    named = workspace.configuration().evidence.key if private is None else private
    place = workspace.folder / Path(named).expanduser() if named else workspace.keys / keys.PRIVATE
    return KeyRing(workspace.keys, place)


def read(path: Path) -> Signer:
    """Read a private key, with its passphrase if it has one.

    Raises StorageError when it is missing, EnvironmentProblem when its passphrase is missing or
    wrong, EvidenceError when it is no Ed25519 key.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "put in the medium that holds it, restore it from a backup, or see: titlewatch keys lost --help"
        raise StorageError(f"the signing key cannot be read ({error.strerror})", str(path), remedy) from None
    return Signer(unlock(data, path))


def unlock(data: bytes, path: Path) -> Ed25519PrivateKey:
    """The private key in PEM bytes, with its passphrase if it has one. Raises as `read` does."""
    try:
        key = load_pem_private_key(data, _passphrase(data, path))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if is_protected(data):
            passphrase.forget(str(path))
            raise EnvironmentProblem("the passphrase is wrong", str(path), passphrase.REMEDY) from None
        raise EvidenceError(f"not a usable key ({error})", str(path), "restore it from a backup") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError("not an Ed25519 key", str(path), "restore it from a backup")
    return key


def is_protected(data: bytes) -> bool:
    """Whether a private key in PEM has a passphrase."""
    return b"ENCRYPTED" in data.split(b"\n", 1)[0] or b"Proc-Type: 4,ENCRYPTED" in data


def put(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put a file in place of an older one, whole or not at all, and durably. Raises StorageError."""
    try:
        replace(path, data, mode)
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(path), "free space or mend the permissions"
        ) from None


def _passphrase(data: bytes, path: Path) -> bytes | None:
    return passphrase.wanted(str(path)) if is_protected(data) else None
