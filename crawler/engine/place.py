"""Where a workspace lies: entered when it has moved, so that of two copies of one workspace each shows which it is."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.evidence.canonical import well_formed
from crawler.evidence.ledger import Ledger
from crawler.workspace import Workspace

MACHINE = Path("/etc/machine-id")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on a machine."""

    machine: str | None
    """Hash of the machine's id, which is nobody else's business (machine-id(5)); None where it has none."""
    inode: str
    """The folder's number: a copy has another, a folder that was renamed keeps it."""
    folder: str

    def is_at(self, other: "Place") -> bool:
        """Whether both are one folder, whatever its path."""
        return (self.machine, self.inode) == (other.machine, other.inode)


def place_of(workspace: Workspace) -> Place:
    """Where a workspace lies now."""
    try:
        said = MACHINE.read_bytes().strip()
    except OSError:
        said = b""
    machine = hashlib.sha256(b"titlewatch place\n" + said).hexdigest()[:32] if said else None
    folder = workspace.folder.resolve()
    return Place(machine, str(folder.stat().st_ino), well_formed(str(folder)))


def enter_place(workspace: Workspace, ledger: Ledger) -> Path | None:
    """Enter where the workspace lies when the ledger does not say so yet: `place` at first, `moved` later.

    Returns the folder where another copy of it lies, if it has come from there and one stands
    there still: their ledgers part from here on.
    """
    now, before = place_of(workspace), _last(ledger.path)
    if before is None:
        ledger.append([{"type": "place", **asdict(now)}])
        return None
    if before.is_at(now):
        return None
    twin = Path(before.folder) if before.machine == now.machine and _is_twin(workspace, Path(before.folder)) else None
    ledger.append([{"type": "moved", **asdict(now), "from": asdict(before), "twin": twin is not None}])
    return twin


def _last(path: Path) -> Place | None:
    found: dict[str, Any] | None = None
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n") and (b'"type":"place"' in line or b'"type":"moved"' in line):
                body = json.loads(line)
                found = body if body["type"] in ("place", "moved") else found
    return Place(found["machine"], found["inode"], found["folder"]) if found else None


def _is_twin(workspace: Workspace, folder: Path) -> bool:
    """Whether another workspace that began with our first entry lies in a folder."""
    other = Workspace(folder).ledger
    try:
        if other.samefile(workspace.ledger):
            return False
        with other.open("rb") as theirs, workspace.ledger.open("rb") as ours:
            return theirs.readline() == ours.readline()
    except OSError:
        return False
