"""What a later visit costs, what it finds, and what becomes of known hits."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.engine import rhythm
from crawler.engine.vanishing import vanished
from crawler.practice.server import Answer, Heard, LoopbackServer
from crawler.practice.sites import PracticeSites
from crawler.store.lists import ListRow
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
DAY = timedelta(days=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with a workspace that may reach loopback and takes no pictures."""
    shell = Shell(tmp_path)
    wishes = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
    shell("init", "W", *(word for wish in wishes for word in ("--set", wish)))
    return shell


@pytest.fixture
def practice(shell: Shell) -> Iterator[PracticeSites]:
    """The practice forum and blog, watched, and visited once."""
    with PracticeSites() as sites:
        rows = [
            {"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year, "aliases": list(w.aliases),
             "creators": list(w.creators), "licensed_domains": list(w.licensed_domains)}
            for w in sites.works
        ]  # fmt: skip
        (shell.folder / "works.json").write_text(json.dumps(rows))
        shell("works", "import", "works.json", *AT)
        shell("sites", "add", sites.forum_url, "--id", "forum", *AT)
        shell("sites", "add", sites.blog_url, "--id", "blog", *AT)
        yield sites


def crawl(shell: Shell, sites: PracticeSites) -> list[str]:
    """Visit the sites; the paths that were asked for."""
    before = len(sites.requests)
    assert all(line["finished"] for line in shell("crawl", "--json", *AT).objects)
    return [heard.path for heard in sites.requests[before:]]


def hits(shell: Shell) -> dict[str, dict[str, object]]:
    return {str(hit["url"]): hit for hit in shell("hits", "--json", *AT).objects}


def test_a_second_visit_asks_for_the_lists_alone(shell: Shell, practice: PracticeSites) -> None:
    first = crawl(shell, practice)
    found = hits(shell)
    second = crawl(shell, practice)
    assert len(second) <= len(first) / 8
    assert not [path for path in second if "/thread/" in path or "page" in path]
    assert hits(shell).keys() == found.keys()


def test_what_is_new_answered_or_edited_is_found(shell: Shell, practice: PracticeSites) -> None:
    offers = [one for one in practice.expected if one.site == "lantern-quay" and "#" not in one.path]
    new, answered = [one.path for one in offers[:3]], offers[5]
    practice.hide(new)
    crawl(shell, practice)
    assert not {one.url for one in offers[:3]} & hits(shell).keys()
    practice.show(new)
    link = "https://disk.example/s/answered1"
    practice.edit(answered.path, f'<p>New mirror: <a href="{link}">{link}</a></p>')
    practice.reply(answered.path, "<p>Thank you.</p>")
    crawl(shell, practice)
    found = hits(shell)
    assert {one.url for one in offers[:3]} <= found.keys()
    links = found[answered.url]["links"]
    assert isinstance(links, list) and link in [each["url"] for each in links]


def test_a_hit_that_is_gone_and_comes_back_has_a_timeline(shell: Shell, practice: PracticeSites) -> None:
    # The last row of its board's first page: the row below it moves up into its place.
    offer = next(one for one in practice.expected if one.path.startswith("/thread/118-") and "#" not in one.path)
    crawl(shell, practice)
    assert hits(shell)[offer.url]["state"] == "up"
    practice.hide([offer.path])
    asked = crawl(shell, practice)
    # The list that no longer shows it was enough to ask whether it is there.
    assert offer.path in asked
    assert hits(shell)[offer.url]["state"] == "gone"
    practice.show([offer.path])
    crawl(shell, practice)
    hit = hits(shell)[offer.url]
    assert hit["state"] == "up"
    events = shell("hits", "--timeline", hit["hit_id"], "--json", *AT).objects
    assert [event["event"] for event in events] == ["found", "gone", "back"]
    gone = events[1]
    assert (gone["status"], gone["bytes_kept"], gone["facts"]["why"]) == (404, True, "missing")
    assert "gone" in shell("hits", "--timeline", hit["hit_id"], *AT).out
    assert "已消失" in shell("hits", "--timeline", hit["hit_id"], *AT, env={"LANG": "zh_CN.UTF-8"}).out
    assert shell("verify", "W").code == 0


def test_a_known_hit_is_asked_for_in_its_own_time(shell: Shell, practice: PracticeSites) -> None:
    offer = next(one for one in practice.expected if one.site == "lantern-quay" and "#" not in one.path)
    crawl(shell, practice)
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        (due,) = database.execute("SELECT next_due FROM pages WHERE url = ?", (offer.url,)).fetchone()
        assert due is not None
        database.execute("UPDATE pages SET next_due = '2025-01-01T00:00:00Z' WHERE url = ?", (offer.url,))
    assert offer.path in crawl(shell, practice)
    events = shell("hits", "--timeline", hits(shell)[offer.url]["hit_id"], "--json", *AT).objects
    # The server answered 304: the same page stands there still.
    assert [(event["event"], event["status"]) for event in events] == [("found", 200), ("up", 304)]


