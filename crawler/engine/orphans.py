"""Ledger entries of acts that never took effect: a process died between the entry and the database's commit."""

import json
from collections.abc import Iterator
from typing import Any

from crawler.evidence.ledger import Ledger
from crawler.store import Store, acts

_BEGINS = {"case": "open", "site": "add", "referral": "draft"}
"""Type of an entry -> the act that makes what it is about."""


def name_orphaned_acts(store: Store, ledger: Ledger) -> list[str]:
    """Name, in a recovery entry, the decisions, cases, exports, sites, authorisations and referrals that only the ledger holds; returns their ids.

    An act prepares its rows, enters itself, and commits; while the database is held here none
    is between entry and commit, so what it does not hold had no effect.
    """
    entered: dict[str, dict[str, None]] = {kind: {} for kind in acts.KINDS}
    with store.transaction():
        for body in _acts(ledger):
            if body["type"] == "recovery":
                for kind in acts.KINDS:
                    for one in body.get("orphans", ()):
                        entered[kind].pop(one, None)
            elif body.get("act") == _BEGINS.get(body["type"]):
                entered[body["type"]][str(body["bundle" if body["type"] == "export" else body["type"]])] = None
        orphans = [one for kind in acts.KINDS for one in acts.unknown(store, kind, entered[kind])]
        if orphans:
            ledger.append([{"type": "recovery", "of": "acts", "orphans": orphans}])
    return orphans


def _acts(ledger: Ledger) -> Iterator[dict[str, Any]]:
    wanted = tuple(f'"type":"{kind}"'.encode() for kind in (*acts.KINDS, "recovery"))
    with ledger.path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n") and any(kind in line for kind in wanted):
                body = json.loads(line)
                if body["type"] in (*acts.KINDS, "recovery"):
                    yield body
