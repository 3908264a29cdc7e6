"""The draft of a request to preserve data: what is to be kept, where it lies as observed; signed by people alone."""

from crawler.bundle.referral.blocks import Blanks, Box, Bullets, Cell, Heading, Sheet, Text, pairs, table
from crawler.bundle.referral.telling import Telling
from crawler.casework.facts import Item

DATA = ("account", "log", "object", "message", "server")


def sheet(telling: Telling) -> Sheet:
    """The draft."""
    dossier, say = telling.dossier, telling.say
    to, by = dossier.addressee, dossier.collector
    name = telling.data(to.entry.name) if to.entry else to.name
    head = (
        say("exhibits.number"), say("preservation.object"), say("preservation.page"), say("preservation.last"),
    )  # fmt: skip
    hosts = [
        (one.host, telling.word("role", one.role), telling.country(one.country), telling.rests(one))
        for one in dossier.places
        if one.host
    ]
    hosts += [(one.host, say(f"why.{one.why}", detail=one.edge), "", telling.rests(one)) for one in dossier.unplaced]
    places = (say("facts.host"), say("facts.role"), say("facts.country"), say("value.rests"))
    return Sheet(
        "preservation-request",
        say("preservation.title"),
        (
            Box(say("preservation.draft")),
            pairs(
                (say("preservation.to"), telling.listed([name, telling.country(to.country)]), telling.rests(to)),
                (say("preservation.from"), telling.listed([by.organisation, by.name, by.contact]), telling.rests(by)),
                (
                    say("preservation.about"),
                    Cell(telling.listed([dossier.case.case_id, dossier.referral_id]), "mono"),
                    "",
                ),
                (say("preservation.legal_basis"), to.legal_basis, telling.rests(to)),
            ),
            Text(say("preservation.ask")),
            Heading(say("preservation.what")),
            Bullets(tuple(say(f"preservation.data_{one}") for one in DATA), is_numbered=True),
            Heading(say("preservation.where")),
            table(places, hosts, (32, 38, 18, 12)),
            Heading(say("preservation.objects")),
            table(head, [_row(telling, item) for item in dossier.items], (8, 40, 40, 12)),
            Blanks(
                tuple(
                    (say(f"preservation.{name}"), lines)
                    for name, lines in (
                        ("period", 1),
                        ("reply", 1),
                        ("authority", 1),
                        ("name", 1),
                        ("signature", 2),
                        ("date", 1),
                    )
                )
            ),
        ),
    )


def _row(telling: Telling, item: Item) -> tuple[Cell | str, ...]:
    objects = [one.object or telling.short(one.url, 300) for one in item.hosted]
    return (
        telling.exhibit(item),
        Cell(telling.listed(objects) or telling.say("exhibits.no_object"), "url"),
        Cell(telling.short(item.source_page, 300), "url"),
        telling.day(item.seen_last),
    )
