"""A site that is away for a while: its listings are not called gone, and what was lost is asked for again at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
TITLE = "The Heron Ledger"
TOPICS = 6
ALL = frozenset(f"/topic/{number}" for number in range(1, TOPICS + 1))


class Harbour:
    """A board of six offers, of which some may be away; its front page never changes."""

    def __init__(self) -> None:
        self.away: frozenset[str] = frozenset()
        self.asked: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(heard.path)
        if heard.path in self.away or heard.path == "/robots.txt":
            return Answer(404, b"<title>Not here</title><p>Nothing here.</p>")
        if heard.path == "/":
            rows = "".join(
                f'<tr><td><a class="title" href="{path}">{TITLE} part {path[-1]} epub</a></td><td>4 replies</td></tr>'
                for path in sorted(ALL)
            )
            return Answer(200, f"<title>Harbour</title><table>{rows}</table>".encode())
        if heard.path not in ALL:
            return Answer(404)
        link = f"https://boxes.example/f/0a1b2c3d{heard.path[-1]}.rar"
        body = f'<div class="post"><b class="author">ada</b><div class="content">{TITLE} epub <a href="{link}">{link}</a></div></div>'
        return Answer(200, f"<title>{TITLE} part {heard.path[-1]} epub</title><h1>{TITLE}</h1>{body}".encode())


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[tuple[Shell, Harbour]]:
    """The board, visited once; all that was found is due."""
    shell, site = Shell(tmp_path), Harbour()
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", TITLE, *AT)
    with LoopbackServer("harbour", site, None) as server:
        shell("sites", "add", server.url, "--id", "harbour", *AT)
        visit(shell, site)
        assert states(shell) == ["up"] * TOPICS
        with closing(sqlite3.connect(tmp_path / "W" / "titlewatch.db")) as database, database:
            database.execute("UPDATE pages SET next_due = '2020-01-01T00:00:00.000000Z' WHERE next_due IS NOT NULL")
        yield shell, site


def visit(shell: Shell, site: Harbour) -> set[str]:
    site.asked.clear()
    assert shell("crawl", *AT, code=None).code in (0, 3)
    return set(site.asked)


def states(shell: Shell) -> list[str]:
    return [hit["state"] for hit in shell("hits", "--json", *AT).objects]


@pytest.mark.parametrize("away", [ALL, ALL | {"/"}], ids=["topics", "everything"])
def test_listings_are_not_gone_while_their_site_is_away(harbour: tuple[Shell, Harbour], away: frozenset[str]) -> None:
    shell, site = harbour
    site.away = away
    assert visit(shell, site) >= ALL
    assert states(shell) == ["up"] * TOPICS
    (told,) = shell("digest", "--json", *AT).objects
    assert (told["gone"], len(told["needs_person"])) == ([], 1)
    site.away = frozenset()
    assert visit(shell, site) >= ALL
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert (health["state"], states(shell)) == ("ok", ["up"] * TOPICS), health["why"]


def test_a_few_listings_that_are_away_at_once_are_gone_when_the_next_visit_confirms_it(
    harbour: tuple[Shell, Harbour],
) -> None:
    shell, site = harbour
    few = frozenset(sorted(ALL)[:3])
    with closing(sqlite3.connect(shell.folder / "W" / "titlewatch.db")) as database, database:
        database.execute("UPDATE pages SET next_due = '2999-01-01T00:00:00.000000Z' WHERE url GLOB '*/topic/[456]'")
    site.away = few
    assert visit(shell, site) >= few
    assert states(shell) == ["up"] * TOPICS
    assert visit(shell, site) >= few
    assert sorted(states(shell)) == ["gone"] * 3 + ["up"] * 3


def test_a_listing_that_is_gone_while_its_list_shows_it_is_asked_for_in_the_next_visit(
    harbour: tuple[Shell, Harbour],
) -> None:
    shell, site = harbour
    site.away = frozenset({"/topic/2"})
    visit(shell, site)
    assert sorted(states(shell)) == ["gone", *["up"] * (TOPICS - 1)]
    site.away = frozenset()
    assert visit(shell, site) & ALL == {"/topic/2"}
    assert states(shell) == ["up"] * TOPICS
    assert not visit(shell, site) & ALL


def test_why_a_site_does_not_answer_is_said_with_what_to_do(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("init", "W", *(word for wish in WISHES[1:] for word in ("--set", wish)))
    shell("works", "add", TITLE, *AT)
    with LoopbackServer("harbour", Harbour(), None) as server:
        url = server.url
    shell("sites", "add", url, "--id", "harbour", *AT)

    def told() -> tuple[str, str, str]:
        assert shell("crawl", *AT, code=None).code == 3
        (health,) = shell("sites", "health", "--json", *AT).objects
        return health["reasons"][0]["said"], health["why"][0], health["do"]

    said, why, do = told()
    assert "private or loopback" in said and said in why
    assert "network.allow_private" in do and "another network" not in do
    shell("config", "network.allow_private=true", *AT)
    said, why, do = told()
    assert "refused" in said.lower() and "private" not in said and said in why
    assert "another network" in do and "network.allow_private" not in do
