"""titlewatch hosts: where hosts are and what they show, each statement with its source, time and confidence."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crawler import clock
from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.crawl import finish
from crawler.cli.progress import Steps
from crawler.hosts import as_address, host_port
from crawler.statement import Statement

if TYPE_CHECKING:
    from crawler.desk.asking import Asked
    from crawler.workspace import Workspace


@click.group(cls=Group, epilog=examples("titlewatch hosts observe", "titlewatch hosts show forum.example"))
def hosts() -> None:
    """Where hosts are: addresses, networks, countries, certificates, filing and account numbers, as observed."""


@hosts.command(
    cls=Command,
    epilog=examples(
        "titlewatch config 'attribution.tables=[\"/data/country.mmdb\", \"/data/asn.mmdb\"]'", "titlewatch hosts observe",
        "titlewatch hosts observe forum.example --json",
        "titlewatch config 'attribution.resolvers=[\"192.0.2.53\"]' attribution.rdap=https://data.iana.org/rdap/",
        "titlewatch hosts observe --ask", "titlewatch hosts observe forum.example --ask",
    ),
)  # fmt: skip
@click.argument("names", metavar="[HOST]...", nargs=-1)
@click.option(
    "--ask", is_flag=True, help="Ask the configured name servers and registries first; they learn what you look at."
)
@as_json
def observe(names: tuple[str, ...], ask: bool, as_json: bool) -> None:
    """State what the record shows of hosts that had hits, and what your tables of addresses say; nothing is fetched.

    With --ask the name servers and registries of the section [attribution] are asked about the hosts first, and their
    answers kept byte for byte: about the named ones, else about those of decided hits and of cases that were not asked
    about today. The hosts themselves are never connected to.
    """
    from crawler.desk import attributing

    place = workspace()
    wanted = [_host(name) for name in names]
    asked = _ask(place, wanted) if ask else None
    with Steps() as steps:
        found = attributing.observe(
            opened(place),
            place,
            wanted or None,
            lambda done, of: steps(voice.sentence("hosts.reading"), done, of),
        )
    if as_json:
        line: dict[str, Any] = {
            "hosts": list(found.hosts),
            "observations": found.observations,
            "answers": found.answers,
            "statements": len(found.statements),
            "unread": found.unread,
        }
        if asked:
            line["asked"] = {"hosts": list(asked.hosts), "dns": asked.dns, "registrations": asked.registrations}
        voice.data(line)
        if asked:
            finish(place, asked.summary)
        return
    if asked:
        told(asked)
    voice.tell(
        "hosts.observed", hosts=len(found.hosts), observations=found.observations, statements=len(found.statements)
    )
    if found.unread:
        voice.note("hosts.unread", count=found.unread)
    attribution = place.configuration().attribution
    if not attribution.tables and not attribution.rdap:
        voice.note("hosts.no_tables")
    if not attribution.asks:
        voice.note("hosts.nobody_asked")
    if asked:
        finish(place, asked.summary)


def _ask(place: "Workspace", wanted: list[str]) -> "Asked | None":
    """Ask about the named hosts, or about those that are due; None where nothing is due."""
    from crawler.cli.keys import ready
    from crawler.desk import asking

    store = opened(place)
    if not wanted and place.configuration().attribution.asks:
        wanted = list(asking.due(store, place))
        if not wanted:
            voice.note("hosts.none_due")
            return None
    ready(place)
    with Steps() as steps:
        return asking.ask(
            store, place, wanted,
            lambda: voice.note("crawl.stopping"), lambda done, of: steps(voice.sentence("hosts.preparing"), done, of),
        )  # fmt: skip


def told(asked: "Asked") -> None:
    """Say what was asked and how that ended, failures by what they are."""
    for kind, ended in (("dns", asked.dns), ("registrations", asked.registrations)):
        if ended:
            outcomes = ", ".join(f"{outcome} {count}" for outcome, count in ended.items())
            voice.tell(f"hosts.asked_{kind}", count=sum(ended.values()), outcomes=outcomes)
    if not asked.dns and not asked.registrations:
        voice.tell("hosts.asked_nothing", hosts=len(asked.hosts))


def _host(name: str) -> str:
    """A host as statements name it: lower case, in ASCII, without a port. Raises UsageError."""
    if (address := as_address(name.strip())) is not None:
        return str(address)
    return urlsplit(f"//{host_port(f'http://{name.strip()}/')}").hostname or name


@hosts.command(
    cls=Command,
    epilog=examples(
        "titlewatch hosts show forum.example", "titlewatch hosts show forum.example --json",
        'titlewatch hosts show forum.example --purpose "to find the operator" --by "Li Si"',
    ),
)  # fmt: skip
@click.argument("name", metavar="HOST")
@click.option(
    "--purpose", metavar="TEXT", default="", help="Shows contacts and payment accounts; the ledger keeps why."
)
@click.option("--by", metavar="NAME", default="")
@as_json
def show(name: str, purpose: str, by: str, as_json: bool) -> None:
    """Everything that was said of a host, oldest first, with source, time and confidence.

    Contacts and payment accounts may lead to a person: they are shown for a stated purpose alone.
    """
    from crawler.desk import viewing

    place = workspace()
    found = viewing.of_host(opened(place), place, _host(name), purpose, by)
    if as_json:
        for one in found:
            voice.data(_statement(one))
    elif not found:
        voice.note("hosts.nothing", host=name)
    else:
        heads = [
            voice.sentence(f"hosts.head.{head}") for head in ("at", "kind", "value", "about", "source", "confidence")
        ]
        voice.table(
            heads,
            [[clock.stamp(one.at.replace(microsecond=0)), voice.sentence(f"hosts.kinds.{one.kind}"), one.value, one.about,
              f"{one.source} ({one.source_date})" if one.source_date else one.source, voice.sentence(f"route.confidence.{one.confidence}")]
             for one in found],
        )  # fmt: skip


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "statement_id": one.statement_id, "host": one.host, "kind": one.kind, "value": one.value, "about": one.about,
        "at": clock.stamp(one.at), "source": one.source, "source_date": one.source_date, "confidence": one.confidence,
        "basis": one.basis, "handling": one.handling,
    }  # fmt: skip
