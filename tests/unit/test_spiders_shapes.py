"""Shapes of lists and topics without the names that most software gives its parts."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.model import Listing
from crawler.reading import PageRole, Reading
from spiders.articles import title_of
from spiders.calibration import Calibration
from spiders.engines import generic
from spiders.read import read
from spiders.zones import zone_of
from tests.unit.spider_pages import fetched


def read_markup(markup: str, url: str, role: PageRole = "topic") -> Reading:
    return read(fetched(f"<html>{markup}</html>".encode(), url, role), "generic")


def objects(listing: Listing) -> list[str]:
    return [target.url for target in listing.targets]


ENTRIES = "".join(
    f"""<article class="post" itemscope><h2 class="post-title"><a href="/archives/{number}/">{name}</a></h2>
    <ul class="post-meta"><li>By <a href="/author/1/" rel="author">oda</a></li>
    <li><time datetime="2026-02-{number}T10:00:00+08:00">2026-02-{number}</time></li></ul>
    <div class="post-content" itemprop="articleBody"><p>The first lines of what {name} is about.</p></div></article>"""
    for number, name in ((21, "Brass Almanac"), (22, "Slow Ferry"), (23, "Reed Organ"))
)


def test_a_front_page_of_several_entries_is_a_list() -> None:
    pager = '<ol class="page-navigator"><li class="current"><a href="/page/1/">1</a></li><li><a href="/page/2/">2</a></li></ol>'
    reading = read_markup(f"<title>Almanacs</title><body>{ENTRIES}{pager}</body>", "http://quill.example/", "entry")
    assert (reading.role, reading.listings) == ("list", ())
    followed = {link.url for link in reading.links}
    assert {f"http://quill.example/archives/{number}/" for number in (21, 22, 23)} <= followed
    assert "http://quill.example/page/2/" in followed


def table_rows(*posts: tuple[str, int, str]) -> str:
    return "".join(
        f"<tr><td><b>{name}</b><br>Posts: 3</td><td><a name='{number}'></a><font>Posted: 05 Feb 2026 10:{number}</font>"
        f"<hr>{words}</td></tr>"
        for name, number, words in posts
    )


OFFER = "All twelve parts, download: <a href='https://crate.example/f/twelve12'>https://crate.example/f/twelve12</a>"


def test_plain_table_rows_with_a_name_a_time_and_words_are_posts() -> None:
    rows = table_rows(("marlow", 11, OFFER), ("oda", 12, "Thank you for these, they work."))
    reading = read_markup(
        f"<title>Slow Ferry - The Crossing</title><body><table><tr><td><font>Slow Ferry - The Crossing</font></td></tr>"
        f"</table><table border=1>{rows}</table><font>All times UTC</font></body>",
        "http://plain.example/thread/7",
    )
    opening, reply = reading.listings
    assert (opening.title, opening.posted_by) == ("Slow Ferry - The Crossing", "marlow")
    assert opening.posted_at == datetime(2026, 2, 5, 10, 11, tzinfo=UTC)
    assert objects(opening) == ["https://crate.example/f/twelve12"]
    assert (reply.url, reply.posted_by) == ("http://plain.example/thread/7#12", "oda")


def test_a_topic_of_one_unnamed_row_has_its_post() -> None:
    rows = table_rows(("marlow", 11, "<iframe src='https://player.example/e/88'></iframe>"))
    reading = read_markup(f"<title>Reel</title><body><table>{rows}</table></body>", "http://plain.example/thread/8")
    (only,) = reading.listings
    assert (only.posted_by, only.is_reply, only.players) == ("marlow", False, ("https://player.example/e/88",))


def test_pages_numbered_below_a_topic_and_a_list_are_followed() -> None:
    rows = table_rows(("marlow", 11, OFFER), ("oda", 12, "Thank you for these, they work."))
    topic = read_markup(
        f"<body><table>{rows}</table><a href='/thread/7/2'>2</a></body>", "http://plain.example/thread/7"
    )
    assert [link.url for link in topic.links] == ["http://plain.example/thread/7/2"]
    second = read_markup(f"<body><table>{rows}</table></body>", "http://plain.example/thread/7/2")
    assert [listing.is_reply for listing in second.listings] == [True, True]


def test_a_bulletin_board_in_chinese_bytes_without_a_name_is_followed_and_read() -> None:
    front = "<html><title>灯塔</title><center>[<a href=/in.asp>登录</a>]</center><ul><li><a href=doc.asp?board=books>旧书交换</a><li><a href=doc.asp?board=talk>闲谈</a></ul>"
    page = fetched(front.encode("gbk"), "http://lamp.example/", "entry", content_type="text/html")
    assert {link.url for link in read(page).links} == {
        "http://lamp.example/doc.asp?board=books",
        "http://lamp.example/doc.asp?board=talk",
    }
    posts = "".join(
        f"<a name=f{number}></a><table><tr><td>{number} 楼 作者：<a href=who.asp?u={number}>{name}</a> 发信时间：2026-02-05 10:2{number}:00"
        f"</td></tr><tr><td><p>{words}</p></td></tr></table>"
        for number, name, words in ((0, "阿灯", "全书扫描，见 https://crate.example/f/scan99"), (1, "小舟", "谢谢"))
    )
    topic = f"<html><title>旧书一种</title><b>主题：旧书一种</b>{posts}"
    reading = read(
        fetched(topic.encode("gbk"), "http://lamp.example/con.asp?board=books&id=40", content_type="text/html"),
        "generic",
    )
    assert (reading.role, reading.title) == ("topic", "旧书一种")
    assert reading.listings[0].posted_by == "阿灯"
    assert objects(reading.listings[0]) == ["https://crate.example/f/scan99"]


def test_a_body_set_as_a_quotation_is_read_and_its_repeated_heading_is_not() -> None:
    posts = "".join(
        f"""<li class="postcontainer" id="post_{number}"><span class="date">02-25-2026, <span class="time">04:02 PM</span></span>
        <a class="username" href="/member.php?{number}">{name}</a><div class="postbody"><h2 class="title">Slow Ferry scans</h2>
        <div class="content"><blockquote class="postcontent restore">{words}</blockquote></div></div></li>"""
        for number, name, words in ((31, "marlow", OFFER), (32, "oda", "I thank you for all of these."))
    )
    reading = read_markup(
        f"<title>Slow Ferry scans</title><body><ol>{posts}</ol><div>All times are GMT.</div></body>",
        "http://ferry.example/showthread.php?7-Slow-Ferry-scans",
    )
    opening, reply = reading.listings
    assert objects(opening) == ["https://crate.example/f/twelve12"]
    assert opening.posted_at == datetime(2026, 2, 25, 16, 2, tzinfo=UTC)
    assert reply.passage.text == "I thank you for all of these."


@pytest.mark.parametrize("count", [1, 2])
def test_posts_for_readers_without_scripts_count(count: int) -> None:
    posts = "".join(
        f"<div><h3>{name}</h3><time>2026-02-05T10:1{number}:00+00:00</time><div class='Post-body'><p>{words}</p></div></div><hr>"
        for number, (name, words) in enumerate((("marlow", OFFER), ("oda", "These are the ones I was after.")))
        if number < count
    )
    reading = read_markup(
        f"<title>Ferry</title><body><main></main><noscript><div><h1>Ferry</h1><div>{posts}</div></div></noscript></body>",
        "http://sail.example/d/9-ferry",
    )
    assert [listing.posted_by for listing in reading.listings] == ["marlow", "oda"][:count]
    assert len({listing.url for listing in reading.listings}) == count
    assert objects(reading.listings[0]) == ["https://crate.example/f/twelve12"]


def test_an_entry_with_comments_opens_with_its_own_words() -> None:
    comments = "".join(
        f"""<li id="comment-{number}" class="comment"><div class="comment-author-name">{name}</div>
        <div><time datetime="2026-02-0{number}T10:00:00+00:00">February {number}</time></div>
        <div class="comment-content"><p>{words}</p></div></li>"""
        for number, name, words in (
            (6, "oda", "Thank you, that is what I was after."),
            (7, "rook", "<a href='https://member.example/user/scan'>https://member.example/user/scan</a> has it too"),
        )
    )
    reading = read_markup(
        f"""<title>Ferry scans</title><body><div class="page-site-blocks"><main><h1>Ferry scans</h1>
        <time datetime="2026-02-05T10:00:00+00:00">February 5</time><p class="post-author__name">marlow</p>
        <div class="entry-content"><p>{OFFER}</p></div></main><ol>{comments}</ol></div></body>""",
        "http://ink.example/2026/02/ferry-scans/",
    )
    opening, thanks, other = reading.listings
    assert (opening.posted_by, objects(opening)) == ("marlow", ["https://crate.example/f/twelve12"])
    assert [thanks.posted_by, other.posted_by] == ["oda", "rook"]
    assert "member.example/user/scan" in other.passage.text


@pytest.mark.parametrize(
    ("markup", "hours"),
    [
        ("<body><p>list</p><div>Time now is:03-02 14:31</div>", 8),
        ("<body><div class=top>March 02, 2026, 08:31:24 AM</div><p>list</p>", 2),
    ],
)
def test_a_clock_without_a_year_or_a_label_tells_the_zone(markup: str, hours: int) -> None:
    zone = zone_of(fetched(markup.encode(), "http://a.example/"), None)
    assert zone is not None and zone.offset == timedelta(hours=hours)


@pytest.mark.parametrize(
    "shown", ["March 02, 2026, 08:35:24 AM", "March 02, 2026, 08:31 AM", "posted March 02, 2026, 08:31:24 AM"]
)
def test_another_time_in_the_head_is_no_clock(shown: str) -> None:
    assert zone_of(fetched(f"<body><div>{shown}</div>".encode(), "http://a.example/"), None) is None


def test_a_title_that_the_page_shows_is_never_cut() -> None:
    page = fetched(
        b"<title>Oda Reed: Slow Ferry - Scans</title><body><b>Oda Reed: Slow Ferry - Scans</b></body>",
        "http://a.example/t/1",
    )
    assert title_of(page) == "Oda Reed: Slow Ferry - Scans"


def test_a_zone_found_on_one_page_serves_the_next() -> None:
    known = Calibration()
    generic.read(fetched(b"<body><div>Time now is:03-02 14:31</div>", "http://a.example/"), known)
    assert known.zone is not None and known.zone.basis == "page-zone"


def test_an_author_who_stands_inside_a_comments_own_block_is_still_its_author() -> None:
    comments = "".join(
        f"""<li id="comment-{number}"><div class="comment-body"><div class="comment-meta"><a href="/users/{name}">{name}</a>
        <time datetime="2026-02-0{number}T10:00:00+00:00">February {number}</time></div><p>{OFFER}</p></div></li>"""
        for number, name in ((6, "oda"), (7, "rook"))
    )
    reading = read_markup(
        f"<title>Ferry</title><body><h1>Ferry</h1><ol>{comments}</ol></body>", "http://ink.example/topic/4"
    )
    assert [listing.posted_by for listing in reading.listings] == ["oda", "rook"]
