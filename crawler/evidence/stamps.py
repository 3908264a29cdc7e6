"""Stamps in the evidence folder: beside each seal and each beginning of a run, and renewals beside the stamps.

Over ``<subject>`` lie, for each timestamp authority, ``<subject>.<authority>.tsq``, ``.tsr``,
``.chain.pem`` and ``.json``. A stamp without its ``.json`` has not been accepted: it is
pending. ``<subject>.<authority>.renewal-1.*`` is over the ``.tsr``, ``renewal-2`` over the
first renewal's ``.tsr``, and so on.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler import clock
from crawler.errors import EvidenceError
from crawler.evidence import stamp_names
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.durable import set_aside, write_once
from crawler.evidence.stamp_names import BEGIN, SEAL
from crawler.evidence.timestamp import Stamp

STAMP_PARTS = stamp_names.PARTS
SOON = timedelta(days=90)
"""How long before a stamp's certificates end it should be renewed."""


@dataclass(frozen=True, slots=True)
class Link:
    """The newest stamp of one authority over one subject: the stamp itself or its last renewal."""

    subject: Path
    authority: str
    renewal: int
    expires: datetime
    """When the first certificate of its chain ends."""

    def __str__(self) -> str:
        return f"{self.reply.name} ends on {self.expires:%Y-%m-%d}"

    @property
    def reply(self) -> Path:
        """The reply that the next renewal is over."""
        return stamp_paths(self.subject, self.authority, self.renewal)[1]


def stamp_paths(subject: Path, authority: str, renewal: int = 0) -> tuple[Path, Path, Path, Path]:
    """Where the stamp of one authority over a file lies, or its n-th renewal: .tsq, .tsr, .chain.pem, .json."""
    stem = stamp_names.stem(subject.name, authority, renewal)
    request, reply, chain, facts = (subject.with_name(stem + part) for part in STAMP_PARTS)
    return request, reply, chain, facts


def stamp_files(subject: Path, authority: str) -> list[Path]:
    """The files of an accepted stamp and of its renewals; none while it is pending."""
    found: list[Path] = []
    renewal = 0
    while (parts := stamp_paths(subject, authority, renewal))[-1].is_file():
        found += parts
        renewal += 1
    return found


def subject_of(subject: Path, authority: str, renewal: int = 0) -> Path:
    """The file that a stamp or a renewal is over."""
    return subject.with_name(stamp_names.over(subject.name, authority, renewal))


def pending(folder: Path, authorities: Sequence[str]) -> list[tuple[Path, str]]:
    """Which seals lack the stamp of which authority, oldest name first; a beginning is stamped then or never."""
    return [
        (path, authority)
        for path in sorted(folder.glob(f"*{SEAL}"))
        for authority in authorities
        if not is_accepted(path, authority)
    ]


def is_accepted(subject: Path, authority: str, renewal: int = 0) -> bool:
    """Whether a stamp, or its n-th renewal, has been stored whole."""
    return stamp_paths(subject, authority, renewal)[3].exists()


def accepted(folder: Path) -> Iterator[tuple[Path, str, int]]:
    """Every accepted stamp and renewal: subject, authority, number of the renewal; in order."""
    named = (stamp_names.parse(path.name) for path in folder.glob("*.json"))
    for found in sorted(one for one in named if one is not None and one.part == ".json"):
        yield folder / found.subject, found.authority, found.renewal


def newest(folder: Path) -> tuple[list[Link], list[str]]:
    """The newest link of each chain of stamps, with the day on which it ends, and the names of those that cannot be read."""
    last: dict[tuple[Path, str], int] = {}
    for subject, authority, renewal in accepted(folder):
        last[subject, authority] = max(renewal, last.get((subject, authority), 0))
    links, spoilt = [], []
    for (subject, authority), renewal in last.items():
        facts = stamp_paths(subject, authority, renewal)[3]
        try:
            ends = clock.parse(json.loads(facts.read_bytes())["expires"])
        except (OSError, ValueError, KeyError, TypeError):
            spoilt.append(facts.name)
        else:
            links.append(Link(subject, authority, renewal, ends))
    return links, spoilt


def ending(folder: Path, at: datetime, within: timedelta = SOON) -> tuple[list[Link], list[str]]:
    """The newest stamps that end within a time from a moment, or had ended before it; the first to end first.

    Beside them the names of the stamps whose facts cannot be read.
    """
    links, spoilt = newest(folder)
    return sorted((link for link in links if link.expires <= at + within), key=lambda link: link.expires), spoilt


def store_stamp(
    subject: Path, authority: str, request: bytes, reply: bytes, stamp: Stamp, url: str, renewal: int = 0
) -> Path:
    """Store an accepted stamp beside its subject: request and reply as sent and received, then the facts.

    Returns the path of the facts. Raises EvidenceError when this stamp is there already.
    """
    paths = stamp_paths(subject, authority, renewal)
    if is_accepted(subject, authority, renewal):
        raise EvidenceError("the stamp is there already", str(paths[3]), "a stamp is never replaced")
    mark = f"unused-{clock.new_id()}"
    for path in paths[:3]:
        if path.exists():
            # A crash came before the facts were written: that stamp never took effect.
            set_aside(path, mark)
    over = subject_of(subject, authority, renewal)
    facts = {
        "authority": authority,
        "url": url,
        "subject": over.name,
        "subject_sha256": sha256_hex(over.read_bytes()),
        "gen_time": clock.stamp(stamp.gen_time),
        "serial": stamp.serial,
        "policy": stamp.policy,
        "name": stamp.authority,
        "verify_attime": stamp.verify_attime,
        "expires": clock.stamp(stamp.expires),
        "revocation": f"not checked: {stamp.unchecked}" if stamp.unchecked else "checked",
        "reply_sha256": sha256_hex(reply),
        "received_at": clock.stamp(clock.now()),
    }
    for path, data in zip(paths, (request, reply, stamp.chain_pem, canonical_json(facts)), strict=True):
        write_once(path, data)
    return paths[3]


__all__ = [
    "BEGIN", "SEAL", "SOON", "STAMP_PARTS", "Link", "accepted", "ending", "is_accepted", "newest", "pending", "stamp_files",
    "stamp_paths", "store_stamp", "subject_of",
]  # fmt: skip
