"""The cover: one page in black and white, in letters that survive a fax machine, with the hash of the bundle in groups."""

from collections import Counter

from crawler.bundle.custody import groups
from crawler.bundle.referral.blocks import Blanks, Box, Cell, Heading, Pairs, Sheet, Text, pairs
from crawler.bundle.referral.telling import NOTHING, Telling
from crawler.casework.facts import BundleFact

LINE = 8
"""Groups of a hash on one line."""
TIGHTER = (1.0, 0.7, 0.45, 0.3, 0.15)
"""How much of a long text each attempt leaves, until everything stands on one page."""


def sheet(telling: Telling, room: float = 1.0) -> Sheet:
    """The cover with its long texts cut to a share of their room."""
    dossier, say = telling.dossier, telling.say
    title = say("cover.title")
    return Sheet(
        "cover",
        title,
        (
            Text(say("cover.referral", id=dossier.referral_id), "large"),
            Text(say("cover.case", id=dossier.case.case_id), "large"),
            _people(telling, room),
            _case(telling, room),
            *_bundle(telling, dossier.bundle),
            *telling.stamps(),
            Pairs(
                ((say("cover.approved"), Cell(_approved(telling, room), "strong"), telling.cites(*dossier.approvals)),)
            ),
            Blanks(((say("cover.sign"), 1), (say("cover.received"), 1))),
            Box(say("cover.one")),
        ),
        "fax",
    )


def hash_lines(digest: str) -> list[str]:
    """A hash in groups as custody reads them out, eight groups a line."""
    parts = groups(digest)
    return [" ".join(parts[place : place + LINE]) for place in range(0, len(parts), LINE)]


def _people(telling: Telling, room: float) -> Pairs:
    to, by, say = telling.dossier.addressee, telling.dossier.collector, telling.say
    channels = [
        say("value.labelled", label=telling.word("channel", one.kind), text=one.value)
        for one in (to.entry.channels if to.entry else ())
        if one.value
    ]
    own = telling.data(to.entry.name) if to.entry else to.name
    others = [name for name in to.entry.name.values() if name != own] if to.entry else []
    names = [telling.short(name, _cut(110, room)) for name in (own, *others)]
    standing = telling.word("standing", to.standing or "unlisted")
    basis = say("cover.basis_text", basis=telling.short(to.legal_basis, _cut(120, room)))
    return pairs(
        (say("cover.to"), Cell(telling.listed([*names, telling.country(to.country)]), "strong"),
         telling.cites(to)),
        (say("cover.channel"), telling.listed([telling.short(telling.listed(channels), _cut(90, room)), standing]), ""),
        (say("cover.from"), telling.listed(
            [telling.short(by.organisation, _cut(80, room)), telling.short(by.name, _cut(50, room)),
             telling.short(by.contact, _cut(60, room)), by.country]), telling.cites(by)),
        (say("cover.date"), telling.day(telling.made_on), ""),
        (say("cover.basis"), basis, telling.cites(to)),
    )  # fmt: skip


def _case(telling: Telling, room: float) -> Pairs:
    dossier, say = telling.dossier, telling.say
    first = min((item.seen_first for item in dossier.items), default=None)
    last = max((item.seen_last for item in dossier.items), default=None)
    found = say(
        "cover.found_text", exhibits=len(dossier.items), copies=len(dossier.copies), first=telling.day(first),
        last=f"{last:%Y-%m-%d %H:%M} UTC" if last else NOTHING,
    )  # fmt: skip
    held = [one.assessment for one in dossier.thresholds_in_force]
    states = Counter(one.state for one in held)
    reached = say(
        "cover.thresholds_text" if held else "cover.thresholds_none", met=states["met"], half=states["half-met"],
        not_met=states["not-met"], count=len(held), unchecked=sum(not one.threshold.checked_by for one in held),
        country=telling.country(dossier.addressee.country),
    )  # fmt: skip
    placed = [place for place in dossier.places if place.role == "server"]
    servers = [telling.listed(map(telling.country, sorted({place.country for place in placed})), 4)]
    servers += [say("cover.unplaced", count=len(dossier.unplaced))] if dossier.unplaced else []
    return pairs(
        (say("cover.subject"), Cell(telling.short(dossier.case.title, _cut(150, room)), "strong"), telling.cites(dossier.case)),
        (say("cover.works"), telling.listed((telling.short(work.title, _cut(60, room)) for work in dossier.works), 3),
         telling.cites(*dossier.works)),
        (say("cover.hosts"), telling.listed((telling.short(host, _cut(60, room)) for host in dossier.hosts), 4),
         telling.cites(*dossier.items)),
        (say("cover.servers"), telling.listed(servers) or say("value.unknown"), telling.cites(*placed, *dossier.unplaced)),
        (say("cover.found"), found, telling.cites(*dossier.items, *dossier.copies)),
        (say("cover.thresholds"), reached, ""),
        (say("cover.asked"), say("cover.asked_text"), ""),
    )  # fmt: skip


def _bundle(telling: Telling, bundle: BundleFact | None) -> tuple[Heading | Text, ...]:
    if bundle is None:
        return ()
    lines = hash_lines(bundle.tag_manifest_sha256)
    return (Heading(telling.say("cover.bundle", name=bundle.name)), *(Text(line, "large") for line in lines))


def _approved(telling: Telling, room: float) -> str:
    approved = [
        telling.say("cover.approved_text", by=telling.short(one.by, _cut(40, room)), when=telling.day(one.at))
        for one in telling.dossier.approvals
    ]
    return telling.listed(approved, 3) or telling.say("cover.not_approved") or NOTHING


def _cut(letters: int, room: float) -> int:
    return max(12, int(letters * room))
