"""What became of a clue: what we saw ourselves, and what a person decided of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

State = Literal["confirmed", "refuted", "found", "licensed", "not-found", "failed", "waiting", "no-site", "rejected"]
"""``confirmed`` a person found a hit of it infringing, ``refuted`` something else; ``found`` a hit that nobody has decided;
``licensed`` the work is lawfully offered there; ``not-found`` read by us, without an offer of a watched work; ``failed``
asked for by us, without an answer that could be read; ``waiting`` to be read; ``no-site`` of no site that is visited."""
STATES: tuple[State, ...] = get_args(State)
READ = frozenset({"ok", "empty", "not_modified", "redirect"})
"""What a page was read as when it could be read."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the workspace knows of a clue by its own visits."""

    site_id: str | None
    """The site that its host belongs to."""
    read_as: str | None
    """What its page was read as (`crawler.reading.PageState`), ``due`` while it waits; None where the page is not known."""
    hits: tuple[tuple[str, str], ...]
    """Ids and statuses of the hits on its page or of its target."""
    is_licensed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state of a clue, and the hits that it rests on."""

    state: State
    site_id: str | None
    hits: tuple[str, ...] = ()


def outcome(sight: Sight, rejected: bool = False) -> Outcome:
    """What became of a clue. A decision outweighs what was read, and an offer of ours what the partner said."""
    by_status = {status for _, status in sight.hits}
    ids = tuple(hit_id for hit_id, _ in sight.hits)
    if "infringing" in by_status:
        return Outcome(
            "confirmed", sight.site_id, tuple(hit_id for hit_id, status in sight.hits if status == "infringing")
        )
    if rejected:
        return Outcome("rejected", sight.site_id, ids)
    if sight.is_licensed:
        return Outcome("licensed", sight.site_id, ids)
    if sight.hits:
        return Outcome("refuted" if by_status.isdisjoint({"new", "unclear"}) else "found", sight.site_id, ids)
    if sight.site_id is None:
        return Outcome("no-site", None)
    if sight.read_as is None or sight.read_as == "due":
        return Outcome("waiting", sight.site_id)
    return Outcome("not-found" if sight.read_as in READ else "failed", sight.site_id)


def tally(outcomes: Sequence[Outcome]) -> dict[State, int]:
    """How many clues are in each state, in the order of STATES, without the states of none."""
    counts = {state: sum(one.state == state for one in outcomes) for state in STATES}
    return {state: count for state, count in counts.items() if count}
