"""What a list says anew: a bumped topic is read again whatever its row shows, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.news import bumped, says_new
from crawler.practice.server import Answer, Heard, LoopbackServer
from crawler.store.lists import ListRow
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
TITLE = "The Heron Ledger"


@pytest.mark.parametrize(
    ("before", "now", "is_new"),
    [
        ("3/7", "3/7", False),
        ("3/7", "4/7", True),
        ("3/7", None, False),
        (None, "3/7", True),
        ("3/7", "3/7 at 2026-03-01T08:00Z", False),
        ("3/7 at 2026-03-01T08:00Z", "3/7 at 2026-03-01T08:05Z", True),
        ("3/7 at 2026-03-01T08:00Z", "4/7 at 2026-03-01T08:00Z", True),
        # Today, yesterday and the date of one moment, and one moment by two clocks.
        ("3/7 at 2026-03-01", "3/7 at 2026-03-02", False),
        ("3/7 at 2026-03-01", "3/7 at 2026-03-01T23:50", False),
        ("3/7 at 2026-03-01T23:50", "3/7 at 2026-03-02T05:50Z", False),
        # What was months ago is of today now.
        ("3/7 at 2025-11-04T23:50", "3/7 at 2026-03-01", True),
        ("3/7 at 2025-11-04", "3/7 at 2026-03-01T08:00Z", True),
        ("ada at home/7", "ada at work/7", True),
    ],
)  # fmt: skip
def test_a_mark_tells_of_another_state(before: str | None, now: str | None, is_new: bool) -> None:
    assert says_new(before, now) is is_new


def rows_of(ids: list[int]) -> list[ListRow]:
    return [ListRow(1, each, 1000 + place, None) for place, each in enumerate(ids)]


def moved(before: list[int], now: list[int]) -> list[int]:
    return bumped(rows_of(now), {row.page_id: row for row in rows_of(before)})


def test_what_comes_to_the_head_of_a_list_was_bumped() -> None:
    assert moved([1, 2, 3, 4, 5, 6], [5, 1, 2, 3, 4, 6]) == [5]
    assert moved([1, 2, 3, 4, 5, 6], [9, 5, 8, 3, 1, 2, 4, 6]) == [5, 3], "new rows stand between"
    assert moved([1, 2, 3, 4, 5, 6], [1, 5, 2, 3, 4, 6]) == [5], "one is pinned"
    assert moved([1, 2, 3, 4, 5, 6], [8, 9, 1, 2, 3, 4]) == [], "new rows alone"
    assert moved([1, 2, 3, 4, 5, 6], [1, 2, 5, 6]) == [], "some are gone"
    assert moved([1, 2, 3, 4, 5, 6], [2, 3, 1, 4, 6, 5]) == [], "what went down, and what moved further down"


@given(st.lists(st.integers(0, 30), unique=True, min_size=4, max_size=20), st.data())
def test_a_topic_brought_to_the_head_is_found(before: list[int], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(before[2:]))
    assert moved(before, [one, *(each for each in before if each != one)]) == [one]
    assert moved(before, before) == []


class Quay:
    """A board whose rows show a title and nothing else, the topic that was written in last on top."""

    def __init__(self) -> None:
        self.order = list(range(1, 13))
        self.extra: dict[int, str] = {}
        self.missing: set[int] = set()
        self.pages = False
        """Whether the list has two pages."""
        self.is_told = False
        """Whether the rows show replies and a time beside their titles."""
        self.asked: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        if heard.path == "/robots.txt":
            return Answer(404, b"none", "text/plain")
        self.asked.append(heard.path)
        if self.pages and heard.path in ("/", "/?page=2"):
            return Answer(200, self._listed(heard.path))
        if heard.path == "/":
            told = "<td>2 replies</td><td>2026-01-02 10:00</td>" if self.is_told else ""
            titles = [f'<a class="title" href="/topic/{n}">{TITLE} part {n}, pdf</a>' for n in self.order]
            rows = "".join(f'<tr class="topic"><td>{title}</td>{told}</tr>' for title in titles)
            return Answer(200, f"<title>Quay</title><table>{rows}</table>".encode())
        number = int(heard.path.removeprefix("/topic/"))
        if number in self.missing:
            return Answer(404, b"<title>Not here</title>")
        link = f"https://boxes.example/f/0a1b2c3d{number:02}.rar"
        links = "".join(f'<a href="{one}">{one}</a> ' for one in (link, self.extra.get(number)) if one)
        post = f'<div class="post"><b class="author">ada</b><div class="content">{TITLE}, part {number}: {links}</div></div>'
        return Answer(200, f"<title>{TITLE} part {number}, pdf</title><h1>{TITLE} part {number}</h1>{post}".encode())

    def _listed(self, path: str) -> bytes:
        """A page of the list: a pinned topic and the menu on each, six others below them."""
        first = path == "/"
        rows = [1, *(self.order[1:7] if first else self.order[7:])]
        titles = [f'<li class="row"><a class="title" href="/topic/{n}">{TITLE} part {n}, pdf</a></li>' for n in rows]
        further = '<a rel="next" href="/?page=2">2</a>' if first else ""
        return (
            f"<title>Quay</title><ul class='topics'>{''.join(titles)}</ul><div class='pages'>{further}</div>".encode()
        )

    def visited(self, shell: Shell) -> list[str]:
        """What one visit asks for."""
        self.asked.clear()
        shell("crawl", *AT)
        return list(self.asked)


@pytest.fixture
def quay(tmp_path: Path) -> Iterator[tuple[Shell, Quay]]:
    shell, site = Shell(tmp_path), Quay()
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", TITLE, *AT)
    with LoopbackServer("quay", site, None) as server:
        shell("sites", "add", server.url, "--id", "quay", *AT)
        yield shell, site


def links_of(shell: Shell) -> set[str]:
    return {str(link["url"]) for hit in shell("hits", "--json", *AT).objects for link in hit["links"]}


def test_three_new_topics_and_an_edited_one_are_found(quay: tuple[Shell, Quay]) -> None:
    shell, site = quay
    site.visited(shell)
    assert site.visited(shell) == ["/"]
    mirror = "https://crates.example/f/99aa88bb77.zip"
    site.order = [9, 15, 14, 13, *(n for n in site.order if n != 9)]
    site.extra[9] = mirror
    assert sorted(site.visited(shell)) == ["/", "/topic/13", "/topic/14", "/topic/15", "/topic/9"]
    assert mirror in links_of(shell)
    assert {f"https://boxes.example/f/0a1b2c3d{n}.rar" for n in (13, 14, 15)} <= links_of(shell)
    assert site.visited(shell) == ["/"]


def test_a_topic_that_a_list_names_before_it_is_there_is_asked_for_again(quay: tuple[Shell, Quay]) -> None:
    shell, site = quay
    site.missing, site.is_told = {4, 5}, True
    site.visited(shell)
    assert site.visited(shell) == ["/", "/topic/4", "/topic/5"]
    site.missing = {5}
    assert "/topic/4" in site.visited(shell)
    assert "https://boxes.example/f/0a1b2c3d04.rar" in links_of(shell)
    site.order.remove(5)
    site.visited(shell)
    assert site.visited(shell) == ["/"], "no list names it any longer"


def test_a_topic_that_is_pinned_on_every_page_was_not_bumped(quay: tuple[Shell, Quay]) -> None:
    shell, site = quay
    site.pages = True
    assert "/?page=2" in site.visited(shell)
    assert site.visited(shell) == ["/"]
