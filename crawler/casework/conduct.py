"""How a case stands after what people did to it: held or not, open or closed, on which tracks, in which campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawler.errors import RefusedError
from crawler.store.case_acts import CaseAct


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: nothing of the case is removed until a person releases it."""

    why: str
    until: date | None
    """The day on which to ask whether it is still needed; it stands until it is released."""
    by: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the acts on a case come to."""

    tracks: tuple[str, ...]
    campaigns: tuple[str, ...]
    hold: Hold | None
    closed: str | None
    """Why it was closed; None for an open case."""


def conduct(track: str | None, acts: Sequence[CaseAct]) -> Conduct:
    """How a case stands: the track that it was opened on, and its acts in their order."""
    tracks = dict.fromkeys([track] if track else [])
    campaigns: dict[str, None] = {}
    hold: Hold | None = None
    closed: str | None = None
    for act in acts:
        facts = act.facts
        if act.act == "hold":
            until = date.fromisoformat(facts["until"]) if facts.get("until") else None
            hold = Hold(str(facts["why"]), until, act.done_by)
        elif act.act == "release":
            hold = None
        elif act.act in ("close", "reopen"):
            closed = str(facts["why"]) if act.act == "close" else None
        elif act.act in ("track", "campaign"):
            among = tracks if act.act == "track" else campaigns
            if facts["ended"]:
                among.pop(str(facts[act.act]), None)
            else:
                among[str(facts[act.act])] = None
    return Conduct(tuple(tracks), tuple(campaigns), hold, closed)


def is_open(case_id: str, standing: Conduct) -> None:
    """A case that was closed goes nowhere. Raises RefusedError."""
    if standing.closed is not None:
        raise RefusedError(
            f"the case is closed ({standing.closed})", case_id,
            f"open it again with: titlewatch cases reopen {case_id} --why TEXT --by NAME",
        )  # fmt: skip


def unheld(case_id: str, standing: Conduct) -> None:
    """A case under legal hold loses nothing. Raises RefusedError."""
    if standing.hold is not None:
        raise RefusedError(
            f"the case is under legal hold ({standing.hold.why}, said by {standing.hold.by})", case_id,
            f"release it first: titlewatch cases release {case_id} --why TEXT --by NAME",
        )  # fmt: skip
