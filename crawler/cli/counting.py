"""titlewatch cases facts, cases amount, thresholds: what a case counts, and how far it reaches the law's figures."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crawler import clock
from crawler.casework.counters import BASES, COUNTERS, DISPLAYED, ENTERED, CounterName
from crawler.cli import voice
from crawler.cli.amounts import Number
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.days import Day

if TYPE_CHECKING:
    from crawler.casework.counters import Row
    from crawler.casework.thresholds import Assessment, Condition, Figure, Threshold


@click.command(
    cls=Command,
    epilog=examples("titlewatch cases facts 01K0CASE", "titlewatch cases facts 01K0CASE --country CN --json"),
)
@click.argument("case_id", metavar="CASE")
@click.option("--country", "countries", metavar="CC", multiple=True, help="Only the law of this country.")
@as_json
def facts(case_id: str, countries: tuple[str, ...], as_json: bool) -> None:
    """What a case counts, row by row kept in the JSON, and which thresholds that meets."""
    from crawler.desk import counting

    place = workspace()
    count = counting.count(opened(place), place, case_id, [country.upper() for country in countries])
    if as_json:
        voice.data(
            {"case_id": count.case_id, "left_out": count.left_out, "rows": [_row(row) for row in count.rows],
             "thresholds": [_assessment(one) for one in count.assessments]}
        )  # fmt: skip
        return
    if count.left_out:
        voice.note("facts.left_out", count=count.left_out)
    _tell_totals(count.rows)
    for one in count.assessments:
        voice.line()
        _tell_assessment(one, count.assessments)
    for amount in count.amounts:
        voice.tell("facts.amount", amount=amount.amount_id, counter=_name(amount.counter), number=f"{amount.number:,g} {amount.unit}".rstrip(),
                   basis=_basis(amount.counter, amount.basis), source=amount.source,
                   day=amount.at.date().isoformat(), by=amount.entered_by)  # fmt: skip


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch cases amount 01K0CASE turnover 61000 --unit CNY --basis claimed --day 2026-05-01 \\',
        '    --source "the shop\'s own sales page, exhibit 3" --by "Li Si"',
        'titlewatch cases amount --withdraw 01K0AMOUNT --by "Li Si"',
    ),
)  # fmt: skip
@click.argument("case_id", metavar="[CASE]", required=False)
@click.argument("counter", metavar="[COUNTER]", required=False)
@click.argument("number", metavar="[NUMBER]", type=Number(), required=False)
@click.option("--unit", default="", metavar="CUR", help="The currency, such as CNY or USD.")
@click.option("--basis", default="claimed", show_default=True, metavar="B", help=f"One of: {', '.join(BASES)}.")
@click.option("--day", type=Day(), metavar="DAY", help="The day that the figure holds for; default: today (UTC).")
@click.option("--source", default="", metavar="TEXT", help="Where the figure comes from.")
@click.option("--by", "entered_by", required=True, metavar="NAME")
@click.option("--withdraw", metavar="AMOUNT", help="Count an amount no longer; it stays on record.")
@as_json
def amount(
    case_id: str | None, counter: str | None, number: float | None, unit: str, basis: str, day: date | None,
    source: str, entered_by: str, withdraw: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Add a figure that no page shows: COUNTER is members, turnover, gains, retail-value or loss."""
    from crawler.desk import counting
    from crawler.errors import UsageError

    place = workspace()
    store = opened(place)
    if withdraw:
        counting.withdraw_amount(store, place, withdraw, entered_by)
        return
    if case_id is None or counter is None or number is None:
        raise UsageError(
            "a figure is incomplete", "cases amount", f"give CASE, one of {', '.join(ENTERED)}, and a NUMBER"
        )
    made = counting.enter_amount(
        store, place, case_id, counter=counter, number=number, unit=unit, basis=basis, source=source,
        day=day or clock.now().date(), entered_by=entered_by,
    )  # fmt: skip
    if as_json:
        voice.data({"amount_id": made.amount_id})
    else:
        voice.line(made.amount_id)


@click.group(cls=Group, epilog=examples("titlewatch thresholds list"))
def thresholds() -> None:
    """The thresholds of offences that cases are held against: dated data, each with its citation."""


@thresholds.command(
    "list", cls=Command, epilog=examples("titlewatch thresholds list", "titlewatch thresholds list --json")
)
@as_json
def list_(as_json: bool) -> None:
    """The thresholds, and who has checked them against the text of the law."""
    from crawler.desk import counting

    for law in counting.laws(workspace()):
        if as_json:
            voice.data(_law(law))
        else:
            _tell_law(law)
            for condition in law.conditions:
                voice.tell("facts.condition", counter=_name(condition.counter), figure=_amount(condition))


def _tell_totals(rows: Sequence["Row"]) -> None:
    sums: dict[tuple[CounterName, str, str], float] = {}
    for row in rows:
        sums[row.counter, row.basis, row.unit] = sums.get((row.counter, row.basis, row.unit), 0) + row.number
    ordered = sorted(sums.items(), key=lambda item: (COUNTERS.index(item[0][0]), item[0]))
    table: list[list[object]] = [
        [_name(counter), _basis(counter, basis), f"{number:,g}", unit] for (counter, basis, unit), number in ordered
    ]
    if table:
        voice.table([voice.sentence(f"facts.head.{name}") for name in ("counter", "basis", "number", "unit")], table)
    else:
        voice.note("facts.nothing")


