"""titlewatch hosts: where hosts are and what they show, each statement with its source, time and confidence."""

from typing import Any

import click

from crawler import clock
from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.progress import Steps
from crawler.statement import Statement


@click.group(cls=Group, epilog=examples("titlewatch hosts observe", "titlewatch hosts show forum.example"))
def hosts() -> None:
    """Where hosts are: addresses, networks, countries, certificates, filing and account numbers, as observed."""


@hosts.command(
    cls=Command,
    epilog=examples(
        "titlewatch config 'attribution.tables=[\"/data/country.mmdb\", \"/data/asn.mmdb\"]'", "titlewatch hosts observe",
        "titlewatch hosts observe forum.example --json",
    ),
)  # fmt: skip
@click.argument("names", metavar="[HOST]...", nargs=-1)
@as_json
def observe(names: tuple[str, ...], as_json: bool) -> None:
    """State what the record shows of hosts that had hits, and what your tables of addresses say; nothing is fetched."""
    from crawler.desk import attributing

    place = workspace()
    with Steps() as steps:
        found = attributing.observe(
            opened(place),
            place,
            [name.lower() for name in names] or None,
            lambda done, of: steps(voice.sentence("hosts.reading"), done, of),
        )
    if as_json:
        voice.data(
            {
                "hosts": list(found.hosts),
                "observations": found.observations,
                "statements": len(found.statements),
                "unread": found.unread,
            }
        )
        return
    voice.tell(
        "hosts.observed", hosts=len(found.hosts), observations=found.observations, statements=len(found.statements)
    )
    if found.unread:
        voice.note("hosts.unread", count=found.unread)
    if not place.configuration().attribution.tables:
        voice.note("hosts.no_tables")


@hosts.command(
    cls=Command, epilog=examples("titlewatch hosts show forum.example", "titlewatch hosts show forum.example --json")
)
@click.argument("name", metavar="HOST")
@as_json
def show(name: str, as_json: bool) -> None:
    """Everything that was said of a host, oldest first, with source, time and confidence."""
    from crawler.store import statements

    found = statements.of_hosts(opened(workspace()), [name.lower()])
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
