"""titlewatch works: the watchlist."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.looking_back import look_back, tell_changes
from crawler.model import POLICIES, WORK_KINDS
from crawler.wording import say
from crawler.wording.reasons import work_kind_name
from crawler.wording.risks import say_grade, say_peril

if TYPE_CHECKING:
    from crawler.matching.risk import Risk
    from crawler.model import Work

RISKS_SHOWN = 5
LONG_TITLE = 100
"""Columns of a title beyond which it is hardly one."""
_NUMBER = re.compile(r"(?:e?isbn|ean|upc|gtin|isrc|imdb|douban|steam)\b.*|(?:\d[\s‐‑‒–—-]?){7,}[\dxX]", re.IGNORECASE)
_HEADS = ("id", "title", "kind", "year", "risk", "policy", "aliases")


_COLUMNS = (
    click.option("--kind", metavar="KIND", help=f"One of: {', '.join(WORK_KINDS)}."),
    click.option("--year", metavar="N"),
    click.option("--language", metavar="TAG", help="Such as en or zh."),
    click.option("--alias", "aliases", metavar="T", multiple=True, help="Another title; may be given several times."),
    click.option(
        "--creator", "creators", metavar="P", multiple=True, help="A person or band; may be given several times."
    ),
    click.option(
        "--licensed-domain",
        "licensed_domains",
        metavar="HOST",
        multiple=True,
        help='Where it is lawfully offered; with limits: "shop.example (CN, TW; ..2026-12-31)".',
    ),
    click.option(
        "--identifier",
        "identifiers",
        metavar="X",
        multiple=True,
        help="An ISBN, EAN, ISRC, DOI, IMDb tt..., douban:N, steam:N, the official page.",
    ),
    click.option("--publisher", "publishers", metavar="P", multiple=True, help="Who publishes or releases it."),
)


def columns(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name the columns of a work, but its id, title and policy."""
    for option in reversed(_COLUMNS):
        command = option(command)
    return command


@click.group(cls=Group, epilog=examples("titlewatch works import films.csv", "titlewatch works list"))
def works() -> None:
    """The watchlist: works under all their names."""


