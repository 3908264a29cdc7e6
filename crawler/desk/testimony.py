"""What the ledger itself says of the acts that the gates rest on: a row that nobody entered opens no gate."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.errors import EvidenceError, RefusedError
from crawler.evidence.canonical import canonical_json, sha256_hex

_TIME = re.compile(rb'"utc":"([^"]{10,40})"')
_TYPE = re.compile(rb'"type":"([a-z-]+)"')
_WHOLE = frozenset({b"authorisation", b"run-start"})
"""Types of which every entry is remembered."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """Some entries of the ledger, each found to hold, and how far its time has come."""

    bodies: Mapping[int, Mapping[str, Any]]
    """The entries that were asked for, by number."""
    authorisations: Mapping[str, Mapping[str, Any]]
    runs: Mapping[str, Mapping[str, Any]]
    latest: datetime | None
    """The latest moment that the ledger knows of: the clock cannot stand before it."""

    def confirms(self, seq: int | None, **said: object) -> bool:
        """Whether the entry of a number says all of this."""
        body = self.bodies.get(seq) if seq is not None else None
        return body is not None and all(body.get(name) == value for name, value in said.items())


def read(ledger: Path, seqs: Collection[int]) -> Testimony:
    """Read the entries of some numbers, every authorisation and beginning of a run, and the latest time of all.

    Raises EvidenceError for one of them that does not hold.
    """
    wanted, bodies = set(seqs), dict[int, Mapping[str, Any]]()
    named: dict[bytes, dict[str, Mapping[str, Any]]] = {kind: {} for kind in _WHOLE}
    latest: datetime | None = None
    with ledger.open("rb") as file:
        for seq, line in enumerate(file):
            if not line.endswith(b"\n"):
                break
            kind = found[1] if (found := _TYPE.search(line)) else b""
            if seq in wanted or kind in _WHOLE or kind == b"stamp":
                body = _holding(line, seq)
                if seq in wanted:
                    bodies[seq] = body
                if kind in _WHOLE and body["type"] in ("authorisation", "run-start"):
                    named[kind][str(body["authorisation" if kind == b"authorisation" else "run"])] = body
                if body["type"] == "stamp":
                    # What was entered before an authority's stamp was written before its time, whatever our clock said.
                    stamped = clock.parse(str(body["gen_time"]))
                    latest = stamped if latest is None else min(latest, stamped)
                    continue
            if time := _TIME.search(line):
                at = clock.parse(time[1].decode("ascii"))
                latest = at if latest is None or at > latest else latest
    return Testimony(bodies, named[b"authorisation"], named[b"run-start"], latest)


def present(told: Testimony, slack: timedelta) -> datetime:
    """The present moment. Raises RefusedError where the clock stands before what the ledger has recorded already."""
    now = clock.now()
    if told.latest is not None and now < told.latest - slack:
        raise RefusedError(
            "the clock stands before the ledger's latest entry, so that no date can be judged",
            f"{clock.stamp(now)} is before {clock.stamp(told.latest)}",
            "set the machine's clock right; a stamp of a timestamp authority in a new run puts a wrong entry right",
        )  # fmt: skip
    return now


def _holding(line: bytes, seq: int) -> Mapping[str, Any]:
    try:
        body: dict[str, Any] = json.loads(line)
        holds = body["seq"] == seq
        rest = {name: value for name, value in body.items() if name != "hash"}
        holds = holds and sha256_hex(canonical_json(rest)) == body["hash"]
    except (ValueError, KeyError, TypeError):
        holds = False
    if not holds:
        raise EvidenceError(
            "a ledger entry that does not hold", f"entry {seq}", "run: titlewatch verify on the workspace"
        )
    return body
