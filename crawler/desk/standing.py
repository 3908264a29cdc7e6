"""How a workspace stands: what it takes on the disk, how fast it grows, until when there is room, and what is still open."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.engine.reserve import Reserve
from crawler.evidence import keys, seal, stamps
from crawler.store import Store, runs
from crawler.workspace import Workspace

WARN_DAYS = 14
"""A forecast of fewer days is said after every run."""
AGES_YEARS = 10
"""A forecast that goes further is no more than that: nobody knows how fast a workspace grows in ten years."""
LOOK_BACK = timedelta(days=14)
"""The runs that a forecast is made of."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much a workspace grows, and how long the disk takes it."""

    runs: int
    """Runs of the last fortnight that recorded something."""
    per_run: int
    """Bytes that a run adds: records, ledger, database."""
    per_day: int
    free: int
    reserve: int
    """Bytes that runs leave alone."""
    first_only: bool = False
    """There is no run but the first, which reads everything: later ones add less."""

    @property
    def days(self) -> int | None:
        """Days until runs end for want of space; None while nothing grows."""
        return max(0, self.free - self.reserve) // self.per_day if self.per_day else None

    @property
    def is_short(self) -> bool:
        """Whether the disk will be full soon enough to say so after every run."""
        return self.days is not None and self.days < WARN_DAYS and not self.first_only

    @property
    def is_ages(self) -> bool:
        """Whether there is room for so long that the number of days says nothing."""
        return self.days is not None and self.days > AGES_YEARS * 365


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """What `titlewatch evidence status` tells."""

    sizes: dict[str, int]
    """segments, spool, ledger, database, exports, cache -> bytes."""
    forecast: Forecast
    open_segments: int
    unsealed: int
    pending: int
    """Stamps that authorities still owe."""
    oldest_pending: str | None
    """When the oldest seal without one of its stamps was made."""
    unstamped: bool
    """No timestamp authority is configured."""
    key: str | None
    """Fingerprint of the key in use."""
    key_files: tuple[str, ...]
    """Public keys that the workspace hands out, the one in use and those before."""
    pictures_due: int
    last_backup: str | None
    backup_key: str | None
    """What became of the private key in it: included, encrypted, left out, outside."""

    @property
    def backup_days(self) -> int | None:
        """Whole days since the last backup; None when there was none."""
        return (clock.now() - clock.parse(self.last_backup)).days if self.last_backup else None


def standing(store: Store, workspace: Workspace) -> WorkspaceState:
    """Look at everything; nothing is changed."""
    configuration = workspace.configuration()
    names = [path.name for path in workspace.evidence.iterdir()]
    pending = stamps.pending(workspace.evidence, [authority.id for authority in configuration.evidence.timestamps])
    since = sorted(filter(None, (_sealed_at(subject) for subject, _ in pending)))
    public = workspace.keys / keys.PUBLIC
    backup = _last_backup(workspace.ledger)
    return WorkspaceState(
        sizes(workspace),
        forecast(store, workspace),
        sum(name.endswith(".warc.gz.open") for name in names),
        len(seal.unsealed(workspace.evidence)),
        len(pending),
        since[0] if since else None,
        configuration.unstamped,
        keys.fingerprint(public.read_bytes()) if public.is_file() else None,
        tuple(sorted(str(path.relative_to(workspace.keys)) for path in workspace.keys.rglob("*.pub.pem"))),
        runs.pictures_due(store),
        backup.get("utc"),
        backup.get("key"),
    )


def sizes(workspace: Workspace) -> dict[str, int]:
    """What each part of the workspace takes, in bytes."""
    evidence = workspace.evidence
    segments = sum(_size(path) for path in evidence.glob("*.warc.gz*"))
    database = sum(_size(path) for path in workspace.folder.glob("titlewatch.db*"))
    found = {
        name: _tree(folder)
        for name, folder in (("spool", workspace.spool), ("exports", workspace.exports), ("cache", workspace.cache))
    }
    return {"segments": segments, "ledger": _size(workspace.ledger), "database": database, **found}


def forecast(store: Store, workspace: Workspace) -> Forecast:
    """How fast the runs of the last fortnight have filled the disk, and how long it lasts at that rate.

    What a run kept is known from its segments; ledger and database are taken to grow with
    them. The first run of all reads everything and is left out as soon as others are there.
    """
    reserve = Reserve(workspace.folder, workspace.configuration().evidence.reserve_mb)
    disk = os.statvfs(workspace.folder)
    free = disk.f_frsize * disk.f_bavail
    kept: dict[str, int] = {}
    for path in workspace.evidence.glob("TW-*.warc.gz*"):
        run_id = path.name.split("-")[1]
        kept[run_id] = kept.get(run_id, 0) + _size(path)
    now = clock.now()
    begun = {run_id: clock.parse(at) for run_id, at in runs.started(store, clock.stamp(now - LOOK_BACK))}
    first = runs.first(store)
    counted = {run_id: at for run_id, at in begun.items() if run_id != first} or begun
    if not counted or not kept:
        return Forecast(len(counted), 0, 0, free, reserve.bytes if reserve.megabytes else 0)
    all_kept = sum(kept.values())
    around = 1 + (_size(workspace.ledger) + _size(workspace.database)) / max(1, all_kept)
    grown = sum(kept.get(run_id, 0) for run_id in counted) * around
    return Forecast(
        len(counted), int(grown / len(counted)), int(grown / _days(counted.values(), now)), free,
        reserve.bytes if reserve.megabytes else 0, first in counted,
    )  # fmt: skip


def _days(moments: Iterable[datetime], now: datetime) -> float:
    """The days that some runs stand for: from the first of them until now, one at least."""
    return max(1.0, (now - min(moments)) / timedelta(days=1))


def _sealed_at(subject: Path) -> str | None:
    try:
        said = json.loads(subject.read_bytes())
    except (OSError, ValueError):
        # A seal that cannot be read is for verify to report.
        return None
    return said.get("sealed_at") or said.get("utc") if isinstance(said, dict) else None


def _last_backup(ledger: Path) -> dict[str, Any]:
    found: bytes | None = None
    for line in _lines(ledger):
        if b'"type":"backup"' in line:
            found = line
    return dict(json.loads(found)) if found else {}


def _lines(path: Path) -> Iterator[bytes]:
    if path.is_file():
        with path.open("rb") as file:
            yield from file


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # It went while we looked.
        return 0


def _tree(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
