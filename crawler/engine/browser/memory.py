"""How much memory each process of a browser may take: a page that wants more loses its renderer, not the machine."""

import resource
from contextlib import suppress
from pathlib import Path

LIMIT = 1536 * 1024 * 1024
"""Bytes of memory of its own that one process may have; what it only reserves does not count."""


def limit_memory(process: int, limit: int = LIMIT) -> None:
    """Limit a browser's process and all that are below it, and thereby those that they start from now on.

    The kernel refuses memory beyond the limit (RLIMIT_DATA), and Chromium ends a process that is refused.
    Does nothing where the system has no way to limit another process.
    """
    if not hasattr(resource, "prlimit"):
        return
    for one in (process, *_below(process)):
        # It may have ended meanwhile; one that a limit was set for already may not have it raised.
        with suppress(ProcessLookupError, PermissionError, ValueError):
            _, most = resource.prlimit(one, resource.RLIMIT_DATA)
            least = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.prlimit(one, resource.RLIMIT_DATA, (least, least))


def _below(process: int) -> list[int]:
    """Every process below one, the nearest first."""
    found = [process]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found[1:]
