"""Papers for authorities in China: the administrative complaint with its list of evidence, and the letter that passes on clues."""

from collections.abc import Iterator

from crawler.bundle.referral import attribution_sheet, facts_sheet
from crawler.bundle.referral.blocks import Block, Bullets, Cell, Heading, Sheet, Text, pairs, table
from crawler.bundle.referral.forms import parts
from crawler.bundle.referral.forms.parts import said
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.dossier import Dossier

COUNTRY = "CN"
REQUESTS = ("investigate", "stop", "punish", "transfer")
ENCLOSED = ("identity", "mandate", "title_proof", "translation")


def is_for(dossier: Dossier) -> bool:
    """Whether the recipient is there."""
    return dossier.addressee.country == COUNTRY


def complains(dossier: Dossier) -> bool:
    """Whether the recipient takes administrative complaints."""
    return is_for(dossier) and ("administrative" in parts.tracks(dossier) or not parts.tracks(dossier))


def passes_on(dossier: Dossier) -> bool:
    """Whether the recipient takes clues of crimes."""
    return is_for(dossier) and ("criminal" in parts.tracks(dossier) or not parts.tracks(dossier))


def complaint(telling: Telling) -> Sheet:
    """行政投诉书 with its 证据目录."""
    return Sheet("cn-tousu", said(telling, "cn.complaint"), tuple(_complaint(telling)))


def transfer(telling: Telling) -> Sheet:
    """案件线索移送（函）."""
    return Sheet("cn-xiansuo-yisong", said(telling, "cn.transfer"), tuple(_transfer(telling)))


def _complaint(telling: Telling) -> Iterator[Block]:
    dossier = telling.dossier
    yield from parts.opening(telling, "zh")
    yield pairs(
        (said(telling, "cn.to"), parts.addressee(telling), telling.rests(dossier.addressee)),
        (telling.say("facts.case_id"), telling.listed([dossier.case.case_id, dossier.case.title]), telling.rests(dossier.case)),
    )  # fmt: skip
    yield Heading(said(telling, "cn.complainant"))
    yield from _complainant(telling)
    yield Heading(said(telling, "cn.respondent"))
    yield from _respondent(telling)
    yield parts.blanks(telling, ("respondent_name", 1), ("respondent_address", 1), ("respondent_contact", 1))
    yield Heading(said(telling, "cn.requests"))
    yield Text(said(telling, "cn.requests_lead"), "small")
    yield Bullets(tuple(said(telling, f"cn.request_{one}") for one in REQUESTS), is_numbered=True)
    yield parts.blanks(telling, ("more_requests", 2))
    yield Heading(said(telling, "cn.reasons"))
    yield Heading(said(telling, "cn.rights"), 3)
    yield from parts.works(telling)
    yield Heading(said(telling, "cn.infringement"), 3)
    yield from _infringement(telling)
    yield Heading(said(telling, "cn.jurisdiction"), 3)
    yield Text(said(telling, "cn.jurisdiction_lead"), "small")
    yield facts_sheet.places(telling)
    yield from parts.hidden(telling, dossier.hosts)
    yield Heading(said(telling, "cn.public"), 3)
    yield Text(said(telling, "cn.public_text"))
    yield parts.blanks(telling, ("public_interest", 3))
    yield Heading(said(telling, "cn.limitation"), 3)
    yield _limitation(telling)
    yield Heading(said(telling, "cn.truth"))
    yield Text(said(telling, "cn.truth_text"))
    yield parts.blanks(telling, ("complainant_sign", 2), ("agent_sign", 2), ("day", 1))
    yield Heading(said(telling, "cn.evidence"))
    yield from _evidence(telling)
    yield Heading(said(telling, "cn.enclosed"))
    yield Text(said(telling, "cn.enclosed_lead"), "small")
    yield parts.blanks(telling, *((one, 1) for one in ENCLOSED))


def _complainant(telling: Telling) -> Iterator[Block]:
    by = telling.dossier.collector
    on = telling.rests(by)
    yield pairs(
        *((said(telling, "cn.holder"), name, rests) for name, rests in parts.holders(telling)),
        (said(telling, "cn.agent"), telling.listed([by.organisation, by.name]), on),
        (telling.say("facts.contact"), by.contact, on),
    )
    yield parts.blanks(
        telling, ("holder_address", 1), ("representative", 1), ("credit_code", 1), ("telephone", 1), ("post_code", 1)
    )  # fmt: skip


def _respondent(telling: Telling) -> Iterator[Block]:
    dossier = telling.dossier
    hosts = telling.listed(dossier.hosts, 20)
    yield pairs(
        (telling.say("cover.hosts"), Cell(hosts, "url"), telling.rests(*dossier.items) or telling.rests(dossier.case))
    )
    yield from parts.suspects(telling)
    yield Heading(said(telling, "all.traces"), 3)
    yield parts.traces(telling, dossier.hosts, parts.OPERATOR)


