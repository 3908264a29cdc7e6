"""An act of a person, entered in the ledger with the system user and host that did it.

The order is the same for every act: it is prepared (rows written in a transaction that is
still open, a file written under another name), entered here, and then takes effect (commit,
rename). What dies in between leaves an entry of an act that had no effect, and never an
effect without its entry.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.desk.person import Person, acting
from crawler.evidence.ledger import Ledger
from crawler.workspace import Workspace


def enter(workspace: Workspace, bodies: Sequence[Mapping[str, Any]], person: Person | None = None) -> list[int]:
    """Append the bodies in one write, each with `system_user` and `system_host`; returns their numbers once durable.

    `person` is who acts where that is not the operating system's user.
    """
    ledger = Ledger(workspace.ledger)
    try:
        entries = ledger.append([{**body, **marks(person)} for body in bodies])
    finally:
        ledger.close()
    return [entry.seq for entry in entries]


def marks(person: Person | None = None) -> dict[str, str]:
    """Who acts, as every such entry says it: ``system_user`` and ``system_host``."""
    person = person or acting()
    return {"system_user": person.user, "system_host": person.host}
