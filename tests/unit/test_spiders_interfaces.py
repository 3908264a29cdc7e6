"""A site's own interface is the cheapest way in, and a dead one costs no page of the site."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.json_text import data_of
from crawler.reading import Link, Reading
from spiders.ages import zone_of_ages
from spiders.calibration import Calibration
from spiders.page import FetchedPage
from spiders.read import read
from spiders.streams import decoded
from tests.unit.spider_pages import fetched

BLOG = "http://cellar.example/"
POSTS = f"{BLOG}wp-json/wp/v2/posts?per_page=100&page=1"
TUBE = "http://tube.example/"
ROWS = f"{TUBE}api.php/provide/vod/?ac=detail&pg=1"


def urls(reading: Reading, role: str) -> list[str]:
    return [link.url for link in reading.links if link.role == role]


def blog() -> FetchedPage:
    page = fetched("blog-home.html", BLOG, "entry")
    named = '<meta name="generator" content="WordPress 6.4"><link rel="https://api.w.org/" href="/wp-json/">'
    return fetched(page.body.replace(b"<title>", named.encode() + b"<title>"), BLOG, "entry")


def answer(told: object, url: str, role: str = "list", status: int = 200, **fields: str) -> FetchedPage:
    page = fetched(json.dumps(told).encode(), url, role, status=status, content_type="application/json")  # type: ignore[arg-type]
    page.headers = type(page.headers)([("Content-Type", "application/json"), *fields.items()])
    return page


def post(path: str, changed: str = "2026-01-05T10:00:00") -> dict[str, str]:
    return {"link": f"{BLOG}{path}/", "modified_gmt": changed, "date_gmt": "2026-01-01T00:00:00"}


def test_a_blog_leads_to_its_interface_before_its_lists() -> None:
    clock = Calibration()
    reading = read(blog(), None, clock)
    assert reading.engine == "wordpress"
    assert [(link.url, link.role) for link in reading.links] == [(POSTS, "list")]
    told = [post("the-brass-almanac-epub"), post("other-entry", "2026-02-02T00:00:00"), post("older")]
    listed = read(answer(told, POSTS, **{"X-WP-TotalPages": "3"}), "wordpress", clock)
    assert urls(listed, "topic") == [f"{BLOG}the-brass-almanac-epub/", f"{BLOG}other-entry/", f"{BLOG}older/"]
    assert [link.mark for link in listed.links if link.role == "topic"][1] == "2026-02-02T00:00:00"
    assert urls(listed, "list") == [POSTS.replace("&page=1", f"&page={number}") for number in (2, 3)]
    assert not clock.aside


@pytest.mark.parametrize(
    ("told", "status"),
    [({"code": "rest_disabled"}, 401), ([], 200), ([post("quite-another")], 200), ("closed", 200)],
)
def test_a_blog_whose_interface_says_little_is_read_by_its_lists(told: object, status: int) -> None:
    clock = Calibration()
    entry = read(blog(), None, clock)
    kept = Calibration.restored(clock.told())
    assert kept.aside == clock.aside
    reading = read(answer(told, POSTS, status=status), "wordpress", kept)
    assert entry.links[0].url not in {link.url for link in reading.links}
    assert f"{BLOG}the-brass-almanac-epub/" in urls(reading, "topic")
    assert urls(reading, "list") == [f"{BLOG}page/2/"]


def front(*hrefs: str) -> FetchedPage:
    anchors = "".join(f'<li><a href="{href}">Title</a></li>' for href in hrefs)
    source = f"<html><head><title>Tube</title></head><body><ul>{anchors}</ul><script>var maccms = {{}};</script></body></html>"
    return fetched(source.encode(), TUBE, "entry")


def row(number: int, **said: object) -> dict[str, object]:
    return {
        "vod_id": number, "vod_name": "夜航灯", "vod_year": "2021", "vod_time": "2026-02-03 09:30:00",
        "vod_time_add": 1770082200, "vod_play_from": "", "vod_play_url": "", **said,
    }  # fmt: skip


def test_a_streaming_site_is_read_from_its_collection_interface() -> None:
    clock = Calibration()
    entry = read(front("/voddetail/7.html", "/vodtype/1.html"), None, clock)
    assert (entry.engine, urls(entry, "list")) == ("maccms", [ROWS])
    rows = [
        row(
            7,
            vod_sub="夜航灯 第一季",
            vod_play_from="m3u8$$$cloud",
            vod_play_url="第01集$https://cdn.boxes.example/a/01.m3u8#第02集$https://cdn.boxes.example/a/02.m3u8"
            "$$$正片$https://watch.boxes.example/share/0a1b2c",
            vod_down_from="p2p",
            vod_down_url="下载$magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567",
        ),
        row(8, vod_name="夜航灯 影评"),
    ]
    reading = read(answer({"code": 1, "pagecount": 3, "list": rows}, ROWS), "maccms", clock)
    (found,) = reading.listings
    assert found.url == f"{TUBE}voddetail/7.html"
    assert found.title == "夜航灯 第一季"
    assert found.posted_at == datetime(2026, 2, 3, 1, 30, tzinfo=UTC)
    assert [target.url for target in found.targets] == [
        "https://cdn.boxes.example/a/01.m3u8",
        "https://cdn.boxes.example/a/02.m3u8",
        "https://watch.boxes.example/share/0a1b2c",
        "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567",
    ]
    assert urls(reading, "list") == [ROWS.replace("pg=1", f"pg={number}") for number in (2, 3)]
    assert clock.zone is not None and clock.zone.offset == timedelta(hours=8)


def test_the_same_interface_in_xml_takes_the_zone_that_is_known() -> None:
    source = """<?xml version="1.0" encoding="utf-8"?><rss version="5.1"><list page="1" pagecount="2" pagesize="20" recordcount="21">
    <video><last>2026-02-03 09:30:00</last><id>7</id><name><![CDATA[夜航灯]]></name><year>2021</year><note>HD</note>
    <dl><dd flag="m3u8"><![CDATA[正片$https://cdn.boxes.example/a/01.m3u8]]></dd></dl><des><![CDATA[<p>灯</p>]]></des></video></list></rss>"""
    clock = Calibration()
    clock.same_moment(datetime.fromisoformat("2026-01-01T08:00"), datetime(2026, 1, 1, tzinfo=UTC))
    reading = read(fetched(source.encode(), ROWS, "list"), "maccms", clock)
    (found,) = reading.listings
    assert found.url == f"{TUBE}index.php/vod/detail/id/7.html"
    assert found.posted_at == datetime(2026, 2, 3, 1, 30, tzinfo=UTC)
    assert len(urls(reading, "list")) == 1


def test_a_closed_interface_leaves_the_titles_pages() -> None:
    clock = Calibration()
    read(front("/voddetail/7.html", "/vodtype/1.html", "/vodtype/1-2.html", "/user/login.html"), None, clock)
    reading = read(fetched(b"closed", ROWS, "list"), "maccms", clock)
    assert urls(reading, "topic") == [f"{TUBE}voddetail/7.html"]
    assert urls(reading, "list") == [f"{TUBE}vodtype/1.html"]


def test_a_titles_page_leads_to_one_episode_of_each_source_and_its_player_belongs_to_it() -> None:
    clock = Calibration()
    source = """<html><head><title>夜航灯 - Tube</title></head><body><h1>夜航灯</h1><p>2021 / 剧情</p>
    <a href="/vodplay/7-1-1.html">01</a><a href="/vodplay/7-1-2.html">02</a><a href="/vodplay/7-2-1.html">01</a>
    <a href="/voddown/7-1-1.html">下载</a><a href="/vodplay/9-1-1.html">Another</a></body></html>"""
    here = f"{TUBE}voddetail/7.html"
    reading = read(fetched(source.encode(), here), "maccms", clock)
    assert urls(reading, "topic") == [f"{TUBE}{path}-1.html" for path in ("vodplay/7-1", "vodplay/7-2", "voddown/7-1")]
    assert [(listing.url, listing.title) for listing in reading.listings] == [(here, "夜航灯")]
    player = """<html><body><h1>夜航灯</h1><script>var player_aaaa={"flag":"play","encrypt":1,"from":"m3u8",
    "url":"https%3A%2F%2Fcdn.boxes.example%2Fa%2F01.m3u8","vod_data":{"vod_name":"夜航灯"}}</script></body></html>"""
    (found,) = read(fetched(player.encode(), f"{TUBE}vodplay/7-1-1.html"), "maccms", clock).listings
    assert (found.url, [target.url for target in found.targets]) == (here, ["https://cdn.boxes.example/a/01.m3u8"])
    down = '<h1>夜航灯</h1><input value="magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567">'
    (found,) = read(fetched(down.encode(), f"{TUBE}voddown/7-1-1.html"), "maccms", clock).listings
    assert (found.url, found.targets[0].object) == (here, "btih:0123456789abcdef0123456789abcdef01234567")


@pytest.mark.parametrize(
    ("address", "encrypt", "plain"),
    [
        ("https://a.example/x.m3u8", "0", "https://a.example/x.m3u8"),
        ("https%3A%2F%2Fa.example%2F%u706F.m3u8", "1", "https://a.example/灯.m3u8"),
        ("aHR0cHMlM0ElMkYlMkZhLmV4YW1wbGUlMkZ4Lm0zdTg", "2", "https://a.example/x.m3u8"),
        ("***", "2", ""),
    ],
)
def test_a_players_address_is_written_in_three_ways(address: str, encrypt: str, plain: str) -> None:
    assert decoded(address, encrypt) == plain


def test_ages_beside_clock_times_tell_the_zone() -> None:
    def page(*pairs: tuple[str, str]) -> FetchedPage:
        rows = "".join(f'<li title="{title}">{age}</li>' for age, title in pairs)
        return fetched(
            f"<html><body><ul>{rows}</ul></body></html>".encode(), BLOG, date="Mon, 02 Mar 2026 06:31:20 GMT"
        )

    minutes = zone_of_ages(page(("5m", "March 2, 2026, 2:26 p.m."), ("1 Feb", "Feb. 1, 2026, 3 p.m.")))
    assert minutes is not None and minutes.offset == timedelta(hours=8)
    spoken = zone_of_ages(page(("12 minutes ago", "2 Mar 2026, 11:49")))
    assert spoken is not None and spoken.offset == timedelta(hours=5, minutes=30)
    assert zone_of_ages(page(("3h", "March 2, 2026, 11:20 a.m."))) is None
    assert zone_of_ages(page(("5m", "March 2, 2026, 2:26 p.m."), ("9m", "March 2, 2026, 9:22 p.m."))) is None
    assert zone_of_ages(page(("1 Feb", "Feb. 1, 2026, 3 p.m."))) is None


def test_a_softwares_documented_zone_is_used_last_and_labelled() -> None:
    source = """<html><head><link rel="stylesheet" href="/static/spirit/all.css"></head><body><h1>Lamp of June</h1><div class="comments_list">
    <div class="comment" id="c1" data-pk="1"><a href="/user/1/ada/">ada</a><ul><li title="Feb. 5, 2026, 3:36 a.m.">{age}</li></ul>
    <div class="comment__text"><p>https://boxes.example/f/0a1b2c3d4e5f.rar</p></div></div></div></body></html>"""
    url = "http://quay.example/topic/1/lamp-of-june/"
    plain = read(fetched(source.replace("{age}", "5 Feb").encode(), url)).listings[0]
    assert (plain.posted_at, plain.posted_at_basis) == (datetime(2026, 2, 5, 3, 36, tzinfo=UTC), "software-default")
    now = "Wed, 04 Feb 2026 19:41:20 GMT"
    told = read(fetched(source.replace("{age}", "5m").encode(), url, date=now)).listings[0]
    assert told.posted_at == datetime(2026, 2, 4, 19, 36, tzinfo=UTC)
    assert told.posted_at_basis in ("page-zone", "title-attribute")


def test_a_way_that_fails_gives_back_the_lists_it_should_have_saved() -> None:
    clock = Calibration()
    saved = (Link(f"{BLOG}page/2/", "list"),)
    assert clock.rather(Link(POSTS, "list"), saved) == (Link(POSTS, "list"),)
    assert clock.answered(POSTS, well=False) == saved
    assert clock.answered(POSTS, well=True) == ()
    assert clock.answered(POSTS, well=False) == ()


def test_half_a_pair_of_surrogates_spoils_no_page() -> None:
    assert data_of('{"a": "x\\ud800y", "b": "\\ud83d\\ude00", "c": ["\\uDFFF"]}') == {
        "a": "x\ufffdy",
        "b": "\U0001f600",
        "c": ["\ufffd"],
    }
    assert data_of('{"a": "\\u00e9"}') == {"a": "é"}
