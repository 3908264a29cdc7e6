"""Whether a case may leave for an agency: every gate in its order, the rights owner's authority first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler import clock
from crawler.casework import gates
from crawler.store import Store, authorisations, cases, referrals
from crawler.store.authorisations import Authorisation
from crawler.store.referrals import Referral
from crawler.workspace import Workspace

Purpose = Literal["bundle", "package", "notice", "preservation"]
"""What is to leave; a notice and a preservation request need the offers to have been seen within a day."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A referral that passed every gate, and what it passed them on."""

    referral: Referral
    to: gates.Agency
    authorisations: Mapping[str, Sequence[Authorisation]]
    """Work id -> the authorisations that cover it for this act, in this country, today."""
    approvals: tuple[str, ...]
    """The references of the approvals under data law that let it pass; empty where none is needed."""


def clear(
    store: Store,
    workspace: Workspace,
    case_id: str,
    to: gates.Agency,
    *,
    purpose: Purpose = "bundle",
    approval: str | None = None,
    referral_id: str | None = None,
) -> Cleared:
    """Pass every gate of a case on its way to an agency. Raises RefusedError naming the first that is shut, and what opens it."""
    case = cases.one(store, case_id)
    works = cases.work_ids(store, case.case_id)
    gates.decided(case.case_id, cases.undecided(store, case.case_id), len(cases.hit_ids(store, case.case_id)))
    on_file = authorisations.for_works(store, works)
    gates.authorised(on_file, to, clock.now().date())
    gates.data_law(workspace.configuration().collector.country, to, approval)
    every = [one for one in referrals.every(store, case.case_id) if referral_id in (None, one.referral_id)]
    referral = gates.two_people(every, case.case_id, to)
    return Cleared(referral, to, on_file, (approval,) if approval else ())
