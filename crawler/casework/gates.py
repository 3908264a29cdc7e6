"""The gates before anything leaves for an agency: authority, decisions, data law, two people.

Each gate is silent or raises RefusedError, naming what is missing. They rest on a live power to act for each
work, asked first, on a person's decision for every item (no machine accuses), on the laws of data of the country
in which the evidence was taken, and on the two-person rule for referrals. Of licensed hosts and genuine pages
speaks `lawful`, of when an offer was last seen `liveness`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from crawler.casework import data_laws
from crawler.casework.recipient import Agency, agency
from crawler.errors import RefusedError
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.licence import country_of
from crawler.model import TRACKS
from crawler.store.authorisations import Authorisation
from crawler.store.law_approvals import LawApproval
from crawler.store.referrals import Approval, Referral

__all__ = ["Agency", "agency"]
WORLD = "WORLD"
PEOPLE = 2
TO_AUTHORITIES = TRACKS
"""Acts that go to an authority; a power to send notices alone covers none of them."""
CLOCK_SLACK = timedelta(minutes=2)
"""How far the clock may stand before the last entry of the ledger, written on a machine whose clock is a little ahead."""


def decided(case_id: str, undecided: Sequence[str], items: int) -> None:
    """Every item of a case, and at least one, has a person's decision."""
    if not items:
        raise RefusedError("the case is empty", case_id, f"add hits with: titlewatch cases add {case_id} HIT...")
    if undecided:
        raise RefusedError(
            f"{len(undecided)} of {items} items have no person's decision", ", ".join(undecided[:5]),
            "decide them with: titlewatch decide HIT... --verdict V --by NAME",
        )  # fmt: skip


def authorised(
    on_file: Mapping[str, Sequence[Authorisation]],
    to: Agency,
    days: Collection[date] | date,
    acts: Collection[str] = (),
) -> dict[str, list[Authorisation]]:
    """The authorisations that cover each work: live on all of `days`, reaching the agency's country, covering an act.

    `acts` are the kinds of act that are meant, all of them (`crawler.model.ACTIONS`); where none is said, any that an
    authority takes is enough. One authorisation must be all of it: a power for the act and another for the country are none.
    Raises RefusedError naming the work and what is missing.
    """
    wanted = {days} if isinstance(days, date) else set(days)
    covering: dict[str, list[Authorisation]] = {}
    for work, authorisations in on_file.items():
        remedy = "put one on file with: titlewatch authorisations add"
        live = [a for a in authorisations if all(a.valid_from <= day <= a.valid_to for day in wanted)]
        if not live:
            ended = max((a.valid_to.isoformat() for a in authorisations), default="")
            what = f"the authorisation is not live (valid to {ended})" if ended else "no authorisation on file"
            raise RefusedError(what, f"work {work}", remedy)
        reaching = [a for a in live if to.country in a.territory or WORLD in a.territory]
        if not reaching:
            where = ", ".join(sorted({country for a in live for country in a.territory}))
            raise RefusedError(f"no authorisation for {to.country} (on file: {where})", f"work {work}", remedy)
        meant = [{act} for act in acts] or [set(TO_AUTHORITIES)]
        missing = [one for one in meant if not any(_covers(a, one) for a in reaching)]
        if missing:
            scope = ", ".join(sorted({act for a in reaching for act in a.acts}))
            what = f"no authorisation for this kind of act: {' or '.join(sorted(missing[0]))} (on file: {scope})"
            raise RefusedError(what, f"work {work}", remedy)
        covering[work] = [a for a in reaching if any(_covers(a, one) for one in meant)]
    return covering


def _covers(authorisation: Authorisation, acts: Collection[str]) -> bool:
    return not authorisation.acts or bool(set(acts) & set(authorisation.acts))


def unsealed(case_id: str, sealed: Sequence[str]) -> None:
    """No item of a case was sealed away, or rests on something that was."""
    if sealed:
        raise RefusedError(
            f"{len(sealed)} of its items rest on what was sealed away, which never leaves", ", ".join(sealed[:5]),
            f"take them out with: titlewatch cases remove {case_id} HIT...",
        )  # fmt: skip


