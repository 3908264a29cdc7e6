"""titlewatch evidence seal-away, sealed: unlawful imagery and malware, kept in the record and shown to nobody."""

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.conduct import said


@click.command(
    "seal-away",
    cls=Command,
    epilog=examples(
        'titlewatch evidence seal-away 01K0HIT --reason unlawful-imagery --by "Li Si"',
        'titlewatch evidence seal-away 01K0HIT --reason malware --by "Li Si"',
    ),
)
@click.argument("hit_ids", metavar="HIT...", nargs=-1, required=True)
@click.option("--reason", metavar="R", required=True, help="unlawful-imagery or malware.")
@click.option("--by", metavar="NAME", required=True)
@as_json
def seal_away(hit_ids: tuple[str, ...], reason: str, by: str, as_json: bool) -> None:
    """Seal hits away with all that shows them: in no list, digest, picture, case or bundle any more. Nothing undoes it.

    The record keeps them, and the ledger says where; whether they must be reported is for the law where you are.
    """
    from crawler.desk import sealing_away

    place = workspace()
    made = sealing_away.seal_away(opened(place), place, list(hit_ids), reason, by)
    if as_json:
        voice.data({"hits": list(made.hits), "objects": made.objects, "cases": list(made.cases)})
    else:
        voice.line(said("sealed.done", hits=len(made.hits), objects=made.objects, cases=len(made.cases)))


@click.command("sealed", cls=Command, epilog=examples("titlewatch evidence sealed"))
@as_json
def sealed(as_json: bool) -> None:
    """What was sealed away: ids, why, by whom, and the ledger's entry; never what it shows."""
    from crawler.store import sealed as store

    rows = store.every(opened(workspace()))
    for row in rows:
        if as_json:
            voice.data(row)
        else:
            reason = said(f"sealed.reason.{row['reason']}")
            voice.line(
                said("sealed.one", hit=row["hit_id"], site=row["site"], reason=reason, by=row["by"], at=row["at"], entry=row["entry"])
            )  # fmt: skip
    if not rows and not as_json:
        voice.aside(said("sealed.none"))