class Searchable:
    """A forum with many topics and a search by GET, whose lists do not change."""

    TOPICS = 30

    def __init__(self) -> None:
        self.titles = {number: f"Walk number {number} along the coast" for number in range(1, self.TOPICS + 1)}
        self.titles[17] = "The Heron Ledger 2025 1080p WEB-DL"
        self.asked: list[str] = []
        self.sitemap: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(heard.path)
        parts = urlsplit(heard.path)
        words = parse_qs(parts.query)
        if parts.path == "/robots.txt":
            named = f"Sitemap: http://{heard.header('host')}/map.xml\n" if self.sitemap else ""
            return Answer(200, f"User-agent: *\nDisallow: /members/\n{named}".encode(), "text/plain")
        if parts.path == "/map.xml" and self.sitemap:
            rows = "".join(f"<url><loc>http://{heard.header('host')}{path}</loc></url>" for path in self.sitemap)
            return Answer(200, f'<?xml version="1.0"?><urlset xmlns="x">{rows}</urlset>'.encode(), "application/xml")
        if parts.path == "/":
            return self._page('<div class="board"><a href="/forum/1">Walks</a> 15 topics, last 2026-01-02</div>'
                              '<div class="board"><a href="/forum/2">Rest</a> 15 topics, last 2026-01-03</div>')  # fmt: skip
        if parts.path in ("/forum/1", "/forum/2"):
            first = 1 if parts.path.endswith("1") else 16
            return self._page(self._rows(range(first, first + 15)))
        if parts.path == "/search":
            wanted = words.get("q", [""])[0].lower()
            return self._page(self._rows([n for n, title in self.titles.items() if wanted in title.lower()]))
        if parts.path.startswith("/topic/") and (number := int(parts.path.rpartition("/")[2])) in self.titles:
            magnet = f"magnet:?xt=urn:btih:{number:040x}"
            text = f'<p>{self.titles[number]}: <a href="{magnet}">{magnet}</a></p>'
            head = '<span class="author">wader</span> <time datetime="2026-01-02T10:00:00Z">2 January</time>'
            post = f'<div class="post" id="post-{number}">{head}<div class="body">{text}</div></div>'
            return self._page(f"<h1>{self.titles[number]}</h1>{post}")
        return Answer(404, b"<h1>Not found</h1>", "text/html")

    def _rows(self, numbers: "range | list[int]") -> str:
        cells = (
            f'<tr class="topic"><td><a class="title" href="/topic/{n}">{self.titles[n]}</a></td><td>{n} replies</td>'
            "<td>2026-01-02 10:00</td></tr>"
            for n in numbers
        )
        return f"<table><tr><th>Topic</th><th>Replies</th><th>Last</th></tr>{''.join(cells)}</table>"

    @staticmethod
    def _page(body: str) -> Answer:
        form = '<form action="/search" method="get"><input type="text" name="q"><input type="submit"></form>'
        html = f"<html><head><title>Heron Quay</title></head><body>{form}{body}</body></html>"
        return Answer(200, html.encode(), "text/html; charset=utf-8")


@pytest.fixture
def searchable(shell: Shell) -> Iterator[Searchable]:
    forum = Searchable()
    with LoopbackServer("heron", forum, []) as server:
        shell("works", "add", "The Salt Lantern", "--kind", "film", "--year", "2024", *AT)
        shell("sites", "add", server.url, "--id", "heron", *AT)
        yield forum


def visit(shell: Shell, forum: Searchable) -> list[str]:
    before = len(forum.asked)
    shell("crawl", *AT)
    return forum.asked[before:]


def test_a_title_added_later_is_searched_for_first(shell: Shell, searchable: Searchable) -> None:
    visit(shell, searchable)
    assert not hits(shell)
    shell("works", "add", "The Heron Ledger", "--kind", "film", "--year", "2025", *AT)
    asked = visit(shell, searchable)
    assert "/search?q=The%20Heron%20Ledger" in asked
    assert [path for path in asked if path.startswith("/topic/")] == ["/topic/17"]
    assert [urlsplit(url).path for url in hits(shell)] == ["/topic/17"]
    assert not [path for path in visit(shell, searchable) if path.startswith(("/search", "/topic/"))]


def test_a_sitemap_tells_of_what_no_list_shows(shell: Shell, searchable: Searchable) -> None:
    searchable.sitemap = [f"/topic/{number}" for number in range(1, 31)]
    visit(shell, searchable)
    searchable.titles[31] = "The Salt Lantern 2024 BluRay 1080p"
    searchable.sitemap.append("/topic/31")
    assert [path for path in visit(shell, searchable) if path.startswith("/topic/")] == ["/topic/31"]
    assert [urlsplit(url).path for url in hits(shell)] == ["/topic/31"]


def test_a_list_rests_the_longer_the_longer_it_was_silent() -> None:
    recheck = 14 * DAY
    assert rhythm.front(NOW, NOW, recheck) == NOW
    assert rhythm.front(NOW, NOW - 20 * DAY, recheck) == NOW + 2 * DAY
    assert rhythm.front(NOW, NOW - 900 * DAY, recheck) == NOW + recheck / 4
    assert rhythm.further(NOW, NOW, recheck) == NOW + rhythm.FURTHER_PAGES
    assert rhythm.further(NOW, NOW - 900 * DAY, recheck) == NOW + recheck
    assert rhythm.known_hit(NOW, NOW, recheck) == NOW + recheck / 4
    assert rhythm.known_hit(NOW, NOW - 900 * DAY, recheck) == NOW + recheck
    assert rhythm.further(NOW, NOW, DAY) == NOW + DAY


def test_a_row_is_missed_only_where_what_stood_below_it_stands_still() -> None:
    earlier = {n: ListRow(1, n, 1000 + n, f"{n}/") for n in range(5)}
    gone = [row for row in earlier.values() if row.page_id != 2]
    assert [row.page_id for row in vanished(earlier, gone, earlier)] == [2]
    # A page that was pushed down by new rows leaves at the end.
    assert vanished(earlier, [ListRow(1, 9, 1000, "new"), *(earlier[n] for n in range(4))], earlier) == []
    # Rows in another order say nothing.
    assert vanished(earlier, [earlier[4], earlier[0], earlier[1]], earlier) == []
