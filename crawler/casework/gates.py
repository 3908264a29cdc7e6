"""The gates before anything leaves for an agency: decisions, authority, two people, data law.

Each gate is silent or raises RefusedError, naming what is missing. They rest on a person's
decision for every item (no machine accuses), on a live power to act for each work, on the
two-person rule for referrals, and on the PRC Data Security Law Art. 36 and PIPL Art. 41:
no data stored in the PRC goes to a foreign judicial or law-enforcement body without approval.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.errors import RefusedError, UsageError
from crawler.licence import country_of
from crawler.store.authorisations import Authorisation
from crawler.store.referrals import Referral

WORLD = "WORLD"
APPROVAL_COUNTRIES = frozenset({"CN"})
"""Countries whose data may not reach a foreign authority without an approval."""
PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Agency:
    """An authority that receives bundles."""

    country: str
    """ISO 3166-1 alpha-2."""
    name: str

    def __str__(self) -> str:
        return f"{self.country}/{self.name}"


def agency(text: str) -> Agency:
    """Read ``COUNTRY/NAME``. Raises UsageError for anything else."""
    country, slash, name = text.partition("/")
    country, name = country.strip().upper(), " ".join(name.split())
    if not slash or not re.fullmatch("[A-Z]{2}", country) or not name:
        raise UsageError("not an agency", text, 'write COUNTRY/NAME, such as "US/IPR Center" or "CN/版权局"')
    return Agency(country, name)


def decided(case_id: str, undecided: Sequence[str], items: int) -> None:
    """Every item of a case, and at least one, has a person's decision."""
    if not items:
        raise RefusedError("the case is empty", case_id, f"add hits with: titlewatch cases add {case_id} HIT...")
    if undecided:
        raise RefusedError(
            f"{len(undecided)} of {items} items have no person's decision", ", ".join(undecided[:5]),
            "decide them with: titlewatch decide HIT... --verdict V --by NAME",
        )  # fmt: skip


def authorised(on_file: Mapping[str, Sequence[Authorisation]], to: Agency, today: date) -> None:
    """Every work has an authorisation on file that is live today and reaches the agency's country."""
    for work, authorisations in on_file.items():
        live = [a for a in authorisations if a.valid_from <= today <= a.valid_to]
        remedy = "put one on file with: titlewatch authorisations add"
        if not live:
            ended = max((a.valid_to.isoformat() for a in authorisations), default="")
            what = f"the authorisation is not live (valid to {ended})" if ended else "no authorisation on file"
            raise RefusedError(what, f"work {work}", remedy)
        if not any(to.country in a.territory or WORLD in a.territory for a in live):
            where = ", ".join(sorted({country for a in live for country in a.territory}))
            raise RefusedError(f"no authorisation for {to.country} (on file: {where})", f"work {work}", remedy)


def two_people(referrals: Sequence[Referral], case_id: str, to: Agency) -> Referral:
    """The referral draft of this case to this agency that two people approved; a person is a system user on a host."""
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
    """How many different people approved: system users on hosts, whatever names were typed."""
    return len({(a.system_user, a.system_host) for a in referral.approvals})


def data_law(collector_country: str, to: Agency, approval: str | None) -> None:
    """Evidence kept in a country with an approval rule reaches a foreign authority only with the approval's reference."""
    country = country_of(collector_country)
    if not country:
        raise RefusedError(
            "the country of collection is not set, so data law cannot be judged", "collector.country",
            "set it with: titlewatch config collector.country=CC",
        )  # fmt: skip
    if country in APPROVAL_COUNTRIES and to.country != country and not (approval or "").strip():
        raise RefusedError(
            f"data kept in {country} may not go to an authority abroad without approval "
            "(Data Security Law Art. 36, PIPL Art. 41)", str(to),
            "give the approval's reference with --approval REF",
        )  # fmt: skip
