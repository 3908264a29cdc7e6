"""titlewatch sites new, check, test: site files written, held against their schema, and tried on recorded pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave, opened, workspace_if_any
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.description import Description
    from crawler.desk.looking import Seen
    from crawler.sitefile import Problem
    from spiders.recorded import Outcome

NO = 1
FOLDER = "sites"
"""Where a workspace keeps its own site files."""


def sentence(key: str, **facts: object) -> str:
    """A sentence of the sites' wording in the reader's language; facts are made safe for a terminal."""
    return say(f"sites.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})


def folders() -> list[Path]:
    """Where site files are looked for by their id: the workspace's own first, then those that come with titlewatch."""
    from importlib.resources import files

    place = workspace_if_any()
    shared = Path(str(files("spiders"))) / FOLDER
    return [place.folder / FOLDER, shared] if place else [Path(), Path(FOLDER), shared]


def located(name: str) -> Path:
    """The site file of a path or an id. Raises UnknownObjectError."""
    from crawler.desk import siting
    from crawler.errors import UnknownObjectError

    path = siting.file_of(name, folders())
    if path is None:
        raise UnknownObjectError("no such site file", name, "give its path, or write one: titlewatch sites new URL")
    return path


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites new https://forum.example/",
        "titlewatch sites new https://forum.example/board/ --id forum --offline",
        "titlewatch sites new forum-example",
    ),
)
@click.argument("named", metavar="URL|ID")
@click.option("--id", "site_id", metavar="ID", help="Made from the host, if none is given.")
@click.option("--offline", is_flag=True, help="Do not look at the front page.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Default: sites/ in the workspace, or here."
)
def new(named: str, site_id: str | None, offline: bool, out: Path | None) -> None:
    """Begin a site file, and print its path.

    The front page is looked at once, politely and by robots.txt, to fill in what it shows. ID is a site that was added
    by its address.
    """
    from crawler.desk import describing, siting
    from spiders.recorded import glance

    place = workspace_if_any()
    known = siting.known_site(opened(place), named) if place and "://" not in named else None
    url = known.url if known else named
    begun = describing.begin(url, known.hosts if known else (), known.site_id if known else site_id)
    path = describing.place_for(begun, out or (place.folder / FOLDER if place else Path()))
    notes = []
    if not offline:
        from crawler.desk.looking import look

        seen = look(url, begun.places, place)
        shown = glance(seen.url, seen.status, seen.fields, seen.body, begun.site)
        begun = describing.filled(begun, shown)
        key = "recognised" if shown.engine else "unrecognised"
        notes.append(sentence(key, engine=shown.engine, topics=shown.topics, lists=shown.lists))
    describing.write(begun, path)
    voice.line(str(path))
    for note in (*notes, sentence("fill", file=path)):
        click.echo(note, err=True)


@click.command(cls=Command, epilog=examples("titlewatch sites check forum-example", "titlewatch sites check *.toml"))
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@as_json
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Hold site files against their schema; exit code 1 when something is wrong."""
    from crawler.desk import describing
    from spiders.engines import ENGINE_NAMES

    wrong = False
    for name in names:
        path = located(name)
        problems = describing.problems(path, ENGINE_NAMES, workspace_if_any())
        wrong = wrong or bool(problems)
        _say_problems(path, problems, as_json)
    if wrong:
        leave(NO)


def _say_problems(path: Path, problems: "Sequence[Problem]", as_json: bool) -> None:
    if as_json:
        told = [{"place": one.place, "key": one.key, "what": one.what, "remedy": one.remedy} for one in problems]
        voice.data({"file": str(path), "ok": not problems, "problems": told})
        return
    for one in problems:
        voice.line(sentence("problem", place=one.place, what=one.what, remedy=one.remedy))
    if not problems:
        voice.line(sentence("good", file=path))


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites test forum-example",
        "titlewatch sites test forum-example --record /topic/7 --role topic",
        "titlewatch sites test forum-example --record list.html --url /board/2 --role list",
    ),
)
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--record", metavar="PATH|URL|HTML", help="Keep one more page: fetched once, politely, or one of our own."
)
@click.option("--url", metavar="PATH|URL", help="The address that a page of our own stands for.")
@click.option("--role", type=click.Choice(["entry", "list", "topic"]), default="topic", show_default=True)
@as_json
def test(names: tuple[str, ...], record: str | None, url: str | None, role: str, as_json: bool) -> None:
    """Read the recorded pages beside site files with the readers of a crawl; exit code 1 when something differs."""
    from crawler.desk import describing
    from crawler.errors import UsageError
    from crawler.sitefile import expected
    from spiders import recorded
    from spiders.engines import ENGINE_NAMES

    if record is not None and len(names) != 1:
        raise UsageError("a page is recorded for one site", " ".join(names), "name one site file")
    right = True
    for name in names:
        path = located(name)
        told = describing.told(path, ENGINE_NAMES, workspace_if_any())
        if record is not None:
            _record(path, told, record, url, role)
            continue
        folder = path.with_suffix("")
        outcomes = recorded.compare(told, folder, expected.load(folder))
        right = right and not any(outcome.differences for outcome in outcomes)
        _say_outcomes(told, outcomes, as_json)
    if not right:
        leave(NO)


def _record(path: Path, told: "Description", source: str, url: str | None, role: str) -> None:
    from crawler.desk import describing
    from crawler.sitefile.expected import ExpectedPage
    from spiders import recorded

    def look(address: str, places: tuple[str, ...]) -> "Seen":
        from crawler.desk import looking

        return looking.look(address, places, workspace_if_any())

    kept = describing.record(path, told, source, url, role, look)

    def as_read(page: ExpectedPage) -> ExpectedPage:
        (reading,) = recorded.readings(told, kept.folder, [page])
        return recorded.as_read(told, page, reading)

    describing.expect(kept, as_read)
    voice.line(sentence("recorded", page=kept.folder / kept.page.file, file=kept.expected))


def _say_outcomes(told: "Description", outcomes: "Sequence[Outcome]", as_json: bool) -> None:
    if as_json:
        for one in outcomes:
            counts = {name: {"right": right, "expected": of} for name, (right, of) in one.counts.items()}
            differences = [{"what": d.what, "expected": d.expected, "read": d.read} for d in one.differences]
            voice.data(
                {"site": told.id, "page": one.file, "ok": not one.differences, "counts": counts,
                 "differences": differences, "notes": list(one.notes)}
            )  # fmt: skip
        return
    names = list(dict.fromkeys(name for one in outcomes for name in one.counts))
    heads = [sentence(f"head.{name}") for name in ("page", *names)]
    voice.table(heads, [[one.file, *(_share(one.counts.get(name)) for name in names)] for one in outcomes])
    for one in outcomes:
        for d in one.differences:
            key = "missed" if d.read is None else "surplus" if d.expected is None else "differs"
            voice.line(sentence(key, page=one.file, what=d.what, expected=d.expected, read=d.read))
        for note in one.notes:
            voice.line(sentence("note", page=one.file, note=note))


def _share(counted: tuple[int, int] | None) -> str:
    return "-" if counted is None else f"{counted[0]}/{counted[1]}"
