"""The list of exhibits: what each shows, with source page, hosting object and genuine page kept apart."""

import csv
import io
from collections.abc import Iterator

from crawler.bundle.referral.blocks import Block, Cell, Heading, Sheet, Text, table
from crawler.bundle.referral.telling import NOTHING, Telling, stamp
from crawler.bundle.tables import cell
from crawler.casework.facts import Hosted, Item

COLUMNS = (
    "number", "exhibit", "work_id", "work", "title", "source_page", "read_on", "hosting_kinds", "hosting_urls",
    "hosting_objects", "access_codes", "hosting_states", "posted_at", "posted_at_text", "captured_at", "seen_first",
    "seen_last", "http_status", "server_address", "price", "counters", "state", "state_since", "verdict", "decided_by",
    "decided_at", "response_sha256",
)  # fmt: skip


def sheet(telling: Telling) -> Sheet:
    """The list on paper."""
    return Sheet("exhibits", telling.say("exhibits.title"), tuple(_blocks(telling)), "landscape")


def _blocks(telling: Telling) -> Iterator[Block]:
    say = telling.say
    yield from telling.stamps()
    yield Text(say("exhibits.lead"))
    names = ("number", "work", "source", "hosted", "times", "shown", "decision", "hash")
    head = tuple(say(f"exhibits.{name}") for name in names)
    yield table(head, [_row(telling, item) for item in telling.dossier.items], (4, 18, 16, 18, 14, 10, 8, 12))
    genuine = [
        (work.title, Cell(url, "url"), telling.rests(work))
        for work in telling.dossier.works
        for url in work.reference_urls
    ]
    if genuine:
        yield Heading(say("exhibits.reference"))
        yield table((say("facts.work"), say("exhibits.page"), say("value.rests")), genuine, (30, 60, 10))


def _row(telling: Telling, item: Item) -> tuple[Cell | str, ...]:
    say, work = telling.say, telling.dossier.work(item.work_id)
    times = [
        say("exhibits.posted", when=telling.day(item.posted_at)) if item.posted_at else "",
        say("exhibits.captured", when=telling.when(item.captured_at)),
        say("exhibits.seen", first=telling.day(item.seen_first), last=telling.day(item.seen_last)),
    ]
    shown = [
        say("exhibits.price", price=item.price) if item.price else "",
        *(say("exhibits.counter", name=counter_name(telling, name), shown=text) for name, text, _ in item.counters),
        say("exhibits.state", state=telling.word("state", item.state), day=telling.day(item.state_since)),
        say("exhibits.picture") if item.has_picture else "",
    ]
    decided = item.decision
    return (
        Cell(telling.exhibit(item), "strong"),
        telling.listed([work.title, telling.short(item.title, 160)]),
        Cell(telling.short(item.source_page, 300), "url"),
        Cell(telling.listed(hosted(telling, one) for one in item.hosted) or say("exhibits.no_object"), "url"),
        telling.listed(times),
        telling.listed(shown),
        say(
            "exhibits.decided",
            verdict=telling.word("verdict", decided.verdict),
            by=decided.by,
            day=telling.day(decided.at),
        )
        + f" [{telling.rests(decided)}]",
        Cell(telling.listed([item.exhibit_id, item.page_sha256]), "mono"),
    )


def hosted(telling: Telling, one: Hosted) -> str:
    """A hosting object on one line: its address, its object, its code, what its landing page showed."""
    parts = [
        telling.short(one.url, 300),
        one.object if one.object and one.object not in one.url else "",
        telling.say("exhibits.code", code=one.access_code) if one.access_code else "",
        telling.say("exhibits.looked", state=telling.word("landing", one.state), day=telling.day(one.checked_at))
        if one.state
        else "",
    ]
    return telling.listed(parts)


def counter_name(telling: Telling, name: str) -> str:
    """A displayed counter's name; one that the language does not know stands for itself."""
    return telling.language.word(f"counter.{name}", name)


def as_csv(_: Sheet, telling: Telling) -> bytes:
    """The list for a spreadsheet: UTF-8 with a byte order mark, RFC 4180; its heads are the same in every language."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in telling.dossier.items:
        writer.writerow([cell(value) for value in _values(telling, item)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _values(telling: Telling, item: Item) -> tuple[object, ...]:
    links = item.hosted
    return (
        telling.exhibit(item), item.exhibit_id, item.work_id, telling.dossier.work(item.work_id).title, item.title,
        item.source_page, item.read_on, " ".join(one.kind for one in links), " ".join(one.url for one in links),
        " ".join(one.object or NOTHING for one in links), " ".join(one.access_code or NOTHING for one in links),
        " ".join(one.state or NOTHING for one in links), stamp(item.posted_at) if item.posted_at else "",
        item.posted_at_text, stamp(item.captured_at), stamp(item.seen_first), stamp(item.seen_last), item.status,
        item.address, item.price, "; ".join(f"{name} {shown}" for name, shown, _ in item.counters), item.state,
        stamp(item.state_since), item.decision.verdict, item.decision.by, stamp(item.decision.at), item.page_sha256,
    )  # fmt: skip
