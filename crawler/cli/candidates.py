"""titlewatch sites candidates: hosts that may be worth adding, and why."""

from typing import Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.wording import say


@click.command(
    cls=Command, epilog=examples("titlewatch sites candidates", "titlewatch sites candidates --json --limit 100")
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="At most so many."
)
@as_json
def candidates(limit: int, as_json: bool) -> None:
    """Hosts that listings keep pointing to, and mirrors of watched sites, with the reasons.

    Taken from what is on record: nothing is visited, and nothing is added by itself.
    """
    from crawler.desk import candidates as desk

    place = workspace()
    store = opened(place)
    found = desk.candidates(store, place.configuration().collector.country)[:limit]
    twins = desk.twins(store)
    if as_json:
        for one in found:
            voice.data(
                {
                    "kind": "host", "host": one.host, "url": one.url, "score": one.score, "listings": one.listings,
                    "hits": one.hits, "sites": list(one.sites), "last_seen": one.last_seen,
                    "reasons": [dict(reason) for reason in one.reasons],
                    "why": [_reason(dict(reason), "en") for reason in one.reasons], "examples": list(one.examples),
                }
            )  # fmt: skip
        for pair in twins:
            voice.data(
                {
                    "kind": "twins", "sites": [pair.one, pair.other], "alike": pair.alike, "same_icon": pair.same_icon,
                    "same_titles": pair.same_titles,
                }
            )  # fmt: skip
        return
    if not found and not twins:
        voice.line(_said("none"))
        return
    if found:
        heads = ("host", "score", "listings", "hits", "sites", "last_seen")
        rows: list[list[object]] = [
            [one.host, one.score, one.listings, one.hits, ", ".join(one.sites[:3]), (one.last_seen or "-")[:10]]
            for one in found
        ]
        voice.table([_said(f"head.{head}") for head in heads], rows)
        for one in found:
            voice.line(voice.shown(one.host))
            for reason in one.reasons:
                voice.line(_said("why", sentence=_reason(dict(reason), voice.language())))
    for pair in twins:
        icon = voice.sentence("yes" if pair.same_icon else "no")
        voice.line(_said("twins", one=pair.one, other=pair.other, alike=pair.alike, icon=icon, titles=pair.same_titles))
    if found:
        voice.aside(_said("add"))


def _reason(reason: dict[str, Any], language: str) -> str:
    key = reason.pop("key")
    return say(f"candidates.reason.{key}", language, **{name: voice.shown(value) for name, value in reason.items()})


def _said(key: str, **facts: object) -> str:
    return say(f"candidates.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})
