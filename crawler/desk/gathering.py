"""Cases opened, and hits gathered in them."""

from collections.abc import Sequence
from dataclasses import replace

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.model import ACTIONS
from crawler.store import Store, cases, given
from crawler.store.cases import Case
from crawler.workspace import Workspace


def new_case(store: Store, workspace: Workspace, title: str, track: str | None = None) -> Case:
    """Open a case. Raises UsageError for an empty title or an unknown track."""
    title = " ".join(title.split())
    if not title:
        raise UsageError("a case without a title", "TITLE", "name what the case is about")
    if track is not None and track not in ACTIONS:
        raise UsageError("not a track", track, f"use one of: {', '.join(ACTIONS)}")
    case = Case(clock.new_id(), title, track, clock.now(), str(acting()))
    body = {"type": "case", "act": "open", "case": case.case_id, "title": title, "track": track}
    body["opened"] = clock.stamp(case.opened_at)
    with store.transaction() as connection:
        cases.write(connection, case)
        # Entered when the database has taken the row: an entry stays, whatever the database makes of it.
        (seq,) = enter(workspace, [body])
        cases.number(connection, case.case_id, seq)
    return replace(case, ledger_seq=seq)


def add(store: Store, workspace: Workspace, case_id: str, hit_ids: Sequence[str]) -> int:
    """Put hits into a case; returns how many were not in it before.

    Raises UnknownObjectError for an unknown case or hit; then nothing is added.
    """
    case = cases.one(store, case_id)
    wanted = given.whole(store, "hit", hit_ids, ", nothing was added")
    with store.transaction() as connection:
        held = set(cases.hit_ids(store, case.case_id))
        fresh = [hit_id for hit_id in wanted if hit_id not in held]
        if fresh:
            cases.add(connection, case.case_id, fresh, clock.now())
            (seq,) = enter(workspace, [{"type": "case", "act": "add", "case": case.case_id, "hits": fresh}])
            cases.number_items(connection, case.case_id, fresh, seq)
    return len(fresh)
