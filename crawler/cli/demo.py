"""titlewatch demo: the whole work, end to end, on practice sites of our own."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, examples, leave, named_workspace


@click.command(cls=Command, epilog=examples("titlewatch demo", "titlewatch demo /tmp/try"))
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
def demo(folder: Path | None) -> None:
    """Watch, crawl, decide, export and verify on practice sites of our own, served on this machine.

    An earlier demo in DIR (or --workspace DIR; default: ./demo) is replaced; anything else there is refused.
    """
    from crawler.cli.main import software_version

    chosen = _chosen(folder, named_workspace())
    voice.tell("demo.starting")
    from crawler.cli.watching import visit
    from crawler.desk import demo as desk

    try:
        shown = desk.run(chosen, software_version(), voice.tell, visit, voice.language())
    except KeyboardInterrupt:
        voice.note("demo.stopped")
        leave(130)
    voice.tell("demo.next")
    # Programs read these two lines, in whatever language people read the rest.
    voice.line(f"report: {shown.report}")
    voice.line(f"bundle: {shown.bundle}")


def _chosen(folder: Path | None, named: str | None) -> Path:
    """The one folder that was meant. Raises UsageError when two were named."""
    from crawler.errors import UsageError

    if folder and named and folder.absolute() != Path(named).absolute():
        raise UsageError("two folders were named", f"{folder} and {named}", "name one: titlewatch demo DIR")
    return folder or Path(named or "demo")
