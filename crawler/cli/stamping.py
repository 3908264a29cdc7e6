"""titlewatch evidence stamp, evidence renew: timestamps asked for now."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave, workspace

if TYPE_CHECKING:
    from crawler.desk.stamping import Done

PART = 3


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch evidence stamp", "titlewatch evidence stamp exports/TW-01K0CASE-20260301T080000Z-1a2b3c4d"
    ),
)
@click.argument("bundle", required=False, type=click.Path(path_type=Path))
@as_json
def stamp(bundle: Path | None, as_json: bool) -> None:
    """Ask now for the timestamps that are pending: over the workspace's seals, or over an exported bundle.

    A bundle's folder may get the stamps that were pending at its export, and no others. A ZIP
    beside it stays as it was.
    """
    from crawler.desk import stamping

    place = workspace()
    done = stamping.stamp_bundle(place, bundle.absolute()) if bundle else stamping.stamp_workspace(place)
    _tell(done, as_json, "stamping.none_pending")


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch evidence renew", "titlewatch evidence renew --within 365",
        "titlewatch evidence renew exports/TW-01K0CASE-20260301T080000Z-1a2b3c4d",
    ),
)  # fmt: skip
@click.argument("bundle", required=False, type=click.Path(path_type=Path))
@click.option(
    "--within", type=click.IntRange(min=0), default=90, show_default=True, metavar="DAYS",
    help="Renew what ends within so many days.",
)  # fmt: skip
@as_json
def renew(bundle: Path | None, within: int, as_json: bool) -> None:
    """Stamp each timestamp again whose certificates end soon, in the workspace or over an exported bundle.

    The new stamp is over the old reply, so that the old one stays provable; nothing is overwritten.
    """
    from crawler.desk import stamping

    place, time = workspace(), timedelta(days=within)
    done = stamping.renew_bundle(place, bundle.absolute(), time) if bundle else stamping.renew_workspace(place, time)
    _tell(done, as_json, "stamping.none_ending")


def _tell(done: Sequence["Done"], as_json: bool, nothing: str) -> None:
    for one in done:
        if as_json:
            voice.data(one.as_dict())
        else:
            voice.tell(
                f"stamping.{one.state}", subject=one.subject, authority=one.authority, time=one.gen_time or "",
                expires=(one.expires or "")[:10], why=one.why or "",
            )  # fmt: skip
    if not done:
        voice.note(nothing)
    if any(one.state in ("pending", "failed") for one in done):
        leave(PART)
