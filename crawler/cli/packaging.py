"""titlewatch referrals package, translated, words: a referral as its recipient needs it, and what of it was translated."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.wording import say


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch referrals package 01K0REFERRAL",
        "titlewatch referrals package 01K0REFERRAL --language zh --out packages",
        "titlewatch referrals package 01K0REFERRAL --approval REF-2026-17 --json",
    ),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.option(
    "--language", "languages", multiple=True, default=("both",), show_default=True, metavar="LANGUAGE",
    help="en, zh, both, or the name of a file in the workspace's languages/ folder; may be given again.",
)  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write it; default: exports/.",
)
@click.option("--approval", metavar="REF", help="The reference of an approval under data law.")
@click.option(
    "--parties-by",
    "parties_by",
    metavar="NAME",
    help="Print the parties' names and contacts; the ledger says that NAME looked at them. Otherwise their roles alone.",
)
@as_json
def package(
    referral_id: str, languages: tuple[str, ...], out: Path | None, approval: str | None, parties_by: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Build the package of an approved referral: cover for a fax, facts, exhibits, thresholds, attribution, bundle.

    Every gate is passed first; nothing is sent. What needs an offer seen within a day (a preservation request, a notice)
    is left out while none was, and the package says so.
    """
    from crawler.cli.keys import ready
    from crawler.cli.progress import Steps
    from crawler.desk import packaging

    place = workspace()
    ready(place)
    store = opened(place)
    with Steps() as progress:
        made = packaging.package(
            store, place, referral_id, languages=languages, out=out.absolute() if out else None, approval=approval,
            parties_by=parties_by, progress=progress,
        )  # fmt: skip
    for purpose, why in made.left_out.items():
        voice.aside(_said("left_out", what=_said(f"what.{purpose}"), why=why))
    for note in made.notes:
        voice.aside(_said("note", note=note))
    if as_json:
        voice.data(
            {
                "package": str(made.package),
                "bundle": str(made.bundle),
                "languages": list(made.languages),
                "left_out": dict(made.left_out),
                "manifest_sha256": made.manifest_sha256,
            }
        )
        return
    voice.aside(_said("done"))
    voice.line(str(made.package))
    voice.aside(_said("next", package=made.package))


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch referrals translated 01K0EXHIBIT --part text --from zh --into en --way human --by "Ann Lee" \\',
        "    --document exhibit-1-en.pdf",
    ),
)
@click.argument("exhibit_id", metavar="EXHIBIT")
@click.option("--part", type=click.Choice(["title", "text", "page"]), required=True)
@click.option("--from", "source", metavar="LANGUAGE", required=True, help="A tag such as zh.")
@click.option("--into", metavar="LANGUAGE", required=True, help="A tag such as en.")
@click.option("--way", type=click.Choice(["human", "machine"]), required=True)
@click.option("--by", "done_by", metavar="NAME", required=True, help="The translator, or who ran the machine.")
@click.option("--document", type=click.Path(path_type=Path), metavar="FILE", help="The translation; a copy is kept.")
@as_json
def translated(
    exhibit_id: str, part: str, source: str, into: str, way: str, done_by: str, document: Path | None, as_json: bool
) -> None:
    """Enter that an exhibit was translated; packages say so, and call nothing else translated."""
    from crawler.desk import translating

    place = workspace()
    made = translating.enter_translation(
        opened(place),
        place,
        exhibit_id,
        part=part,
        source=source,
        into=into,
        way=way,
        done_by=done_by,
        document=document,
    )
    if as_json:
        voice.data({"translation_id": made.translation_id, "document_sha256": made.document_sha256})
    else:
        voice.line(made.translation_id)


@click.command(
    cls=Command,
    epilog=examples("titlewatch referrals words > languages/fr.toml", "titlewatch referrals words --from zh"),
)
@click.option("--from", "source", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def words(source: str) -> None:
    """Print every text of a package as a language file, to be translated and laid into the workspace's languages/ folder."""
    from crawler.bundle.referral.language import template

    voice.line(template(source).rstrip("\n"))


def _said(key: str, **facts: object) -> str:
    return say(f"packaging.{key}", voice.language(), **facts)
