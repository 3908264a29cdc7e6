"""The site dossier, in the manner of a nomination for a list: site by site, all that was observed of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from crawler import wording
from crawler.bundle.referral import attribution_sheet
from crawler.bundle.referral.attribution_sheet import Draw
from crawler.bundle.referral.blocks import Block, Cell, Heading, NewPage, Picture, Sheet, Text, pairs, table
from crawler.bundle.referral.exhibits_list import counter_name, hosted
from crawler.bundle.referral.forms import parts
from crawler.bundle.referral.forms.parts import said
from crawler.bundle.referral.telling import Telling
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Item
from crawler.casework.lawful import host_of

SHOWN = 25
"""Items of a site that are shown; the list of exhibits has all."""


def is_for(dossier: Dossier) -> bool:
    """Whether the recipient keeps a list, or is where there is no form of its own."""
    to = dossier.addressee
    keeps_list = "list-nomination" in (to.entry.tracks if to.entry else (dossier.case.track, *dossier.case.tracks))
    return keeps_list or to.country not in ("US", "CN")


def dossier(telling: Telling, draw: Draw | None = None) -> Sheet:
    """The dossier; `draw` makes the pictures of the timelines."""
    return Sheet("site-dossier", said(telling, "site.title"), tuple(_blocks(telling, draw)))


def _blocks(telling: Telling, draw: Draw | None) -> Iterator[Block]:
    told, by = telling.dossier, telling.dossier.collector
    yield from parts.opening(telling)
    yield Text(said(telling, "site.lead"))
    yield pairs(
        (said(telling, "us.to"), parts.addressee(telling), telling.rests(told.addressee)),
        (telling.say("facts.case_id"), telling.listed([told.case.case_id, told.case.title]), telling.rests(told.case)),
        *((said(telling, "cn.holder"), name, rests) for name, rests in parts.holders(telling)),
        (said(telling, "site.nominator"), telling.listed([by.organisation, by.name, by.contact]), telling.rests(by)),
    )  # fmt: skip
    pictures = draw(telling) if draw else ()
    for number, site in enumerate(dict.fromkeys(item.site_id for item in told.items)):
        if number:
            yield NewPage()
        yield from _site(telling, site, [item for item in told.items if item.site_id == site], pictures)
    yield Heading(said(telling, "site.contacts"))
    yield Text(said(telling, "site.contacts_lead"), "small")
    yield parts.contacts(telling)
    yield Heading(said(telling, "site.why"))
    yield parts.blanks(telling, ("nomination_reason", 3), ("fair", 2), *parts.SIGNER)


def hosts_of(told: Dossier, site: str, items: Sequence[Item]) -> tuple[str, ...]:
    """The hosts under which a site was read, and those to which it moved, as far as anything is said of them."""
    read = {host_of(address) for item in items for address in (item.source_page, item.read_on)}
    moved = {value for move in told.moves if move.subject in {site, *read} for value in (*move.before, *move.after)}
    return tuple(
        host for host in dict.fromkeys((*sorted(read), *told.hosts)) if host and (host in read or host in moved)
    )


def _site(telling: Telling, site: str, items: Sequence[Item], pictures: Sequence[Picture]) -> Iterator[Block]:
    told, say = telling.dossier, telling.say
    hosts = hosts_of(told, site, items)
    on = telling.rests(*items)
    yield Heading(said(telling, "site.heading", site=site))
    seen = say(
        "value.period", first=telling.day(min(one.seen_first for one in items)), last=telling.day(max(one.seen_last for one in items))
    )  # fmt: skip
    up = sum(item.state == "up" for item in items)
    yield pairs(
        (said(telling, "site.hosts"), Cell(telling.listed(hosts), "url"), on),
        (said(telling, "found.period"), seen, on),
        (said(telling, "found.offers"), said(telling, "site.offers", count=len(items), up=up), on),
        (said(telling, "site.kinds"), _kinds(telling, items), on),
        (said(telling, "site.claims"), _claims(telling, items), on),
    )
    yield Heading(said(telling, "site.where"), 3)
    rows: parts.Rows = [
        (one.host, telling.word("role", one.role),
         say("facts.disputed", country=telling.country(one.country)) if one.is_disputed else telling.country(one.country),
         telling.word("confidence", one.confidence), telling.day(one.at), telling.rests(one))
        for one in told.places
        if one.host in hosts
    ]  # fmt: skip
    if rows:
        head = tuple(say(f"facts.{name}") for name in ("host", "role", "country", "confidence", "observed"))
        yield table((*head, say("value.rests")), rows, (24, 21, 20, 12, 12, 11))
    else:
        yield Text(say("attribution.no_countries"))
    yield from parts.hidden(telling, hosts)
    yield parts.traces(telling, hosts, parts.WHERE)
    yield Heading(say("attribution.moves"), 3)
    moves = [move for move in told.moves if move.subject in {site, *hosts}]
    yield parts.moves(telling, moves)
    title = say("attribution.timeline_of", site=site)
    for picture in pictures:
        if picture.words == title:
            yield picture
            yield Text(telling.resting(say("attribution.timeline_rests"), *moves, *told.acts), "small")
    yield Heading(said(telling, "site.offered"), 3)
    yield _works(telling, items)
    yield from _examples(telling, items)
    yield Heading(said(telling, "all.traces"), 3)
    yield parts.traces(telling, hosts, parts.OPERATOR)
    yield attribution_sheet.links(telling, {site, *hosts})


def _kinds(telling: Telling, items: Sequence[Item]) -> str:
    counts = Counter(one.kind for item in items for one in item.hosted)
    return telling.listed(
        telling.say("value.labelled", label=wording.say(f"kinds.target.{kind}", telling.language.data), text=str(count))
        for kind, count in counts.most_common()
    )


def _claims(telling: Telling, items: Sequence[Item]) -> str:
    sums: Counter[str] = Counter()
    for item in items:
        for name, _, number in item.counters:
            sums[name] += number
    return telling.listed(
        telling.say("value.labelled", label=counter_name(telling, name), text=telling.number(number))
        for name, number in sums.items()
    )


def _works(telling: Telling, items: Sequence[Item]) -> Block:
    told = telling.dossier
    exhibits = {basis for item in items for basis in item.basis}
    rows: parts.Rows = []
    for work_id in dict.fromkeys(item.work_id for item in items):
        own = [item for item in items if item.work_id == work_id]
        copies = [one for one in told.copies if one.work_id == work_id and exhibits & set(one.basis)]
        rows.append(
            (telling.short(told.work(work_id).title, 120), telling.number(len(own)), telling.number(len(copies)),
             telling.rests(*own, *copies))
        )  # fmt: skip
    head = (
        telling.say("facts.work"),
        said(telling, "found.offers"),
        said(telling, "found.copies"),
        telling.say("value.rests"),
    )
    return table(head, rows, (46, 16, 16, 22))


def _examples(telling: Telling, items: Sequence[Item]) -> Iterator[Block]:
    head = (
        said(telling, "site.title_of_offer"), telling.say("exhibits.source"), telling.say("exhibits.hosted"),
        said(telling, "notice.last"), telling.say("value.rests"),
    )  # fmt: skip
    rows: parts.Rows = [
        (telling.short(item.title, 120), Cell(telling.short(item.source_page, 200), "url"),
         Cell(telling.listed((hosted(telling, one) for one in item.hosted), 3) or telling.say("exhibits.no_object"), "url"),
         telling.day(item.seen_last), telling.exhibit(item))
        for item in items[:SHOWN]
    ]  # fmt: skip
    yield table(head, rows, (25, 26, 29, 12, 8))
    if len(items) > SHOWN:
        yield Text(said(telling, "site.more", count=len(items) - SHOWN), "small")
