"""Where the sites are and were, who is linked to whom, and who may act: each line with the statement that says so."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.bundle.referral.blocks import Block, Cell, Heading, Picture, Sheet, Text, table
from crawler.bundle.referral.facts_sheet import places
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.basis import Basis
from crawler.casework.dossier import alike
from crawler.casework.facts import MoveFact, NoRouteFact, RouteFact, StatementFact

Draw = Callable[[Telling], tuple[Picture, ...]]


@dataclass(slots=True)
class Said:
    """The same said of a host again and again: by one source, of one kind, with one value."""

    first: StatementFact
    last: StatementFact
    count: int = 0
    basis: list[Basis] = field(default_factory=list)


def sheet(telling: Telling, draw: Draw | None = None) -> Sheet:
    """Attribution and moves; `draw` makes the pictures of the timelines."""
    return Sheet("attribution", telling.say("attribution.title"), tuple(_blocks(telling, draw)))


def _blocks(telling: Telling, draw: Draw | None) -> Iterator[Block]:
    dossier, say = telling.dossier, telling.say
    yield Text(say("attribution.lead"))
    yield Heading(say("attribution.countries"))
    yield Text(say("attribution.countries_lead"), "small")
    yield places(telling)
    yield Heading(say("attribution.unplaced"))
    hidden = [
        (one.host, telling.say(f"why.{one.why}", detail=one.edge).strip(), telling.rests(one))
        for one in dossier.unplaced
    ]
    if hidden:
        yield table((say("facts.host"), say("attribution.why"), say("value.rests")), hidden, (30, 56, 14))
    else:
        yield Text(say("attribution.all_placed" if dossier.hosts else "attribution.nothing"))
    yield Heading(say("attribution.moves"))
    if dossier.moves:
        yield Text(say("attribution.moves_lead"))
        yield _moves(telling, dossier.moves)
        for picture in draw(telling) if draw else ():
            yield picture
            yield Text(telling.resting(say("attribution.timeline_rests"), *dossier.moves, *dossier.acts), "small")
    else:
        yield Text(say("attribution.no_moves"))
    yield Heading(say("attribution.operators"))
    yield Text(say("attribution.operators_lead"))
    yield links(telling)
    yield Heading(say("attribution.routes"))
    yield Text(say("attribution.routes_lead"))
    yield _routes(telling, dossier.routes)
    if dossier.refusals:
        yield Heading(say("attribution.refused"), 3)
        yield _refusals(telling, dossier.refusals)
    for host in dossier.hosts:
        yield Heading(say("attribution.host", host=host))
        said = dossier.of_host(host)
        yield _statements(telling, said) if said else Text(say("attribution.nothing"))


def _moves(telling: Telling, moves: Sequence[MoveFact]) -> Block:
    say = telling.say
    rows = []
    for one in moves:
        kind = telling.word("move", one.kind)
        if one.vantage:
            kind = say("attribution.vantage", kind=kind, country=telling.country(one.vantage))
        after = telling.listed(_named(telling, one, one.after)) or NOTHING
        if one.edge:
            after = say("attribution.through_edge", value=after, edge=one.edge)
        rows.append(
            (telling.day(one.at), one.subject, kind, Cell(telling.listed(_named(telling, one, one.before)) or NOTHING, "url"),
             Cell(after, "url"), _count(one.days_since_found), _count(one.days_since_act),
             telling.word("confidence", one.confidence), telling.rests(one))
        )  # fmt: skip
    names = ("before", "after", "since_found", "since_act")
    head = (
        say("facts.at"), say("facts.host"), say("facts.event"), *(say(f"attribution.{name}") for name in names),
        say("facts.confidence"), say("value.rests"),
    )  # fmt: skip
    return table(head, rows, (11, 17, 12, 13, 13, 8, 8, 11, 7))


def _named(telling: Telling, move: MoveFact, values: Sequence[str]) -> list[str]:
    return [telling.country(value) if move.kind == "country" else value for value in values]


def _count(days: int | None) -> str:
    return NOTHING if days is None else str(days)


def links(telling: Telling, of: Collection[str] = ()) -> Block:
    """Links between operators as they are graded; `of` keeps those of some sites."""
    say = telling.say
    rows = []
    for one in telling.dossier.links:
        if of and not {one.left, one.right} & set(of):
            continue
        standing = "disputed" if one.is_disputed else "asserted" if one.is_asserted else "not_asserted"
        shared = [
            say("value.labelled", label=telling.word("statement", kind), text=value) for kind, value in one.shared
        ]
        rows.append(
            (say(f"attribution.{standing}", grade=telling.word("grade", one.grade)), telling.listed([one.left, one.right]),
             Cell(telling.listed(shared), "url"), telling.rests(one))
        )  # fmt: skip
    if not rows:
        return Text(say("attribution.no_links"))
    head = (*(say(f"attribution.{name}") for name in ("grade", "between", "shared")), say("value.rests"))
    return table(head, rows, (24, 26, 38, 12))


def _routes(telling: Telling, routes: Sequence[RouteFact]) -> Block:
    say = telling.say
    if not routes:
        return Text(say("attribution.no_route"))
    rows = []
    for one in routes:
        track = telling.word("track", one.track)
        rows.append(
            (telling.data(one.agency.name), telling.country(one.agency.country),
             say("attribution.instead", track=track) if one.is_instead else track, say(f"attribution.{one.through}"),
             telling.word("standing", one.standing), telling.rests(one))
        )  # fmt: skip
    head = (
        say("attribution.agency"), say("facts.country"), say("facts.track"), say("attribution.through"),
        say("attribution.standing"), say("value.rests"),
    )  # fmt: skip
    return table(head, rows, (29, 15, 14, 11, 20, 11))


def _refusals(telling: Telling, refusals: Sequence[NoRouteFact]) -> Block:
    say = telling.say
    rows = [
        (telling.country(one.subject) if len(one.subject) == 2 else one.subject or NOTHING,
         say(f"why.{one.why}", detail=one.detail).strip(), telling.rests(one))
        for one in refusals
    ]  # fmt: skip
    return table((say("attribution.subject"), say("attribution.why"), say("value.rests")), rows, (30, 56, 14))


def _statements(telling: Telling, said: Sequence[StatementFact]) -> Block:
    say = telling.say
    together: dict[tuple[object, ...], Said] = {}
    for fact in said:
        group = together.setdefault(alike(fact), Said(fact, fact))
        group.last = fact
        group.count += 1
        group.basis += fact.basis
    rows = []
    for group in together.values():
        one, last = group.first.statement, group.last.statement
        value = telling.country(one.value) if one.kind in ("country", "registrar-country") else one.value
        source = (
            say("attribution.source_date", source=one.source, day=one.source_date) if one.source_date else one.source
        )
        if one.handling:
            source = say("attribution.handling", source=source, handling=one.handling)
        period = telling.day(one.at)
        if last.at.date() != one.at.date():
            period = say("value.period", first=period, last=telling.day(last.at))
        if group.count > 1:
            period = say("attribution.times", count=group.count, period=period)
        rows.append(
            (telling.word("statement", one.kind),
             Cell(say("attribution.about", value=value, about=one.about) if one.about else value, "url"), period, source,
             telling.word("confidence", one.confidence), telling.rests(group.basis))
        )  # fmt: skip
    names = ("what", "value", "seen", "source")
    head = (*(say(f"attribution.{name}") for name in names), say("facts.confidence"), say("value.rests"))
    return table(head, rows, (15, 27, 17, 18, 12, 11))
