"""The facts sheet: everything that the case says in short, line by line with what it rests on."""

from collections.abc import Iterator

from crawler.bundle.referral.blocks import Block, Box, Bullets, Cell, Heading, Pairs, Sheet, Table, Text, pairs, table
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.basis import Basis
from crawler.casework.facts import Authority, Party, WorkFact

LIMITS = ("suspected", "copies", "country")


def sheet(telling: Telling) -> Sheet:
    """The facts sheet."""
    return Sheet("facts", telling.say("facts.title"), tuple(_blocks(telling)))


def _blocks(telling: Telling) -> Iterator[Block]:
    dossier, say = telling.dossier, telling.say
    yield from telling.stamps()
    yield Text(say("facts.lead"))
    yield Heading(say("facts.case"))
    yield _case(telling)
    if dossier.parties:
        yield Heading(say("facts.parties"))
        yield Pairs(
            tuple((telling.word("party", one.role), party(telling, one), telling.rests(one)) for one in dossier.parties)
        )
    yield Heading(say("facts.works"))
    for work in dossier.works:
        yield from _work(telling, work)
    yield Heading(say("facts.counted"))
    yield Text(say("facts.counted_lead"))
    yield _totals(telling)
    if dossier.left_out:
        yield Text(say("facts.left_out", count=dossier.left_out), "small")
    yield Heading(say("facts.copies"), 3)
    yield _copies(telling)
    yield Heading(say("facts.sites"))
    yield Text(say("facts.sites_more"))
    yield places(telling)
    placed = {one.host for one in dossier.places if one.role == "server"}
    why = {one.host: (say(f"why.{one.why}", detail=one.edge).strip(), telling.rests(one)) for one in dossier.unplaced}
    rest = [(host, *why.get(host, (say("facts.sites_none"), NOTHING))) for host in dossier.hosts if host not in placed]
    if rest:
        yield table((say("facts.host"), say("attribution.why"), say("value.rests")), rest, (30, 56, 14))
    yield Heading(say("facts.acts"))
    yield Text(say("facts.acts_lead"))
    yield _acts(telling)
    yield Heading(say("facts.approvals"))
    approvals = [
        telling.resting(say("facts.approval", by=one.by, system=one.system, when=telling.when(one.at)), one)
        for one in dossier.approvals
    ]
    yield Bullets(tuple(approvals)) if approvals else Box(say("facts.no_approval"))
    yield Heading(say("facts.limits"))
    yield Bullets(tuple(say(f"facts.limit_{name}") for name in LIMITS))
    if dossier.withheld:
        yield Text(say("facts.withheld", count=dossier.withheld))
    yield Heading(say("facts.labels"))
    rows = [
        (label, _kind(telling, label, basis), Cell(basis.name, "mono"))
        for label, basis in telling.labels
        if basis.kind != "bundle"
    ]
    yield table((say("facts.label"), say("facts.stands_for"), say("facts.id")), rows, (10, 40, 50))


def _case(telling: Telling) -> Pairs:
    dossier, say = telling.dossier, telling.say
    case, to, by = dossier.case, dossier.addressee, dossier.collector
    on = telling.rests(case)
    tracks = telling.listed(telling.word("track", track) for track in (case.tracks or (case.track,)) if track)
    name = telling.data(to.entry.name) if to.entry else to.name
    standing = telling.word("standing", to.standing or "unlisted")
    return pairs(
        (say("facts.case_id"), Cell(case.case_id, "mono"), on),
        (say("facts.case_title"), case.title, on),
        (say("facts.track"), tracks or say("value.not_on_record"), on),
        (say("facts.opened"), say("facts.opened_text", when=telling.when(case.opened_at), by=case.opened_by), on),
        (say("facts.campaigns"), telling.listed(case.campaigns), on),
        (say("facts.hold"), case.legal_hold or "", on),
        (say("facts.referral"), Cell(dossier.referral_id, "mono"), telling.rests(to)),
        (say("facts.recipient"), telling.listed([name, telling.country(to.country), standing]), telling.rests(to)),
        (say("facts.legal_basis"), say("cover.basis_text", basis=to.legal_basis), telling.rests(to)),
        (say("facts.collector"), telling.listed([by.organisation, by.name]) or say("value.not_on_record"), telling.rests(by)),
        (say("facts.contact"), by.contact, telling.rests(by)),
        (say("facts.collector_country"), telling.country(by.country) if by.country else "", telling.rests(by)),
        (say("facts.crossing"), say("facts.crossing_yes" if dossier.crosses_borders else "facts.crossing_no"),
         telling.rests(*(place for place in dossier.places if place.role in ("server", "operator", "discovery")))),
    )  # fmt: skip


