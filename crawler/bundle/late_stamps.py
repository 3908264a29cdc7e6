"""Stamps that come to a finished bundle: those that were pending at its export, and renewals (format.md 3.4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.bundle import layout
from crawler.bundle.stamping import stamp_files
from crawler.engine.stamping import Obtained
from crawler.errors import EvidenceError, UsageError
from crawler.evidence import keys, timestamp
from crawler.evidence.durable import write_once

_AUTHORITIES = re.compile(r"^Timestamp-Authorities: (.*)$", re.MULTILINE)
PENDING = " (pending)"
SUFFIXES = ("tsq", "tsr", "chain.pem", "json")


@dataclass(frozen=True, slots=True)
class BundleLink:
    """The newest stamp of one authority over a bundle: the stamp itself or its last renewal."""

    authority: str
    """As the bundle's files name it."""
    renewal: int
    expires: datetime
    reply: Path


def tag_manifest(bundle: Path) -> bytes:
    """The signed tag manifest of a bundle's folder. Raises UsageError when it is none, EvidenceError when the signature fails."""
    path = bundle / layout.SIGNED
    if not path.is_file():
        raise UsageError("not a bundle's folder", str(bundle), "give the folder that titlewatch export made")
    data = path.read_bytes()
    keys.verify(
        (bundle / layout.PUBLIC_KEY).read_bytes(), data, (bundle / layout.SIGNATURE).read_bytes(), layout.SIGNED
    )
    return data


def expected(bundle: Path) -> dict[str, bool]:
    """The authorities that bag-info.txt names: whether each one's stamp was pending at the export."""
    found = _AUTHORITIES.search((bundle / "bag-info.txt").read_text(encoding="utf-8"))
    words = [word.strip() for word in found[1].split(",")] if found else []
    return {
        word.removesuffix(PENDING): word.endswith(PENDING) for word in words if word and not word.startswith("none")
    }


def pending(bundle: Path) -> list[str]:
    """The authorities whose stamp was pending at the export and has not come since."""
    return [name for name, late in expected(bundle).items() if late and not is_accepted(bundle, name, 0)]


def newest(bundle: Path, roots: bytes) -> list[BundleLink]:
    """The newest link of each authority's chain, each link checked. Raises TimestampError when one does not hold."""
    links = []
    for name in expected(bundle):
        renewal, over, expires = 0, tag_manifest(bundle), None
        while (paths := _paths(bundle, name, renewal))["json"].exists():
            parts = [paths[suffix].read_bytes() for suffix in SUFFIXES[:3]]
            expires = timestamp.verify_stored(over, parts[0], parts[1], parts[2], roots).expires
            over, renewal = parts[1], renewal + 1
        if expires is not None:
            links.append(BundleLink(name, renewal - 1, expires, _paths(bundle, name, renewal - 1)["tsr"]))
    return links


def is_accepted(bundle: Path, name: str, renewal: int) -> bool:
    """Whether a stamp, or its n-th renewal, is there whole."""
    return _paths(bundle, name, renewal)["json"].exists()


def store(bundle: Path, name: str, renewal: int, obtained: Obtained) -> Mapping[str, bytes]:
    """Put an accepted stamp beside the others; returns its files by their names in the bundle.

    Raises EvidenceError when it is there already: a stamp is never replaced.
    """
    paths = _paths(bundle, name, renewal)
    if paths["json"].exists():
        raise EvidenceError("the stamp is there already", str(paths["json"]), "a stamp is never replaced")
    over = _paths(bundle, name, renewal - 1)["tsr"] if renewal else bundle / layout.SIGNED
    files = stamp_files(over.read_bytes(), over.name, name, obtained)
    paths["json"].parent.mkdir(exist_ok=True)
    for suffix in SUFFIXES:
        if suffix != "json":
            # What a crash left of a stamp that never took effect.
            paths[suffix].unlink(missing_ok=True)
        write_once(paths[suffix], files[suffix])
    return {f"timestamps/{paths[suffix].name}": files[suffix] for suffix in SUFFIXES}


def _paths(bundle: Path, name: str, renewal: int) -> dict[str, Path]:
    stem = f"{name}.renewal-{renewal}" if renewal else name
    return {suffix: bundle / "timestamps" / f"{stem}.{suffix}" for suffix in SUFFIXES}


def subject(bundle: Path, name: str, renewal: int) -> str:
    """What a stamp is over, as the collector's ledger names it."""
    over = f"timestamps/{_paths(bundle, name, renewal - 1)['tsr'].name}" if renewal else layout.SIGNED
    return f"{bundle.name}/{over}"


def named(names: Sequence[str], ids: Sequence[str]) -> dict[str, str]:
    """The configured authority behind each name in a bundle, where there is one."""
    return {name: one for name in names for one in ids if layout.safe_name(one) == name}