def _tell_assessment(one: "Assessment", every: Sequence["Assessment"]) -> None:
    law = one.threshold
    voice.tell("facts.state", state=voice.sentence(f"facts.states.{one.state}"), law=law.threshold_id,
               offence=law.offence[voice.language()])  # fmt: skip
    _tell_law(law)
    if one.window:
        voice.tell(
            "facts.window",
            start=one.window[0].date().isoformat(),
            end=one.window[1].date().isoformat(),
            days=law.window_days,
        )
    for figure in one.figures:
        _tell_figure(figure, law, every)
    if one.state == "met" and one.state_with_observed != "met":
        voice.tell("facts.with_claims", state=voice.sentence(f"facts.states.{one.state_with_observed}"))
    if one.state_with_estimates != one.state:
        voice.tell("facts.with_estimates", state=voice.sentence(f"facts.states.{one.state_with_estimates}"))


def _tell_figure(figure: "Figure", law: "Threshold", every: Sequence["Assessment"]) -> None:
    condition, counter = figure.condition, _name(figure.condition.counter)
    if figure.rows or not figure.outside:
        parts = [f"{number:,g} {_basis(condition.counter, basis)}" for basis, number in figure.by_basis.items()]
        entered = voice.sentence("facts.by_people") if figure.rows and condition.counter in ENTERED else ""
        voice.tell("facts.figure", counter=counter, number=" + ".join(parts) or "0", figure=_amount(condition),
                   rows=len(figure.rows), entered=entered,
                   unknown="" if figure.is_known else voice.sentence("facts.unknown"))  # fmt: skip
    unruled = [row for row in figure.outside if not _rules(row, law.jurisdiction, every)]
    if unruled:
        voice.tell("facts.unruled", counter=counter, days=_days(unruled))
    elif figure.outside and not figure.rows:
        laws = {rule for row in figure.outside for rule in _rules(row, law.jurisdiction, every)}
        voice.tell("facts.elsewhere", counter=counter, days=_days(figure.outside),
                   laws=voice.sentence("facts.between").join(sorted(laws)))  # fmt: skip


def _rules(row: "Row", jurisdiction: str, every: Sequence["Assessment"]) -> list[str]:
    """The thresholds of a country on the figure of a row that are in force on its day."""
    laws = [one.threshold for one in every if one.threshold.jurisdiction == jurisdiction]
    return [
        law.threshold_id
        for law in laws
        if law.covers(row.at) and any(condition.is_on(row) for condition in law.conditions)
    ]


def _days(rows: Sequence["Row"]) -> str:
    days = sorted({row.at.date().isoformat() for row in rows})
    return days[0] if len(days) == 1 else voice.sentence("facts.days", start=days[0], end=days[-1])


def _amount(condition: "Condition") -> str:
    sign = ">" if condition.is_exclusive else "≥"
    return f"{sign} {condition.figure:,g} {condition.unit}".rstrip()


def _tell_law(law: "Threshold") -> None:
    start = law.effective_from.isoformat()
    end = law.effective_to.isoformat() if law.effective_to else voice.sentence("facts.in_force")
    voice.tell("facts.law", law=law.threshold_id, country=law.jurisdiction, citation=law.citation,
               days=voice.sentence("facts.days", start=start, end=end))  # fmt: skip
    if law.checked_by:
        voice.tell("facts.checked", by=law.checked_by, day=law.checked_on.isoformat() if law.checked_on else "-")
    else:
        voice.tell("facts.unchecked")


def _name(counter: str) -> str:
    return voice.sentence(f"facts.counters.{counter}")


def _basis(counter: str, basis: str) -> str:
    return voice.sentence(f"facts.{'page' if counter in DISPLAYED else 'basis'}.{basis}")


def _row(row: "Row") -> dict[str, Any]:
    return {
        "counter": row.counter, "basis": row.basis, "number": row.number, "unit": row.unit, "at": clock.stamp(row.at),
        "is_dated": row.is_dated, "what": row.what, "shown": row.shown, "exhibits": list(row.exhibits),
    }  # fmt: skip


def _law(law: "Threshold") -> dict[str, Any]:
    return {
        "id": law.threshold_id, "jurisdiction": law.jurisdiction, "track": law.track, "offence": dict(law.offence),
        "citation": law.citation, "effective_from": law.effective_from.isoformat(),
        "effective_to": law.effective_to.isoformat() if law.effective_to else None, "window_days": law.window_days,
        "needs": law.needs, "halves": law.halves, "note": dict(law.note), "checked_by": law.checked_by or None,
        "conditions": [{"counter": c.counter, "figure": c.figure, "exclusive": c.is_exclusive, "unit": c.unit} for c in law.conditions],
    }  # fmt: skip


def _assessment(one: "Assessment") -> dict[str, Any]:
    window = [clock.stamp(moment) for moment in one.window] if one.window else None
    return {
        **_law(one.threshold), "state": one.state, "state_with_estimates": one.state_with_estimates,
        "state_with_observed": one.state_with_observed, "window": window,
        "figures": [_figure(figure) for figure in one.figures],
    }  # fmt: skip


def _figure(figure: "Figure") -> dict[str, Any]:
    return {
        "counter": figure.condition.counter, "number": figure.number, "by_basis": figure.by_basis,
        "share": round(figure.share, 4), "known": figure.is_known, "outside": [row.what for row in figure.outside],
        "rows": [row.what for row in figure.rows], "estimated": [row.what for row in figure.estimated],
    }  # fmt: skip
