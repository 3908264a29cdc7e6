"""The beginning of a run: random bytes and the ledger's head, signed and stamped before anything is fetched.

``TW-<run>.begin.json`` (canonical JSON), its ``.ed25519`` and the stamps over it lie in the
evidence folder. What names such a stamp was made after it existed. Each authority is asked
once; a stamp that is missing then stays missing.
"""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from crawler import clock
from crawler.errors import EvidenceError
from crawler.evidence.canonical import canonical_json
from crawler.evidence.durable import write_once
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Head
from crawler.evidence.seal import SIGNATURE
from crawler.evidence.stamp_names import BEGIN
from crawler.evidence.stamps import stamp_paths

UNSTAMPED = "UNSTAMPED"
JUMP_SECONDS = 5.0
Token = dict[str, str]
"""``authority, gen_time, reply_sha256`` of a stamp over a beginning."""


def begin_name(run_id: str) -> str:
    """The name of a run's beginning."""
    return f"TW-{run_id}{BEGIN}"


def begin(folder: Path, run_id: str, head: Head, signer: Signer, software: str, authorities: Sequence[str]) -> Path:
    """Write a run's beginning and its signature; returns its path, whose bytes are what authorities stamp.

    `authorities` are the ids that are about to be asked; none means UNSTAMPED. Raises
    EvidenceError when the run has begun already.
    """
    path = folder / begin_name(run_id)
    if path.exists():
        raise EvidenceError("the run has begun already", str(path), "a beginning is never replaced")
    data = canonical_json(
        {
            "run": run_id,
            "random": secrets.token_hex(32),
            "ledger": {"size": head.size, "root": head.root, "last": head.last},
            "utc": clock.stamp(clock.now()),
            "mono_ns": str(clock.monotonic_ns()),
            "uptime_ns": str(clock.uptime_ns()),
            "boot": clock.boot(),
            "signer": signer.fingerprint,
            "authorities": list(authorities),
            "timestamps": "asked" if authorities else UNSTAMPED,
            "software": software,
        }
    )
    write_once(path.with_name(path.name + SIGNATURE), signer.sign(data))
    write_once(path, data)
    return path


class Tokens:
    """The stamps over the beginnings of runs, as records name them; read once for each run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, list[Token]] = {}

    def __call__(self, run_id: str) -> list[Token]:
        """The stamps over one run's beginning, in order of authority; none where none was received, or can be read."""
        if run_id not in self._known:
            self._known[run_id] = _tokens(self._folder / begin_name(run_id))
        return self._known[run_id]


def _tokens(path: Path) -> list[Token]:
    if not path.is_file():
        return []
    found = []
    for authority in _asked(path):
        facts = stamp_paths(path, authority)[3]
        if facts.is_file():
            try:
                said = json.loads(facts.read_bytes())
                found.append({name: str(said[name]) for name in ("authority", "gen_time", "reply_sha256")})
            except (OSError, ValueError, KeyError, TypeError):
                # A stamp that was spoilt is named by nobody, as if it had not come; verify names it.
                continue
    return found


def _asked(path: Path) -> list[str]:
    try:
        return sorted(map(str, json.loads(path.read_bytes())["authorities"]))
    except (OSError, ValueError, KeyError, TypeError):
        # A beginning that was spoilt keeps no record from being written; verify names it.
        return []


def described(tokens: Sequence[Token]) -> str:
    """The stamps as one line of a warcinfo record."""
    words = [f"{one['authority']} {one['gen_time']} reply-sha256:{one['reply_sha256']}" for one in tokens]
    return "; ".join(words) or "no timestamp"


def idle_jump(folder: Path) -> dict[str, str] | None:
    """How far the clock leapt between the newest beginning and now, by the clock that runs on while machines sleep.

    A `clock-jump` body, or None: no leap, no earlier beginning, or the machine was started anew since.
    """
    path = max(folder.glob(f"TW-*{BEGIN}"), key=lambda one: one.name, default=None)
    if path is None:
        return None
    try:
        said = json.loads(path.read_bytes())
        before, uptime, boot = clock.parse(said["utc"]), int(said["uptime_ns"]), said["boot"]
    except (OSError, ValueError, KeyError, TypeError):
        # A beginning that was spoilt tells nothing; verify names it.
        return None
    if not boot or boot != clock.boot():
        return None
    leap = (clock.now() - before).total_seconds() - (clock.uptime_ns() - uptime) / 1e9
    if abs(leap) < JUMP_SECONDS:
        return None
    return {"type": "clock-jump", "before": said["utc"], "seconds": f"{leap:+.3f}", "between": "runs"}
