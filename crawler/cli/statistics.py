"""titlewatch statistics: the figures of a period in agencies' units."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import click

from crawler import clock
from crawler.casework.statistics import GROUPINGS, UNITS, Grouping, Line, Statistics
from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.wording import say

YEAR = timedelta(days=364)


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch statistics --from 2026-05-01 --to 2026-11-30",
        "titlewatch statistics --by country --from 2026-01-01",
        "titlewatch statistics --pdf report.pdf --csv figures.csv",
        "titlewatch statistics --json",
    ),
)
@click.option("--from", "since", type=Day(), metavar="DAY", help="The first day; default: a year before the last.")
@click.option("--to", "until", type=Day(), metavar="DAY", help="The last day; default: today (UTC).")
@click.option("--by", "grouping", type=click.Choice(GROUPINGS), help="Only this grouping; default: all.")
@click.option(
    "--csv", "table", type=click.Path(path_type=Path), metavar="FILE", help="Write every figure as a table, too."
)
@click.option(
    "--pdf",
    "paper",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it as a PDF with charts in both languages, too.",
)
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Of the answer, and first in the PDF; default: the environment's."
)
@as_json
def statistics(
    since: date | None, until: date | None, grouping: str | None, table: Path | None, paper: Path | None, lang: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Cases, links, sites, works, copies and amounts of a period; by month, country, kind of work and channel.

    Only what a person found infringing counts, on the day on which it was first seen.
    """
    from crawler.bundle import statistics_sheet
    from crawler.desk import statistics as desk
    from crawler.whole_file import hand_out

    place = workspace()
    last = until or clock.now().date()
    told = desk.gather(opened(place), since or last - YEAR, last, place.configuration().matching.threshold)
    language = lang or voice.language()
    if table:
        hand_out(table, statistics_sheet.as_csv(told))
    if paper:
        hand_out(paper, statistics_sheet.pdf(told, language))
    chosen = cast(tuple[Grouping, ...], (grouping,) if grouping else GROUPINGS)
    if as_json:
        voice.data(_record(told, chosen))
    else:
        _tell(told, chosen, language)
    for file in (table, paper):
        if file and not as_json:
            voice.aside(say("statistics.written", language, file=voice.shown(file)))


def _record(told: Statistics, chosen: tuple[Grouping, ...]) -> dict[str, Any]:
    return {
        "from": told.since.isoformat(), "to": told.until.isoformat(), "total": dict(told.total),
        "by": {name: [{"group": line.group, **line.figures} for line in told.groups[name]] for name in chosen},
        "amounts": [
            {"counter": one.counter, "basis": one.basis, "unit": one.unit, "number": one.number, "cases": one.cases}
            for one in told.sums
        ],
        "hits": dict(told.verdicts), "referrals": dict(told.referrals),
    }  # fmt: skip


def _tell(told: Statistics, chosen: tuple[Grouping, ...], language: str) -> None:
    from crawler.bundle.statistics_sheet import group_name

    voice.line(say("statistics.title", language, since=told.since.isoformat(), until=told.until.isoformat()))
    if not told.total["works"]:
        voice.line(say("statistics.none", language))
        return
    units = [say(f"statistics.unit.{unit}", language) for unit in UNITS]
    for name in chosen:
        voice.line()
        rows = [
            _row(group_name(name, line.group, language), line)
            for line in told.groups[name]
            if any(line.figures.values())
        ]
        rows.append(_row(say("statistics.total", language), Line("", told.total)))
        voice.table([say(f"statistics.grouping.{name}", language), *units], rows)
    if told.sums:
        voice.line()
        heads = [say(f"statistics.head.{key}", language) for key in ("counter", "basis", "number")]
        voice.table(
            heads,
            [[say(f"console.facts.counters.{one.counter}", language), say(f"console.facts.basis.{one.basis}", language),
              f"{one.number:,.2f} {one.unit}".rstrip()] for one in told.sums],
        )  # fmt: skip
    voice.aside(say("statistics.counts", language))


def _row(label: str, line: Line) -> list[object]:
    return [label, *(f"{line.figures[unit]:,}" for unit in UNITS)]
