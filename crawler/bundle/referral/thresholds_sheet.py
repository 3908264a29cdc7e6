"""The thresholds that a case is held against, the recipient's country first, each with the rows that count."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from crawler.bundle.referral.blocks import Block, Box, Cell, Heading, NewPage, Sheet, Text, pairs, table
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.counters import Row, total
from crawler.casework.facts import RowFact, ThresholdFact
from crawler.casework.thresholds import Figure, Threshold


def sheet(telling: Telling) -> Sheet:
    """The thresholds."""
    return Sheet("thresholds", telling.say("thresholds.title"), tuple(_blocks(telling)))


def _blocks(telling: Telling) -> Iterator[Block]:
    dossier, say = telling.dossier, telling.say
    numbers = {_key(row): number for number, row in enumerate(dossier.rows, 1)}
    own = dossier.thresholds_in_force
    of_country = [
        one for one in dossier.thresholds if one.assessment.threshold.jurisdiction == dossier.addressee.country
    ]
    past = [one for one in of_country if one not in own]
    others = [one for one in dossier.thresholds if one not in of_country]
    yield Text(say("thresholds.lead"))
    if any(not one.assessment.threshold.checked_by for one in dossier.thresholds):
        yield Box(say("value.unchecked"))
    tracks = dossier.case.tracks or (dossier.case.track,)
    if "administrative" in tracks and "criminal" not in tracks:
        yield Box(say("thresholds.for_information"))
    yield Heading(say("thresholds.recipient"))
    if not own:
        yield Text(say("thresholds.none_in_force" if past else "thresholds.none"))
    for one in own:
        yield from _threshold(telling, one, numbers)
    if past:
        yield Heading(say("thresholds.past"))
    for one in past:
        yield from _threshold(telling, one, numbers)
    if others:
        yield Heading(say("thresholds.others"))
    for one in others:
        yield from _threshold(telling, one, numbers)
    if dossier.rows:
        yield NewPage()
        yield Heading(say("thresholds.rows"))
        yield _rows(telling, dossier.rows)


def _threshold(telling: Telling, fact: ThresholdFact, numbers: Mapping[tuple[object, ...], int]) -> Iterator[Block]:
    say, held = telling.say, fact.assessment
    law = held.threshold
    state, offence = telling.word("reached", held.state), telling.data(law.offence)
    yield Heading(say("thresholds.heading", state=state, offence=offence, country=telling.country(law.jurisdiction)), 3)
    if not telling.dossier.is_in_force(fact):
        yield Text(say("thresholds.not_in_force"), "strong")
    force = "value.in_force_until" if law.effective_to else "value.in_force"
    checked = say("value.checked", by=law.checked_by, day=telling.day(law.checked_on)) if law.checked_by else ""
    yield pairs(
        (say("thresholds.citation"), law.citation, ""),
        (say("thresholds.check"), Cell(checked or say("value.unchecked"), "strong"), ""),
        (
            say("thresholds.force"),
            say(force, first=telling.day(law.effective_from), last=telling.day(law.effective_to)),
            "",
        ),
        (say("thresholds.needs"), needs(telling, law), ""),
        (say("thresholds.window"), _window(telling, fact), ""),
        (say("thresholds.note"), telling.data(law.note), ""),
    )
    rows = []
    for figure, basis in zip(held.figures, fact.figures, strict=True):
        condition = figure.condition
        reached = telling.number(figure.number, condition.unit) if figure.is_known else say("thresholds.nothing")
        rows.append(
            (
                figure_needed(telling, figure),
                Cell(reached, "strong"),
                f"{int(figure.share * 100)}%" if figure.is_known else NOTHING,
                telling.number(total(figure.estimated), condition.unit) if figure.estimated else NOTHING,
                _numbers([numbers[_row_key(row)] for row in figure.rows]),
                telling.rests(basis) if figure.rows or figure.estimated else NOTHING,
            )
        )
    names = ("condition", "reached", "share", "estimated", "counting")
    head = (*(say(f"thresholds.{name}") for name in names), say("value.rests"))
    yield table(head, rows, (32, 16, 9, 15, 14, 14))
    if held.state_with_estimates != held.state:
        yield Text(say("thresholds.hoped", state=telling.word("reached", held.state_with_estimates)), "small")


def needs(telling: Telling, law: Threshold) -> str:
    """How many of its conditions a threshold needs."""
    needed = telling.say(f"thresholds.needs_{law.needs}")
    return telling.say("thresholds.halves", needs=needed, count=law.halves) if law.halves else needed


def figure_needed(telling: Telling, figure: Figure) -> str:
    """What one condition asks for."""
    condition = figure.condition
    kind = "more_than" if condition.is_exclusive else "at_least"
    return telling.say(
        f"thresholds.{kind}", figure=telling.number(condition.figure, condition.unit),
        counter=telling.word("counter", condition.counter),
    )  # fmt: skip


def _window(telling: Telling, fact: ThresholdFact) -> str:
    window, law = fact.assessment.window, fact.assessment.threshold
    if window is None:
        return ""
    first, last = (f"{one:%Y-%m-%d %H:%M:%S} UTC" for one in window)
    days = law.window_days or (window[1] - window[0]) // timedelta(days=1)
    return telling.say("thresholds.window_text", first=first, last=last, days=days)


def _rows(telling: Telling, rows: Sequence[RowFact]) -> Block:
    say = telling.say
    works = {work.work_id: work.title for work in telling.dossier.works}
    told = []
    for number, row in enumerate(rows, 1):
        figure = telling.number(row.number, row.unit)
        if row.counted == "claimed" and row.shown and row.shown != figure:
            figure = say("thresholds.as_shown", number=figure, shown=row.shown)
        work, _, thing = row.what.partition(": ")
        of = f"{works[work]}: {thing}" if row.counter == "copies" and work in works else works.get(row.what, row.what)
        day = telling.day(row.at) if row.is_dated else say("facts.first_seen_mark", day=telling.day(row.at))
        kind = telling.listed([telling.word("counter", row.counter), telling.word("counted", row.counted)])
        told.append((str(number), kind, figure, Cell(of, "url"), day, telling.rests(row)))
    head = (
        *(say(f"thresholds.{name}") for name in ("row", "counter")), say("facts.figure"), say("thresholds.of"),
        say("facts.at"), say("value.rests"),
    )  # fmt: skip
    return table(head, told, (6, 19, 14, 36, 15, 10))


def _numbers(rows: Sequence[int]) -> str:
    """Numbers of rows, runs drawn together: ``1-40, 44``."""
    runs: list[list[int]] = []
    for number in sorted(rows):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs) or NOTHING


def _key(row: RowFact) -> tuple[object, ...]:
    return row.counter, row.counted, row.number, row.unit, row.at, row.what


def _row_key(row: Row) -> tuple[object, ...]:
    return row.counter, row.basis, row.number, row.unit, row.at, row.what
