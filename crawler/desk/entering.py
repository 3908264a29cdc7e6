"""An act of a person, entered in the ledger with the system user and host that did it."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.desk.person import acting
from crawler.evidence.ledger import Ledger
from crawler.workspace import Workspace


def enter(workspace: Workspace, bodies: Sequence[Mapping[str, Any]]) -> list[int]:
    """Append the bodies in one write, each with `system_user` and `system_host`; returns their numbers once durable."""
    person = acting()
    ledger = Ledger(workspace.ledger)
    try:
        entries = ledger.append([{**body, "system_user": person.user, "system_host": person.host} for body in bodies])
    finally:
        ledger.close()
    return [entry.seq for entry in entries]