def subject(referral: Referral, items: Sequence[tuple[str, str, str]]) -> str:
    """The SHA-256 of what is approved: the referral, and each item as (hit, the decision that stands, its verdict)."""
    said = {
        "referral": referral.referral_id, "case": referral.case_id, "agency": referral.agency,
        "legal_basis": referral.legal_basis, "track": referral.track, "items": [list(item) for item in items],
    }  # fmt: skip
    return sha256_hex(canonical_json(said))


def standing(referral: Referral, subject_sha256: str) -> Referral:
    """The referral with those of its approvals alone that were given to the case as it stands."""
    return replace(referral, approvals=tuple(a for a in referral.approvals if a.subject_sha256 == subject_sha256))


def two_people(referrals: Sequence[Referral], case_id: str, to: Agency) -> Referral:
    """The referral draft of this case to this agency that two people approved, as their approvals stand.

    A person is a system user on a host, or a login of the console, with every account behind it.
    """
    drafts = [r for r in referrals if r.case_id == case_id and r.agency == str(to)]
    if not drafts:
        raise RefusedError(
            f"no referral to {to} is drafted", f"case {case_id}",
            f'draft one with: titlewatch referrals draft {case_id} --agency "{to}" --basis TEXT --by NAME',
        )  # fmt: skip
    best = max(drafts, key=people)
    if people(best) < PEOPLE:
        raise RefusedError(
            f"{people(best)} of {PEOPLE} people approved the referral", best.referral_id,
            f"another system user runs: titlewatch referrals approve {best.referral_id} --by NAME",
        )  # fmt: skip
    return best


def people(referral: Referral) -> int:
    """How many different people approved, whatever names were typed.

    Approvals of one account, on whatever host, are one person's; so are those that one account stands behind, by
    sudo, by login or by terminal.
    """
    groups: list[set[str]] = []
    for approval in referral.approvals:
        accounts = identities(approval)
        apart = [group for group in groups if not group & accounts]
        groups = [*apart, accounts.union(*(group for group in groups if group & accounts))]
    return len(groups)


def identities(approval: Approval) -> set[str]:
    """The accounts that an approval came from."""
    return {approval.system_user, *approval.logins}


def data_law(
    collected_in: Collection[str] | str,
    to: Agency,
    approval: str | None,
    *,
    tracks: Collection[str] = (),
    on_file: Sequence[LawApproval] = (),
    case_id: str = "",
    days: Collection[date] = (),
) -> tuple[str, ...]:
    """Evidence taken in a country with a law of approval reaches a foreign authority only under an approval of that law.

    `collected_in` are the countries in which the case's evidence was taken and lies; `approval` is a reference that a
    person gives for this once, `on_file` are approvals that were entered. Returns the references that let it pass.
    """
    countries = {collected_in} if isinstance(collected_in, str) else set(collected_in)
    if not countries or not all(country_of(country) for country in countries):
        raise RefusedError(
            "the country of collection is not set, so data law cannot be judged", "collector.country",
            "set it with: titlewatch config collector.country=CC",
        )  # fmt: skip
    today = max(days, default=date.max)
    asked = data_laws.asked(countries, to, tracks, today)
    given = (approval or "").strip()
    if given and asked:
        return (given,)
    found = {law.law_id: data_laws.answered(law, on_file, case_id, to, days) for law in asked}
    missing = [law for law in asked if found[law.law_id] is None]
    if missing:
        named = ", ".join(law.name["en"] for law in missing)
        raise RefusedError(
            f"data kept in {missing[0].country} may not go to an authority abroad without approval ({named})", str(to),
            "give the approval's reference with --approval REF, or put it on file: titlewatch approvals add",
        )  # fmt: skip
    return tuple(dict.fromkeys(one.reference for one in found.values() if one))
