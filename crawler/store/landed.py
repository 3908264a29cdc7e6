"""What a case may show of its targets' landing pages: each state that was observed, with the exchanges that show it."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.store.database import Store
from crawler.store.exhibits import KeptExchange, kept_exchange

_AT_ONCE = 500
ROLE = "landing"
Key = int | tuple[str, ...]
"""What a look's ledger entry is known by: its number, or the exchanges that it rests on."""


@dataclass(frozen=True, slots=True)
class Landed:
    """One observation of one target."""

    target: str
    at: str
    exchanges: tuple[KeptExchange, ...]
    """Those that were made on the way, in their order; none where nothing was asked."""
    ledger_seq: int | None = None
    """None for one of before these were kept: it is known by its exchanges."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its exchanges."""
        return tuple(exchange.exchange_id for exchange in self.exchanges)

    @property
    def key(self) -> Key:
        """What its ledger entry is known by."""
        return self.ids if self.ledger_seq is None else self.ledger_seq


def of_targets(store: Store, targets: Collection[str]) -> dict[str, list[Landed]]:
    """Each change of state or sign of each target, and the latest look, by time; then the same of what it leads to."""
    leads = _leads(store, targets)
    looked = [*_looked(store, targets), *_looked(store, set(leads.values()) - set(targets))]
    rows = _exchanges(store, {one for _, _, _, ids in looked for one in ids})
    found: dict[str, list[Landed]] = {}
    for target, at, seq, ids in sorted(looked, key=lambda look: look[:2]):
        # What a crash took from the record shows nothing.
        if all(one in rows for one in ids):
            found.setdefault(target, []).append(Landed(target, at, tuple(rows[one] for one in ids), seq))
    return {
        target: [*found.get(target, ()), *(found.get(leads[target], ()) if target in leads else ())]
        for target in targets
    }


def _leads(store: Store, targets: Collection[str]) -> dict[str, str]:
    """Which target each of some leads to."""
    leads: dict[str, str] = {}
    for some in _parts(targets):
        marks = ",".join("?" * len(some))
        for row in store.rows(
            f"SELECT target, leads_to FROM landings WHERE leads_to IS NOT NULL AND target IN ({marks})", some
        ):
            to: Mapping[str, Any] = json.loads(row["leads_to"])
            leads[row["target"]] = to.get("object") or to["url"]
    return leads


def _looked(store: Store, targets: Collection[str]) -> Iterator[tuple[str, str, int | None, tuple[str, ...]]]:
    """Target, time, ledger entry and exchanges of each observation of targets that a case may show."""
    for some in _parts(targets):
        marks = ",".join("?" * len(some))
        before: sqlite3.Row | None = None
        rows = store.rows(
            "SELECT target, at, ledger_seq, state, sign, exchanges, lead(at) OVER (PARTITION BY target ORDER BY at) AS next "
            f"FROM landing_looks WHERE target IN ({marks}) ORDER BY target, at",
            some,
        )
        for row in rows:
            changed = before is None or _shown(before) != _shown(row)
            ids = tuple(json.loads(row["exchanges"]))
            before = row
            if (changed or row["next"] is None) and (ids or row["ledger_seq"] is not None):
                yield row["target"], row["at"], row["ledger_seq"], ids


def _shown(row: sqlite3.Row) -> tuple[str, str, str | None]:
    return row["target"], row["state"], row["sign"]


def _exchanges(store: Store, ids: Collection[str]) -> dict[str, KeptExchange]:
    found = {}
    for some in _parts(ids):
        marks = ",".join("?" * len(some))
        for row in store.rows(f"SELECT * FROM exchanges WHERE exchange_id IN ({marks})", some):
            found[row["exchange_id"]] = kept_exchange(row, ROLE)
    return found


def _parts(values: Collection[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(set(values))
    return (ordered[place : place + _AT_ONCE] for place in range(0, len(ordered), _AT_ONCE))
