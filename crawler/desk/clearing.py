"""Whether a case may leave for an agency: every gate in its order, the rights owner's authority first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from crawler import clock
from crawler.casework import agencies, gates, lawful, liveness
from crawler.casework.conduct import Conduct, conduct, is_open
from crawler.casework.correspondence import life
from crawler.casework.liveness import Sight
from crawler.casework.recipient import at_home
from crawler.desk import testimony
from crawler.desk.testimony import Testimony
from crawler.errors import RefusedError
from crawler.licence import country_of, recorded
from crawler.store import (
    Store,
    authorisations,
    case_acts,
    cases,
    correspondence,
    law_approvals,
    leaving,
    referrals,
    sealed,
    works,
)
from crawler.store.authorisations import Authorisation
from crawler.store.cases import Case
from crawler.store.law_approvals import LawApproval
from crawler.store.referrals import Referral
from crawler.workspace import Workspace

Purpose = Literal["bundle", "package", "notice", "preservation"]
"""What is to leave; a notice and a preservation request need the offers to have been seen within a day."""
FRESH: frozenset[Purpose] = frozenset({"notice", "preservation"})


@dataclass(frozen=True, slots=True)
class Cleared:
    """A referral that passed every gate, and what it passed them on."""

    referral: Referral
    to: gates.Agency
    authorisations: Mapping[str, Sequence[Authorisation]]
    """Work id -> the authorisations that cover it for this act, in this country, today."""
    approvals: tuple[str, ...]
    """The references of the approvals under data law that let it pass; empty where none is needed."""
    sights: tuple[Sight, ...] = ()
    """When each offer was last seen, and how it was found."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the gates of one case stand on: the case, its conduct, and what the ledger says of the acts they ask for."""

    store: Store
    workspace: Workspace
    case: Case
    conduct: Conduct
    told: Testimony
    now: datetime

    @property
    def days(self) -> set[date]:
        """Today in UTC and as the machine's own calendar has it: a date must hold in both."""
        return {self.now.date(), self.now.astimezone().date()}


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
    ground = ground_of(store, workspace, cases.one(store, case_id).case_id)
    case_id = ground.case.case_id
    gates.decided(case_id, (), len(cases.hit_ids(store, case_id)))
    every = [
        one for one in referrals.every(store, case_id) if referral_id in (None, one.referral_id) and _stands(store, one)
    ]
    mine = [standing(ground, one) for one in every if one.agency == str(to)]
    acts = _acts(ground, max(mine, key=gates.people, default=None))
    covering = gates.authorised(_on_file(ground), to, ground.days, acts)
    decided(ground)
    apart(ground, {to.country, workspace.configuration().collector.country})
    is_open(case_id, ground.conduct)
    at_home(to, agencies.known())
    references = gates.data_law(
        collected_in(ground), to, approval, tracks=acts, on_file=_approvals(ground), case_id=case_id, days=ground.days
    )
    seen = tuple(sights(ground))
    if purpose in FRESH:
        liveness.fresh(seen, case_id, ground.now)
    referral = gates.two_people(mine, case_id, to)
    return Cleared(referral, to, covering, references, seen)


def _stands(store: Store, referral: Referral) -> bool:
    """Whether a referral was not withdrawn: one that was opens nothing any more."""
    return life(referral.state, correspondence.of_referral(store, referral.referral_id)).stage != "withdrawn"


def ground_of(store: Store, workspace: Workspace, case_id: str) -> Ground:
    """Read what the gates of a case stand on. Raises RefusedError where the clock cannot be right."""
    decisions = leaving.standing_decisions(store, case_id)
    approvals = [a for one in referrals.every(store, case_id) for a in one.approvals]
    seqs = {
        *(seq for *_, seq in decisions),
        *(a.ledger_seq for a in approvals),
        *(one.ledger_seq for one in law_approvals.every(store)),
        *(one.ledger_seq for one in leaving.last_seen(store, case_id)),
    }
    told = testimony.read(workspace.ledger, {seq for seq in seqs if seq is not None})
    case = cases.one(store, case_id)
    stands = conduct(case.track, case_acts.of_case(store, case_id))
    return Ground(store, workspace, case, stands, told, testimony.present(told, gates.CLOCK_SLACK))


def decided(ground: Ground) -> None:
    """Every item has a person's decision that the ledger knows as well, and none was sealed away. Raises RefusedError."""
    store, case_id = ground.store, ground.case.case_id
    hits = cases.hit_ids(store, case_id)
    known = {
        hit
        for hit, decision, verdict, seq in leaving.standing_decisions(store, case_id)
        if ground.told.confirms(seq, type="decision", decision=decision, hit=hit, verdict=verdict)
    }
    gates.decided(case_id, [hit for hit in hits if hit not in known], len(hits))
    gates.unsealed(case_id, sealed.in_case(store, case_id))


