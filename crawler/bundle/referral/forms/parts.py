"""What several forms say alike, each line with what it rests on."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from crawler import wording
from crawler.bundle.referral import facts_sheet
from crawler.bundle.referral.blocks import Blanks, Block, Box, Cell, Heading, Text, pairs, table
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.basis import Basis
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Act, Authority, Item, MoveFact, ThresholdFact
from crawler.statement import Statement

Rows = list[tuple[Cell | str, ...]]
CONTACTS = frozenset({"dispatched", "acknowledged", "answered", "corrected", "withdrawn"})
OPERATOR = (
    "registration", "registrar", "filing", "security-filing", "certificate", "analytics", "advertising", "payment",
    "contact", "favicon", "template",
)  # fmt: skip
"""Statements that may lead to who runs a host."""
WHERE = (
    "address",
    "alias",
    "network",
    "holder",
    "edge",
    "origin",
    "name-server",
    "mail-server",
    "registrar",
    "server-software",
)
"""Statements on where a host is; its country stands in a table of its own, as an edge's is not the server's."""
SIGNER = (("name", 1), ("office", 1), ("signature", 2), ("day", 1))


def said(telling: Telling, key: str, **facts: object) -> str:
    """A sentence of the forms, in that of the product's own languages which the package's language takes."""
    return wording.say(f"referral_forms.{key}", telling.language.data, **facts)


def opening(telling: Telling, filed: str | None = None) -> Iterator[Block]:
    """What stands at the head of a form: a draft, its legal text unchecked; `filed` is the language in which it counts."""
    yield Box(said(telling, "all.draft"))
    yield Box(said(telling, "all.unchecked"))
    if filed and telling.language.tag != filed:
        yield Box(said(telling, f"all.copy_{filed}"))


def blanks(telling: Telling, *rows: tuple[str, int]) -> Blanks:
    """Places to be filled in by people: keys of their labels, and their heights in lines."""
    return Blanks(tuple((said(telling, f"blank.{name}"), lines) for name, lines in rows))


def addressee(telling: Telling) -> str:
    """To whom the package goes."""
    to = telling.dossier.addressee
    return telling.listed([telling.data(to.entry.name) if to.entry else to.name, telling.country(to.country)])


def tracks(dossier: Dossier) -> frozenset[str]:
    """On which ways the recipient acts; where it is in no directory, on which the case goes."""
    case, entry = dossier.case, dossier.addressee.entry
    return frozenset(entry.tracks if entry else filter(None, (*case.tracks, case.track)))


def works(telling: Telling) -> Iterator[Block]:
    """The works with their right-holders and authorisations."""
    say = telling.say
    for work in telling.dossier.works:
        on = telling.rests(work)
        yield Heading(say("value.year", title=work.title, year=work.year) if work.year else work.title, 3)
        yield pairs(
            (say("facts.also"), telling.listed(work.aliases, 12), on),
            (say("facts.kind"), telling.word("kind", work.kind) if work.kind else "", on),
            (say("facts.creators"), telling.listed(work.creators, 12), on),
            (say("facts.publishers"), telling.listed(work.publishers, 12), on),
            (say("facts.identifiers"), telling.listed(work.identifiers, 12), on),
            *((say("facts.authority"), facts_sheet.authority(telling, one), telling.rests(one)) for one in work.authorities),
        )  # fmt: skip
        if not work.authorities:
            yield Box(say("facts.no_authority"))


def document_of(authority: Authority) -> tuple[str, str]:
    """What makes two entries the same power of attorney: who gave it, and its reference."""
    return authority.rightsholder, authority.reference


def authorities(dossier: Dossier) -> tuple[tuple[Authority, tuple[Basis, ...]], ...]:
    """The powers of attorney, each once though it was entered for several works, with all that it rests on."""
    groups: dict[tuple[str, str], list[Authority]] = {}
    for work in dossier.works:
        for one in work.authorities:
            groups.setdefault(document_of(one), []).append(one)
    return tuple(
        (group[0], tuple(dict.fromkeys(basis for one in group for basis in one.basis))) for group in groups.values()
    )


def holders(telling: Telling) -> tuple[tuple[str, str], ...]:
    """The right-holders, each with what that rests on."""
    found: dict[str, list[Basis]] = {}
    for one, on in authorities(telling.dossier):
        found.setdefault(one.rightsholder, []).extend(on)
    return tuple((name, telling.rests(basis)) for name, basis in found.items())


def found(telling: Telling) -> Block:
    """What was found, from when to when, and how much of it."""
    dossier = telling.dossier
    items = dossier.items
    acts = [act for act in dossier.acts if act.kind in ("found", "decided")]
    first = dossier.found_at
    seen = (min(item.seen_first for item in items), max(item.seen_last for item in items)) if items else None
    prices = tuple(dict.fromkeys(item.price for item in items if item.price))
    on = telling.rests(*items)
    return pairs(
        (said(telling, "found.how"), said(telling, "found.how_text"), telling.rests(*acts, dossier.case)),
        (said(telling, "found.first"), telling.when(first) if first else "", telling.rests(*acts)),
        (said(telling, "found.period"), telling.say("value.period", first=telling.day(seen[0]), last=telling.day(seen[1]))
         if seen else "", on),
        (said(telling, "found.offers"), telling.number(len(items)), on or telling.rests(dossier.case)),
        (said(telling, "found.copies"), telling.number(len(dossier.copies)), telling.rests(*dossier.copies) or on
         or telling.rests(dossier.case)),
        (said(telling, "found.prices"), telling.listed(prices, 12), telling.rests(*(item for item in items if item.price))),
    )  # fmt: skip


def totals(telling: Telling) -> Block:
    """The sums of what is counted, each on its own basis."""
    say = telling.say
    rows: Rows = [
        (telling.word("counter", one.counter), telling.word("counted", one.counted), telling.number(one.number, one.unit),
         telling.rests(one))
        for one in telling.dossier.totals
    ]  # fmt: skip
    if not rows:
        return Text(said(telling, "all.nothing_counted"))
    return table((say("facts.what"), say("facts.how"), say("facts.figure"), say("value.rests")), rows, (32, 22, 22, 24))


def thresholds(telling: Telling, country: str) -> Iterator[Block]:
    """The figures of offences of a country, held against the case."""
    say = telling.say
    own = [one for one in telling.dossier.thresholds if one.assessment.threshold.jurisdiction == country]
    if not own:
        yield Text(say("thresholds.none"))
        return
    if any(not one.assessment.threshold.checked_by for one in own):
        yield Box(say("value.unchecked"))
    rows: Rows = [_threshold(telling, one) for one in own]
    head = (
        said(telling, "all.offence"), say("thresholds.citation"), said(telling, "all.reached"), say("thresholds.check"),
        say("value.rests"),
    )  # fmt: skip
    yield table(head, rows, (28, 26, 12, 18, 16))
    yield Text(said(telling, "all.see_thresholds"), "small")


def _threshold(telling: Telling, one: ThresholdFact) -> tuple[Cell | str, ...]:
    law = one.assessment.threshold
    checked = telling.say("value.checked", by=law.checked_by, day=telling.day(law.checked_on)) if law.checked_by else ""
    return (
        telling.data(law.offence), law.citation, Cell(telling.word("reached", one.assessment.state), "strong"),
        checked or said(telling, "all.unchecked_short"), telling.rests(one),
    )  # fmt: skip


def traces(telling: Telling, hosts: Iterable[str], kinds: Collection[str]) -> Block:
    """What was said of hosts: the same said again and again stands once."""
    say = telling.say
    groups: dict[tuple[str, ...], list[tuple[Statement, tuple[Basis, ...]]]] = {}
    for host in hosts:
        for fact in telling.dossier.of_host(host):
            one = fact.statement
            if one.kind in kinds:
                key = (host, one.kind, one.value, one.about or "", one.source)
                groups.setdefault(key, []).append((one, fact.basis))
    rows: Rows = []
    for (host, kind, value, about, source), group in groups.items():
        first, last = telling.day(group[0][0].at), telling.day(group[-1][0].at)
        text = say("attribution.about", value=value, about=about) if about else value
        period = first if first == last else say("value.period", first=first, last=last)
        basis = [one for _, several in group for one in several]
        rows.append((host, telling.word("statement", kind), Cell(text, "url"), period, source, telling.rests(basis)))
    if not rows:
        return Text(said(telling, "all.no_traces"))
    head = (say("facts.host"), *(say(f"attribution.{name}") for name in ("what", "value", "seen", "source")))
    return table((*head, say("value.rests")), rows, (20, 16, 26, 14, 14, 10))


def hidden(telling: Telling, hosts: Collection[str]) -> Iterator[Block]:
    """The hosts whose server's country is not known, and why."""
    say = telling.say
    rows: Rows = [
        (one.host, say(f"why.{one.why}", detail=one.edge).strip(), telling.rests(one))
        for one in telling.dossier.unplaced
        if one.host in hosts
    ]
    if rows:
        yield table((say("facts.host"), say("attribution.why"), say("value.rests")), rows, (30, 56, 14))


