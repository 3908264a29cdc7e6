"""Topic pages become listings: phpBB, Discuz! X, and structures that no engine file names."""

from datetime import UTC, datetime

from crawler.model import Listing
from spiders.calibration import Calibration
from spiders.read import read
from tests.unit.spider_pages import fetched


def urls(listing: Listing) -> list[str]:
    return [target.url for target in listing.targets]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


def test_a_phpbb_topic_gives_its_opening_post_and_the_reply_that_offers() -> None:
    reading = read(fetched("phpbb-topic.html", "http://pier.example/viewtopic.php?t=31"))
    assert (reading.engine, reading.state, reading.role) == ("phpbb", "ok", "topic")
    opening, reply = reading.listings
    assert opening.url == "http://pier.example/viewtopic.php?t=31"
    assert opening.title == "The Copper Lagoon (2023) 1080p"
    assert (opening.posted_by, opening.posted_at) == ("marlow", utc(2024, 6, 20, 12, 49))
    assert opening.posted_at_basis == "datetime-attribute"
    assert opening.posted_at_text == "Thu Jun 20, 2024 2:49 pm"
    assert "https://crate.example/f/lagoon77" in urls(opening)
    assert any(target.object == "btih:00112233445566778899aabbccddeeff00112233" for target in opening.targets)
    assert "signature.example" not in opening.passage.text
    assert reply.url == "http://pier.example/viewtopic.php?p=203#p203"
    assert reply.is_reply and reply.posted_by == "oda"
    assert urls(reply) == ["https://crate.example/f/second88"]
    assert "lagoon77" not in reply.passage.text


def test_a_topics_second_page_holds_replies_only_and_leads_to_no_first_page() -> None:
    page = fetched("phpbb-topic.html", "http://pier.example/viewtopic.php?t=31&start=10")
    page.body = page.body.replace(
        b'href="http://pier.example/viewtopic.php?t=31"', b'href="http://pier.example/viewtopic.php?t=31&amp;start=10"'
    )
    reading = read(page)
    assert all(listing.is_reply for listing in reading.listings)
    assert reading.listings[0].url == "http://pier.example/viewtopic.php?p=201#p201"
    assert reading.links == ()


def test_a_discuz_thread_without_a_charset_is_read_with_its_hidden_block() -> None:
    page = fetched(
        "discuz-thread.html", "http://stone.example/forum.php?mod=viewthread&tid=88&extra=page%3D1",
        encoding="gb18030", content_type="text/html",
    )  # fmt: skip
    reading = read(page)
    assert reading.engine == "discuz"
    opening, reply = reading.listings
    assert opening.url == "http://stone.example/forum.php?mod=viewthread&tid=88"
    assert opening.title == "《北岸旧事》2022 全24集 百度网盘"
    assert [(target.url, target.access_code) for target in opening.targets] == [
        ("https://pan.baidu.com/s/1NorthShoreOld", "n7k2")
    ]
    assert opening.hidden == "游客，如果您要查看本帖隐藏内容请回复"
    assert opening.posted_at == utc(2025, 5, 3, 13, 4, 5)
    assert reply.url == "http://stone.example/forum.php?mod=redirect&goto=findpost&ptid=88&pid=503"
    assert (reply.posted_by, reply.posted_at, reply.posted_at_text) == ("石匠", utc(2026, 3, 1, 15, 15), "昨天 23:15")
    assert urls(reply) == ["https://pan.quark.cn/s/0ab12cd34ef5"]
    assert [link.url for link in reading.links] == ["http://stone.example/forum.php?mod=viewthread&tid=88&page=2"]


def test_a_topic_of_bare_tables_is_read_by_its_anchors_and_its_clock() -> None:
    reading = read(fetched("tables-topic.html", "http://talk.example/read.php?tid=64"))
    opening, reply = reading.listings
    assert opening.title == "Salt and Ferns discography [FLAC]"
    assert (opening.posted_by, opening.posted_at) == ("brine", utc(2026, 2, 11, 19, 40))
    assert opening.passage.text == "All nine albums:\nhttps://boxes.example/d/salt-ferns-9"
    assert reply.url == "http://talk.example/read.php?tid=64#pid904"
    assert "boxes.example" not in reply.passage.text
    assert reply.posted_at == utc(2026, 2, 11, 22, 5)


