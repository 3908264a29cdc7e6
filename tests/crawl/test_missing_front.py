"""A front page that is not there: a handful of customary addresses is tried, once; the way in that was found is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
TITLE = "The Heron Ledger"


class Harbour:
    """A board whose front page may be elsewhere, and that may answer nothing but one status."""

    def __init__(self) -> None:
        self.front: str | None = "/"
        self.status = 404
        self.guess_status: int | None = None
        self.topics = 3
        self.asked: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        if heard.path == "/robots.txt":
            return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain")
        self.asked.append(heard.path)
        if heard.path == self.front:
            rows = "".join(
                f'<tr><td><a class="title" href="/topic/{n}">{TITLE} part {n} epub</a></td><td>{n} replies</td></tr>'
                for n in range(1, self.topics + 1)
            )
            return Answer(200, f"<title>Harbour</title><table>{rows}</table>".encode())
        number = heard.path.removeprefix("/topic/")
        if self.front and number.isdigit() and int(number) <= self.topics:
            link = f'<a href="https://boxes.example/f/0a1b2c3d{number}.rar">mirror</a>'
            body = f'<div class="post"><b class="author">ada</b><div class="content">{TITLE} epub {link}</div></div>'
            return Answer(200, f"<title>{TITLE} part {number} epub</title><h1>{TITLE}</h1>{body}".encode())
        status = self.status if heard.path == "/" else self.guess_status or self.status
        return Answer(status, b"<title>Not here</title><p>Nothing here.</p>")

    def visited(self, shell: Shell, *codes: int) -> list[str]:
        """The paths that one visit asks for, robots.txt left out."""
        self.asked.clear()
        assert shell("crawl", *AT, code=None).code in codes
        return list(self.asked)


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[tuple[Shell, Harbour]]:
    shell, site = Shell(tmp_path), Harbour()
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", TITLE, *AT)
    with LoopbackServer("harbour", site, None) as server:
        shell("sites", "add", server.url, "--id", "harbour", *AT)
        yield shell, site


@pytest.mark.parametrize("status", [404, 410, 500, 403])
def test_a_handful_of_addresses_is_tried_once(harbour: tuple[Shell, Harbour], status: int) -> None:
    shell, site = harbour
    site.front, site.status = None, status
    first = set(site.visited(shell, 3))
    assert first <= {"/", "/index.php", "/forum.php", "/index.html", "/opds", "/forum/"}
    for _ in range(2):
        assert set(site.visited(shell, 3)) == {"/"}
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert health["state"] == ("blocked" if status == 403 else "down"), health["why"]


def test_a_guess_that_fails_for_now_is_not_asked_again(harbour: tuple[Shell, Harbour]) -> None:
    shell, site = harbour
    site.front, site.guess_status = None, 503
    assert set(site.visited(shell, 3)) == {"/", "/index.php"}
    assert set(site.visited(shell, 3)) == {"/"}


def test_nothing_is_guessed_where_the_front_page_was_read_before(harbour: tuple[Shell, Harbour]) -> None:
    shell, site = harbour
    site.visited(shell, 0)
    site.front = None
    asked = site.visited(shell, 3)
    assert set(asked) <= {"/", "/topic/1", "/topic/2", "/topic/3"}
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert health["state"] == "down", health["why"]


@pytest.mark.parametrize("front", ["/index.php", "/forum.php", "/forum/"])
def test_a_way_in_that_was_found_is_asked_in_every_visit(harbour: tuple[Shell, Harbour], front: str) -> None:
    shell, site = harbour
    site.front = front
    assert {front, "/topic/1", "/topic/3"} <= set(site.visited(shell, 0))
    site.topics = 5
    second = site.visited(shell, 0)
    assert {front, "/topic/4", "/topic/5"} <= set(second)
    assert set(second) <= {"/", front, "/topic/4", "/topic/5"}
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert health["state"] == "ok", health["why"]
