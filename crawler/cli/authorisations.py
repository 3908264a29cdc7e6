"""titlewatch authorisations: the authority to act."""

from datetime import date
from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.model import ACTIONS


@click.group(cls=Group, epilog=examples("titlewatch authorisations list"))
def authorisations() -> None:
    """What right-holders have authorised; asked for when a bundle goes to an agency."""


@authorisations.command(
    cls=Command,
    epilog=examples(
        'titlewatch authorisations add --rightsholder "Harbour Films" --reference POA-2026-4 \\',
        "    --works salt-lantern --territory CN,US --from 2026-01-01 --to 2026-12-31 --document poa.pdf",
        'titlewatch authorisations add --rightsholder "Harbour Films" --reference POA-2026-5 \\',
        "    --works salt-lantern --territory CN --acts administrative --from 2026-01-01 --to 2026-12-31",
    ),
)
@click.option("--rightsholder", metavar="NAME", required=True)
@click.option("--reference", metavar="REF", required=True, help="Of the document.")
@click.option("--works", metavar="ID,...", required=True)
@click.option("--territory", metavar="CC,...", required=True, help="Country codes, or WORLD.")
@click.option("--from", "valid_from", type=Day(), required=True, metavar="DAY")
@click.option("--to", "valid_to", type=Day(), required=True, metavar="DAY", help="The last day.")
@click.option("--acts", metavar="A,...", default="", help=f"Where the document names them: {', '.join(ACTIONS)}.")
@click.option("--document", type=click.Path(path_type=Path), metavar="FILE", help="A copy is kept in the workspace.")
@as_json
def add(
    rightsholder: str, reference: str, works: str, territory: str, valid_from: date, valid_to: date, acts: str,
    document: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Put an authorisation on file; prints its id."""
    from crawler.desk import referring

    place = workspace()
    made = referring.put_on_file(
        opened(place), place, rightsholder=rightsholder, reference=reference, work_ids=works.split(","),
        territory=territory, valid_from=valid_from, valid_to=valid_to, document=document, acts=acts.split(","),
    )  # fmt: skip
    if as_json:
        voice.data({"authorisation_id": made.authorisation_id})
    else:
        voice.line(made.authorisation_id)


@authorisations.command("list", cls=Command, epilog=examples("titlewatch authorisations list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The authorisations on file."""
    from crawler.store import authorisations as store

    rows = [
        {"authorisation_id": a.authorisation_id, "rightsholder": a.rightsholder, "reference": a.reference,
         "works": list(a.works), "territory": list(a.territory), "from": a.valid_from.isoformat(),
         "to": a.valid_to.isoformat(), "acts": list(a.acts), "document_sha256": a.document_sha256}
        for a in store.every(opened(workspace()))
    ]  # fmt: skip
    if as_json:
        for row in rows:
            voice.data(row)
    elif not rows:
        voice.note("authorisations.none")
    else:
        names = ("authorisation_id", "rightsholder", "reference", "works", "territory", "acts", "from", "to")
        heads = [voice.sentence(f"authorisations.head.{name}") for name in names]
        voice.table(
            heads, [[", ".join(v) if isinstance(v := row[name], list) else v for name in names] for row in rows]
        )
