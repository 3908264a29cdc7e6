"""The timelines of a dossier's sites as drawings: from what the dossier may say, and from nothing of another case."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from crawler.attribution.acts import Act, ActKind
from crawler.casework.dossier import Dossier
from crawler.casework.timeline import timeline
from crawler.casework.timeline_picture import picture
from crawler.desk import moving
from crawler.store import Store
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.bundle.referral.blocks import Picture
    from crawler.bundle.referral.telling import Telling

_KINDS: dict[str, ActKind] = {"found": "finding", "opened": "case", "dispatched": "referral"}


def drawing(store: Store, workspace: Workspace) -> Callable[["Telling"], tuple["Picture", ...]]:
    """What draws the timeline of each site that moved, up to the last thing that was observed of the case."""

    def draw(telling: "Telling") -> tuple["Picture", ...]:
        from crawler.bundle.referral.blocks import Picture

        pictures = []
        for site_id in sorted({item.site_id for item in telling.dossier.items}):
            svg = _of_site(store, workspace, telling.dossier, site_id, telling.language.data)
            if svg:
                pictures.append(Picture(svg, telling.say("attribution.timeline_of", site=site_id)))
        return tuple(pictures)

    return draw


def _of_site(store: Store, workspace: Workspace, dossier: Dossier, site_id: str, language: str) -> str | None:
    sayable = {fact.statement.statement_id for fact in dossier.statements}
    moves = [move for move in moving.of_site(store, workspace, site_id) if set(move.statements) <= sayable]
    if not moves:
        return None
    hosts = {move.host for move in moves} | {name for move in moves if move.kind == "domain" for name in move.after}
    said = [fact.statement for fact in dossier.statements if fact.statement.host in hosts]
    first = Counter(item.seen_first for item in dossier.items if item.site_id == site_id)
    acts = [
        Act(f"{act.kind} {number}", _KINDS[act.kind], act.at, act.what if act.kind == "dispatched" else "")
        for number, act in enumerate(dossier.acts)
        if act.kind in _KINDS
    ]
    until = max(
        [*(item.seen_last for item in dossier.items), *(one.at for one in said), *(move.at for move in moves)]
    )  # fmt: skip
    return picture(timeline(site_id, moves, said, sorted(first.items()), acts, until), language)
