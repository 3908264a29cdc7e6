"""Where a case touches and to whom it may go, as facts; what its source lets go no further is left out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from urllib.parse import urlsplit

from crawler.casework.basis import Basis, rests_on
from crawler.casework.countries import Touch
from crawler.casework.dossier import covering
from crawler.casework.facts import Item, NoRouteFact, Place, RouteFact, Unplaced
from crawler.desk import routing
from crawler.desk.routing import Reach
from crawler.model import ACTIONS
from crawler.statement import Statement
from crawler.store import Store
from crawler.store.exhibits import CaseRow
from crawler.workspace import Workspace

DIRECTORY = (Basis("directory", routing.AGENCIES),)


def places(reach: Reach, items: Sequence[Item], sayable: Collection[str]) -> tuple[Place, ...]:
    """The countries with their roles; a role that only withheld statements bear out is not said."""
    last = max((item.seen_last for item in items), default=None)
    found = []
    for touch in reach.touches:
        basis = _borne_out(touch, items, sayable)
        if basis:
            # What follows from a name or from the configuration holds as long as the pages were seen.
            at = touch.at if touch.statements or last is None else last
            found.append(
                Place(
                    basis=basis, country=touch.country, role=touch.role, host=touch.host, confidence=touch.confidence,
                    at=at, sources=touch.sources, is_disputed=touch.is_disputed,
                )
            )  # fmt: skip
    return tuple(found)


def unplaced(reach: Reach, items: Sequence[Item], said: Sequence[Statement]) -> tuple[Unplaced, ...]:
    """The hosts whose server's country is not known."""
    found = []
    for one in reach.unknown:
        kinds = ("edge",) if one.why == "edge" else ("address", "origin")
        basis = rests_on("statement", (s.statement_id for s in said if s.host == one.host and s.kind in kinds))
        found.append(Unplaced(basis=basis or _shown(one.host, items), host=one.host, why=one.why, edge=one.edge))
    return tuple(found)


def routes(
    store: Store,
    workspace: Workspace,
    row: CaseRow,
    track: str | None,
    giver: str,
    today: date,
    sayable: Collection[str],
) -> tuple[tuple[RouteFact, ...], tuple[NoRouteFact, ...]]:
    """To whom the case may go on the track of its referral, and where to nobody; nothing where neither has one."""
    wanted = track or row.track
    if wanted not in ACTIONS:
        return (), ()
    _, found = routing.route(store, workspace, row.case_id, wanted, giver, today)
    ways = tuple(
        RouteFact(
            basis=(*DIRECTORY, *rests_on("statement", (s for t in one.because for s in t.statements if s in sayable))),
            agency=one.agency, track=one.track, standing=one.standing, through=one.through, is_instead=one.is_instead,
        )
        for one in found.recipients
        if _is_sayable(one.because, sayable)
    )  # fmt: skip
    return ways, tuple(
        NoRouteFact(basis=DIRECTORY, subject=no.subject, why=no.why, detail=no.detail) for no in found.refusals
    )


def _is_sayable(because: Iterable[Touch], sayable: Collection[str]) -> bool:
    because = list(because)
    return not because or any(not t.statements or any(s in sayable for s in t.statements) for t in because)


def _borne_out(touch: Touch, items: Sequence[Item], sayable: Collection[str]) -> tuple[Basis, ...]:
    if touch.statements:
        return rests_on("statement", (s for s in touch.statements if s in sayable))
    if touch.role == "discovery":
        return (Basis("configuration", "collector.country"),)
    return _shown(touch.host, items)


def _shown(host: str, items: Sequence[Item]) -> tuple[Basis, ...]:
    """The exhibits that show a host's name; all of them for a host that none of the pages has."""
    named = [item for item in items if urlsplit(item.source_page).hostname == host]
    return covering(named or items)
