"""titlewatch verify: does the evidence hold?"""

from pathlib import Path

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave
from crawler.model import Finding

ORDER = ("fail", "not_checked")


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch verify TW-01K0CASE-20260301T080000Z-1a2b3c4d",
        "titlewatch verify bundle.zip --key signer.pub.pem --roots roots.pem",
        "titlewatch verify watch --json",
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
def verify(path: Path, key: Path | None, roots: Path | None, earlier: Path | None, as_json: bool) -> None:
    """Check a bundle, its .zip or a workspace, offline; exit 0 only if nothing failed.

    A key or roots that lie inside a bundle prove nothing about who made it: give them from elsewhere.
    """
    from crawler.desk.verifying import verify as check

    counts = {"pass": 0, "fail": 0, "not_checked": 0}
    shown: dict[str, list[Finding]] = {state: [] for state in ORDER}
    for finding in check(path, key, roots, earlier):
        counts[finding.state] += 1
        if as_json:
            voice.data(
                {"check": finding.check, "object": finding.object, "expected": finding.expected, "found": finding.found,
                 "state": finding.state, "why": finding.why}
            )  # fmt: skip
        elif finding.state in shown:
            shown[finding.state].append(finding)
    for state in ORDER:
        for finding in shown[state]:
            _show(finding)
    if not as_json:
        outcome = "verify.failed" if counts["fail"] else "verify.holds"
        voice.tell(outcome, passed=counts["pass"], failed=counts["fail"], open=counts["not_checked"])
    if counts["fail"] or not sum(counts.values()):
        leave(1)


def _show(finding: Finding) -> None:
    why = f": {finding.why}" if finding.why else ""
    voice.tell(f"verify.{finding.state}", check=finding.check, object=finding.object, why=why)
    if finding.state == "fail" and finding.expected is not None:
        voice.tell("verify.differs", expected=finding.expected, found=finding.found or "-")
