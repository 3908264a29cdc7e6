"""A case made into a bundle: for the house with every item decided, for an agency through every gate."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.casework import gates, lawful
from crawler.desk.clearing import Cleared, clear, lawful_items
from crawler.desk.entering import enter
from crawler.store import Store, cases, hits, referrals, sealed, works
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.bundle.build import Built

Progress = Callable[[str, int, int], None]
"""What has begun, how many steps are done, of how many."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to export, and for whom."""

    case_id: str
    agency: str | None = None
    """``COUNTRY/NAME``; None for the internal bundle."""
    approval: str | None = None
    """The reference of an approval under data law."""
    out: Path | None = None
    zipped: bool = False


def check_gates(store: Store, workspace: Workspace, order: Order) -> Cleared | None:
    """Pass the gates that guard this export; returns what it passed them on, None for the internal bundle.

    The internal bundle is asked for decisions alone, and holds nothing that was sealed away and no genuine page.
    Raises RefusedError naming what is missing.
    """
    case = cases.one(store, order.case_id)
    if order.agency is not None:
        return clear(store, workspace, case.case_id, gates.agency(order.agency), approval=order.approval)
    gates.decided(case.case_id, cases.undecided(store, case.case_id), len(cases.hit_ids(store, case.case_id)))
    gates.unsealed(case.case_id, sealed.in_case(store, case.case_id))
    lawful.genuine_apart(lawful_items(store, case.case_id), works.reference_urls(store))
    return None


def not_infringing(store: Store, case_id: str) -> dict[str, int]:
    """How many items of a case a person found to be something else than infringing, by what they were found."""
    case = cases.one(store, case_id)
    found = Counter(hit["status"] for hit in hits.several(store, cases.hit_ids(store, case.case_id)))
    return {status: count for status, count in sorted(found.items()) if status != "infringing"}


def export(store: Store, workspace: Workspace, order: Order, progress: Progress | None = None) -> "Built":
    """Build the bundle of a case. Raises RefusedError when a gate is shut; then nothing is written."""
    from crawler.bundle.build import build
    from crawler.engine.stamping import send

    order = replace(order, case_id=cases.one(store, order.case_id).case_id)
    cleared = check_gates(store, workspace, order)
    referral = cleared.referral if cleared else None
    for reference in (" ".join(one.split()) for one in (cleared.approvals if cleared else ())):
        assert referral is not None
        body = {"type": "approval", "case": order.case_id, "agency": referral.agency, "reference": reference}
        enter(workspace, [body])
    built = build(
        store,
        workspace,
        order.case_id,
        out=order.out,
        agency=referral.agency if referral else None,
        zipped=order.zipped,
        stamp=send,
        progress=progress,
    )
    if referral is not None:
        referrals.attach(store, referral.referral_id, built.bundle.name)
    return built
