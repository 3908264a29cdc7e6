"""Whether an offer was seen lately enough for a notice to say that it is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.errors import RefusedError

FRESH = timedelta(hours=24)
"""How old the last sight of an offer may be when a notice or a request to preserve it leaves."""
GONE = frozenset({"removed", "dead"})
"""States of a landing page in which a copy is there no longer."""


@dataclass(frozen=True, slots=True)
class Sight:
    """When an offer was last looked at, and how it was found."""

    hit_id: str
    at: datetime | None
    """When the last exchange that showed it was entered in the ledger; None when none was."""
    state: str
    """``up``, ``gone`` or ``moved``."""
    exchange_id: str | None = None
    targets: tuple[str, ...] = ()
    """The states in which its targets' landing pages were last found."""


def fresh(sights: Iterable[Sight], case_id: str, now: datetime) -> None:
    """Every offer was seen standing within a day before `now`, and not after it. Raises RefusedError naming those that were not."""
    remedy = f"look again with: titlewatch cases recheck {case_id}"
    gone = [one.hit_id for one in sights if is_gone(one)]
    if gone:
        raise RefusedError(
            f"{len(gone)} {'offer is' if len(gone) == 1 else 'offers are'} there no longer", ", ".join(gone[:5]),
            f"take them out (titlewatch cases remove), or {remedy}",
        )  # fmt: skip
    old = [one.hit_id for one in sights if not is_fresh(one, now)]
    if old:
        raise RefusedError(
            f"{len(old)} {'offer was' if len(old) == 1 else 'offers were'} not seen within the last 24 hours",
            ", ".join(old[:5]), remedy,
        )  # fmt: skip


def is_fresh(one: Sight, now: datetime) -> bool:
    """Whether an offer was seen within a day before `now`; what lies after `now` was seen under another clock, and tells nothing."""
    return one.at is not None and timedelta(0) <= now - one.at <= FRESH


def is_gone(one: Sight) -> bool:
    """Whether an offer, or every copy that it leads to, was found gone when it was last looked at."""
    return one.state != "up" or (bool(one.targets) and all(state in GONE for state in one.targets))
