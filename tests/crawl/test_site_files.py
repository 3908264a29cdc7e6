"""What a site file says of pages, in place of what the engines find there."""

from pathlib import Path

import pytest

from crawler.hosts import host_port
from crawler.model import Site
from crawler.reading import PageRole, Reading
from crawler.sitefile import described
from spiders.calibration import Calibration
from spiders.engines import BASES, ENGINES, generic
from spiders.page import FetchedPage
from spiders.read import read
from spiders.recognition import Basis

FOLDER = Path(__file__).parent.parent / "pages"
HOST = "http://forum.example/"


def read_by(
    told: str,
    source: str | bytes,
    path: str,
    role: PageRole = "topic",
    engine: str | None = None,
    calibration: Calibration | None = None,
) -> Reading:
    """The reading of one of our pages, on a site of which a file tells this."""
    description = described(f'id = "forum"\nhosts = ["http://forum.example"]\n{told}', "forum.toml")
    site = Site("forum", HOST, (host_port(HOST),), engine, description=description)
    body = source if isinstance(source, bytes) else (FOLDER / source).read_bytes()
    fields = [("Content-Type", "text/html; charset=utf-8"), ("Date", "Mon, 02 Mar 2026 06:31:20 GMT")]
    page = FetchedPage(f"{HOST}{path}", 200, fields, body, site, role)
    return read(page, engine, calibration)


def test_one_part_is_overridden_and_all_else_stays_the_engines() -> None:
    usual = read_by("", "phpbb-topic.html", "viewtopic.php?t=7", engine="phpbb")
    own = (FOLDER / "phpbb-topic.html").read_text().replace("</h3>", '</h3><b class="by">nobody else</b>')
    changed = read_by('[selectors.topic]\nposter = "b.by"\n', own.encode(), "viewtopic.php?t=7", engine="phpbb")
    assert len(usual.listings) > 1
    assert {listing.posted_by for listing in changed.listings} == {"nobody else"}
    for before, after in zip(usual.listings, changed.listings, strict=True):
        assert (before.url, before.title, before.posted_at, before.targets) == (
            after.url, after.title, after.posted_at, after.targets,
        )  # fmt: skip


def test_posts_of_another_theme_are_found_where_the_engine_finds_none() -> None:
    theme = (FOLDER / "phpbb-topic.html").read_text().replace(" post ", " note ").replace('"post ', '"note ')
    told = '[selectors.topic]\npost = "div.note"\nbody = "div.content"\n'
    usual = read_by("", "phpbb-topic.html", "viewtopic.php?t=7", engine="phpbb")
    found = read_by(told, theme.encode(), "viewtopic.php?t=7", engine="phpbb")
    assert [one.targets for one in found.listings] == [one.targets for one in usual.listings]
    assert [one.passage.text for one in found.listings] == [one.passage.text for one in usual.listings]
    assert not found.notes


def test_selectors_that_find_nothing_any_more_are_noted_and_the_page_is_read_all_the_same() -> None:
    told = '[selectors.topic]\npost = "div.gone"\n[selectors.list]\nrow = "div.gone"\n'
    topic = read_by(told, "phpbb-topic.html", "viewtopic.php?t=7", engine="phpbb")
    assert topic.listings and any("selectors of a topic find nothing" in note for note in topic.notes)
    rows = read_by(told, "phpbb-list.html", "viewforum.php?f=2", "list", engine="phpbb")
    assert rows.links and any("selectors of a list find nothing" in note for note in rows.notes)


