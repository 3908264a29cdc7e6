"""List pages become links: each topic and each numbered page once, nothing that changes the site's state."""

from dataclasses import replace

import pytest

from crawler.errors import UsageError
from crawler.reading import Reading
from spiders.read import read
from spiders.recognise import recognise
from tests.unit.spider_pages import fetched


def by_role(reading: Reading, role: str) -> list[str]:
    return [link.url for link in reading.links if link.role == role]


@pytest.mark.parametrize("engine", [None, "generic"])
def test_a_phpbb_board_leads_to_its_topics_and_pages_only(engine: str | None) -> None:
    reading = read(fetched("phpbb-list.html", "http://pier.example/viewforum.php?f=6", "list"), engine)
    assert reading.role == "list"
    assert sorted(by_role(reading, "list")) == [
        "http://pier.example/viewforum.php?f=6&start=25",
        "http://pier.example/viewforum.php?f=6&start=50",
        "http://pier.example/viewforum.php?f=8",
    ]
    assert [url.replace("f=6&", "") for url in by_role(reading, "topic")] == [
        "http://pier.example/viewtopic.php?t=2",
        "http://pier.example/viewtopic.php?t=31",
    ]
    assert [link.mark for link in reading.links if link.role == "topic"] == ["3/7", "12/214"]


@pytest.mark.parametrize("engine", [None, "generic"])
def test_a_discuz_board_leads_to_its_threads_and_pages_only(engine: str | None) -> None:
    reading = read(fetched("discuz-list.html", "http://stone.example/forum.php?mod=forumdisplay&fid=7", "list"), engine)
    assert by_role(reading, "list") == [
        "http://stone.example/forum.php?mod=forumdisplay&fid=7&page=2",
        "http://stone.example/forum.php?mod=forumdisplay&fid=7&page=3",
    ]
    assert by_role(reading, "topic") == [
        "http://stone.example/forum.php?mod=viewthread&tid=11",
        "http://stone.example/forum.php?mod=viewthread&tid=88",
    ]


def test_a_list_of_cards_is_recognised_by_repetition() -> None:
    reading = read(fetched("cards-list.html", "http://attic.example/c/series", "list"))
    assert by_role(reading, "topic") == [
        "http://attic.example/t/night-ferry/77",
        "http://attic.example/t/what-are-you-watching/78",
    ]
    assert by_role(reading, "list") == ["http://attic.example/c/series?page=2"]
    assert [link.mark for link in reading.links if link.role == "topic"] == [
        "2/ at 2026-03-14T23:45Z",
        "40/ at 2026-03-13T14:00Z",
    ]


def test_a_blogs_front_page_is_a_list_even_with_whole_entries_on_it() -> None:
    reading = read(fetched("blog-home.html", "http://cellar.example/", "entry"))
    assert reading.listings == ()
    assert by_role(reading, "topic") == [
        "http://cellar.example/the-brass-almanac-epub/",
        "http://cellar.example/other-entry/",
    ]
    assert by_role(reading, "list") == ["http://cellar.example/page/2/"]


def test_an_entry_without_times_for_machines_asks_its_feed() -> None:
    source = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/feed.php?type=rss"></head><body><table>
    <tr><td><a href="/viewforum.php?id=1">Films</a></td><td>12</td></tr><tr><td><a href="/viewforum.php?id=2">Books</a></td><td>3</td></tr></table></body></html>"""
    reading = read(fetched(source, "http://quay.example/", "entry"))
    assert by_role(reading, "feed") == ["http://quay.example/feed.php?type=rss"]


def test_a_missing_entry_names_the_next_customary_one_and_none_below_it() -> None:
    asked, url = [], "http://quay.example/"
    while url and len(asked) < 9:
        asked.append(url)
        page = fetched(b"<title>404 Not Found</title>", url, "entry", status=404)
        page.site = replace(page.site, url=asked[0])
        url = next((link.url for link in read(page).links if link.role == "entry"), "")
    names = ("", "index.php", "forum.php", "index.html", "opds", "forum/")
    assert asked == [f"http://quay.example/{name}" for name in names]


def test_a_redirect_is_read_as_one() -> None:
    page = fetched(b"", "http://quay.example/old", status=301)
    page.headers = type(page.headers)([("Location", "/viewtopic.php?id=4&sid=0123456789abcdef0123456789abcdef")])
    reading = read(page)
    assert (reading.state, reading.redirect_to) == ("redirect", "http://quay.example/viewtopic.php?id=4")


def test_one_sign_alone_recognises_nothing() -> None:
    assert (
        recognise(fetched(b"<p>We moved away from phpBB last year. Powered by phpBB</p>", "http://pier.example/"))
        is None
    )
    assert (
        recognise(fetched(b"<body>hello</body>", "http://pier.example/", cookies=("phpbb3_ab12_sid=x; path=/",)))
        is None
    )
    assert recognise(fetched("phpbb-wall.html", "http://pier.example/")) == "phpbb"
    assert recognise(fetched("discuz-list.html", "http://stone.example/")) == "discuz"
    assert recognise(fetched("cards-list.html", "http://attic.example/")) is None


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError, match="no such engine; smoothboard"):
        read(fetched("cards-list.html", "http://attic.example/c/series"), "smoothboard")


@pytest.mark.parametrize(
    ("source", "status", "state", "words"),
    [
        ("phpbb-wall.html", 200, "login_wall", "requires you to be registered"),
        ("challenge.html", 503, "challenge", "Just a moment"),
        ("gone.html", 200, "missing", "does not exist"),
    ],
)
def test_a_page_without_content_says_why(source: str, status: int, state: str, words: str) -> None:
    reading = read(fetched(source, "http://pier.example/viewtopic.php?t=9", status=status))
    assert reading.state == state
    assert reading.listings == ()
    assert words in reading.notes[0]


def test_a_login_form_on_a_readable_page_is_no_wall() -> None:
    reading = read(fetched("discuz-thread.html", "http://stone.example/forum.php?mod=viewthread&tid=88"))
    assert reading.state == "ok"


@pytest.mark.parametrize(
    "prompt", ["您需要登录后才可以发帖 登录 | 立即注册", "You must log in to post a reply", "You are not logged in."]
)
def test_an_empty_board_that_asks_posters_to_log_in_is_no_wall(prompt: str) -> None:
    source = f"<title>Empty board</title><h1>Empty board</h1><p class='message'>{prompt}</p>".encode()
    assert read(fetched(source, "http://quay.example/viewforum.php?id=9", "list")).state == "empty"


def test_a_post_linked_from_a_board_row_is_followed_to_its_topic_without_a_mark() -> None:
    source = b"""<ul><li><h2><a href="/category/2/film">Film</a></h2> 44 topics <a href="/topic/5/name/3">newest</a></li>
    <li><h2><a href="/category/3/books">Books</a></h2> 3 topics <a href="/topic/8/other/2">newest</a></li></ul>"""
    links = {link.url: link for link in read(fetched(source, "http://quay.example/", "entry")).links}
    assert links["http://quay.example/topic/5/name"].mark is None
    assert links["http://quay.example/category/2/film"].role == "list"