def _work(telling: Telling, work: WorkFact) -> Iterator[Block]:
    say, on = telling.say, telling.rests(work)
    yield Heading(say("value.year", title=work.title, year=work.year) if work.year else work.title, 3)
    rows: list[tuple[str, Cell | str, str]] = [
        (say("facts.also"), telling.listed(work.aliases), on),
        (say("facts.kind"), telling.word("kind", work.kind) if work.kind else "", on),
        (say("facts.creators"), telling.listed(work.creators), on),
        (say("facts.publishers"), telling.listed(work.publishers), on),
        (say("facts.identifiers"), telling.listed(work.identifiers), on),
        (say("facts.genuine"), Cell(telling.listed(work.reference_urls), "url"), on),
        *((say("facts.authority"), authority(telling, one), telling.rests(one)) for one in work.authorities),
    ]  # fmt: skip
    yield pairs(*rows)
    if not work.authorities:
        yield Box(say("facts.no_authority"))


def authority(telling: Telling, one: Authority) -> str:
    """An authorisation in a sentence."""
    return telling.say(
        "facts.authority_text", rightsholder=one.rightsholder, reference=one.reference,
        territory=telling.listed(map(telling.country, one.territory)), first=telling.day(one.valid_from),
        last=telling.day(one.valid_to),
    )  # fmt: skip


def _kind(telling: Telling, label: str, basis: Basis) -> str:
    # A figure may have been read from a page as it was after the decision: that exhibit is no part of the bundle.
    is_later = basis.kind == "exhibit" and not label.startswith("E")
    return telling.word("basis", "later-exhibit" if is_later else basis.kind)


def party(telling: Telling, one: Party) -> str:
    """A party in a line; without its name where nobody had it opened."""
    country = telling.country(one.country) if one.country else ""
    return telling.listed([one.name or telling.say("party.unnamed"), one.contact, country])


def _totals(telling: Telling) -> Table:
    say = telling.say
    rows = [
        (telling.word("counter", one.counter), telling.word("counted", one.counted), telling.number(one.number, one.unit),
         str(one.rows), telling.rests(one))
        for one in telling.dossier.totals
    ]  # fmt: skip
    head = (say("facts.what"), say("facts.how"), say("facts.figure"), say("facts.rows"), say("value.rests"))
    return table(head, rows, (26, 20, 20, 8, 26))


def _copies(telling: Telling) -> Table:
    say, dossier = telling.say, telling.dossier
    rows = [
        (dossier.work(one.work_id).title, Cell(one.object, "url"),
         telling.day(one.offered) if one.is_dated else say("facts.first_seen_mark", day=telling.day(one.offered)),
         str(len(one.pages)), telling.rests(one))
        for one in dossier.copies
    ]  # fmt: skip
    head = (say("facts.work"), say("facts.object"), say("facts.offered"), say("facts.pages"), say("value.rests"))
    return table(head, rows, (24, 38, 16, 10, 12))


def places(telling: Telling) -> Block:
    """The countries with their roles, or that none is known."""
    say = telling.say
    rows = [
        (
            one.host or NOTHING,
            telling.word("role", one.role),
            say("facts.disputed", country=telling.country(one.country))
            if one.is_disputed
            else telling.country(one.country),
            telling.word("confidence", one.confidence),
            telling.day(one.at),
            telling.rests(one),
        )
        for one in telling.dossier.places
    ]
    if not rows:
        return Text(say("attribution.no_countries"))
    head = tuple(say(f"facts.{name}") for name in ("host", "role", "country", "confidence", "observed"))
    return table((*head, say("value.rests")), rows, (24, 21, 20, 12, 12, 11))


def _acts(telling: Telling) -> Table:
    say = telling.say
    rows = []
    for one in telling.dossier.acts:
        detail = say("facts.items", count=int(one.what)) if one.kind == "decided" else one.what
        rows.append(
            (telling.when(one.at), telling.word("act", one.kind), Cell(detail, "url"), one.by, telling.days(one.days),
             telling.rests(one))
        )  # fmt: skip
    head = tuple(say(f"facts.{name}") for name in ("at", "event", "detail", "by", "since"))
    return table((*head, say("value.rests")), rows, (22, 16, 26, 13, 12, 11))
