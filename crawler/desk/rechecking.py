"""Offers of a case looked at again, by an ordinary visit of their sites, so that a notice says what still stands."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from crawler import clock
from crawler.casework.liveness import Sight
from crawler.desk.clearing import ground_of, sights
from crawler.errors import UsageError
from crawler.store import Store, cases, leaving
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.engine.limits import Limits

Said = TypeVar("Said")
REQUESTS_FOR_EACH, REQUESTS_BESIDE = 4, 40
"""Requests that a visit may make for each offer (its page, a redirect, another attempt), and for what it always asks."""


def recheck(
    store: Store,
    workspace: Workspace,
    case_id: str,
    visit: Callable[[Sequence[str], "Limits"], Said],
) -> tuple[list[Sight], Said]:
    """Have the pages of a case's offers read first in a visit of their sites; returns when each was last seen, and what
    `visit` said.

    `visit` crawls some sites within limits. Raises UsageError for an empty case, and whatever a crawl raises.
    """
    from crawler.engine.limits import Limits

    case = cases.one(store, case_id)
    found = leaving.last_seen(store, case.case_id)
    if not found:
        raise UsageError(
            "the case is empty", case.case_id, f"add hits with: titlewatch cases add {case.case_id} HIT..."
        )
    pages: dict[str, list[str]] = {}
    for one in found:
        if one.page not in pages.setdefault(one.site_id, []):
            pages[one.site_id].append(one.page)
    priorities = leaving.make_due(store, pages, clock.stamp(clock.now()))
    most = max(len(urls) for urls in pages.values())
    try:
        said = visit(sorted(pages), Limits(per_site=REQUESTS_FOR_EACH * most + REQUESTS_BESIDE))
    finally:
        leaving.put_back(store, priorities)
    return sights(ground_of(store, workspace, case.case_id)), said
