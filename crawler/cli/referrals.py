"""titlewatch referrals: a case on its way to an agency, and the people who approve."""

from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.agencies import note_addressee
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.correspondence import COMMANDS
from crawler.cli.packaging import package, translated, words
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.clearing import Purpose


@click.group(cls=Group, epilog=examples("titlewatch referrals list"))
def referrals() -> None:
    """Referrals of a case to an agency: drafted, and approved by two people. Nothing is sent."""


@referrals.command(
    cls=Command,
    epilog=examples('titlewatch referrals draft 01K0CASE --agency "US/IPR Center" --basis "17 USC 506" --by "Li Si"'),
)
@click.argument("case_id", metavar="CASE")
@click.option("--agency", metavar="AGENCY", required=True, help="COUNTRY/NAME, or an id of: titlewatch agencies list.")
@click.option("--basis", metavar="TEXT", required=True, help="The legal basis.")
@click.option("--track", metavar="T", help="The legal lane; default: the case's, where it has one alone.")
@click.option("--by", "drafted_by", metavar="NAME", required=True)
@as_json
def draft(case_id: str, agency: str, basis: str, track: str | None, drafted_by: str, as_json: bool) -> None:
    """Draft a referral; prints its id."""
    from crawler.desk import referring, routing

    place = workspace()
    name, entry = routing.addressee(place, agency)
    made = referring.draft(opened(place), place, case_id, name, basis, drafted_by, track)
    note_addressee(name, entry)
    if as_json:
        voice.data({"referral_id": made.referral_id})
    else:
        voice.line(made.referral_id)


@referrals.command(cls=Command, epilog=examples('titlewatch referrals approve 01K0REFERRAL --by "Wang Wu"'))
@click.argument("referral_id", metavar="REFERRAL")
@click.option("--by", "approved_by", metavar="NAME", required=True)
def approve(referral_id: str, approved_by: str) -> None:
    """Approve a draft as its case stands. Two people do, each as a system user of their own; a changed case is approved anew."""
    from crawler.casework import gates
    from crawler.desk import referring

    place = workspace()
    after = referring.approve(opened(place), place, referral_id, approved_by)
    voice.tell("referrals.approved", referral=referral_id, count=gates.people(after), needed=gates.PEOPLE)


@referrals.command(
    cls=Command,
    epilog=examples(
        "titlewatch referrals check 01K0REFERRAL", "titlewatch referrals check 01K0REFERRAL --for preservation"
    ),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.option(
    "--for", "purpose", type=click.Choice(("package", "notice", "preservation")), default="package", show_default=True,
    help="A notice and a request to preserve need the offers to have been seen within 24 hours.",
)  # fmt: skip
@click.option("--approval", metavar="REF", help="An approval under data law that is not on file.")
@as_json
def check(referral_id: str, purpose: "Purpose", approval: str | None, as_json: bool) -> None:
    """Ask every gate whether a referral may leave; names the first that is shut. Nothing is sent or written."""
    from crawler.cli.conduct import said
    from crawler.desk import referring

    place = workspace()
    cleared = referring.ready(opened(place), place, referral_id, purpose=purpose, approval=approval)
    if as_json:
        voice.data({"referral_id": referral_id, "agency": str(cleared.to), "approvals": list(cleared.approvals)})
        return
    voice.line(said("referrals.open", purpose=purpose, referral=referral_id, agency=cleared.to))
    for reference in cleared.approvals:
        voice.line(said("referrals.under", reference=reference))


@referrals.command("list", cls=Command, epilog=examples("titlewatch referrals list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The referrals, and who approved them."""
    from crawler import clock
    from crawler.store import referrals as store

    rows = [
        {"referral_id": r.referral_id, "case_id": r.case_id, "agency": r.agency, "legal_basis": r.legal_basis,
         "state": r.state, "drafted_by": r.drafted_by, "drafted_at": clock.stamp(r.drafted_at), "bundle": r.bundle_id,
         "approvals": [{"by": a.approved_by, "system": f"{a.system_user}@{a.system_host}", "at": clock.stamp(a.approved_at)}
                       for a in r.approvals]}
        for r in store.every(opened(workspace()))
    ]  # fmt: skip
    if as_json:
        for row in rows:
            voice.data(row)
    elif not rows:
        voice.note("referrals.none")
    else:
        names = ("referral_id", "case_id", "agency", "state", "drafted_by")
        heads = [voice.sentence(f"referrals.head.{name}") for name in names]
        voice.table(heads, [[_stage(row[name]) if name == "state" else row[name] for name in names] for row in rows])


def _stage(state: object) -> str:
    return say(f"correspondence.stage.{state}", voice.language())


referrals.add_command(package)
for command in COMMANDS:
    referrals.add_command(command)
referrals.add_command(translated)
referrals.add_command(words)
