"""titlewatch schedule: the nightly run by itself, by systemd or cron."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, workspace


@click.group(
    cls=Group,
    epilog=examples(
        "titlewatch schedule install --at 01:30 --until 06:00", "titlewatch schedule show", "titlewatch schedule remove"
    ),
)
def schedule() -> None:
    """Run `titlewatch nightly` every night: a systemd timer that catches up after a missed night, or a cron line."""


_by = click.option("--by", type=click.Choice(["systemd", "cron"]), help="Default: systemd where it runs, else cron.")
_folder = click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the files lie, instead of the system's own place; nothing is switched on or off.",
)


@schedule.command(
    cls=Command,
    epilog=examples(
        "titlewatch schedule install", "titlewatch schedule install --at 01:30 --until 06:00 --max-per-site 2000",
        "titlewatch schedule install --by cron --folder .",
    ),
)  # fmt: skip
@click.option(
    "--at", default="01:00", show_default=True, metavar="HH:MM", help="When it begins, by this machine's clock."
)
@click.option("--until", metavar="HH:MM", help="When it ends.")
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="For all sites together.")
@click.option("--max-per-site", type=click.IntRange(min=1), metavar="N", help="For each site.")
@_by
@_folder
def install(
    at: str, until: str | None, max_requests: int | None, max_per_site: int | None, by: str | None, folder: Path | None
) -> None:
    """Have this workspace's sites visited every night; an earlier schedule of it is replaced."""
    from crawler.desk import scheduling

    night = scheduling.Night(workspace().folder, at, until, max_requests, max_per_site)
    for path in scheduling.install(night, by, folder):
        voice.tell("schedule.installed", path=path or voice.sentence("schedule.crontab"))
    if folder is not None:
        voice.note("schedule.by_hand", command=scheduling.by_hand(night, by, folder), folder=folder)


@schedule.command(cls=Command, epilog=examples("titlewatch schedule show", "titlewatch schedule show --json"))
@_folder
@as_json
def show(folder: Path | None, as_json: bool) -> None:
    """What is scheduled for this workspace."""
    from crawler.desk import scheduling

    found = scheduling.found(workspace().folder, folder)
    if as_json:
        for one in found:
            voice.data(one)
        return
    for one in found:
        voice.line(f"{one['path'] or voice.sentence('schedule.crontab')}:")
        voice.line(str(one["text"]).rstrip())
    if not found:
        voice.note("schedule.none")


@schedule.command(cls=Command, epilog=examples("titlewatch schedule remove"))
@_folder
def remove(folder: Path | None) -> None:
    """Take this workspace's schedule away, systemd's and cron's."""
    from crawler.desk import scheduling

    gone = scheduling.remove(workspace().folder, folder)
    for path in gone:
        voice.tell("schedule.removed", path=path or voice.sentence("schedule.crontab"))
    if not gone:
        voice.note("schedule.none")
