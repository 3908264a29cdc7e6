"""The statistics of a period on paper, with a chart for each grouping, and as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterator

from crawler.bundle.referral import press
from crawler.bundle.referral.blocks import Block, Heading, NewPage, Picture, Sheet, Text, table
from crawler.bundle.referral.language import own
from crawler.casework.bars import bars
from crawler.casework.statistics import GROUPINGS, UNITS, Grouping, Line, Statistics
from crawler.watchlist.cell import guarded
from crawler.wording import say
from crawler.wording.reasons import kind_name, work_kind_name
from crawler.wording.told import territory

MOST = 24
"""Bars of a chart; the table beneath has every group."""


def pdf(told: Statistics, first: str) -> bytes:
    """An A4 PDF in English and Chinese, in the `first` language first; equal figures give equal bytes.

    Raises EnvironmentProblem when what prints is missing.
    """
    second = "en" if first == "zh" else "zh"
    blocks = (*_blocks(told, first), NewPage(), Heading(_title(told, second)), *_blocks(told, second))
    paper = Sheet("statistics", _title(told, first), blocks)
    return press.pdf(paper, own(first), f"{say('statistics.foot', first)} · {say('statistics.foot', second)}")


def as_csv(told: Statistics) -> bytes:
    """Every figure as one row, its headings in both languages: UTF-8 with a byte-order mark, RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        ["from 起", "to 止", "grouping 分组方式", "group 组", *(f"{_unit(u, 'en')} {_unit(u, 'zh')}" for u in UNITS)]
    )
    days = [told.since.isoformat(), told.until.isoformat()]
    writer.writerow([*days, "total 合计", "", *(told.total[unit] for unit in UNITS)])
    for grouping in GROUPINGS:
        name = f"{grouping} {say(f'statistics.grouping.{grouping}', 'zh')}"
        for line in told.groups.get(grouping, ()):
            labels = dict.fromkeys([group_name(grouping, line.group, "en"), group_name(grouping, line.group, "zh")])
            writer.writerow([*days, name, guarded(" ".join(labels)), *(line.figures[unit] for unit in UNITS)])
    for one in told.sums:
        both = [
            f"{say(f'console.facts.counters.{one.counter}', tag)} ({say(f'console.facts.basis.{one.basis}', tag)})"
            for tag in ("en", "zh")
        ]
        writer.writerow([*days, "amount 数额", " ".join(both), one.cases, f"{one.number:.2f} {one.unit}".rstrip()])
    return text.getvalue().encode("utf-8-sig")


def group_name(grouping: Grouping, group: str, language: str) -> str:
    """What a group is called."""
    if group in ("unknown", "goods", "words"):
        return say(f"statistics.other.{group}", language)
    if grouping == "country":
        return territory(group, language)
    if grouping == "kind":
        return work_kind_name(group, language)
    return kind_name(group, language) if grouping == "channel" else group


def _blocks(told: Statistics, language: str) -> Iterator[Block]:
    yield Text(say("statistics.counts", language))
    if not told.total["links"] and not told.total["works"]:
        yield Text(say("statistics.none", language), "strong")
    units = [_unit(unit, language) for unit in UNITS]
    yield table(units, [[f"{told.total[unit]:,}" for unit in UNITS]], [20] * len(UNITS))
    for grouping in GROUPINGS:
        lines = told.groups.get(grouping, ())
        if lines:
            yield from _grouped(grouping, lines, told, language)
    yield from _sums(told, language)
    for heading, figures, key in (
        ("decisions", {_status(name, language): count for name, count in told.verdicts.items()}, "hits"),
        ("sent", {_state(name, language): count for name, count in told.referrals.items()}, "referrals"),
    ):
        if figures:
            yield Heading(say(f"statistics.{heading}", language))
            heads = [say("statistics.head.status", language), say(f"statistics.head.{key}", language)]
            yield table(heads, [[name, f"{count:,}"] for name, count in figures.items()], [70, 30])


def _grouped(grouping: Grouping, lines: tuple[Line, ...], told: Statistics, language: str) -> Iterator[Block]:
    name = say(f"statistics.grouping.{grouping}", language)
    title = say("statistics.by", language, grouping=name)
    yield Heading(title)
    if grouping == "country":
        yield Text(say("statistics.country_note", language), "small")
    rows = [(group_name(grouping, line.group, language), line) for line in lines]
    shown = rows[-MOST:] if grouping == "month" else rows[:MOST]
    words = "; ".join(f"{label}: {line.figures['copies']}" for label, line in shown)
    yield Picture(bars([(label, line.figures["copies"]) for label, line in shown], title), words)
    heads = [name, *(_unit(unit, language) for unit in UNITS)]
    figures = [[label, *(f"{line.figures[unit]:,}" for unit in UNITS)] for label, line in rows]
    total = [say("statistics.total", language), *(f"{told.total[unit]:,}" for unit in UNITS)]
    yield table(heads, [*figures, total], [30, *([14] * len(UNITS))])


def _sums(told: Statistics, language: str) -> Iterator[Block]:
    if not told.sums:
        return
    yield Heading(say("statistics.amounts", language))
    yield Text(say("statistics.sums_note", language), "small")
    heads = [say(f"statistics.head.{name}", language) for name in ("counter", "basis", "number")]
    rows = [
        [say(f"console.facts.counters.{one.counter}", language), say(f"console.facts.basis.{one.basis}", language),
         f"{one.number:,.2f} {one.unit}".rstrip(), f"{one.cases:,}"]
        for one in told.sums
    ]  # fmt: skip
    yield table([*heads, _unit("cases", language)], rows, [35, 20, 30, 15])


def _title(told: Statistics, language: str) -> str:
    return say("statistics.title", language, since=told.since.isoformat(), until=told.until.isoformat())


def _unit(unit: str, language: str) -> str:
    return say(f"statistics.unit.{unit}", language)


def _status(name: str, language: str) -> str:
    return say(f"console.status.{name}", language)


def _state(name: str, language: str) -> str:
    return say(f"statistics.state.{name}", language)
