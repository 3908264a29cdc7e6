"""Sites taken off the visits and put back: an act of a person, in the ledger; their record stays as it is."""

from collections.abc import Sequence

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.store import Store, pauses, sites
from crawler.workspace import Workspace


def pause(store: Store, workspace: Workspace, site_ids: Sequence[str]) -> list[str]:
    """Visit sites no longer; returns the ids of those that were visited before. Raises UnknownObjectError, then nothing changed."""
    return _set(store, workspace, site_ids, "pause")


def resume(store: Store, workspace: Workspace, site_ids: Sequence[str]) -> list[str]:
    """Visit paused sites again; returns the ids of those that were paused. Raises UnknownObjectError, then nothing changed."""
    return _set(store, workspace, site_ids, "resume")


def _set(store: Store, workspace: Workspace, site_ids: Sequence[str], act: str) -> list[str]:
    known, paused = [sites.one(store, one).site_id for one in dict.fromkeys(site_ids)], pauses.paused(store)
    changing = [site_id for site_id in known if (site_id in paused) == (act == "resume")]
    at = clock.stamp(clock.now())
    with store.transaction() as connection:
        for site_id in changing:
            if act == "pause":
                pauses.write(connection, site_id, at, str(acting()))
            else:
                pauses.lift(connection, site_id)
        if changing:
            enter(workspace, [{"type": "site", "act": act, "site": site_id} for site_id in changing])
    return changing
