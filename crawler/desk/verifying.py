"""A bundle, its ZIP or a workspace checked; what stands at a path decides which."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from crawler import config
from crawler.bundle.referral.layout import is_package
from crawler.errors import UsageError, VerificationError
from crawler.evidence.keys import fingerprint
from crawler.model import Finding
from crawler.workspace import BACKUP

SIGNS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
"""Any of these makes a folder a bundle: one with a part torn off fails, and no file put into it makes it a workspace."""


def verify(
    path: Path, key: Path | None = None, roots: Path | None = None, earlier: Path | None = None
) -> Iterator[Finding]:
    """Check everything at a path; findings come as data.

    `earlier` is an older bundle, its ZIP or a tree head (JSON) that must be a prefix of what is
    at the path. Raises UsageError when there is nothing that can be checked.
    """
    trusted = _key(key)
    found = _check(path, trusted, _roots(roots))
    if _is_bundle(path):
        from crawler.bundle.check.outside import check_outside

        found = chain(check_outside(path, key, roots), found)
    if earlier is None:
        return found
    if not earlier.exists():
        raise UsageError("nothing there", f"--earlier {earlier}", "give an older bundle, its .zip or a tree-head.json")
    from crawler.bundle.check.earlier import check_earlier

    return chain(found, check_earlier(path, earlier, trusted))


def _check(path: Path, trusted: bytes | None, anchors: bytes | None) -> Iterator[Finding]:
    if not path.exists():
        raise UsageError("nothing there", str(path), "give a bundle, its .zip or a workspace")
    if is_package(path):
        from crawler.bundle.referral.check import check as check_package

        return check_package(path, trusted, anchors)
    if not _is_bundle(path) and any((path / sign).is_file() for sign in (config.FILE_NAME, "ledger.jsonl")):
        from crawler.desk import manifest
        from crawler.evidence.verify import workspace

        found = workspace(path, trusted, anchors)
        return chain(manifest.check(path, trusted), found) if (path / BACKUP).exists() else found
    if _is_bundle(path) or path.name.startswith("TW-") or (path / "data").exists():
        if path.is_file() and path.suffix.lower() != ".zip":
            raise UsageError("not a bundle", str(path), "give a bundle's folder, its .zip or a workspace")
        from crawler.bundle.check import check

        return check(path, trusted, anchors)
    raise UsageError("neither a bundle nor a workspace", str(path), "give a bundle's folder, its .zip or a workspace")


def _is_bundle(path: Path) -> bool:
    return path.is_file() or any((path / sign).exists() for sign in SIGNS)


def _key(path: Path | None) -> bytes | None:
    data = _pem(path, "--key")
    if data is not None:
        try:
            fingerprint(data)
        except VerificationError:
            what = "not an Ed25519 public key"
            raise UsageError(what, f"--key {path}", "give the signer's signer.pub.pem") from None
    return data


def _roots(path: Path | None) -> bytes | None:
    data = _pem(path, "--roots")
    if data is not None:
        try:
            load_pem_x509_certificates(data)
        except ValueError:
            raise UsageError("no certificate", f"--roots {path}", "give the authorities' roots in PEM") from None
    return data


def _pem(path: Path | None, option: str) -> bytes | None:
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", f"{option} {path}", "give a PEM file") from None
    if b"-----BEGIN" not in data:
        raise UsageError("not PEM", f"{option} {path}", "give a PEM file")
    return data
