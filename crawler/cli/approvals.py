"""titlewatch approvals: what competent authorities allowed to leave a country, and the laws that ask for it."""

from datetime import date

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.wording import say


@click.group(cls=Group, epilog=examples("titlewatch approvals list", "titlewatch approvals laws"))
def approvals() -> None:
    """Approvals under data law: without one, evidence taken in the PRC goes to no authority abroad."""


@approvals.command(
    cls=Command,
    epilog=examples(
        'titlewatch approvals add --reference "MoJ 2026-118" --authority "Ministry of Justice" --for "US/IPR Center" \\',
        '    --case 01K0CASE --laws dsl36,pipl41,icjal4 --from 2026-03-01 --to 2026-12-31 --by "Li Si"',
    ),
)
@click.option("--reference", metavar="REF", required=True, help="Of the document.")
@click.option("--authority", metavar="NAME", required=True, help="Who approved.")
@click.option("--for", "recipients", metavar="CC or CC/NAME;...", required=True, help="To whom the data may go.")
@click.option("--laws", metavar="ID,...", default="", help="Default: every law that is known; see: approvals laws.")
@click.option("--case", "case_id", metavar="CASE", help="For this case alone.")
@click.option("--from", "valid_from", type=Day(), required=True, metavar="DAY")
@click.option("--to", "valid_to", type=Day(), required=True, metavar="DAY", help="The last day.")
@click.option("--by", "entered_by", metavar="NAME", required=True)
@as_json
def add(
    reference: str, authority: str, recipients: str, laws: str, case_id: str | None, valid_from: date, valid_to: date,
    entered_by: str, as_json: bool,
) -> None:  # fmt: skip
    """Put an approval on file; prints its id."""
    from crawler.desk import approving

    place = workspace()
    made = approving.put_on_file(
        opened(place), place, reference=reference, authority=authority, recipients=recipients, laws=laws, case_id=case_id,
        valid_from=valid_from, valid_to=valid_to, entered_by=entered_by,
    )  # fmt: skip
    if as_json:
        voice.data({"approval_id": made.approval_id})
    else:
        voice.line(made.approval_id)


@approvals.command("list", cls=Command, epilog=examples("titlewatch approvals list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The approvals on file."""
    from crawler.store import law_approvals

    rows = [
        {"approval_id": a.approval_id, "laws": list(a.laws), "reference": a.reference, "authority": a.authority,
         "for": list(a.recipients), "case_id": a.case_id, "from": a.valid_from.isoformat(), "to": a.valid_to.isoformat()}
        for a in law_approvals.every(opened(workspace()))
    ]  # fmt: skip
    if as_json:
        for row in rows:
            voice.data(row)
    elif not rows:
        voice.aside(say("gates.approvals.none", voice.language()))
    else:
        names = ("approval_id", "laws", "reference", "authority", "for", "case_id", "from", "to")
        heads = [say(f"gates.approvals.head.{name}", voice.language()) for name in names]
        voice.table(
            heads, [[", ".join(v) if isinstance(v := row[name], list) else v or "-" for name in names] for row in rows]
        )


@approvals.command(cls=Command, epilog=examples("titlewatch approvals laws"))
@as_json
def laws(as_json: bool) -> None:
    """The laws that ask for an approval, and whether anybody has compared the entry with the law's text."""
    from crawler.casework import data_laws

    for law in data_laws.known():
        if as_json:
            voice.data(
                {"law": law.law_id, "country": law.country, "name": dict(law.name), "says": dict(law.says), "tracks": list(law.tracks),
                 "effective_from": law.effective_from.isoformat(), "source": law.source, "checked_by": law.checked_by or None}
            )  # fmt: skip
            continue
        words = voice.language()
        voice.line(say("gates.approvals.law", words, law=law.law_id, name=law.name[words], says=law.says[words]))
        if not law.checked_by:
            voice.line(f"  {say('gates.unchecked', words, source=law.source)}")