def test_a_topic_of_cards_is_read_by_its_data_numbers() -> None:
    page = fetched("cards-topic.html", "http://attic.example/t/night-ferry/77", date="Sun, 15 Mar 2026 00:20:30 GMT")
    opening, reply = read(page).listings
    assert opening.url == "http://attic.example/t/night-ferry/77"
    assert opening.title == "Night Ferry S01 complete"
    assert (opening.posted_by, opening.posted_at) == ("tern", utc(2026, 3, 14, 22, 20))
    assert opening.posted_at_basis == "title-attribute"
    assert opening.players == ("https://watch.example/embed/nf1",)
    assert any(target.kind == "ed2k" for target in opening.targets)
    assert reply.url == "http://attic.example/t/night-ferry/77/3"
    assert reply.hidden == "You must be logged in and reply to see the links."
    assert reply.posted_at == utc(2026, 3, 14, 23, 45)


def test_a_blogs_article_keeps_its_quotations_and_its_comments_stand_for_themselves() -> None:
    reading = read(fetched("blog-article.html", "http://cellar.example/the-brass-almanac-epub/"))
    opening, comment = reading.listings
    assert opening.title == "The Brass Almanac epub download"
    assert [(target.url, target.access_code) for target in opening.targets] == [
        ("https://pan.baidu.com/s/1BrassAlmanac", "b4c9")
    ]
    assert (opening.posted_by, opening.posted_at) == ("keeper", utc(2026, 1, 5, 10))
    assert comment.url == "http://cellar.example/the-brass-almanac-epub/#comment-40"
    assert (comment.posted_by, comment.is_reply) == ("rook", True)
    assert reading.links == ()


def test_a_release_page_includes_the_links_beside_its_description() -> None:
    reading = read(fetched("release.html", "http://reed.example/view/812"))
    (only,) = reading.listings
    assert (only.title, only.posted_by, only.posted_at) == ("Glass Orchard OST", "wren", utc(2026, 1, 1))
    assert [target.object for target in only.targets] == ["btih:99887766554433221100ffeeddccbbaa99887766"]


def test_a_time_without_a_zone_is_none() -> None:
    reading = read(fetched("quiet-topic.html", "http://quay.example/viewtopic.php?id=4"))
    assert [listing.posted_at for listing in reading.listings] == [None, None]
    assert reading.listings[0].posted_at_text == "2026-03-01 23:30:00"
    assert reading.listings[0].posted_at_basis is None


def test_a_feed_gives_the_zone_that_no_page_shows() -> None:
    known = Calibration()
    read(
        fetched("feed.xml", "http://quay.example/extern.php?action=feed", "feed", content_type="application/atom+xml"),
        None,
        known,
    )
    rows = read(fetched("quiet-list.html", "http://quay.example/viewforum.php?id=1", "list"), None, known)
    reading = read(fetched("quiet-topic.html", "http://quay.example/viewtopic.php?id=4"), None, known)
    assert [link.mark for link in rows.links] == [
        "3/40 at 2026-03-02", "0/38 at 2026-03-01", "1/31 at 2026-02-20T02:02"
    ]  # fmt: skip
    assert [listing.posted_at for listing in reading.listings] == [utc(2026, 3, 1, 22, 30), utc(2026, 3, 2, 5, 24, 16)]
    assert {listing.posted_at_basis for listing in reading.listings} == {"feed"}
    assert reading.listings[1].url == "http://quay.example/viewtopic.php?pid=40#p40"


def test_an_engine_that_finds_nothing_gives_way_to_structure() -> None:
    reading = read(fetched("tables-topic.html", "http://talk.example/read.php?tid=64"), "phpbb")
    assert reading.engine == "phpbb"
    assert len(reading.listings) == 2
    assert any("found nothing" in note for note in reading.notes)
