"""The ledger read from its end, without a lock: it works on a copy, and where nothing can be written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.errors import EvidenceError, StorageError

PIECE = 1 << 20


def last(path: Path, count: int) -> list[dict[str, Any]]:
    """The last entries of a ledger, oldest first. Raises StorageError or EvidenceError when they cannot be read."""
    try:
        return [_entry(line, path) for line in reversed(list(_backwards(path, count)))]
    except OSError as error:
        raise StorageError(f"the ledger cannot be read ({error.strerror})", str(path), "check the path") from None


def _backwards(path: Path, count: int) -> Iterator[bytes]:
    """The last whole lines, newest first; what a crash tore off at the end is none."""
    with path.open("rb") as file:
        place = file.seek(0, 2)
        tail, first = b"", True
        while place > 0 and count > 0:
            size = min(PIECE, place)
            place -= size
            file.seek(place)
            lines = (file.read(size) + tail).split(b"\n")
            tail = lines.pop(0) if place else b""
            for line in reversed(lines):
                # What stands after the last line feed is nothing, or a torn line.
                torn, first = first, False
                if torn or not line:
                    continue
                yield line
                count -= 1
                if not count:
                    return


def _entry(line: bytes, path: Path) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise EvidenceError("a ledger line that is no entry", str(path), "run: titlewatch verify on the workspace")
    return entry
