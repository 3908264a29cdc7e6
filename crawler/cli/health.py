"""titlewatch sites health: which sites are read well, and what the others need."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.health import SiteHealth


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites health",
        "titlewatch sites health forum-example --json",
        "titlewatch sites health forum-example --accept",
    ),
)
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--accept", is_flag=True, help="Take the named sites as their last visits found them.")
@as_json
def health(sites: tuple[str, ...], accept: bool, as_json: bool) -> None:
    """Whether each site can be read as before: its state, why, and what to do."""
    from crawler.desk import health as desk
    from crawler.errors import UsageError

    place = workspace()
    store = opened(place)
    if accept and not sites:
        raise UsageError("no site is named", "--accept", "name the sites that are as they should be")
    for site_id in sites if accept else ():
        desk.accept(store, place, site_id)
        voice.line(_said("accepted", site=site_id))
    if accept:
        return
    found = desk.every(store, sites)
    if as_json:
        for one in found:
            voice.data(one.as_dict())
        return
    if not found:
        voice.line(_said("none"))
        return
    table(found)
    lead(found)
    for one in found:
        if one.unread_time:
            voice.line(_said("unread_time", site=one.site, text=one.unread_time))


def table(found: "Sequence[SiteHealth]") -> None:
    """Print a row for each site, and below what the columns hold."""
    from crawler.desk.health import state

    heads = ("site", "state", "visited", "rows", "listings", "fields", "canary", "requests")
    rows: list[list[object]] = []
    for one in found:
        told = one.as_dict()
        shares = "/".join("-" if share is None else str(share) for share in one.fields.values())
        held, asked = one.canary
        usual = "-" if one.usual_rows is None else one.usual_rows
        rows.append(
            [
                one.site, state(one.state, voice.language()), one.at or "-",
                say("health.canary.rows", voice.language(), rows=told["rows"], usual=usual), told["listings"], shares,
                say("health.canary.held", voice.language(), held=held, asked=asked) if asked else "-", told["requests"],
            ]
        )  # fmt: skip
    voice.table([say(f"health.head.{head}", voice.language()) for head in heads], rows)
    voice.line(_said("legend"))


def lead(found: "Sequence[SiteHealth]", *, on_stdout: bool = True) -> None:
    """Say which sites need a person, why, and what to do; or that none does."""
    from crawler.desk.health import state

    say_it = voice.line if on_stdout else voice.aside
    needing = [one for one in found if one.needs_person]
    if not needing:
        unknown = sum(one.state is None for one in found)
        say_it(_said("nobody", ok=len(found) - unknown, unknown=unknown))
        return
    say_it(_said("lead", count=len(needing)))
    for one in needing:
        why = ("；" if voice.language() == "zh" else "; ").join(one.why(voice.language()))
        say_it(_said("needs", site=one.site, state=state(one.state, voice.language()), since=one.since, why=why))
        say_it(_said("do", sentence=one.do(voice.language())))


def _said(key: str, **facts: object) -> str:
    return say(f"health.said.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})
