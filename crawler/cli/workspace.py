"""titlewatch init, config, doctor: a workspace, its settings, and the machine around it."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave, workspace, workspace_if_any
from crawler.wording.remarks import remark


@click.command(
    cls=Command,
    epilog=examples("titlewatch init watch", "titlewatch init watch --set crawl.delay=10 --set collector.country=CN"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--set", "changes", metavar="KEY=VALUE", multiple=True, help="A setting; may be given several times.")
def init(folder: Path, changes: tuple[str, ...]) -> None:
    """Make a workspace: settings, database, evidence, keys and exports in one folder."""
    from crawler.cli.keys import announce
    from crawler.cli.main import software_version
    from crawler.desk import configuring, founding

    made = founding.found(folder, configuring.assignments(changes), software_version())
    voice.tell("init.made", folder=made.workspace.folder)
    announce(made.fingerprint)
    voice.note("init.next", folder=folder)


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch config",
        "titlewatch config crawl.delay",
        'titlewatch config crawl.delay=10 collector.name="Zhang San"',
        """titlewatch config 'evidence.timestamps=[{id="tsa", url="https://tsa.example/", roots="roots.pem"}]'""",
    ),
)
@click.argument("words", metavar="[KEY[=VALUE]]...", nargs=-1)
@as_json
def config(words: tuple[str, ...], as_json: bool) -> None:
    """Show the settings, or change some; a change that is not acceptable changes nothing."""
    from crawler.desk import configuring
    from crawler.errors import ConfigurationError

    place = workspace()
    changing = [word for word in words if "=" in word]
    asked = [word.partition("=")[0].strip() for word in words]
    if changing:
        configuring.change(place, configuring.assignments(changing))
    settings = configuring.settings(place.configuration())
    for key in asked:
        if key not in settings:
            raise ConfigurationError("unknown key", key, f"use one of: {', '.join(settings)}")
    for key in asked or settings:
        if as_json:
            voice.data({"key": key, "value": settings[key]})
        elif len(words) == 1 and not changing:
            voice.line(configuring.as_toml(settings[key]))
        else:
            voice.line(f"{key} = {configuring.as_toml(settings[key])}")


@click.command(cls=Command, epilog=examples("titlewatch doctor", "titlewatch doctor --workspace watch"))
@as_json
def doctor(as_json: bool) -> None:
    """Say whether this machine has what the work needs, and what to do where it has not."""
    from crawler.desk.doctor import examine

    well, words = True, voice.language()
    for ailment in examine(workspace_if_any()):
        well = well and ailment.well
        if as_json:
            voice.data(
                {"check": ailment.name, "state": "ok" if ailment.well else "missing", "found": ailment.found,
                 "remedy": None if ailment.well else ailment.remedy}
            )  # fmt: skip
        elif ailment.well:
            voice.tell("doctor.ok", name=remark(ailment.name, words), found=remark(ailment.found, words))
        else:
            found, remedy = remark(ailment.found, words), remark(ailment.remedy, words)
            voice.tell("doctor.missing", name=remark(ailment.name, words), found=found, remedy=remedy)
    if not well:
        leave(4)
