"""titlewatch nightly: every site that is due, in one run that ends when the night does."""

from typing import Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.crawl import digest_lines, finish, table


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch nightly",
        "titlewatch nightly --until 06:00",
        "titlewatch nightly --max-per-site 500 --workspace /srv/watch",
    ),
)
@click.option(
    "--until", metavar="HH:MM", help="When the night ends, by this machine's clock; what is left waits for the next."
)
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="For all sites together.")
@click.option("--max-per-site", type=click.IntRange(min=1), metavar="N", help="For each site.")
@as_json
def nightly(until: str | None, max_requests: int | None, max_per_site: int | None, as_json: bool) -> None:
    """Visit every site that is due, in one run, and print a digest.

    A site is due that was not visited since last night, however many nights were missed, or that has
    pages left to read. Stopping it, or the machine, is safe at any time.
    """
    from crawler.cli.watching import visit
    from crawler.desk import digest, visiting
    from crawler.engine.limits import Limits

    place = workspace()
    ends = visiting.night_ends(until) if until is not None else None
    store = opened(place)
    due = visiting.due(store)
    store.close()
    if not due:
        voice.note("nightly.none")
        return
    summary = visit(place, due, max_requests, Limits(max_per_site, ends))
    if as_json:
        for line in summary.visits:
            voice.data(visiting.line(line))
    else:
        table(summary.visits)
        store = opened(place)
        digest_lines("nightly.hit", digest.since(store, place, summary.visits))
        digest_lines("nightly.changed", digest.changed(store, summary.visits))
        _lost(digest.lost(store, summary.visits))
    if summary.over:
        left = sum(not one["finished"] for one in summary.visits)
        voice.note("nightly.over", count=left)
    finish(place, summary)


def _lost(events: list[dict[str, Any]]) -> None:
    for one in events:
        voice.tell(f"nightly.{one['event']}", site=one["site"], title=one["title"], url=one["url"])
