"""titlewatch sites: where may be looked."""

import json

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace


@click.group(cls=Group, epilog=examples("titlewatch sites add https://forum.example/", "titlewatch sites list"))
def sites() -> None:
    """The sites that are visited, each a list of host:port."""


@sites.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites add https://forum.example/",
        "titlewatch sites add https://bbs.example/ --id bbs --engine discuz --host m.bbs.example",
        'titlewatch sites add https://files.example/ --robots ignore --authority "order 2026/17 of the authority"',
    ),
)
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option("--id", "site_id", metavar="ID", help="Made from the host, if none is given.")
@click.option(
    "--engine", metavar="ENGINE", help="The site's software; recognised on the first visit, if none is given."
)
@click.option("--host", "hosts", metavar="HOST[:PORT]", multiple=True, help="A further host of the same site.")
@click.option("--robots", type=click.Choice(["obey", "ignore"]), default="obey", show_default=True)
@click.option("--authority", metavar="REF", help="The document that allows robots.txt to be ignored.")
def add(
    urls: tuple[str, ...],
    site_id: str | None,
    engine: str | None,
    hosts: tuple[str, ...],
    robots: str,
    authority: str | None,
) -> None:
    """Add a site; prints its id. Nothing is fetched. Several URLs are addresses of one site."""
    from crawler.desk import siting

    engines: tuple[str, ...] = ()
    if engine is not None:
        from spiders.engines import ENGINE_NAMES as engines

    wish = siting.Wish(urls, hosts, site_id, engine, robots, authority)
    place = workspace()
    site = siting.add(opened(place), place, wish, engines)
    voice.line(site.site_id)
    voice.hint("sites.next", site=site.site_id)


@sites.command("list", cls=Command, epilog=examples("titlewatch sites list", "titlewatch sites list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The sites and their health: last run, pages, hits, warnings."""
    from crawler.store import sites as store

    health = store.health(opened(workspace()))
    for row in health:
        row["warnings"] = json.loads(str(row.pop("notes") or "[]"))
    if as_json:
        for row in health:
            voice.data(row)
        return
    if not health:
        voice.note("sites.none")
        return
    names = ("site", "url", "engine", "last_visit", "pages", "due", "hits", "errors", "robots")
    voice.table(
        [voice.sentence(f"sites.head.{name}") for name in names], [[row[name] for name in names] for row in health]
    )
    for row in health:
        warnings = row["warnings"]
        assert isinstance(warnings, list)
        for warning in warnings:
            voice.tell("sites.warning", site=row["site"], warning=warning)
