"""Checking the stamps over seals and beginnings: each stamp, its renewals, and how long the chain lasts."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from crawler.errors import TimestampError, VerificationError
from crawler.evidence import stamp_names, timestamp
from crawler.evidence.plain_file import read_plain
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.verify_ledger import LedgerFacts
from crawler.model import Finding

SMALL = 4 * 1024 * 1024
"""No seal, signature or stamp is larger."""
SOON = timedelta(days=90)
PENDING = "pending: the authority has not answered yet"


@dataclass(frozen=True, slots=True)
class Life:
    """One link of a chain of stamps: when it was made, and when the first of its certificates ends."""

    made: datetime
    ends: datetime


def lives(which: str, links: Sequence[Life], now: datetime) -> Iterator[Finding]:
    """Say where a chain of stamps breaks off: a link renewed too late, or a last one that ends soon or has ended."""
    for link, later in pairwise(links):
        if later.made >= link.ends:
            why = f"renewed on {later.made:%Y-%m-%d}, after its certificates had ended on {link.ends:%Y-%m-%d}"
            yield Finding("stamp life", which, "not_checked", None, None, why)
    last = links[-1].ends if links else None
    if last is not None and last <= now:
        why = f"its certificates ended on {last:%Y-%m-%d}: whether their keys were safe since is not shown"
        yield Finding("stamp life", which, "not_checked", "a renewal", None, why)
    elif last is not None and last <= now + SOON:
        why = f"its certificates end on {last:%Y-%m-%d}; stamp it again before: titlewatch evidence renew"
        yield Finding("stamp life", which, "not_checked", "a renewal", None, why)


@dataclass(slots=True)
class StampCheck:
    """Checks all stamps of an evidence folder; what is true of many of them is said once, at the end."""

    evidence: Path
    facts: LedgerFacts
    roots: bytes | None
    there: dict[str, dict[str, set[int]]]
    """subject -> authority -> the stamps that lie there: 0, and the numbers of renewals."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    unrevoked: dict[tuple[str, str], int] = field(default_factory=dict)
    """Authority and why its chain was not looked for on a revocation list -> stamps."""

    @classmethod
    def of(cls, evidence: Path, names: Iterable[str], facts: LedgerFacts, roots: bytes | None) -> "StampCheck":
        """Made from the names in the folder."""
        there: dict[str, dict[str, set[int]]] = {}
        for name in names:
            found = stamp_names.parse(name)
            if found is not None and found.part == ".json":
                there.setdefault(found.subject, {}).setdefault(found.authority, set()).add(found.renewal)
        return cls(evidence, facts, roots, there)

    def check(self, name: str, data: bytes, authorities: Sequence[str], absent: str = PENDING) -> Iterator[Finding]:
        """Check every stamp over one subject; `absent` says what a missing one means."""
        there = self.there.get(name, {})
        entered = {
            authority for subject, authority in self.facts.stamps if subject == name and is_plain_name(authority)
        }
        if not authorities and not entered and not there:
            yield Finding("stamp", name, "not_checked", None, None, "UNSTAMPED: no timestamp authority was configured")
        for authority in sorted({*authorities, *entered, *there}):
            received = authority in entered or bool(there.get(authority))
            links: list[Life] = []
            yield from self._link(name, authority, 0, data, received, absent, links)
            last = max({0, *there.get(authority, ())})
            while (stamp_names.over(name, authority, last + 1), authority) in self.facts.stamps:
                last += 1
            for number in range(1, last + 1):
                over = stamp_names.over(name, authority, number)
                try:
                    renewed = small(self.evidence / over)
                except (OSError, VerificationError):
                    renewed = b""
                yield from self._link(name, authority, number, renewed, True, absent, links)
            yield from lives(f"{name}.{authority}", links, self.now)

    def remarks(self) -> Iterator[Finding]:
        """What holds for many stamps alike."""
        for (authority, why), count in sorted(self.unrevoked.items()):
            yield Finding("revocation", authority, "not_checked", None, f"{count} stamps", why)

    def _link(
        self, name: str, authority: str, number: int, data: bytes, received: bool, absent: str, links: list[Life]
    ) -> Iterator[Finding]:
        which = stamp_names.stem(name, authority, number)
        try:
            parts = [small(self.evidence / f"{which}{part}") for part in stamp_names.PARTS]
        except FileNotFoundError as error:
            if received:
                found = f"no {Path(error.filename).name}"
                yield Finding("stamp", which, "fail", "a stamp", found, "it was received once")
            else:
                yield Finding("stamp", which, "not_checked", "a stamp", None, absent)
            return
        except (OSError, VerificationError) as error:
            yield Finding("stamp", which, "fail", None, str(error), "cannot be read")
            return
        over = stamp_names.over(name, authority, number)
        try:
            yield from self._check(which, data, parts, self.facts.stamps.get((over, authority)), authority, links)
        except (TimestampError, VerificationError) as error:
            yield Finding("stamp", which, "fail", None, None, str(error))
        except (KeyError, TypeError) as error:
            yield Finding("stamp", f"{which}.json", "fail", None, repr(error), "cannot be read")

    def _check(
        self,
        which: str,
        data: bytes,
        parts: Sequence[bytes],
        entry: dict[str, Any] | None,
        authority: str,
        links: list[Life],
    ) -> Iterator[Finding]:
        request, reply, chain, written = parts
        for part, content in zip(stamp_names.PARTS, parts, strict=True):
            found = hashlib.sha256(content).hexdigest()
            if entry is not None and entry["files"][which + part]["sha256"] != found:
                said = entry["files"][which + part]["sha256"]
                yield Finding("stamp", which + part, "fail", said, found, "not the file that the ledger names")
                return
        facts = read_canonical(written, f"{which}.json")
        timestamp.check_stored_chain(reply, chain)
        if self.roots is None:
            moment, ends = timestamp.check_unrooted(data, request, reply), timestamp.ends(chain)
            unchecked = "" if timestamp.has_lists(chain) else "no revocation list beside the stamp"
            why = "imprint and nonce hold; the authority's root is not checked"
        else:
            stamp = timestamp.verify_stored(data, request, reply, chain, self.roots)
            moment, ends, unchecked = stamp.gen_time, stamp.expires, stamp.unchecked
            why = "signed by a pinned authority over this file"
        told = f"{moment:%Y-%m-%dT%H:%M:%S}"
        if not str(facts["gen_time"]).startswith(told) or facts["reply_sha256"] != hashlib.sha256(reply).hexdigest():
            yield Finding("stamp", f"{which}.json", "fail", told, str(facts["gen_time"]), "not what the reply says")
            return
        if unchecked:
            reason = str(facts.get("revocation") or f"not checked: {unchecked}")
            about = (authority, f"revocation {reason}")
            self.unrevoked[about] = self.unrevoked.get(about, 0) + 1
        links.append(Life(moment, ends))
        yield Finding("stamp", which, "pass" if self.roots else "not_checked", None, told + "Z", why)


def is_plain_name(name: object) -> bool:
    """Whether a value can be the id of an authority in a file name."""
    return isinstance(name, str) and 0 < len(name) < 100 and "/" not in name and "\x00" not in name


def small(path: Path) -> bytes:
    """A small file's bytes. Raises VerificationError for a link or an unreasonable size, OSError."""
    return read_plain(path, SMALL)
