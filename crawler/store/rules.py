"""What the workspace knows of the rules of matching: where they spoke, how that was decided, which are suspended."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from crawler import clock
from crawler.model import Listing
from crawler.store.database import Store
from crawler.store.exhibits import CHANGED_SINCE_DECISION
from crawler.store.recollection import recalled

SUSPENSION, RESUMPTION = "suspension", "resumption"


@dataclass(frozen=True, slots=True)
class RuleAct:
    """A person's suspension of a rule, or its end."""

    act_id: str
    rule: str
    act: str
    """suspension, resumption."""
    note: str
    decided_by: str
    """The name that was given."""
    system_user: str
    system_host: str
    decided_at: datetime
    ledger_seq: int | None = None


class Spoken(NamedTuple):
    """A hit, what became of it, and which rules spoke in it."""

    status: str
    """new, or a verdict; ``changed`` where the page changed after the verdict, which then says nothing of it."""
    reasons: list[dict[str, Any]]


class DecidedListing(NamedTuple):
    """A listing that a person judged, as it stands in the database."""

    hit_id: str
    work_id: str
    verdict: str
    listing: Listing
    seen_at: datetime


def write(connection: sqlite3.Connection, act: RuleAct, ledger_seq: int) -> None:
    """Write an act under the number of its ledger entry."""
    connection.execute(
        "INSERT INTO rule_acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            act.act_id, act.rule, act.act, act.note, act.decided_by, act.system_user, act.system_host,
            clock.stamp(act.decided_at), ledger_seq,
        ),
    )  # fmt: skip


def suspended(store: Store) -> dict[str, RuleAct]:
    """The rules that are suspended, each with the act that did it."""
    last: dict[str, RuleAct] = {}
    for row in store.rows("SELECT * FROM rule_acts ORDER BY ledger_seq, act_id"):
        last[row["rule"]] = RuleAct(**{**dict(row), "decided_at": clock.parse(row["decided_at"])})
    return {rule: act for rule, act in last.items() if act.act == SUSPENSION}


def spoken(store: Store, threshold: float, *, decided_only: bool = False) -> Iterator[Spoken]:
    """The hits from `threshold` up, and those decided whatever they score now, with the reasons last recorded."""
    found = store.connection.execute(
        f"SELECT h.status, h.reasons, {CHANGED_SINCE_DECISION} AS changed FROM hits h "
        "WHERE h.status <> 'new' OR (h.score >= ? AND NOT ?)",
        (threshold, decided_only),
    )
    for status, reasons, changed in found:
        yield Spoken("changed" if changed else status, json.loads(reasons))


def decided(store: Store) -> Iterator[DecidedListing]:
    """The listings whose hits are decided, without those whose pages changed since, oldest hit first."""
    found = store.connection.execute(
        "SELECT h.hit_id, h.work_id, h.status, h.listing_id FROM hits h "
        f"WHERE h.status <> 'new' AND NOT {CHANGED_SINCE_DECISION} ORDER BY h.hit_id"
    )
    rows = found.fetchall()
    known = recalled(store, [row["listing_id"] for row in rows])
    for row in rows:
        one = known[row["listing_id"]]
        yield DecidedListing(row["hit_id"], row["work_id"], row["status"], one.listing, one.seen_at)
