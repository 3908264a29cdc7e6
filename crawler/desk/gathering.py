"""Cases opened, and hits gathered in them."""

from collections.abc import Sequence

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UnknownObjectError, UsageError
from crawler.model import TRACKS
from crawler.store import Store, cases, hits
from crawler.store.cases import Case
from crawler.workspace import Workspace


def new_case(store: Store, workspace: Workspace, title: str, track: str | None = None) -> Case:
    """Open a case. Raises UsageError for an empty title or an unknown track."""
    title = " ".join(title.split())
    if not title:
        raise UsageError("a case without a title", "TITLE", "name what the case is about")
    if track is not None and track not in TRACKS:
        raise UsageError("not a track", track, f"use one of: {', '.join(TRACKS)}")
    person, now, case_id = acting(), clock.now(), clock.new_id()
    seq = enter(workspace, [{"type": "case", "act": "open", "case": case_id, "title": title, "track": track}])[0]
    case = Case(case_id, title, track, now, str(person), seq)
    cases.save(store, case)
    return case


def add(store: Store, workspace: Workspace, case_id: str, hit_ids: Sequence[str]) -> int:
    """Put hits into a case; returns how many were not in it before.

    Raises UnknownObjectError for an unknown case or hit; then nothing is added.
    """
    case = cases.one(store, case_id)
    wanted = list(dict.fromkeys(hit_ids))
    missing = hits.unknown(store, wanted)
    if missing:
        raise UnknownObjectError("no such hit, nothing was added", ", ".join(missing), "see: titlewatch hits")
    held = set(cases.hit_ids(store, case.case_id))
    fresh = [hit_id for hit_id in wanted if hit_id not in held]
    if fresh:
        seq = enter(workspace, [{"type": "case", "act": "add", "case": case.case_id, "hits": fresh}])[0]
        cases.add(store, case.case_id, fresh, clock.now(), [seq] * len(fresh))
    return len(fresh)
