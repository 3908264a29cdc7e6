"""Complaint facts for the United States, in the order of the victim's checklist of the Department of Justice."""

from collections.abc import Iterator

from crawler.bundle.referral import attribution_sheet, facts_sheet
from crawler.bundle.referral.blocks import Block, Box, Heading, Pairs, Sheet, Text, pairs
from crawler.bundle.referral.forms import parts
from crawler.bundle.referral.forms.parts import said
from crawler.bundle.referral.telling import Telling
from crawler.casework.dossier import Dossier

COUNTRY = "US"
PARTS = ("background", "property", "crime", "origin", "suspects", "internet", "civil")


def is_for(dossier: Dossier) -> bool:
    """Whether the recipient is one who investigates or prosecutes there."""
    to = dossier.addressee
    return to.country == COUNTRY and (to.entry is None or "criminal" in to.entry.tracks)


def complaint(telling: Telling) -> Sheet:
    """The complaint facts."""
    return Sheet("us-complaint", said(telling, "us.title"), tuple(_blocks(telling)))


def _blocks(telling: Telling) -> Iterator[Block]:
    yield from parts.opening(telling, "en")
    yield Box(said(telling, "us.order"))
    writers = (_background, _property, _crime, _origin, _suspects, _internet, _civil)
    for number, (name, write) in enumerate(zip(PARTS, writers, strict=True), 1):
        yield Heading(said(telling, f"us.{name}", number=number))
        yield from write(telling)
    yield Heading(said(telling, "us.evidence", number=len(PARTS) + 1))
    yield Text(said(telling, "us.evidence_text"))
    yield parts.evidence(telling)
    yield Heading(said(telling, "us.signing"))
    yield Text(said(telling, "us.signing_text"))
    yield parts.blanks(telling, *parts.SIGNER)


def _background(telling: Telling) -> Iterator[Block]:
    dossier, by = telling.dossier, telling.dossier.collector
    on = telling.rests(by)
    yield pairs(
        (said(telling, "us.to"), parts.addressee(telling), telling.rests(dossier.addressee)),
        (telling.say("facts.legal_basis"), telling.say("cover.basis_text", basis=dossier.addressee.legal_basis),
         telling.rests(dossier.addressee)),
        (telling.say("facts.case_id"), telling.listed([dossier.case.case_id, dossier.case.title]), telling.rests(dossier.case)),
        *((said(telling, "us.victim"), name, rests) for name, rests in parts.holders(telling)),
        (said(telling, "us.reported_by"), telling.listed([by.organisation, by.name]), on),
        (telling.say("facts.contact"), by.contact, on),
        (telling.say("facts.collector_country"), telling.country(by.country) if by.country else "", on),
    )  # fmt: skip
    yield parts.blanks(telling, ("victim_address", 2), ("victim_contact", 1), ("victim_business", 1), ("counsel", 1))


def _property(telling: Telling) -> Iterator[Block]:
    yield from parts.works(telling)
    yield Text(said(telling, "us.property_text"))
    yield parts.blanks(
        telling, ("registration", 2), ("unregistered", 1), ("publication", 1), ("ownership", 1), ("us_sale", 1), ("protection", 1)
    )  # fmt: skip


def _crime(telling: Telling) -> Iterator[Block]:
    yield parts.found(telling)
    yield Heading(telling.say("facts.counted"), 3)
    yield Text(telling.say("facts.counted_lead"), "small")
    yield parts.totals(telling)
    yield Heading(said(telling, "us.thresholds"), 3)
    yield from parts.thresholds(telling, COUNTRY)
    yield Text(said(telling, "us.no_sample"))
    yield parts.blanks(telling, ("retail_value", 1), ("quality", 1), ("witnesses", 2))


def _origin(telling: Telling) -> Iterator[Block]:
    yield Text(said(telling, "us.origin_text"))
    yield parts.blanks(telling, ("origin", 1), ("entry", 1))


def _suspects(telling: Telling) -> Iterator[Block]:
    yield Text(said(telling, "us.suspects_text"))
    yield from parts.suspects(telling)
    yield Heading(telling.say("attribution.operators"), 3)
    yield Text(telling.say("attribution.operators_lead"), "small")
    yield attribution_sheet.links(telling)
    yield Heading(said(telling, "all.traces"), 3)
    yield parts.traces(telling, telling.dossier.hosts, parts.OPERATOR)
    yield parts.blanks(telling, ("known_suspects", 2), ("motive", 1))


def _internet(telling: Telling) -> Iterator[Block]:
    dossier = telling.dossier
    yield _sites(telling)
    yield facts_sheet.places(telling)
    yield from parts.hidden(telling, dossier.hosts)
    yield Text(telling.say("attribution.countries_lead"), "small")
    yield Heading(said(telling, "all.where"), 3)
    yield parts.traces(telling, dossier.hosts, parts.WHERE)
    yield Heading(telling.say("attribution.moves"), 3)
    yield parts.moves(telling, dossier.moves)
    yield parts.blanks(telling, ("terms", 1), ("logs", 1))


def _sites(telling: Telling) -> Pairs:
    """Each site with the number of its exhibits."""
    items = telling.dossier.items
    rows = []
    for site in dict.fromkeys(item.site_id for item in items):
        own = [item for item in items if item.site_id == site]
        rows.append((site, said(telling, "us.site", count=len(own)), telling.rests(*own)))
    return Pairs(tuple(rows))


def _civil(telling: Telling) -> Iterator[Block]:
    yield Text(said(telling, "us.civil_text"))
    yield parts.contacts(telling)
    yield parts.blanks(telling, ("proceedings", 2), ("other_agencies", 1), ("cease", 1))
