"""titlewatch sites: where may be looked."""

import hashlib
import json
from collections.abc import Mapping

import click

from crawler.cli import describing, voice
from crawler.cli.candidates import candidates
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.health import health as health_of_sites
from crawler.cli.moves import follow, moves
from crawler.errors import UsageError
from crawler.wording.remarks import remark


@click.group(cls=Group, epilog=examples("titlewatch sites add https://forum.example/", "titlewatch sites list"))
def sites() -> None:
    """The sites that are visited, each a list of host:port."""


@sites.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites add https://forum.example/",
        "titlewatch sites add https://bbs.example/ --id bbs --engine discuz --host m.bbs.example",
        'titlewatch sites add https://files.example/ --robots ignore --authority "order 2026/17 of the authority"',
        "titlewatch sites add sites/forum-example.toml",
    ),
)
@click.argument("urls", metavar="URL...|FILE", nargs=-1, required=True)
@click.option("--id", "site_id", metavar="ID", help="Made from the host, if none is given.")
@click.option(
    "--engine", metavar="ENGINE", help="The site's software; recognised on the first visit, if none is given."
)
@click.option("--host", "hosts", metavar="HOST[:PORT]", multiple=True, help="A further host of the same site.")
@click.option("--robots", type=click.Choice(["obey", "ignore"]), help="Default: obey.")
@click.option("--authority", metavar="REF", help="The document that allows robots.txt to be ignored.")
def add(
    urls: tuple[str, ...],
    site_id: str | None,
    engine: str | None,
    hosts: tuple[str, ...],
    robots: str | None,
    authority: str | None,
) -> None:
    """Add a site; prints its id. Nothing is fetched. Several URLs are addresses of one site.

    FILE is a site file (titlewatch sites new); given again, the site changes to what the file says now.
    """
    from crawler.desk import siting

    place = workspace()
    is_file = len(urls) == 1 and "://" not in urls[0]
    path = siting.file_of(urls[0], describing.folders()) if is_file else None
    if is_file and path is None and urls[0].endswith(".toml"):
        raise UsageError("no such site file", urls[0], "give its path, or write one: titlewatch sites new URL")
    engines: tuple[str, ...] = ()
    if engine is not None or path is not None:
        from spiders.engines import ENGINE_NAMES as engines

    if path is not None:
        if hosts or site_id or engine:
            raise UsageError("options that a site file decides", str(path), "write id, hosts and engine in the file")
        site = siting.add_file(opened(place), place, path, engines, robots, authority)
    else:
        wish = siting.Wish(urls, hosts, site_id, engine, robots or "obey", authority)
        site = siting.add(opened(place), place, wish, engines)
    voice.line(site.site_id)
    voice.hint("sites.next", site=site.site_id)


@sites.command("list", cls=Command, epilog=examples("titlewatch sites list", "titlewatch sites list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The sites and their health: last run, pages, hits, warnings."""
    from crawler.desk import health as desk
    from crawler.store import pauses
    from crawler.store import sites as store
    from spiders.engines import BASES

    place = workspace()
    opened_store = opened(place)
    health = store.health(opened_store)
    states = {one.site: one.state for one in desk.every(opened_store, [str(row["site"]) for row in health])}
    paused = pauses.paused(opened_store)
    files = store.files(opened_store)
    for row in health:
        row["warnings"] = json.loads(str(row.pop("notes") or "[]"))
        row["health"] = states[str(row["site"])]
        row["rests_on"] = BASES[str(row["engine"])].rests_on if row["engine"] in BASES else None
        row["paused"] = paused.get(str(row["site"]))
        row["file"] = files.get(str(row["site"]))
    if as_json:
        for row in health:
            voice.data(row)
        return
    if not health:
        voice.note("sites.none")
        return
    names = ("site", "url", "engine", "rests_on", "last_visit", "pages", "due", "hits", "errors", "robots")
    heads = [
        describing.sentence("head.rests_on") if n == "rests_on" else voice.sentence(f"sites.head.{n}") for n in names
    ]
    voice.table(heads, [[_cell(name, row) for name in names] for row in health])
    for site_id, since in paused.items():
        voice.tell("sites.is_paused", site=site_id, since=since[:10])
    for site_id, digest in files.items():
        own = place.folder / describing.FOLDER / f"{site_id}.toml"
        if own.is_file() and hashlib.sha256(own.read_bytes()).hexdigest() != digest:
            voice.line(describing.sentence("changed", site=site_id, file=own))
    for row in health:
        warnings = row["warnings"]
        assert isinstance(warnings, list)
        for warning in warnings:
            voice.tell("sites.warning", site=row["site"], warning=remark(str(warning), voice.language()))


@sites.command(cls=Command, epilog=examples("titlewatch sites pause forum-example"))
@click.argument("site_ids", metavar="SITE...", nargs=-1, required=True)
def pause(site_ids: tuple[str, ...]) -> None:
    """Visit sites no longer; all that was found on them stays. Health and digests leave them out."""
    from crawler.desk import pausing

    place = workspace()
    store = opened(place)
    done = pausing.pause(store, place, site_ids)
    for site_id in dict.fromkeys(site_ids):
        voice.tell("sites.paused" if site_id in done else "sites.paused_before", site=site_id)


@sites.command(cls=Command, epilog=examples("titlewatch sites resume forum-example"))
@click.argument("site_ids", metavar="SITE...", nargs=-1, required=True)
def resume(site_ids: tuple[str, ...]) -> None:
    """Visit paused sites again, from where their visits ended."""
    from crawler.desk import pausing

    place = workspace()
    store = opened(place)
    done = pausing.resume(store, place, site_ids)
    for site_id in dict.fromkeys(site_ids):
        voice.tell("sites.resumed" if site_id in done else "sites.not_paused", site=site_id)


sites.add_command(health_of_sites, "health")
sites.add_command(candidates)
sites.add_command(moves)
sites.add_command(follow)


def _cell(name: str, row: Mapping[str, object]) -> object:
    value = row[name]
    if name == "robots":
        return voice.sentence(f"sites.robots.{value}")
    if name not in ("engine", "rests_on", "last_visit"):
        return value
    if row["last_visit"] is None and not value:
        return "-"
    # A site that was visited and whose software nothing names is read by its structure.
    if name == "rests_on":
        return describing.sentence(f"rests_on.{value or 'structure'}")
    return value or voice.sentence("sites.generic")


for command in (describing.new, describing.check, describing.test):
    sites.add_command(command)