@works.command(
    "import",
    cls=Command,
    epilog=examples(
        "titlewatch works import films.csv",
        "titlewatch works import 片单.xlsx",
        "titlewatch works import old.csv --encoding gb18030",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--encoding", metavar="NAME", help="Of the file's text, where it is not UTF-8.")
def import_(file: Path, encoding: str | None) -> None:
    """Add or change works from a .csv, .tsv, .xlsx, .json or .jsonl file: all of it, or nothing.

    Columns: id, title, kind, year, language, aliases, creators, licensed_domains, identifiers, publishers, policy;
    or in Chinese, such as 标题, 类型, 年份, 别名, 导演, 授权域名, 出版社. Only the title is needed. Several values in one
    cell are separated by a semicolon. An empty policy is the default one; see: titlewatch works policy --help

    A licensed domain may have limits in brackets: territories (ISO 3166: CN, TW), dates, or both, such as
    shop.example (CN, TW; 2024-01-01..2026-12-31) or shop.example (..2026-12-31); in JSON also
    {"domain": "shop.example", "territories": ["CN"], "from": "2024-01-01", "until": "2026-12-31"}. A territory
    counts where it is that of collector.country, a date against the day of the listing.

    Identifiers: ISBN, EAN, UPC, ISRC, DOI, EIDR, IMDb (tt...), douban:N, steam:N, the official page.
    """
    from crawler.desk import watching

    place = workspace()
    store = opened(place)
    done = watching.import_file(store, place, file, encoding)
    if done.encoding and done.encoding != "utf-8" and encoding is None:
        voice.note("works.encoding", encoding=done.encoding.upper())
    voice.tell("works.imported", added=done.added, changed=done.changed, unchanged=done.unchanged)
    for identifier, owners in done.shared[:RISKS_SHOWN]:
        voice.note("works.shared", identifier=identifier, works=", ".join(owners[:RISKS_SHOWN]), count=len(owners))
    if len(done.shared) > RISKS_SHOWN:
        voice.note("works.more_shared", count=len(done.shared) - RISKS_SHOWN)
    for doubt, facts in [found for work in done.works for found in _doubts(work)][:RISKS_SHOWN]:
        voice.note(doubt, **facts)
    risky = [one for one in zip(done.works, done.risks, strict=True) if _unguarded(*one)]
    if risky:
        medium = sum(risk.grade == "medium" for risk in done.risks)
        voice.note("works.risky", high=len(risky), medium=medium)
        for work, risk in risky[:RISKS_SHOWN]:
            voice.note("works.risk_line", work=work.work_id, perils=_perils(risk))
        if len(risky) > RISKS_SHOWN:
            voice.note("works.more", count=len(risky) - RISKS_SHOWN)
        voice.note("works.advice", work=risky[0][0].work_id)
    look_back(store, place)


@works.command(cls=Command, epilog=examples("titlewatch works export films.xlsx"))
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write the watchlist to a .csv, .tsv, .xlsx, .json or .jsonl file that can be imported again."""
    from crawler.store import works as store
    from crawler.watchlist import exporting

    every = store.every(opened(workspace()))
    exporting.write(every, file)
    voice.tell("works.exported", count=len(every), file=file)


@works.command(
    cls=Command,
    epilog=examples(
        'titlewatch works add "The Salt Lantern" --kind film --year 2024',
        'titlewatch works add 渡口空无一人 --alias "No One at the Ferry" --creator 沈未眠',
    ),
)
@click.argument("title")
@click.option("--id", "work_id", metavar="ID", help="Made from the title, if none is given.")
@columns
@click.option("--policy", metavar="P", help=f"One of: {', '.join(POLICIES)}; see: titlewatch works policy --help")
def add(title: str, work_id: str | None, **given: object) -> None:
    """Watch one more work; prints its id, and says how risky the title is and what a hit needs.

    Everything that was seen before is searched for it, without a request: see titlewatch hits. Where the work is
    watched already, what is given comes to what is known of it.
    """
    from crawler.desk import watching

    values = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    place = workspace()
    store = opened(place)
    standing = watching.add(store, place, {"id": work_id, "title": title, **values})
    voice.line(standing.work.work_id)
    tell_changes(standing.changes)
    grade = say_grade(standing.risk.grade, voice.language())
    if standing.risk.perils:
        voice.note("works.risk", grade=grade, perils=_perils(standing.risk))
    else:
        voice.note("works.no_risk", grade=grade)
    click.echo(voice.shown(standing.say_needs(voice.language())), err=True)
    if _unguarded(standing.work, standing.risk):
        voice.note("works.advice", work=standing.work.work_id)
    for doubt, facts in _doubts(standing.work):
        voice.note(doubt, **facts)
    look_back(store, place)


@works.command(
    cls=Command,
    epilog=examples(
        "titlewatch works policy it-1990 strict",
        'titlewatch works policy it-1990 the-return review --by "Li Si" --note "a word of every day"',
        "titlewatch works policy the-salt-lantern default",
    ),
)
@click.argument("work_ids", metavar="ID...", nargs=-1, required=True)
@click.argument("policy", metavar="POLICY")
@click.option("--by", metavar="NAME", default="", help="Who says so; default: the system's user.")
@click.option("--note", metavar="TEXT", default="", help="Stays in the workspace; the ledger holds its hash.")
def policy(work_ids: tuple[str, ...], policy: str, by: str, note: str) -> None:
    """Say how far matches of works are trusted; it takes effect in the next run, and on hits that nobody has decided.

    default: as the score says. strict: a hit needs the year, a person, the publisher or an identifier as well, or
    it goes to review. review: never a hit by itself, only put before people. off: not looked for.
    """
    from crawler.desk import watching

    place = workspace()
    store = opened(place)
    done = watching.set_policy(store, place, work_ids, policy, by, note)
    word = done.works[0].policy
    voice.tell("works.policy_set", changed=done.changed, unchanged=done.unchanged, policy=_policy(word))
    voice.tell(f"works.policy_means.{word}")
    look_back(store, place)


@works.command(
    "set",
    cls=Command,
    epilog=examples(
        'titlewatch works set the-salt-lantern --licensed-domain "shop.example (CN)"',
        'titlewatch works set the-salt-lantern --licensed-domain ""',
        "titlewatch works set the-salt-lantern --year 2024 --alias 盐灯",
    ),
)
@click.argument("work_id", metavar="ID")
@click.option("--title", metavar="TITLE")
@columns
def set_(work_id: str, **given: object) -> None:
    """Change a work: what is given takes the place of what it had, and an empty value takes it away.

    An option for several values is given once for each that the work shall have. It takes effect in the next run,
    and on hits that nobody has decided.
    """
    from crawler.desk import watching

    values = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    place = workspace()
    store = opened(place)
    standing = watching.change(store, place, work_id, values)
    voice.line(standing.work.work_id)
    tell_changes(standing.changes)
    look_back(store, place)


@works.command(cls=Command, epilog=examples("titlewatch works remove the-salt-lanten"))
@click.argument("work_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--by", metavar="NAME", default="", help="Who says so; default: the system's user.")
def remove(work_ids: tuple[str, ...], by: str) -> None:
    """Take works off the watchlist that were entered by mistake; the ledger says so.

    A work on which there are hits stays, since they are on record: titlewatch works policy ID off
    """
    from crawler.desk import watching

    place = workspace()
    store = opened(place)
    for work_id in dict.fromkeys(work_ids):
        work = watching.remove(store, place, work_id, by)
        voice.tell("works.removed", work=work.work_id, title=work.title)


def _policy(word: str) -> str:
    return voice.sentence(f"works.policy.{word}")


@works.command(
    cls=Command,
    epilog=examples(
        'titlewatch works test "The Salt Lantern (2024) 1080p free download"',
        'titlewatch works test "渡口空无一人 全集 网盘" --lang zh',
        "titlewatch works test --file post.txt --work the-salt-lantern",
        "xclip -o | titlewatch works test - --json",
    ),
)
@click.argument("text", metavar="[TEXT]", required=False)
@click.option(
    "--file", type=click.Path(path_type=Path), metavar="FILE", help="Of a text; UTF-8, or Chinese in GB18030."
)
@click.option(
    "--work", "work_ids", metavar="ID", multiple=True, help="Ask about this work; may be given several times."
)
@as_json
@click.option("--lang", type=click.Choice(["en", "zh", "both"]), help="Of the answer; default: the environment's.")
def test(text: str | None, file: Path | None, work_ids: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Say which watched works a text offers, why, and what is missing where it is no hit.

    TEXT is a post as a reader copies it; - reads it from standard input. Each reason is shown at its place in the
    text. With --work it also says what is looked for when the text does not name the work. Nothing is recorded.
    """
    from crawler.cli.explaining import Telling
    from crawler.desk import explaining

    if (text is None) == (file is None):
        raise click.UsageError("give either a text, or - for standard input, or --file")
    place = workspace()
    given = explaining.read(file) if file is not None else str(text)
    if text == "-":
        given = explaining.decoded(sys.stdin.buffer.read(), "standard input")
    found = explaining.examine(opened(place), place, given, work_ids)
    if as_json:
        for answer in found.answers:
            voice.data(explaining.as_dict(found, answer))
        if not found.answers:
            click.echo(say("explain.nothing", voice.language()), err=True)
        return
    for language in ("en", "zh") if lang == "both" else (lang or voice.language(),):
        Telling(found, language).tell()


@works.command("list", cls=Command, epilog=examples("titlewatch works list", "titlewatch works list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The works that are watched, each with its risk: how easily its title is named without meaning it."""
    from crawler.desk import watching

    place = workspace()
    every = watching.standings(opened(place), place.configuration().matching)
    if as_json:
        for one in every:
            voice.data(one.as_dict())
        return
    if not every:
        voice.note("works.none")
        return
    heads = [voice.sentence(f"works.head.{name}") for name in _HEADS]
    voice.table(heads, [_row(one.work, one.risk) for one in every])


def _row(work: "Work", risk: "Risk") -> list[object]:
    grade, kind = (
        say_grade(risk.grade, voice.language()),
        work_kind_name(work.kind, voice.language()) if work.kind else "",
    )
    return [work.work_id, work.title, kind, work.year, grade, _policy(work.policy), "; ".join(work.aliases)]


def _unguarded(work: "Work", risk: "Risk") -> bool:
    """Whether a title is very risky and nobody has set a policy for it."""
    return risk.grade == "high" and work.policy == "default"


def _doubts(work: "Work") -> Iterator[tuple[str, dict[str, object]]]:
    """What was written of a work that will hardly be found in any text."""
    from crawler.matching import identifiers

    for written in work.identifiers:
        # The official page is an identifier, too, for which no text is searched.
        if _NUMBER.fullmatch(written.strip()) and identifiers.read(written) is None:
            yield "works.identifier", {"work": work.work_id, "identifier": written}
    if voice.wide(work.title) > LONG_TITLE:
        yield "works.long", {"work": work.work_id, "count": len(work.title)}


def _perils(risk: "Risk") -> str:
    said = [say_peril(peril.name, peril.facts, voice.language()) for peril in risk.perils]
    return ("" if voice.language() == "zh" else " ").join(said)
