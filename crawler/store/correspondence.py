"""What became of referrals after they were approved, act by act."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from crawler import clock
from crawler.store.database import Store

Kind = Literal["dispatch", "acknowledge", "message", "due", "outcome", "correction", "withdraw"]


@dataclass(frozen=True, slots=True)
class ReferralAct:
    """One act of a person on a referral."""

    act_id: str
    referral_id: str
    act: Kind
    on_day: date
    """The day of the happening itself, as a person gave it."""
    facts: Mapping[str, Any]
    document_sha256: str | None
    """Of the proof or the letter, which the workspace keeps."""
    done_by: str
    system_user: str
    system_host: str
    entered_at: datetime
    ledger_seq: int


def write(connection: sqlite3.Connection, act: ReferralAct) -> None:
    """Record an act under the number of its ledger entry."""
    connection.execute(
        "INSERT INTO referral_acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            act.act_id, act.referral_id, act.act, act.on_day.isoformat(), json.dumps(dict(act.facts), ensure_ascii=False),
            act.document_sha256, act.done_by, act.system_user, act.system_host, clock.stamp(act.entered_at), act.ledger_seq,
        ),
    )  # fmt: skip


def of_referral(store: Store, referral_id: str) -> list[ReferralAct]:
    """The acts on a referral, in the order of the ledger."""
    rows = store.rows("SELECT * FROM referral_acts WHERE referral_id = ? ORDER BY ledger_seq", (referral_id,))
    return [_one(row) for row in rows]


def of_case(store: Store, case_id: str) -> list[ReferralAct]:
    """The acts on all referrals of a case, in the order of the ledger."""
    rows = store.rows(
        "SELECT a.* FROM referral_acts a JOIN referrals r USING (referral_id) WHERE r.case_id = ? ORDER BY a.ledger_seq",
        (case_id,),
    )
    return [_one(row) for row in rows]


def _one(row: Any) -> ReferralAct:
    return ReferralAct(
        **{
            **dict(row),
            "on_day": date.fromisoformat(row["on_day"]),
            "facts": json.loads(row["facts"]),
            "entered_at": clock.parse(row["entered_at"]),
        }
    )
