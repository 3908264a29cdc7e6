"""What a case may show of its targets' landing pages: each state that was observed, with the exchanges that show it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.store.database import Store
from crawler.store.exhibits import KeptExchange, kept_exchange

_AT_ONCE = 500
ROLE = "landing"


@dataclass(frozen=True, slots=True)
class Landed:
    """One observation of one target."""

    target: str
    at: str
    exchanges: tuple[KeptExchange, ...]
    """Those that were made on the way, in their order; never none."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its exchanges, by which its ledger entry is known."""
        return tuple(exchange.exchange_id for exchange in self.exchanges)


def of_targets(store: Store, targets: Collection[str]) -> dict[str, list[Landed]]:
    """Each change of state of each target that an exchange shows, and the latest look, by time; then the same of what it leads to."""
    own, leads = _looked(store, targets)
    behind, _ = _looked(store, set(leads.values()) - set(targets))
    looked = own + behind
    rows = _exchanges(store, {one for _, _, ids in looked for one in ids})
    found: dict[str, list[Landed]] = {}
    for target, at, ids in sorted(looked):
        # What a crash took from the record shows nothing.
        if all(one in rows for one in ids):
            found.setdefault(target, []).append(Landed(target, at, tuple(rows[one] for one in ids)))
    return {
        target: [*found.get(target, ()), *(found.get(leads[target], ()) if target in leads else ())]
        for target in targets
    }


def _looked(store: Store, targets: Collection[str]) -> tuple[list[tuple[str, str, tuple[str, ...]]], dict[str, str]]:
    """Target, time and exchanges of each observation of targets; and which target each leads to."""
    leads: dict[str, str] = {}
    ways: list[tuple[str, str, tuple[str, ...]]] = []
    for some in _parts(targets):
        marks = ",".join("?" * len(some))
        for row in store.rows(f"SELECT target, at, hops FROM landing_events WHERE target IN ({marks})", some):
            ids = tuple(hop["exchange_id"] for hop in json.loads(row["hops"]) if hop["exchange_id"])
            if ids:
                ways.append((row["target"], row["at"], ids))
        known = {(target, ids[-1]) for target, _, ids in ways}
        for row in store.rows(
            f"SELECT target, checked_at, exchange_id, leads_to FROM landings WHERE target IN ({marks})", some
        ):
            if row["leads_to"]:
                to: Mapping[str, Any] = json.loads(row["leads_to"])
                leads[row["target"]] = to.get("object") or to["url"]
            if row["exchange_id"] and (row["target"], row["exchange_id"]) not in known:
                ways.append((row["target"], row["checked_at"], _way_to(store, row["exchange_id"])))
    return ways, leads


def _way_to(store: Store, exchange_id: str) -> tuple[str, ...]:
    """The exchanges on the way to a landing page, the last of which is known."""
    ids = [exchange_id]
    while row := store.row("SELECT via, hop FROM exchanges WHERE exchange_id = ?", (ids[0],)):
        if not row["hop"] or not row["via"]:
            break
        ids.insert(0, row["via"])
    return tuple(ids)


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
