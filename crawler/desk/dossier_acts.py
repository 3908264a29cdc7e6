"""What was done in a case so far as facts, each with its day and how many days after the first finding it was."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from crawler import clock
from crawler.casework.basis import Basis, rests_on
from crawler.casework.dossier import covering, days_between
from crawler.casework.facts import Act, ActKind, Item
from crawler.store import Store, correspondence, referrals
from crawler.store.correspondence import Kind, ReferralAct
from crawler.store.exhibits import CaseRow
from crawler.store.referrals import Referral

LIVES: Mapping[Kind, ActKind] = {
    "dispatch": "dispatched", "acknowledge": "acknowledged", "outcome": "answered", "correction": "corrected",
    "withdraw": "withdrawn",
}  # fmt: skip
"""What of a referral's life another recipient may read; messages are between us and the one who wrote them."""


def act_facts(store: Store, row: CaseRow, referral: Referral, items: Sequence[Item]) -> tuple[Act, ...]:
    """What was done so far, in order of time; the decisions that one person took on one day stand together."""
    found_at = min((item.seen_first for item in items), default=None)

    def act(kind: ActKind, at: datetime, by: str, what: str, basis: Iterable[Basis]) -> Act:
        return Act(basis=tuple(basis), kind=kind, at=at, by=by, what=what, days=days_between(found_at, at))

    first = [item for item in items if item.seen_first == found_at][:1]
    found = [act("found", item.seen_first, "", item.source_page, covering([item])) for item in first]
    found.append(act("opened", clock.parse(row.opened_at), row.opened_by, row.title, [Basis("case", row.case_id)]))
    by_person: dict[tuple[date, str], list[Item]] = {}
    for item in items:
        by_person.setdefault((item.decision.at.date(), item.decision.by), []).append(item)
    for (_, person), decided in by_person.items():
        last = max(item.decision.at for item in decided)
        found.append(
            act("decided", last, person, str(len(decided)), [b for item in decided for b in item.decision.basis])
        )
    rests = [Basis("referral", referral.referral_id)]
    found.append(act("drafted", referral.drafted_at, referral.drafted_by, referral.agency, rests))
    found += [act("approved", one.approved_at, one.approved_by, referral.agency, rests) for one in referral.approvals]
    agencies = {one.referral_id: one.agency for one in referrals.every(store, row.case_id)}
    for said in correspondence.of_case(store, row.case_id):
        if said.act in LIVES:
            basis = (Basis("referral", said.referral_id), Basis("entry", str(said.ledger_seq)), *_proof(said))
            what = "; ".join(part for part in (agencies[said.referral_id], *_particulars(said)) if part)
            # A person gave the day alone: it stands for its beginning in UTC.
            at = datetime.combine(said.on_day, time(), UTC)
            found.append(act(LIVES[said.act], at, said.done_by, what, basis))
    return tuple(sorted(found, key=lambda one: (one.at, one.kind)))


def _proof(said: ReferralAct) -> tuple[Basis, ...]:
    return rests_on("document", [said.document_sha256])


def _particulars(said: ReferralAct) -> Iterable[str]:
    return (str(said.facts.get(name) or "") for name in ("channel", "outcome"))