def moves(telling: Telling, several: Sequence[MoveFact]) -> Block:
    """Changes of where hosts are, with the days since the first finding and since what was sent."""
    say = telling.say
    if not several:
        return Text(say("attribution.no_moves"))
    rows: Rows = []
    for one in several:
        kind = telling.word("move", one.kind)
        if one.vantage:
            kind = say("attribution.vantage", kind=kind, country=telling.country(one.vantage))
        before, after = (
            telling.listed(telling.country(value) if one.kind == "country" else value for value in values) or NOTHING
            for values in (one.before, one.after)
        )
        if one.edge:
            after = say("attribution.through_edge", value=after, edge=one.edge)
        rows.append(
            (telling.day(one.at), one.subject, kind, Cell(before, "url"), Cell(after, "url"),
             _count(one.days_since_found), _count(one.days_since_act), telling.rests(one))
        )  # fmt: skip
    names = ("before", "after", "since_found", "since_act")
    head = (say("facts.at"), say("facts.host"), say("facts.event"), *(say(f"attribution.{name}") for name in names))
    return table((*head, say("value.rests")), rows, (11, 19, 13, 13, 13, 11, 12, 8))


def _count(days: int | None) -> str:
    return NOTHING if days is None else str(days)


def suspects(telling: Telling) -> Iterator[Block]:
    """Operators and uploaders on record, and under which names the items were posted."""
    say, dossier = telling.say, telling.dossier
    rows = [
        (telling.word("party", one.role), facts_sheet.party(telling, one), telling.rests(one))
        for one in dossier.parties
        if one.role in ("operator", "uploader", "other")
    ]
    posters: dict[tuple[str, str], list[Item]] = {}
    for item in dossier.items:
        if item.posted_by:
            posters.setdefault((item.site_id, item.posted_by), []).append(item)
    rows += [
        (said(telling, "all.posted_as", site=site), said(telling, "all.posted", name=telling.short(name, 80),
         count=len(items)), telling.rests(*items))
        for (site, name), items in posters.items()
    ]  # fmt: skip
    yield pairs(*rows) if rows else Text(say("value.not_on_record"))


