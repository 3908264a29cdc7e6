"""Whether a package is as it was written: every file by its manifest, the manifest by the signature, the bundle by its own check."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from crawler.bundle.check import check as check_bundle
from crawler.bundle.layout import SIGNED
from crawler.bundle.referral.layout import MANIFEST, PUBLIC_KEY, REFERRAL, SIGNATURE, stands_outside
from crawler.errors import VerificationError
from crawler.evidence import keys
from crawler.model import Finding

_PIECE = 1 << 20


def check(path: Path, key: bytes | None = None, roots: bytes | None = None) -> Iterator[Finding]:
    """Check a package and the bundle in it; `key` and `roots` as for a bundle, from outside the package."""
    try:
        manifest = (path / MANIFEST).read_bytes()
    except OSError:
        yield Finding("package", MANIFEST, "fail", why="the package is unfinished, or a part of it is gone")
        manifest = b""
    yield from _files(path, manifest)
    yield from _signature(path, manifest, key)
    bundles = sorted(one.parent for one in path.glob("*/bagit.txt"))
    if not bundles:
        yield Finding("package", path.name, "fail", why="the package holds no evidence bundle")
    for bundle in bundles:
        if bundle.name not in _made_with(path):
            yield Finding("package", bundle.name, "fail", why="it is not the bundle that the package was made with")
        yield from check_bundle(bundle, key, roots)


def _made_with(path: Path) -> dict[str, str]:
    """The bundle that the package names, with the hash that its cover gives; nothing where it cannot be read or differs."""
    try:
        said = json.loads((path / REFERRAL).read_bytes())["bundle"]
        name, digest = str(said["name"]), str(said["tag_manifest_sha256"])
        return {name: digest} if _hash(path / Path(name).name / SIGNED) == digest else {}
    except (OSError, ValueError, KeyError, TypeError):
        # Which of these it was is said of the files themselves.
        return {}


def _files(path: Path, manifest: bytes) -> Iterator[Finding]:
    listed: dict[str, str] = {}
    for number, line in enumerate(manifest.decode("utf-8", "replace").splitlines(), 1):
        digest, gap, name = line.partition("  ")
        if not gap or not _is_inside(name) or name in listed:
            why = "not a line of a manifest"
            yield Finding("package", f"{MANIFEST}: line {number}", "fail", found=line[:120], why=why)
            continue
        listed[name] = digest
    there = {one.relative_to(path).as_posix(): one for one in path.rglob("*") if one.is_symlink() or one.is_file()}
    for name, digest in listed.items():
        if name not in there:
            yield Finding("package file", name, "fail", digest, why="it is missing from the package")
        elif there[name].is_symlink():
            yield Finding("package file", name, "fail", why="it is a link, and what it names may lie elsewhere")
        else:
            found = _hash(there[name])
            yield Finding("package file", name, "pass" if found == digest else "fail", digest, found)
    for name in sorted(set(there) - set(listed)):
        if not stands_outside(name):
            yield Finding("package file", name, "fail", why="it stands in no manifest of the package")


def _signature(path: Path, manifest: bytes, key: bytes | None) -> Iterator[Finding]:
    try:
        public, signature = (path / PUBLIC_KEY).read_bytes(), (path / SIGNATURE).read_bytes()
        keys.verify(key or public, manifest, signature, SIGNATURE)
    except (OSError, VerificationError):
        why = "the signature over the package's manifest does not hold"
        yield Finding("package signature", SIGNATURE, "fail", why=why)
        return
    yield Finding("package signature", SIGNATURE, "pass", found=keys.fingerprint(key or public))
    if key is None:
        why = "the key lies in the package; give the signer's with --key"
        yield Finding("signer", PUBLIC_KEY, "not_checked", found=keys.fingerprint(public), why=why)


def _is_inside(name: str) -> bool:
    return bool(name) and not name.startswith("/") and ".." not in name.split("/") and "\\" not in name


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
