"""A case made into a bundle: for the house with every item decided, for an agency through every gate."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import clock
from crawler.casework import gates
from crawler.desk.entering import enter
from crawler.store import Store, authorisations, cases, hits, referrals
from crawler.store.referrals import Referral
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


def check_gates(store: Store, workspace: Workspace, order: Order) -> Referral | None:
    """Pass the gates that guard this export; returns the referral that two people approved, None for the internal bundle.

    Raises RefusedError naming what is missing.
    """
    case = cases.one(store, order.case_id)
    to = gates.agency(order.agency) if order.agency is not None else None
    gates.decided(case.case_id, cases.undecided(store, case.case_id), len(cases.hit_ids(store, case.case_id)))
    if to is None:
        return None
    works = cases.work_ids(store, case.case_id)
    gates.authorised(authorisations.for_works(store, works), to, clock.now().date())
    gates.data_law(workspace.configuration().collector.country, to, order.approval)
    return gates.two_people(referrals.every(store, case.case_id), case.case_id, to)


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
    referral = check_gates(store, workspace, order)
    if referral is not None and order.approval:
        reference = " ".join(order.approval.split())
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