def contacts(telling: Telling, kinds: Collection[str] = CONTACTS) -> Block:
    """What was sent to whom, and what came back: by the day, as people enter it."""
    acts = [act for act in telling.dossier.acts if act.kind in kinds]
    if not acts:
        return Text(said(telling, "all.no_contact"))
    say = telling.say
    rows: Rows = [
        (telling.day(one.at), telling.word("act", one.kind), Cell(_what(telling, one), "url"), telling.days(one.days),
         telling.rests(one))
        for one in acts
    ]  # fmt: skip
    head = tuple(say(f"facts.{name}") for name in ("at", "event", "detail", "since"))
    return table((*head, say("value.rests")), rows, (14, 20, 38, 14, 14))


def _what(telling: Telling, act: Act) -> str:
    return telling.say("facts.items", count=int(act.what)) if act.kind == "decided" else act.what


def evidence(telling: Telling) -> Block:
    """The bundle beside the form; its name and hash, which each export has anew, stand in the custody receipt."""
    bundle = telling.dossier.bundle
    if bundle is None:
        return Text(said(telling, "all.no_bundle"))
    on = telling.rests(bundle)
    return pairs(
        (telling.say("receipt.exhibits"), str(bundle.exhibits), on),
        (said(telling, "all.bundle_hash"), said(telling, "all.see_receipt"), on),
        (telling.say("receipt.signer"), Cell(bundle.signer, "mono"), on),
    )
