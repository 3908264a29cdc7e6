"""What people did to a case beside gathering it: held, closed, put on a track or into a campaign; never changed."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from crawler import clock
from crawler.store.database import Store

Kind = Literal["hold", "release", "close", "reopen", "track", "campaign", "party", "remove"]


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One act of a person on a case."""

    act_id: str
    case_id: str
    act: Kind
    facts: Mapping[str, Any]
    """What it says; never a personal datum."""
    done_by: str
    """The name that was given."""
    system_user: str
    system_host: str
    at: datetime
    ledger_seq: int


def write(connection: sqlite3.Connection, act: CaseAct) -> None:
    """Record an act under the number of its ledger entry."""
    connection.execute(
        "INSERT INTO case_acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            act.act_id, act.case_id, act.act, json.dumps(dict(act.facts), ensure_ascii=False), act.done_by,
            act.system_user, act.system_host, clock.stamp(act.at), act.ledger_seq,
        ),
    )  # fmt: skip


def of_case(store: Store, case_id: str) -> list[CaseAct]:
    """The acts on a case, in the order of the ledger."""
    rows = store.rows("SELECT * FROM case_acts WHERE case_id = ? ORDER BY ledger_seq", (case_id,))
    return [
        CaseAct(**{**dict(row), "facts": json.loads(row["facts"]), "at": clock.parse(row["at"])})
        for row in rows
    ]  # fmt: skip


def remove_item(connection: sqlite3.Connection, case_id: str, hit_id: str) -> None:
    """Take a hit out of a case. Raises sqlite3.IntegrityError for a case under legal hold."""
    connection.execute("DELETE FROM case_items WHERE case_id = ? AND hit_id = ?", (case_id, hit_id))
