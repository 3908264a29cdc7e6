"""Pages of one thing, shops' products and topics of unknown software, each by its structure."""

from datetime import UTC, datetime

import pytest

from crawler import targets
from crawler.model import Passage
from spiders.canonical import canonical
from spiders.counters import counters
from spiders.offers import product_offer
from spiders.pager import numbered_pages
from spiders.read import read
from spiders.ways import kind_of, without_post
from tests.unit.spider_pages import fetched


def test_a_product_page_is_one_listing_with_its_price_and_its_seller() -> None:
    reading = read(fetched("shop-product.html", "http://cellar.example/product/salt-compass-dvd/"), "generic")
    (listing,) = reading.listings
    assert (reading.role, listing.title) == ("topic", "Salt Compass DVD, 6 discs")
    assert (listing.price, listing.posted_by) == ("$12.50", "discmonger")
    assert "printed labels" in listing.passage.text
    assert "Garden hose" not in listing.passage.text


def test_products_in_a_list_are_no_product_page() -> None:
    cards = "".join(
        f'<div itemscope itemtype="http://schema.org/Product"><a href="/item/{n}"><h3 itemprop="name">Thing {n}</h3></a>'
        f'<span itemprop="price" content="{n}.00">${n}.00</span></div>'
        for n in range(1, 5)
    )
    page = fetched(
        f"<html><body><h1>All things</h1>{cards}</body></html>".encode(), "http://cellar.example/items", "list"
    )
    assert product_offer(page) is None
    assert [link.url for link in read(page, "generic").links] == [
        f"http://cellar.example/item/{n}" for n in range(1, 5)
    ]


def test_a_marked_offer_names_its_price_and_seller_where_nothing_else_does() -> None:
    body = (
        '<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Salt Compass, 6 discs</h1>'
        '<span itemprop="priceCurrency" content="USD"></span><span itemprop="price" content="9.00">nine</span>'
        '<div>Seller: <a href="/shop/oda">oda</a></div><div itemprop="description">Copies.</div></div>'
    )
    page = fetched(f"<html><body>{body}</body></html>".encode(), "http://market.example/item/5")
    sold = product_offer(page)
    assert sold is not None
    assert (sold.price, sold.seller) == ("9.00 USD", "oda")


def test_a_page_about_one_hash_that_nobody_signed_is_a_listing() -> None:
    reading = read(fetched("hash-record.html", "http://seek.example/hash/00112233.html"), "generic")
    (listing,) = reading.listings
    assert listing.title == "Salt.Compass.S01.1080p"
    assert [target.object for target in listing.targets] == ["btih:00112233445566778899aabbccddeeff00112233"]
    assert (listing.posted_by, listing.posted_at) == (None, None)


def test_a_dialogues_heading_is_no_title_and_the_day_of_joining_no_post_time() -> None:
    reading = read(fetched("dialog-topic.html", "http://bay.example/topic/9-salt"), "generic")
    opening = reading.listings[0]
    assert opening.title == "Removed: the links of Salt Compass"
    assert (opening.posted_by, opening.posted_at) == ("oda", datetime(2026, 2, 12, 19, 23, tzinfo=UTC))


def test_loose_words_of_a_profile_are_not_the_post_and_a_quotes_time_is_not_its_time() -> None:
    reading = read(
        fetched("loose-profile.html", "http://port.example/viewthread.php?tid=8", encoding="gbk",
                content_type="text/html; charset=gbk"), "generic",
    )  # fmt: skip
    opening, reply = reading.listings
    assert "积分" not in opening.passage.text
    assert [target.url for target in opening.targets] == ["https://pan.quark.cn/s/00aa11bb22cc"]
    assert [target.url for target in reply.targets] == ["https://pan.quark.cn/s/33dd44ee55ff"]
    assert reply.posted_at == datetime(2026, 2, 20, 11, 30, tzinfo=UTC)


def test_a_topics_number_of_replies_is_read_from_a_column_only_where_the_columns_agree() -> None:
    rows = "".join(
        f'<tr class="item"><td class="icon"></td><td><a href="/topic/{n}-name" class="topic-title">Name of {n}</a>'
        f'<div>by reader88, 02-0{n}-2026</div></td><td><div class="posts-count">{n} responses</div></td><td>x</td></tr>'
        for n in range(3, 7)
    )
    table = f"<table><tr><th>Topics</th><th>Replies</th><th>Last</th></tr>{rows}</table>"
    page = fetched(f"<html><body>{table}</body></html>".encode(), "http://bay.example/forum/2-x", "list")
    assert [(link.mark or "").partition("/")[0] for link in read(page, "generic").links] == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://x.example/product/salt-compass/", "topic"),
        ("http://x.example/shop", "list"),
        ("http://x.example/shop/?add-to-cart=7", "never"),
        ("http://x.example/cart/", "never"),
        ("http://x.example/hash/00112233445566778899aabbccddeeff00112233.html", "topic"),
        ("http://x.example/forum/main-forum/downloads", "list"),
        ("http://x.example/forum/main-forum/downloads/317-its-title", "topic"),
        ("http://x.example/forum/main-forum/downloads/317-its-title?p=9", "post"),
        ("http://x.example/forum/films/2024-releases", "list"),
        ("http://x.example/forum/3-downloads", "list"),
    ],
)
def test_an_address_says_what_stands_behind_it(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_a_title_that_begins_with_a_number_is_not_taken_for_a_topics_number() -> None:
    assert without_post("http://x.example/t/24-hours/7") == "http://x.example/t/24-hours/7"
    assert without_post("http://x.example/d/24-hours/7") == "http://x.example/d/24-hours"


def test_a_link_that_counts_a_visit_is_the_page_itself() -> None:
    assert canonical("http://x.example/details.php?id=5&hit=1&dllist=1") == "http://x.example/details.php?id=5"


def test_pages_that_end_in_a_suffix_are_numbered_pages() -> None:
    pager = '<div class="pages"><span>1</span><a href="/latest/2.html">2</a><a href="/latest/3.html">3</a></div>'
    page = fetched(f"<html><body>{pager}</body></html>".encode(), "http://x.example/", "list")
    assert numbered_pages(page, "http://x.example/") == [
        "http://x.example/latest/2.html", "http://x.example/latest/3.html",
    ]  # fmt: skip


@pytest.mark.parametrize("before", ["in one pack. ", "就在这里. ", "see crate.example. "])
def test_an_address_after_a_full_stop_is_found(before: str) -> None:
    link = "https://mega.nz/file/abcdefgh#qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
    assert link in [target.url for target in targets.find(Passage(f"{before}{link}", ()), "http://x.example/")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seeders:\n14\nLeechers:\n2\nFile size:\n1.3 GiB\nCompleted:\n1204",
         [("seeders", "14", 14), ("leechers", "2", 2), ("downloads", "1204", 1204)]),
        ("浏览次数：1.2万\n下载次数: 3,400", [("downloads", "3,400", 3400), ("views", "1.2万", 12000)]),
        ("312 sold, ships from Porto", [("sold", "312", 312)]),
        ("1200人付款", [("sold", "1200", 1200)]),
        ("Views: 5.3k", [("views", "5.3k", 5300)]),
        ("月销 2000+", [("sold", "2000+", 2000)]),
        ("Download 1.4 GB", []),
        ("downloads 2024-05-06", []),
    ],
)  # fmt: skip
def test_counters_are_read_as_displayed_and_as_a_number(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert sorted((c.name, c.shown, c.number) for c in counters(text)) == sorted(expected)
