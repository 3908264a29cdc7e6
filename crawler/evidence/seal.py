"""Seals: a closed segment's hash and the ledger's head, signed.

Beside ``<name>.warc.gz`` lie ``<name>.seal.json`` (canonical JSON), ``<name>.seal.json.ed25519``
and the stamps over the seal (`crawler.evidence.stamps`).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import EvidenceError
from crawler.evidence.canonical import canonical_json
from crawler.evidence.durable import set_aside, write_once
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Head
from crawler.evidence.segment import SUFFIX
from crawler.evidence.stamp_names import SEAL
from crawler.evidence.warc_read import scan

SIGNATURE = ".ed25519"


def seal(
    segment: Path, head: Head, signer: Signer, run_id: str | None, software: str, authorities: Sequence[str] = ()
) -> Path:
    """Seal a closed segment; returns the seal's path, whose bytes are what authorities stamp.

    `authorities` are the ids whose stamps are expected; none means unstamped. The segment is
    read whole, member by member. Raises VerificationError when it is damaged, EvidenceError
    when it has a seal.
    """
    if not segment.name.endswith(SUFFIX):
        raise EvidenceError("an open segment cannot be sealed", str(segment), "close it first")
    path = segment.with_name(segment.name.removesuffix(SUFFIX) + SEAL)
    if path.exists():
        raise EvidenceError("the segment has a seal", str(path), "a seal is never replaced")
    records = sum(1 for _ in scan(segment))
    with segment.open("rb") as file:
        digests = (hashlib.sha256(), hashlib.sha512())
        size = 0
        while piece := file.read(1 << 20):
            size += len(piece)
            for digest in digests:
                digest.update(piece)
    facts: dict[str, Any] = {
        "segment": segment.name,
        "bytes": size,
        "sha256": digests[0].hexdigest(),
        "sha512": digests[1].hexdigest(),
        "records": records,
        "ledger": {"size": head.size, "root": head.root, "last": head.last},
        "run": run_id,
        "signer": signer.fingerprint,
        "authorities": list(authorities),
        "sealed_at": clock.stamp(clock.now()),
        "software": software,
    }
    data = canonical_json(facts)
    signature = path.with_name(path.name + SIGNATURE)
    if signature.exists():
        # A crash came between signature and seal; the seal's name decides, so this one never took effect.
        set_aside(signature, f"unused-{clock.new_id()}")
    write_once(signature, signer.sign(data))
    write_once(path, data)
    return path


def unsealed(folder: Path) -> list[Path]:
    """Closed segments that no seal covers, as a crash between closing and sealing leaves them."""
    return [
        path
        for path in sorted(folder.glob(f"*{SUFFIX}"))
        if not path.with_name(path.name.removesuffix(SUFFIX) + SEAL).exists()
    ]
