"""The names inside a package, shared by its writer and its verifier."""

import re
from pathlib import Path

FORMAT = "titlewatch-referral/1"
MANIFEST = "manifest-sha256.txt"
SIGNATURE = f"signatures/{MANIFEST}.ed25519"
PUBLIC_KEY = "signatures/signer.pub.pem"
REFERRAL = "referral.json"
"""What the package is; its presence makes a folder a package."""
DOSSIER = "dossier.json"
"""Every fact with what it rests on, for machines; the same in every package of an unchanged case."""
NAME = re.compile(r"TW-REFERRAL-[A-Za-z0-9._-]+-\d{8}T\d{6}Z-[0-9a-f]{8}\Z")
CUSTODY = ".custody.jsonl"


def stands_outside(name: str) -> bool:
    """Whether a file stands in no manifest: the manifest, what signs it, and who holds the bundle as it changes hands."""
    return name == MANIFEST or name.startswith("signatures/") or ("/" not in name and name.endswith(CUSTODY))


def is_package(path: Path) -> bool:
    """Whether a folder is a package: it says so itself, or what is left of it does."""
    is_named = (path / REFERRAL).is_file() or NAME.match(path.resolve().name) is not None
    return path.is_dir() and is_named and not (path / "bagit.txt").exists()
