"""titlewatch demo: the whole work, end to end, on practice sites of our own."""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, examples


@click.command(cls=Command, epilog=examples("titlewatch demo", "titlewatch demo /tmp/try"))
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Watch, crawl, decide, export and verify on practice sites of our own, served on this machine.

    An earlier demo in DIR (default: ./demo) is replaced; anything else there is refused.
    """
    from crawler.cli.main import software_version
    from crawler.cli.watching import Watch
    from crawler.desk import demo as desk

    with Watch() as progress:
        shown = desk.run(folder, software_version(), voice.tell, progress, voice.language())
    voice.tell("demo.next")
    voice.line(f"report: {shown.report}")
    voice.line(f"bundle: {shown.bundle}")
