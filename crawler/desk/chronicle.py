"""All that was done in a case, and to what it rests on, in the order of time, each with its ledger entry."""

import json
from collections.abc import Iterator
from typing import Any

from crawler.store import Store, cases
from crawler.workspace import Workspace


def of_case(store: Store, workspace: Workspace, case_id: str) -> Iterator[dict[str, Any]]:
    """The ledger's entries about a case, and the decisions on its items, the oldest first."""
    case = cases.one(store, case_id)
    hits = set(cases.hit_ids(store, case.case_id))
    with workspace.ledger.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n") or (b'"case":' not in line and b'"type":"decision"' not in line):
                continue
            body: dict[str, Any] = json.loads(line)
            if body["type"] == "case" and body.get("case") == case.case_id:
                hits |= set(body.get("hits") or ())
            about = body.get("case") == case.case_id or (body["type"] == "decision" and body.get("hit") in hits)
            if about:
                yield body