def apart(ground: Ground, countries: Collection[str]) -> None:
    """No item stands on a licensed host or is a genuine page, as licences and references stand now. Raises RefusedError."""
    items = lawful_items(ground.store, ground.case.case_id)
    lawful.genuine_apart(items, works.reference_urls(ground.store))
    # Without a country a licence that is bound to none holds all the same.
    known = {country_of(country) for country in countries}
    lawful.unlicensed(items, known, ground.now.date())


def lawful_items(store: Store, case_id: str) -> list[lawful.Item]:
    """The items of a case with all that would be named as infringing."""
    return [
        lawful.Item(
            item.hit_id, item.addresses, item.hosts, recorded(item.licensed), tuple(clock.parse(at).date() for at in item.seen)
        )
        for item in leaving.items(store, case_id)
    ]  # fmt: skip


def collected_in(ground: Ground) -> set[str]:
    """The countries in which the case's evidence was taken, as its runs were set then, and where it lies now.

    A run that was set to no country was in the one that is set now.
    """
    now = ground.workspace.configuration().collector.country
    found = {now}
    for run, country in leaving.runs(ground.store, ground.case.case_id).items():
        begun = ground.told.runs.get(run, {})
        told = ((begun.get("network") or {}).get("vantage") or {}).get("country")
        found |= {country or now, str(told or now)}
    return found


def sights(ground: Ground) -> list[Sight]:
    """When each offer was last seen, by the ledger's entry of the exchange that showed it."""
    found = []
    for one in leaving.last_seen(ground.store, ground.case.case_id):
        body = ground.told.bodies.get(one.ledger_seq) if one.ledger_seq is not None else None
        known = body is not None and body.get("type") == "exchange" and body.get("exchange") == one.exchange_id
        at = clock.parse(str(body["started"])) if body is not None and known else None
        found.append(Sight(one.hit_id, at, one.state, one.exchange_id, one.targets))
    return found


def subject(ground: Ground, referral: Referral) -> str:
    """What an approval of a referral is given to, as the case stands."""
    decisions = leaving.standing_decisions(ground.store, ground.case.case_id)
    told = {hit: (decision, verdict) for hit, decision, verdict, _ in decisions}
    items = [(hit, *told.get(hit, ("", ""))) for hit in cases.hit_ids(ground.store, ground.case.case_id)]
    return gates.subject(referral, items)


def standing(ground: Ground, referral: Referral) -> Referral:
    """A referral with the approvals that were given to the case as it stands and that the ledger knows as they are."""
    now = gates.standing(referral, subject(ground, referral))
    entered = tuple(
        a
        for a in now.approvals
        if ground.told.confirms(
            a.ledger_seq,
            type="referral",
            act="approve",
            referral=referral.referral_id,
            system_user=a.system_user,
            system_host=a.system_host,
            subject_sha256=a.subject_sha256,
            logins=list(a.logins),
        )
    )
    return replace(now, approvals=entered)


def _acts(ground: Ground, referral: Referral | None) -> tuple[str, ...]:
    """The kinds of act that are meant: the track of the referral, else those of the case that go to authorities."""
    if referral is not None and referral.track:
        return (referral.track,)
    return tuple(track for track in ground.conduct.tracks if track in gates.TO_AUTHORITIES)


def _on_file(ground: Ground) -> dict[str, list[Authorisation]]:
    """The authorisations of each work of the case. Raises RefusedError for one that is not what was entered."""
    on_file = authorisations.for_works(ground.store, cases.work_ids(ground.store, ground.case.case_id))
    for one in {a.authorisation_id: a for listed in on_file.values() for a in listed}.values():
        body = ground.told.authorisations.get(one.authorisation_id, {})
        said = (body.get("valid_from"), body.get("valid_to"), body.get("territory"), sorted(body.get("works") or ()), body.get("acts", []))  # fmt: skip
        held = (one.valid_from.isoformat(), one.valid_to.isoformat(), list(one.territory), sorted(one.works), list(one.acts))  # fmt: skip
        if said != held:
            raise RefusedError(
                "an authorisation on file is not what the ledger says was put there",
                one.authorisation_id,
                "put the right one on file with: titlewatch authorisations add; then look at who changed this one",
            )
    return on_file


def _approvals(ground: Ground) -> list[LawApproval]:
    """The approvals under data law that the ledger knows as they are."""
    return [
        one
        for one in law_approvals.every(ground.store)
        if ground.told.confirms(
            one.ledger_seq,
            type="law-approval",
            approval=one.approval_id,
            laws=list(one.laws),
            reference=one.reference,
            recipients=list(one.recipients),
            case=one.case_id,
            valid_from=one.valid_from.isoformat(),
            valid_to=one.valid_to.isoformat(),
        )
    ]
