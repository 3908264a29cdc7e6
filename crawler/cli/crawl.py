"""titlewatch crawl: visit sites, and say what came of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave, opened, workspace
from crawler.wording.landings import state_name

if TYPE_CHECKING:
    from crawler.engine.runner import Summary
    from crawler.workspace import Workspace

PART, INTERRUPTED = 3, 130


@click.command(
    cls=Command,
    epilog=examples("titlewatch crawl", "titlewatch crawl forum-example --max-requests 100", "titlewatch crawl --json"),
)
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="For the whole run.")
@as_json
def crawl(sites: tuple[str, ...], max_requests: int | None, as_json: bool) -> None:
    """Visit the named sites now (all, if none is named), and read only what is new or changed.

    Stopping it is safe at any time; the next crawl goes on where it stopped.
    """
    from crawler.cli.watching import visit
    from crawler.desk import visiting

    place = workspace()
    store = opened(place)
    chosen = visiting.named(store, sites)
    store.close()
    summary = visit(place, chosen, max_requests)
    if as_json:
        for line in summary.visits:
            voice.data(visiting.line(line))
        needs(place, summary, on_stdout=False)
    else:
        needs(place, summary, on_stdout=True)
        table(summary.visits)
    finish(place, summary)


def table(visits: Sequence[dict[str, Any]]) -> None:
    """Print what came of each visit."""
    names = ("site", "engine", "requests", "pages", "listings", "hits", "new_hits", "errors", "finished")
    rows = [[_cell(visit[name]) for name in names] for visit in visits]
    voice.table([voice.sentence(f"crawl.head.{name}") for name in names], rows)


def _cell(value: object) -> object:
    return voice.sentence("yes" if value else "no") if isinstance(value, bool) else value


def needs(place: "Workspace", summary: "Summary", *, on_stdout: bool) -> None:
    """Say which of the visited sites need a person, why, and what to do."""
    from crawler.cli.health import lead
    from crawler.desk import health

    visited = [str(visit["site"]) for visit in summary.visits]
    failing = [one for one in health.every(opened(place), visited) if one.needs_person] if visited else []
    if failing:
        lead(failing, on_stdout=on_stdout)


def finish(place: "Workspace", summary: "Summary") -> None:
    """Say what nobody should overlook, and leave with the code that it means."""
    from crawler.desk import standing

    if summary.unstamped:
        voice.note("summary.unstamped")
    if summary.pending_stamps:
        pending = summary.pending_stamps
        voice.note("summary.pending", count=pending if isinstance(pending, int) else len(pending))
    room = standing.forecast(opened(place), place)
    if room.is_short:
        voice.note("summary.forecast", days=room.days)
    if summary.twin:
        voice.note("summary.twin", path=summary.twin)
    for why in summary.unbegun:
        voice.note("summary.time.unbegun", why=why)
    for why in summary.clock_warnings:
        voice.note("summary.time.clock", why=why)
    if summary.ending:
        voice.note("summary.time.ending", count=len(summary.ending), first=summary.ending[0])
    for name in summary.spoilt:
        voice.note("summary.time.spoilt", name=name)
    for why in summary.damaged:
        voice.note("summary.damaged", why=why)
    _rules(place)
    if summary.pictures_missing:
        voice.note("summary.pictures", why=summary.pictures_missing)
    if summary.unread:
        kinds = [summary.unread.get(kind, 0) for kind in ("needs-browser", "renderings-spent", "not-rendered")]
        why = f": {summary.browser_missing}" if summary.browser_missing else ""
        voice.note("summary.unread", count=sum(kinds), needs=kinds[0], spent=kinds[1], failed=kinds[2], why=why)
    if summary.landings:
        found = ", ".join(f"{state_name(state, voice.language())} {n}" for state, n in summary.landings.items())
        voice.note("summary.landings", found=found)
    if summary.failed_sites:
        voice.note("summary.failed", sites=", ".join(summary.failed_sites))
    if summary.interrupted:
        voice.note("summary.interrupted")
        leave(INTERRUPTED)
    if summary.lack:
        raise summary.lack
    if summary.failed_sites:
        leave(PART)


def _rules(place: "Workspace") -> None:
    """Name the rules that decisions speak against, and those that count nothing."""
    from crawler.desk import learning

    flagged, suspended = learning.noticed(opened(place), place)
    if flagged:
        voice.note("summary.rules.flagged", rules=", ".join(flagged))
    if suspended:
        voice.note("summary.rules.suspended", rules=", ".join(suspended))
