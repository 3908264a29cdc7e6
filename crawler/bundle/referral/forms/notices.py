"""Drafts of notices to who carries what was offered, by the law under which they are given; signed by people alone."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from crawler.bundle.referral import word
from crawler.bundle.referral.blocks import Block, Box, Bullets, Cell, Heading, Sheet, Text, pairs, table
from crawler.bundle.referral.documents import Document
from crawler.bundle.referral.forms import parts
from crawler.bundle.referral.forms.intermediaries import Intermediary, intermediaries
from crawler.bundle.referral.forms.parts import said
from crawler.bundle.referral.telling import Telling
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Item

DMCA, CN14, DSA = "dmca", "cn14", "dsa"
EU = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
     "NL", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip
STATEMENTS = {DMCA: ("good_faith", "accurate", "fair"), CN14: ("truth", "liability"), DSA: ("bona_fide", "reasons")}
FILED = {DMCA: "en", CN14: "zh", DSA: None}
CONTACT: dict[str, tuple[tuple[str, int], ...]] = {
    DMCA: (("designated_agent", 1), ("sender_address", 2), ("telephone", 1), ("email", 1)),
    CN14: (("provider_contact", 1), ("holder_address", 2), ("telephone", 1), ("identity_number", 1)),
    DSA: (("contact_point", 1), ("submitter_name", 1), ("email", 1)),
}


def law_of(country: str) -> str | None:
    """Under which law notices are given to those in a country; None where no form is known."""
    if country in EU:
        return DSA
    return {"US": DMCA, "CN": CN14}.get(country)


def laws(dossier: Dossier, host: str) -> tuple[str, ...]:
    """The laws under which a host gets a notice: the recipient's, and where the case goes that way, that of its server."""
    countries = [dossier.addressee.country]
    if "intermediary-notice" in {*parts.tracks(dossier), *dossier.case.tracks, dossier.case.track}:
        countries += [
            one.country for one in dossier.places if one.role == "server" and one.host == host and not one.is_disputed
        ]
    return tuple(dict.fromkeys(law for country in countries if (law := law_of(country))))


def is_for(dossier: Dossier) -> bool:
    """Whether notices of a known form can be given in the case."""
    return any(laws(dossier, host) for host in ("", *dossier.hosts))


def documents(dossier: Dossier) -> tuple[Document, ...]:
    """A draft for each intermediary, so that none learns of another. Raises RefusedError where it would name a genuine page."""
    made = []
    for name, law, carrier in drafts(dossier):
        make: Callable[[Telling], Sheet] = partial(notice, law=law, carrier=carrier)
        made.append(Document(name, make, purpose="notice", writers={"docx": word.write}))
    return tuple(made)


def drafts(dossier: Dossier) -> tuple[tuple[str, str, Intermediary], ...]:
    """Name, law and intermediary of each draft."""
    if not is_for(dossier):
        return ()
    return tuple(
        (f"forms/notice-{law}-{number:02d}-{_plain(carrier.host)}".rstrip("-"), law, carrier)
        for number, carrier in enumerate(intermediaries(dossier), 1)
        for law in laws(dossier, carrier.host)
    )


def overview(telling: Telling) -> Sheet:
    """The list of the drafts."""
    rows: parts.Rows = [
        (Cell(carrier.host, "url"), carrier.authority.rightsholder if carrier.authority else telling.say("facts.no_authority"),
         telling.number(len({one.url for one in carrier.materials})), Cell(f"{name}.pdf", "mono"),
         telling.rests(carrier.basis, carrier.authority.basis if carrier.authority else ()))
        for name, _, carrier in drafts(telling.dossier)
    ]  # fmt: skip
    head = (
        telling.say("facts.host"), said(telling, "cn.holder"), said(telling, "notice.addresses"), said(telling, "notice.file"),
        telling.say("value.rests"),
    )  # fmt: skip
    listed = table(head, rows, (24, 22, 12, 30, 12)) if rows else Text(said(telling, "notice.none"))
    return Sheet("notices", said(telling, "notice.list_title"), (Text(said(telling, "notice.list_lead")), listed))


