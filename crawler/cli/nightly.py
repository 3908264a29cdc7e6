"""titlewatch nightly: every site that is due, in one run that ends when the night does."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.crawl import finish, needs, table
from crawler.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.desk.digest.gathering import Digest
    from crawler.desk.runlog import RunLog
    from crawler.engine.runner import Summary
    from crawler.store import Store
    from crawler.workspace import Workspace

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch nightly",
        "titlewatch nightly --until 06:00",
        "titlewatch nightly --max-per-site 500 --workspace /srv/watch",
        "titlewatch nightly --digest digests --log nightly.jsonl \\",
        "      --prometheus /var/lib/node_exporter/textfile_collector/titlewatch.prom",
    ),
)
@click.option(
    "--until", metavar="HH:MM", help="When the night ends, by this machine's clock; what is left waits for the next."
)
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="For all sites together.")
@click.option("--max-per-site", type=click.IntRange(min=1), metavar="N", help="For each site.")
@click.option(
    "--digest", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Write the digest as a page and a mail file there; default: the setting nightly.digest.",
)  # fmt: skip
@click.option(
    "--prometheus", metavar="FILE", type=_FILE, help="Write the figures for node_exporter; default: nightly.prometheus."
)
@click.option("--log", metavar="FILE", type=_FILE, help="Append a JSON object for each site; default: nightly.log.")
@as_json
def nightly(
    until: str | None,
    max_requests: int | None,
    max_per_site: int | None,
    folder: Path | None,
    prometheus: Path | None,
    log: Path | None,
    as_json: bool,
) -> None:
    """Visit every site that is due, in one run, and print a digest that begins with what needs a person.

    A site is due that was not visited since last night, however many nights were missed, or that has
    pages left to read. Stopping it, or the machine, is safe at any time.
    """
    from crawler.cli.digest import show, write
    from crawler.cli.watching import visit
    from crawler.desk import visiting
    from crawler.desk.runlog import RunLog
    from crawler.engine.limits import Limits

    place = workspace()
    ends = visiting.night_ends(until) if until is not None else None
    settings = place.configuration().nightly
    logged = log or _inside(place, settings.log)
    keeper = RunLog(logged) if logged else None
    store = opened(place)
    due = visiting.due(store)
    hosts = _hosts(store, place)
    store.close()
    if keeper:
        keeper.begin(due)
    if not due:
        voice.note("nightly.none")
        _ask(place, hosts, ends)
        _figures(place, None, prometheus or _inside(place, settings.prometheus))
        if keeper:
            keeper.nothing()
        return
    summary = visit(place, due, max_requests, Limits(max_per_site, ends, hosts), *([keeper.progress] if keeper else []))
    _state(place, hosts)
    if as_json:
        for line in summary.visits:
            voice.data(visiting.line(line))
        needs(place, summary, on_stdout=False)
    if keeper:
        _log(keeper, summary)
    _figures(place, summary, prometheus or _inside(place, settings.prometheus))
    _follow(place)
    found = _digest(place, summary)
    if not as_json:
        show(found)
        voice.line()
        table(summary.visits)
    # Last, since a folder that cannot be written ends the command.
    if (digests := folder or _inside(place, settings.digest)) is not None:
        write(found, place, digests)
    if summary.over:
        left = sum(not one["finished"] for one in summary.visits)
        voice.note("nightly.over", count=left)
    finish(place, summary)


def _hosts(store: "Store", place: "Workspace") -> tuple[str, ...]:
    """The hosts about which others are asked tonight; a setting that cannot be followed costs them and not the night."""
    from crawler.desk import asking

    hosts = asking.due(store, place)
    try:
        if hosts:
            asking.check(place)
    except UsageError as error:
        voice.note("hosts.nightly_failed", why=error)
        return ()
    return hosts


def _ask(place: "Workspace", hosts: tuple[str, ...], ends: "datetime | None") -> None:
    """Ask about hosts in a night without a visit."""
    from crawler.cli.keys import ready
    from crawler.desk import asking

    if hosts:
        ready(place)
        asking.ask(opened(place), place, hosts, until=ends)
        _state(place, hosts)
        _follow(place)


def _state(place: "Workspace", hosts: tuple[str, ...]) -> None:
    """State what was answered about hosts tonight."""
    from crawler.desk import attributing

    if hosts:
        found = attributing.observe(opened(place), place, hosts)
        voice.note("hosts.nightly_asked", hosts=len(hosts), statements=len(found.statements))


def _inside(place: "Workspace", named: str) -> Path | None:
    return place.folder / named if named else None


def _follow(place: "Workspace") -> None:
    """Notice what moved, and let the cases follow; on stderr, as the digest tells the moves."""
    from crawler.cli.moves import followed_lines
    from crawler.desk import moving

    for line in followed_lines(moving.notice(opened(place), place)):
        voice.aside(line)


def _digest(place: "Workspace", summary: "Summary") -> "Digest":
    from crawler.desk.digest import gathering

    store = opened(place)
    return gathering.gather(store, place, gathering.moment_of(store, summary.run_id))


def _figures(place: "Workspace", summary: "Summary | None", path: Path | None) -> None:
    from crawler.desk import metrics

    if path is not None:
        visits, pending = (summary.visits, len(summary.pending_stamps)) if summary else ([], 0)
        metrics.write(path, metrics.figures(opened(place), place, visits, pending))


def _log(keeper: "RunLog", summary: "Summary") -> None:
    keeper.end(
        summary.run_id,
        {
            "sites": len(summary.visits),
            "failed": summary.failed_sites,
            "interrupted": summary.interrupted,
            "over": summary.over,
            "unstamped": summary.unstamped,
            "pending_stamps": len(summary.pending_stamps),
            "requests": sum(int(one["requests"]) for one in summary.visits),
            "new_hits": sum(int(one["new_hits"]) for one in summary.visits),
        },
    )
