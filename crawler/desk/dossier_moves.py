"""The moves of a case's sites and their links to others as facts; what its source lets go no further is left out."""

from collections.abc import Collection, Sequence

from crawler.casework.basis import rests_on
from crawler.casework.dossier import days_between
from crawler.casework.facts import Act, ActKind, Item, LinkFact, MoveFact
from crawler.desk import linking, moving
from crawler.store import Store
from crawler.workspace import Workspace

SENT: ActKind = "dispatched"


def move_facts(
    store: Store, workspace: Workspace, items: Sequence[Item], acts: Sequence[Act], sayable: Collection[str]
) -> tuple[MoveFact, ...]:
    """The moves in order of time; one that withheld statements alone show is not said."""
    found_at = min((item.seen_first for item in items), default=None)
    facts = []
    for site_id in sorted({item.site_id for item in items}):
        for move in moving.of_site(store, workspace, site_id):
            basis = (
                *rests_on("statement", (one for one in move.statements if one in sayable)),
                *rests_on("exchange", move.exchanges),
            )
            sent = max((act.at for act in acts if act.kind == SENT and act.at <= move.at), default=None)
            if basis:
                facts.append(
                    MoveFact(
                        basis=basis, subject=move.host, kind=move.kind, before=move.before, after=move.after, at=move.at,
                        last_seen=move.last_seen, confidence=move.confidence, vantage=move.vantage, edge=move.edge,
                        days_since_found=days_between(found_at, move.at), days_since_act=days_between(sent, move.at),
                    )
                )  # fmt: skip
    return tuple(sorted(facts, key=lambda one: (one.at, one.subject, one.kind)))


def link_facts(store: Store, items: Sequence[Item], held_back: Collection[str]) -> tuple[LinkFact, ...]:
    """The links of a case's sites, strongest first; statements with a handling of `held_back` bear none out."""
    own = {item.site_id for item in items}
    return tuple(
        LinkFact(
            basis=rests_on("statement", link.because), left=link.left, right=link.right, grade=link.grade,
            shared=tuple((trace.kind, trace.value) for trace in link.shared), is_disputed=link.is_disputed,
            is_asserted=link.is_asserted,
        )
        for link in linking.links(store, withheld=held_back)
        if not own.isdisjoint((link.left, link.right))
    )  # fmt: skip
