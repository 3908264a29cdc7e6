"""The life of a referral after two people approved it: where it stands, what is due, and what of it is no longer so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from crawler.store.correspondence import ReferralAct

Stage = Literal["draft", "approved", "dispatched", "acknowledged", "answered", "withdrawn"]
STAGES: tuple[Stage, ...] = get_args(Stage)
CHANNELS = ("fax", "email", "post", "portal", "hand")
OUTCOMES = ("accepted", "refused", "transferred", "under-investigation", "content-removed", "site-closed", "sanctioned", "convicted", "no-reply")  # fmt: skip
FINAL = frozenset({"refused", "content-removed", "site-closed", "sanctioned", "convicted", "no-reply"})
"""Outcomes after which no reply is due."""


@dataclass(frozen=True, slots=True)
class Life:
    """Where a referral stands."""

    stage: Stage
    dispatched: date | None = None
    reference: str = ""
    """The counterpart's own, as it was last given."""
    due: date | None = None
    """The day by which a reply is expected, while none has come."""
    outcome: str = ""

    def is_overdue(self, today: date) -> bool:
        """Whether the expected reply has not come by its day."""
        return self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class Changed:
    """An item of what was sent whose decision is another one now."""

    hit_id: str
    then: str
    """The verdict that was sent."""
    now: str
    """The verdict that stands; ``gone`` where none does."""


def life(state: str, acts: Sequence[ReferralAct]) -> Life:
    """Where a referral stands: `state` is ``draft`` or ``approved``, `acts` are in the order of the ledger."""
    stage: Stage = "approved" if state == "approved" else "draft"
    dispatched, reference, due, outcome = None, "", None, ""
    for act in acts:
        if act.act == "dispatch":
            stage, dispatched = "dispatched", dispatched or act.on_day
        elif act.act == "acknowledge":
            stage = "acknowledged"
            due = None if act.facts.get("answers") else due
        elif act.act == "due":
            due = date.fromisoformat(act.facts["due"])
        elif act.act == "message" and act.facts["direction"] == "in":
            due = None
        elif act.act == "outcome":
            stage, outcome, due = "answered", act.facts["outcome"], None
        elif act.act == "withdraw":
            stage, due = "withdrawn", None
        reference = act.facts.get("reference") or reference
    return Life(stage, dispatched, reference, due, outcome)


def sent(acts: Sequence[ReferralAct]) -> dict[str, str]:
    """Hit -> the verdict under which it was sent last: by a dispatch, or by the correction that a person sent after it."""
    items: dict[str, str] = {}
    for act in acts:
        if act.act in ("dispatch", "correction"):
            items |= {hit: verdict for hit, _, verdict in act.facts["items"]}
    return items


def changed(acts: Sequence[ReferralAct], standing: Mapping[str, str]) -> list[Changed]:
    """The items of what was sent whose verdict has changed since; `standing` is hit -> the verdict that stands now."""
    return [Changed(hit, then, now) for hit, then in sent(acts).items() if (now := standing.get(hit, "gone")) != then]