def notice(telling: Telling, law: str, carrier: Intermediary) -> Sheet:
    """The draft of one notice."""
    title = said(telling, f"notice.{law}_title")
    return Sheet(f"notice-{law}", title, tuple(_blocks(telling, law, carrier)))


def _blocks(telling: Telling, law: str, carrier: Intermediary) -> Iterator[Block]:
    by, on = telling.dossier.collector, telling.rests(carrier.basis)
    yield from parts.opening(telling, FILED[law])
    yield Text(said(telling, f"notice.{law}_basis"))
    yield Heading(said(telling, "notice.provider"))
    yield pairs((telling.say("facts.host"), Cell(carrier.host, "url"), on))
    yield Heading(said(telling, "notice.sender"))
    one = carrier.authority
    yield pairs(
        (said(telling, "cn.holder"), one.rightsholder, telling.rests(one)) if one else None,
        (said(telling, "notice.for_holder"), telling.listed([by.organisation, by.name]), telling.rests(by)),
        (telling.say("facts.contact"), by.contact, telling.rests(by)),
    )
    if one is None:
        yield Box(telling.say("facts.no_authority"))
    yield parts.blanks(telling, *CONTACT[law])
    yield Heading(said(telling, "notice.works"))
    yield _works(telling, carrier)
    yield Heading(said(telling, "notice.material"))
    yield Text(said(telling, "notice.material_lead"))
    yield _materials(telling, carrier)
    yield Heading(said(telling, "notice.proof"))
    yield Text(telling.resting(said(telling, "notice.proof_text", count=len({m.item.exhibit_id for m in carrier.materials})),
                               carrier.basis))  # fmt: skip
    yield Heading(said(telling, "notice.statements"))
    yield Text(said(telling, "notice.statements_lead"), "strong")
    yield Bullets(tuple(said(telling, f"notice.{law}_{name}") for name in STATEMENTS[law]), is_numbered=True)
    yield parts.blanks(telling, ("considered", 2), *parts.SIGNER)


def _works(telling: Telling, carrier: Intermediary) -> Block:
    rows: parts.Rows = []
    for work_id in carrier.works:
        work = telling.dossier.work(work_id)
        title = telling.say("value.year", title=work.title, year=work.year) if work.year else work.title
        kind = telling.word("kind", work.kind) if work.kind else ""
        who = telling.listed((*work.creators, *work.publishers), 4)
        rows.append((title, telling.listed([kind, who, *work.identifiers]), telling.rests(work)))
    return table(
        (telling.say("facts.work"), said(telling, "notice.about_work"), telling.say("value.rests")), rows, (44, 44, 12)
    )


def _materials(telling: Telling, carrier: Intermediary) -> Block:
    """Each address once, with every exhibit that shows it."""
    places: dict[tuple[str, str | None, bool, str], list[Item]] = {}
    for one in carrier.materials:
        places.setdefault((one.url, one.access_code, one.is_page, one.item.work_id), []).append(one.item)
    rows: parts.Rows = []
    for (url, code, is_page, work_id), items in places.items():
        address = telling.listed([url, telling.say("exhibits.code", code=code) if code else ""])
        rows.append(
            (telling.short(telling.dossier.work(work_id).title, 60), said(telling, "notice.page" if is_page else "notice.object"),
             Cell(address, "url"), telling.when(max(item.seen_last for item in items)), telling.rests(*items))
        )  # fmt: skip
    head = (telling.say("facts.work"), *(said(telling, f"notice.{name}") for name in ("what", "address", "last")))
    return table((*head, telling.say("value.rests")), rows, (20, 14, 42, 16, 8))


def _plain(host: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", host.lower())[:40].strip("-")