def test_rows_boards_and_further_pages_are_what_the_selectors_say() -> None:
    source = b"""<html><body><p id=b><a href=/hall>Hall</a></p>
    <div class=r><a class=t href=/n/1>First thing</a> <s>9</s> <i>2 hours ago</i></div>
    <div class=r><a class=t href=/n/2>Second thing</a> <s>0</s> <i>2026-02-01 10:00</i></div>
    <div class=r><a class=t href=http://other.example/n/3>Elsewhere</a></div>
    <div class=r><a class=t href=/logout>Out</a></div>
    <a class=o href=/hall?before=2>older</a></body></html>"""
    told = (
        "skip = ['/n/2$']\n[selectors.list]\nrow = '//div[@class=\"r\"]'\nlink = 'a.t'\nreplies = 's'\ndate = 'i'\n"
        "board = '#b a'\nnext = 'a.o'\n"
    )
    reading = read_by(told, source, "hall", "list")
    topics = {link.url: link.mark for link in reading.links if link.role == "topic"}
    # An age would be another word at every visit, so that only the replies tell.
    assert topics == {f"{HOST}n/1": "9/"}
    assert [link.url for link in reading.links if link.role == "list"] == [f"{HOST}hall?before=2", f"{HOST}hall"]


def test_what_the_site_does_not_tell_is_taken_from_the_file_and_what_it_tells_stands() -> None:
    article = "<html><body><h1>Salt Lantern</h1><div class=a><b class=w>ann</b> <u>2026-01-05 08:00</u><p>{} magnet:?xt=urn:btih:0a1b2c3d4e5f60718293a4b5c6d7e8f901234567</p></div>{}</body></html>"
    told = 'charset = "gb18030"\nzone = "+08:00"\n[selectors.topic]\nbody = "p"\nposter = ".w"\ndate = "u"\n'
    (one,) = read_by(told, article.format("盐与灯笼", "").encode("gb18030"), "n/1").listings
    assert "盐与灯笼" in one.passage.text and one.posted_by == "ann"
    assert one.posted_at is not None and one.posted_at.isoformat() == "2026-01-05T00:00:00+00:00"
    assert one.posted_at_basis == "site-file"
    clock = "<div>All times are UTC. The time now is 2026-03-02 06:31.</div>"
    (one,) = read_by(told, article.format("x", clock).encode(), "n/1").listings
    assert one.posted_at is not None and one.posted_at.hour == 8 and one.posted_at_basis == "page-zone"


def test_start_pages_beyond_the_first_are_lists_and_the_search_is_the_files() -> None:
    told = 'start = ["/", "/new", "/films"]\nsearch = "/find?t={title:gb18030}"\n'
    reading = read_by(told, "blog-home.html", "", "entry")
    assert {f"{HOST}new", f"{HOST}films"} <= {link.url for link in reading.links if link.role == "list"}
    assert reading.search == f"{HOST}find?t={{title:gb18030}}"


def test_every_engine_says_what_it_rests_on() -> None:
    assert set(BASES) == set(ENGINES)
    assert BASES["generic"].rests_on == "structure"
    assert all(basis.of for basis in BASES.values())


def test_an_engine_from_documentation_gives_way_where_the_generic_reader_reads_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No reader rests on documentation today: one that reads books alone stands for such a one.
    monkeypatch.setitem(BASES, "calibreweb", Basis("documentation", "a manual"))
    posts = read_by("", "tables-topic.html", "viewthread?id=7")
    clock = Calibration()
    given = read_by("", "tables-topic.html", "viewthread?id=7", engine="calibreweb", calibration=clock)
    assert len(posts.listings) > 1
    assert [one.url for one in given.listings] == [one.url for one in posts.listings]
    (note,) = [note for note in given.notes if "generic reader reads more" in note]
    assert f"{len(posts.listings)} listings against 0" in note
    again = read_by("", "tables-topic.html", "viewthread?id=8", engine="calibreweb", calibration=clock)
    assert again.listings and not again.notes
    # What rests on pages that really ran is asked alone, as long as it finds anything.
    read_alone = read_by("", "phpbb-topic.html", "viewtopic.php?t=7", engine="phpbb")
    monkeypatch.setattr(generic, "read", lambda *_: pytest.fail("the generic reader was asked"))
    again = read_by("", "phpbb-topic.html", "viewtopic.php?t=7", engine="phpbb")
    assert again.listings == read_alone.listings
