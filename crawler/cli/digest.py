"""titlewatch digest: what the last night brought, on the terminal, as a page and as a mail file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.digest.gathering import Digest
    from crawler.workspace import Workspace


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch digest",
        "titlewatch digest --since 7d --out digests",
        "titlewatch digest --since 2026-03-01T00:00Z --json",
    ),
)
@click.option("--since", metavar="WHEN", help="24h, 7d, a time (UTC) or a run's id; default: the last run's start.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write it as .html and .eml there, too.",
)
@as_json
def digest(since: str | None, out: Path | None, as_json: bool) -> None:
    """What needs a person, and what became of hits: new, changed, gone, back, moved, due for decision.

    The page and the mail hold both languages. Nothing is sent.
    """
    from crawler.desk.digest import gathering

    place = workspace()
    store = opened(place)
    found = gathering.gather(store, place, gathering.moment_of(store, since))
    if as_json:
        voice.data(found.as_dict())
    else:
        show(found)
    if out is not None:
        write(found, place, out)


def show(found: "Digest") -> None:
    """Print a digest."""
    from crawler.desk.digest.telling import lines

    for line in lines(found, voice.language()):
        voice.line(line if line.startswith(" ") else voice.shown(line))


def write(found: "Digest", place: "Workspace", folder: Path) -> None:
    """Write a digest as a page and as a mail file, and say where they lie."""
    from crawler.desk.digest import filing

    for path in filing.put(found, folder, place.configuration().collector.contact, voice.language()):
        voice.aside(say("digest.written", voice.language(), path=voice.shown(path)))