def _infringement(telling: Telling) -> Iterator[Block]:
    yield parts.found(telling)
    yield parts.totals(telling)
    yield Text(telling.say("facts.limit_copies"), "small")
    yield Heading(telling.say("attribution.moves"), 3)
    yield parts.moves(telling, telling.dossier.moves)


def _limitation(telling: Telling) -> Block:
    items = telling.dossier.items
    last = max((item.seen_last for item in items), default=None)
    latest = [item for item in items if item.seen_last == last]
    return pairs(
        (
            said(telling, "cn.last_seen"),
            telling.when(last),
            telling.rests(*latest) or telling.rests(telling.dossier.case),
        ),
        (said(telling, "cn.period"), said(telling, "cn.period_text"), telling.rests(telling.dossier.case)),
    )


def _evidence(telling: Telling) -> Iterator[Block]:
    """证据目录: every exhibit, the authorisations, and the sheets of the package."""
    dossier = telling.dossier
    rows: parts.Rows = []

    def add(name: Cell | str, proves: str, source: Cell | str, rests: str) -> None:
        rows.append((str(len(rows) + 1), name, proves, source, "", rests))

    for one, on in parts.authorities(dossier):
        digest = Cell(one.document_sha256 or NOTHING, "mono")
        name = said(telling, "cn.authorisation", reference=one.reference)
        add(name, said(telling, "cn.proves_rights", holder=one.rightsholder), digest, telling.rests(on))
    for item in dossier.items:
        work = dossier.work(item.work_id)
        add(
            said(telling, "cn.exhibit", title=telling.short(item.title, 100), day=telling.day(item.captured_at)),
            said(telling, "cn.proves_offer", work=telling.short(work.title, 60)), Cell(telling.short(item.source_page, 200), "url"),
            telling.exhibit(item),
        )  # fmt: skip
    if dossier.statements:
        add(
            said(telling, "cn.attribution"),
            said(telling, "cn.proves_place"),
            "attribution.pdf",
            telling.rests(*dossier.statements),
        )
    if dossier.bundle is not None:
        add(said(telling, "cn.bundle"), said(telling, "cn.proves_whole"), said(telling, "all.see_receipt"),
            telling.rests(dossier.bundle))  # fmt: skip
    yield Text(said(telling, "cn.evidence_lead"), "small")
    names = ("no", "evidence_name", "proves", "source", "pages")
    head = (*(said(telling, f"cn.{name}") for name in names), telling.say("value.rests"))
    yield table(head, rows, (6, 27, 23, 29, 6, 9))


def _transfer(telling: Telling) -> Iterator[Block]:
    dossier, by = telling.dossier, telling.dossier.collector
    yield from parts.opening(telling, "zh")
    yield parts.blanks(telling, ("letter_number", 1))
    yield pairs(
        (said(telling, "cn.to"), parts.addressee(telling), telling.rests(dossier.addressee)),
        (telling.say("facts.case_id"), telling.listed([dossier.case.case_id, dossier.case.title]), telling.rests(dossier.case)),
        (telling.say("facts.legal_basis"), telling.say("cover.basis_text", basis=dossier.addressee.legal_basis),
         telling.rests(dossier.addressee)),
        (said(telling, "cn.giver"), telling.listed([by.organisation, by.name, by.contact]), telling.rests(by)),
    )  # fmt: skip
    yield Text(said(telling, "cn.transfer_lead"))
    yield Heading(said(telling, "cn.source_of_clue"))
    yield parts.found(telling)
    yield Heading(said(telling, "cn.rights"))
    yield from parts.works(telling)
    yield Heading(said(telling, "cn.amounts"))
    yield parts.totals(telling)
    yield from parts.thresholds(telling, COUNTRY)
    yield Heading(said(telling, "cn.persons"))
    yield from _respondent(telling)
    yield attribution_sheet.links(telling)
    yield Heading(telling.say("facts.sites"))
    yield facts_sheet.places(telling)
    yield from parts.hidden(telling, dossier.hosts)
    yield parts.moves(telling, dossier.moves)
    yield Heading(said(telling, "cn.done"))
    yield parts.contacts(telling)
    yield Heading(said(telling, "cn.handed"))
    yield parts.evidence(telling)
    yield Text(said(telling, "cn.handed_text"))
    yield parts.blanks(telling, ("giver_sign", 2), ("handler", 1), ("day", 1))
    yield Heading(said(telling, "cn.receipt"))
    yield Text(said(telling, "cn.receipt_text"), "small")
    yield parts.blanks(telling, ("receiver", 1), ("receiver_number", 1), ("receiver_sign", 2), ("receiver_day", 1))
