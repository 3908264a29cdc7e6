"""Seals: a closed segment's hash and the ledger's head, signed; and the stamps over each seal.

Beside ``<name>.warc.gz`` lie ``<name>.seal.json`` (canonical JSON), ``<name>.seal.json.ed25519``
and, for each timestamp authority, ``<name>.seal.json.<authority>.tsq``, ``.tsr``,
``.chain.pem`` and ``.json``. A stamp without its ``.json`` has not been accepted: it is pending.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import EvidenceError
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.durable import set_aside, write_once
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Head
from crawler.evidence.segment import SUFFIX
from crawler.evidence.timestamp import Stamp
from crawler.evidence.warc_read import scan

SEAL = ".seal.json"
SIGNATURE = ".ed25519"
STAMP_PARTS = (".tsq", ".tsr", ".chain.pem", ".json")


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


def stamp_paths(subject: Path, authority: str) -> tuple[Path, Path, Path, Path]:
    """Where the stamp of one authority over a file lies: .tsq, .tsr, .chain.pem, .json."""
    request, reply, chain, facts = (subject.with_name(f"{subject.name}.{authority}{part}") for part in STAMP_PARTS)
    return request, reply, chain, facts


def pending(folder: Path, authorities: Sequence[str]) -> list[tuple[Path, str]]:
    """Which seals lack the stamp of which authority, oldest name first."""
    return [
        (path, authority)
        for path in sorted(folder.glob(f"*{SEAL}"))
        for authority in authorities
        if not stamp_paths(path, authority)[3].exists()
    ]


def store_stamp(subject: Path, authority: str, request: bytes, reply: bytes, stamp: Stamp, url: str) -> Path:
    """Store an accepted stamp beside its subject: request and reply as sent and received, then the facts.

    Returns the path of the facts. Raises EvidenceError when this authority's stamp is there already.
    """
    paths = stamp_paths(subject, authority)
    if paths[3].exists():
        raise EvidenceError("the stamp is there already", str(paths[3]), "a stamp is never replaced")
    mark = f"unused-{clock.new_id()}"
    for path in paths[:3]:
        if path.exists():
            # A crash came before the facts were written: that stamp never took effect.
            set_aside(path, mark)
    facts = {
        "authority": authority,
        "url": url,
        "subject": subject.name,
        "subject_sha256": sha256_hex(subject.read_bytes()),
        "gen_time": clock.stamp(stamp.gen_time),
        "serial": stamp.serial,
        "policy": stamp.policy,
        "name": stamp.authority,
        "verify_attime": stamp.verify_attime,
        "expires": clock.stamp(stamp.expires),
        "reply_sha256": sha256_hex(reply),
        "received_at": clock.stamp(clock.now()),
    }
    for path, data in zip(paths, (request, reply, stamp.chain_pem, canonical_json(facts)), strict=True):
        write_once(path, data)
    return paths[3]
