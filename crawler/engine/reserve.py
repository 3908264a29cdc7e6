"""The space on the disk that a run leaves alone: it ends, sealed and in order, before the disk is full."""

import os
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import StorageError

SHARE = 20
"""At most one part in so many of the disk is held back, so that a small disk can be used at all."""
FILES = 64
"""Names that must be left on a disk that counts them."""
REMEDY = "free some space, then crawl again; the reserve is evidence.reserve_mb"


@dataclass(frozen=True, slots=True)
class Reserve:
    """What must stay free on the disk that holds `folder`."""

    folder: Path
    megabytes: int
    """0 turns it off."""

    @property
    def bytes(self) -> int:
        """Bytes held back: as configured, but no more than a twentieth of the disk."""
        disk = os.statvfs(self.folder)
        return min(self.megabytes << 20, disk.f_frsize * disk.f_blocks // SHARE)

    def lack(self) -> StorageError | None:
        """What a run has to say that must end now; None while there is room."""
        if not self.megabytes:
            return None
        disk = os.statvfs(self.folder)
        free, kept = disk.f_frsize * disk.f_bavail, self.bytes
        if free < kept:
            what = f"the disk is nearly full: {_mega(free)} MB are free, {_mega(kept)} MB are held in reserve"
            return StorageError(what, str(self.folder), REMEDY)
        if disk.f_files and disk.f_favail < FILES:
            return StorageError(
                "the disk takes hardly another file", str(self.folder), "delete files that are not needed"
            )
        return None

    def check(self) -> None:
        """Raises StorageError when a run should not even begin."""
        lack = self.lack()
        if lack:
            raise lack


def _mega(count: int) -> str:
    return f"{count / (1 << 20):.1f}"
