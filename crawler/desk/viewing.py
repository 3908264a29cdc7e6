"""What was said of a host, with whatever may lead to a person shown for a stated purpose alone."""

from dataclasses import replace

from crawler.desk.entering import enter
from crawler.errors import UsageError
from crawler.statement import PERSONAL, Statement
from crawler.store import Store, statements
from crawler.workspace import Workspace

HIDDEN = "***"
"""Stands for a value that is not shown."""


def of_host(store: Store, workspace: Workspace, host: str, purpose: str = "", by: str = "") -> list[Statement]:
    """Everything said of a host, oldest first; without a purpose and a name, personal values are hidden.

    With them, the ledger says first who looks at which statements, and for what. Raises UsageError for one without
    the other.
    """
    purpose, by = " ".join(purpose.split()), " ".join(by.split())
    if bool(purpose) != bool(by):
        raise UsageError("a purpose without a name, or a name without a purpose", host, "give --purpose and --by")
    found = statements.of_hosts(store, [host])
    personal = [one.statement_id for one in found if one.kind in PERSONAL]
    if personal and purpose:
        enter(workspace, [{"type": "view", "of": "statements", "host": host, "statements": personal, "purpose": purpose, "by": by}])  # fmt: skip
        return found
    return [replace(one, value=HIDDEN) if one.kind in PERSONAL else one for one in found]
