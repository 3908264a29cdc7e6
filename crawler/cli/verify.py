"""titlewatch verify: does the evidence hold?"""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch verify TW-01K0CASE-20260301T080000Z-1a2b3c4d",
        "titlewatch verify bundle.zip --key signer.pub.pem --roots roots.pem",
        "titlewatch verify watch --json",
        "titlewatch verify bundle.zip --lang zh",
        "titlewatch verify bundle-of-may.zip --earlier bundle-of-march.zip",
    ),
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="The signer's public key, from elsewhere.")
@click.option(
    "--roots", type=click.Path(path_type=Path), metavar="FILE", help="The authorities' roots, from elsewhere."
)
@click.option(
    "--earlier",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="An older bundle, its .zip, or a tree-head.json: is what it holds still there, unchanged?",
)
@as_json
@click.option("--lang", type=click.Choice(["en", "zh"]), help="The language of the text; default: the environment's.")
def verify(
    path: Path, key: Path | None, roots: Path | None, earlier: Path | None, as_json: bool, lang: str | None
) -> None:
    """Check a bundle, its .zip or a workspace, offline; exit 0 only if nothing failed.

    A key or roots that lie inside a bundle prove nothing about who made it: give them from elsewhere.
    """
    from crawler.bundle.check import telling
    from crawler.desk.verifying import verify as check

    told = telling.Report()
    for finding in check(path, key, roots, earlier):
        told.add(finding)
        if as_json:
            voice.line(telling.as_json(finding))
    if not as_json:
        for line in told.lines(lang or voice.language()):
            voice.line(line)
    if not told.holds:
        leave(1)


@click.command(cls=Command, epilog=examples("titlewatch verifier titlewatch-verify.pyz"))
@click.argument("file", type=click.Path(path_type=Path))
def verifier(file: Path) -> None:
    """Write the verifier as one file that runs without titlewatch, and print its SHA-256.

    Whoever receives a bundle runs it with Python 3.11 or newer and two packages:
    pip install cryptography rfc3161-client; python3 FILE PATH --key KEY --roots ROOTS.
    The same titlewatch writes the same bytes each time: hand the SHA-256 over by another way.
    """
    from crawler.bundle.verifier import write

    voice.line(f"{write(file)}  {file.name}")
