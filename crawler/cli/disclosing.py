"""titlewatch disclose, custody: a part of a bundle handed out, and who holds a bundle after its export."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples
from crawler.wording import LANGUAGES, say

BUNDLE = click.argument("bundle", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True))
ITS_BUNDLE = click.argument("bundle", metavar="BUNDLE", type=click.Path(path_type=Path))


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch disclose TW-01K0CASE-20260301T080000Z-1a2b3c4d --exhibit 2",
        "titlewatch disclose bundle.zip --exhibit 1 --exhibit 3 --redact RULES.toml --zip",
    )
    + "\n\n\b\n"
    + "\n".join(
        (
            "RULES.toml:",
            '  decided_by = "Zhou Example"',
            '  reason = "bystanders have no part in the case"',
            "  [[rule]]",
            '  kinds = ["credentials", "personal"]   or any of the kinds that an error names',
            "  [[rule]]",
            '  literal = ["a text"]                   or pattern = "a regular expression"',
            '  name = "name"                          what the mark says',
            '  reason = "a witness"',
            "  exhibits = [2]                         default: all",
        )
    ),
)
@BUNDLE
@click.option(
    "--exhibit", "exhibits", metavar="N", multiple=True, required=True, help="Its number or id; may be repeated."
)
@click.option(
    "--redact", metavar="RULES.toml", type=click.Path(path_type=Path), help="What to hide, who decided it, why."
)
@click.option("--without-pictures", is_flag=True, help="Withhold every picture of a page.")
@click.option("--with-pictures", is_flag=True, help="Pictures of redacted pages go too: a person has looked at them.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Default: beside the bundle."
)
@click.option("--zip", "zipped", is_flag=True, help="A stored ZIP and its .sha256 beside the folder.")
@as_json
def disclose(
    bundle: Path, exhibits: tuple[str, ...], redact: Path | None, without_pictures: bool, with_pictures: bool,
    out: Path | None, zipped: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make a part of a bundle that shows chosen exhibits alone, each of them still provable.

    Needs the bundle and nothing else: no workspace, no key. The bundle is not touched.
    """
    from crawler.bundle import disclosure, redaction_rules
    from crawler.errors import UsageError

    if without_pictures and with_pictures:
        raise UsageError("either without or with", "--without-pictures --with-pictures", "give one of them")
    pictures: disclosure.Pictures = "none" if without_pictures else "looked at" if with_pictures else "as the text"
    rules = redaction_rules.read(redact) if redact else None
    made = disclosure.disclose(bundle, disclosure.Order(exhibits, rules, pictures, out, zipped))
    if as_json:
        voice.data(
            {"disclosure": str(made.folder), "exhibits": made.exhibits, "withheld": made.withheld,
             "redactions": dict(made.redactions), "records_withheld": made.records_withheld,
             "not_hidden": list(made.not_hidden)}
        )  # fmt: skip
        return
    for name in made.not_hidden:
        click.echo(say("disclosure.not_hidden", voice.language(), name=name), err=True)
    language = voice.language()
    counts = ", ".join(f"{kind} {count}" for kind, count in made.redactions.items()) or say("disclosure.none", language)
    facts = {"count": made.exhibits, "withheld": made.withheld, "records": made.records_withheld, "redactions": counts}
    voice.line(voice.shown(say("disclosure.told", language, **facts)))
    voice.line(str(made.folder))
    if made.redactions:
        click.echo(say("disclosure.look", language), err=True)


@click.group(
    cls=Group,
    epilog=examples(
        'titlewatch custody add BUNDLE --event handed_over --by "Li Si" --to "Wang Wu, IPR Center"',
        "titlewatch custody show BUNDLE",
        "titlewatch custody receipt BUNDLE --lang zh",
    ),
)
def custody() -> None:
    """Custody: who held a bundle after its export, in the file that lies beside it."""


@custody.command(
    cls=Command,
    epilog=examples(
        'titlewatch custody add BUNDLE --event received --by "Wang Wu" --from "Li Si" --read-back "a1b2 c3d4 ..."',
        'titlewatch custody add BUNDLE --event stored --by "Wang Wu" --place "safe 3" --note "seal 118"',
    ),
)
@ITS_BUNDLE
@click.option(
    "--event", required=True, metavar="E", help="handed_over, received, checked, stored, moved, copied, returned ..."
)
@click.option("--by", required=True, metavar="NAME", help="Who did it.")
@click.option("--from", "giver", metavar="NAME", help="Who gave it.")
@click.option("--to", "receiver", metavar="NAME", help="Who received it.")
@click.option("--place", metavar="TEXT", help="Where.")
@click.option("--note", metavar="TEXT", help="What else there is to say.")
@click.option(
    "--read-back", metavar="HASH", help="The hash as the other side read it out; groups and capitals do not matter."
)
@click.option("--begin", is_flag=True, help="Begin a custody file where none lies beside the bundle.")
@as_json
def add(
    bundle: Path, event: str, by: str, giver: str | None, receiver: str | None, place: str | None, note: str | None,
    read_back: str | None, begin: bool, as_json: bool,
) -> None:  # fmt: skip
    """Enter an event. A read-back that differs is refused, and entered only as a mismatch."""
    from crawler.bundle import custody as keeping

    act = keeping.Act(event, by, giver, receiver, place, note, read_back)
    if begin and not keeping.path_of(bundle).exists():
        keeping.begin(bundle.absolute(), "begun")
    entered = keeping.add(bundle.absolute(), act)
    if as_json:
        voice.data(entered)
    else:
        facts = {"number": entered["seq"] + 1, "event": say(f"custody.event.{event}", voice.language())}
        voice.line(say("custody.added", voice.language(), **facts))


@custody.command(
    cls=Command, epilog=examples("titlewatch custody show BUNDLE", "titlewatch custody show BUNDLE --json")
)
@ITS_BUNDLE
@as_json
def show(bundle: Path, as_json: bool) -> None:
    """The events so far; their chain is checked."""
    from crawler.bundle import custody as keeping

    lines = keeping.verified(bundle.absolute())
    if as_json:
        for line in lines:
            voice.data(line)
        return
    language = voice.language()
    names = ("at", "event", "by", "from", "to", "place", "read_back", "note")
    agrees = say("custody.agrees", language)
    rows: list[list[object]] = [
        [
            agrees if name == "read_back" and line[name] == line["tag_manifest_sha256"]
            else say(f"custody.event.{line['event']}", language) if name == "event" else line[name] or ""
            for name in names
        ]
        for line in lines
    ]  # fmt: skip
    voice.table([say(f"custody.head.{name}", language) for name in names], rows)
    voice.line()
    voice.line(say("custody.hash", language))
    voice.line(keeping.spelt(lines[0]["tag_manifest_sha256"], language))


@custody.command(
    cls=Command,
    epilog=examples(
        "titlewatch custody receipt BUNDLE --lang zh > receipt.txt",
        "titlewatch custody receipt BUNDLE --for giver > keep.txt",
    ),
)
@ITS_BUNDLE
@click.option(
    "--for",
    "side",
    type=click.Choice(("receiver", "giver")),
    default="receiver",
    help="Whose sheet: the receiver's has blanks for the hash that the receiver computes; the hash stands on the giver's.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the reader's language.")
def receipt(bundle: Path, side: str, lang: str | None) -> None:
    """The sheet that one side of a handover signs, filled in where the bundle knows.

    The hash is read from the receiver to the giver, never the other way: it stands on the giver's sheet alone.
    """
    from crawler.bundle import custody as keeping

    voice.line(keeping.receipt(bundle.absolute(), lang or voice.language(), side))
