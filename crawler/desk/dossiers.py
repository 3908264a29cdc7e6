"""A dossier gathered from the record: what a package may say of a case to one recipient."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from crawler import clock
from crawler.casework import agencies, copies, gates
from crawler.casework.agencies import Counterpart
from crawler.casework.basis import Basis, rests_on
from crawler.casework.conduct import conduct
from crawler.casework.dossier import Dossier
from crawler.casework.facts import (
    Addressee,
    Approved,
    BundleFact,
    CaseFact,
    Collector,
    Item,
    Party,
    StatementFact,
    Translation,
    Way,
)
from crawler.desk import conducting, counting, referring, routing
from crawler.desk.dossier_acts import act_facts
from crawler.desk.dossier_figures import Counted
from crawler.desk.dossier_items import item_facts, work_facts
from crawler.desk.dossier_moves import link_facts, move_facts
from crawler.desk.dossier_reach import places, routes, unplaced
from crawler.store import Store, case_acts, exhibits, hits, parties, statements, translations
from crawler.store.referrals import Referral
from crawler.workspace import Workspace

HELD_BACK = ("TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT")
"""Handling of statements that go to no further body."""


def gather(
    store: Store, workspace: Workspace, referral_id: str, *, bundle: BundleFact | None = None, giver: str = "right-holder",
    today: date | None = None, parties_by: str | None = None,
) -> Dossier:  # fmt: skip
    """What may be said of a referral's case to its agency. Raises UnknownObjectError.

    With `parties_by` the parties' names are opened, which the ledger says of that person; otherwise their roles stand.
    """
    referral = referring.approved(store, workspace, referral_id)
    row = exhibits.case(store, referral.case_id)
    of_case = Basis("case", row.case_id)
    stands = conduct(row.track, case_acts.of_case(store, row.case_id))
    day = today or clock.now().date()
    count = counting.count(store, workspace, row.case_id)
    reach = routing.reach(store, workspace, row.case_id)
    infringing = [item for item in row.items if item.decisions and item.decisions[-1]["verdict"] == "infringing"]
    items = item_facts(store, row, infringing)
    counted = Counted(count, items, of_case)
    acts = act_facts(store, row, referral, items)
    said = statements.of_hosts(store, reach.hosts) if reach.hosts else []
    free = [one for one in said if (one.handling or "").upper() not in HELD_BACK]
    sayable = {one.statement_id for one in free}
    ways, refusals = routes(store, workspace, row, referral.track, giver, day, sayable)
    return Dossier(
        case=CaseFact(
            basis=(of_case,), case_id=row.case_id, title=row.title, track=row.track,
            tracks=stands.tracks, campaigns=stands.campaigns, opened_at=clock.parse(row.opened_at),
            opened_by=row.opened_by, legal_hold=stands.hold.why if stands.hold else None,
        ),
        collector=_collector(workspace),
        addressee=_addressee(workspace, referral, day),
        referral_id=referral.referral_id,
        works=work_facts(store, infringing),
        items=items,
        left_out=len(row.items) - len(items),
        copies=counted.copies(copies.observed(hits.several(store, [item.hit_id for item in items]))),
        rows=counted.rows,
        totals=counted.totals(),
        thresholds=counted.thresholds(),
        hosts=reach.hosts,
        statements=tuple(StatementFact(basis=(Basis("statement", s.statement_id),), statement=s) for s in free),
        withheld=len(said) - len(free),
        places=places(reach, items, sayable),
        unplaced=unplaced(reach, items, free),
        crosses_borders=reach.crosses_borders,
        moves=move_facts(store, workspace, items, acts, sayable),
        links=link_facts(store, items, HELD_BACK),
        routes=ways,
        refusals=refusals,
        acts=acts,
        parties=_parties(store, workspace, referral, parties_by),
        approvals=tuple(
            Approved(
                basis=(Basis("referral", referral.referral_id),), by=a.approved_by,
                system=f"{a.system_user}@{a.system_host}", at=a.approved_at,
            )
            for a in referral.approvals
        ),
        translations=_translations(store, items),
        bundle=bundle,
        stamps="unstamped" if workspace.configuration().unstamped else "stamped",
    )  # fmt: skip


def _collector(workspace: Workspace) -> Collector:
    said = workspace.configuration().collector
    return Collector(
        basis=(Basis("configuration", "collector"),), name=said.name, organisation=said.organisation,
        country=said.country, contact=said.contact,
    )  # fmt: skip


def _addressee(workspace: Workspace, referral: Referral, today: date) -> Addressee:
    to = gates.agency(referral.agency)
    entry = entry_of(routing.directory(workspace), to.country, to.name)
    return Addressee(
        basis=(Basis("referral", referral.referral_id),), agency=referral.agency, country=to.country, name=to.name,
        legal_basis=referral.legal_basis, entry=entry, standing=entry.standing(today) if entry else None,
    )  # fmt: skip


def entry_of(directory: Iterable[Counterpart], country: str, name: str) -> Counterpart | None:
    """The one entry that a name of a country's agency means: its id, its name, or a part of its name; otherwise None."""
    own, wanted = [one for one in directory if one.country in (country, agencies.WORLD)], name.casefold()
    exact = [one for one in own if wanted in (one.agency_id, *(said.casefold() for said in one.name.values()))]
    found = exact or [one for one in own if any(wanted in said.casefold() for said in one.name.values())]
    return found[0] if len(found) == 1 else None


def _parties(store: Store, workspace: Workspace, referral: Referral, by: str | None) -> tuple[Party, ...]:
    if by is None:
        sealed = parties.of_case(store, referral.case_id)
        return tuple(
            Party(basis=(Basis("party", one.party_id),), role=one.role, country=one.country, name="") for one in sealed
        )
    purpose = f"package of referral {referral.referral_id} to {referral.agency}"
    return tuple(
        Party(
            basis=(Basis("party", one.party_id),), role=one.role, country=one.country, name=one.name,
            contact=one.contact or "",
        )
        for one in conducting.view_parties(store, workspace, referral.case_id, purpose, by)
    )  # fmt: skip


def _translations(store: Store, items: Sequence[Item]) -> tuple[Translation, ...]:
    return tuple(
        Translation(
            basis=(Basis("translation", one.translation_id), *rests_on("document", [one.document_sha256])),
            exhibit_id=one.exhibit_id, part=one.part, source=one.source, into=one.into, way=cast(Way, one.way),
            by=one.done_by, at=one.at, document_sha256=one.document_sha256,
        )
        for one in translations.of_exhibits(store, [item.exhibit_id for item in items])
    )  # fmt: skip
