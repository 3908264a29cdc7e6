"""How many days after an act of ours, a notice or a referral, a move was seen.

Days are counted between calendar days in UTC: from the 1st to the 10th are nine, whatever the hour. The last time that
the old state was seen gives the least number of days, the first time of the new state the greatest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.attribution.moves import Move

ActKind = Literal["finding", "notice", "referral", "decision", "case"]
FIRST: frozenset[ActKind] = frozenset({"finding"})
"""Acts of which the first counts; of all others the last before the move."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that we did and when: the first finding, a notice sent, a referral dispatched."""

    act_id: str
    kind: ActKind
    at: datetime
    """UTC."""
    to: str = ""
    """To whom it went."""
    reference: str = ""
    is_day: bool = False
    """Only the day is known, and `at` is its first moment."""

    @property
    def over(self) -> datetime:
        """The moment from which it surely had happened."""
        return self.at + timedelta(days=1) if self.is_day else self.at


@dataclass(frozen=True, slots=True)
class After:
    """A move that was seen after an act."""

    move: Move
    act: Act
    days: int
    """From the act to when the new state was first seen."""
    days_at_least: int | None
    """From the act to when the old state was last seen; negative where that was before the act; None where it was not seen."""

    @property
    def is_surely_after(self) -> bool:
        """Whether the old state was still seen after the act; else the move may have come before it."""
        return self.move.last_seen is not None and self.move.last_seen >= self.act.over


def after_acts(moves: Iterable[Move], acts: Sequence[Act]) -> tuple[After, ...]:
    """For each move and each kind of act the act that it followed: of findings the first, of others the last before it."""
    found: list[After] = []
    for move in moves:
        earlier = sorted((act for act in acts if act.at <= move.at), key=lambda act: (act.at, act.act_id))
        chosen: dict[ActKind, Act] = {}
        for act in earlier:
            if act.kind not in FIRST or act.kind not in chosen:
                chosen[act.kind] = act
        for act in sorted(chosen.values(), key=lambda act: (act.at, act.act_id)):
            least = days_between(act.at, move.last_seen) if move.last_seen is not None else None
            found.append(After(move, act, days_between(act.at, move.at), least))
    return tuple(found)


def days_between(one: datetime, other: datetime) -> int:
    """Days from one calendar day to another, both in UTC; negative backwards."""
    return (other.astimezone(UTC).date() - one.astimezone(UTC).date()).days
