"""Ids for works without one: readable, and the same again."""

import pytest

from crawler.desk.latin import latin
from crawler.desk.siting import id_for
from crawler.model import Work
from crawler.watchlist.naming import made_id, name_all


def test_readable_where_latin() -> None:
    assert made_id("The Salt Lantern") == "the-salt-lantern"
    assert made_id("Amélie's Café") == "amelies-cafe"
    assert made_id("雾港长河").startswith("w-")
    assert len(made_id("雾港长河")) == 10
    assert made_id("1984") == "w-4dea5c7c"


def test_the_same_title_is_the_same_work() -> None:
    first = name_all([Work("", "雾港长河"), Work("", "The Salt Lantern", year=2024)])
    again = name_all([Work("", "The Salt Lantern", kind="film", year=2024), Work("", "雾港长河", year=2024)], first)
    assert [w.work_id for w in again] == [first[1].work_id, first[0].work_id]


def test_an_id_given_earlier_is_found_by_title() -> None:
    assert name_all([Work("", "雾港长河")], [Work("fog", "雾港长河")])[0].work_id == "fog"


def test_namesakes_are_told_apart_whatever_their_order() -> None:
    film, series = Work("", "Harbour", "film", 1999), Work("", "Harbour", "series", 2020)
    first = {w.kind: w.work_id for w in name_all([film, series])}
    assert first["film"] != first["series"]
    known = name_all([film, series])
    assert {w.kind: w.work_id for w in name_all([series, film], known)} == first


def test_two_titles_with_one_slug() -> None:
    named = name_all([Work("", "Café"), Work("", "Cafe")])
    assert named[0].work_id == "cafe"
    assert named[1].work_id.startswith("cafe-")


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("雾港长河", "wu-gang-zhang-he"),
        ("《霧港長河》", "wu-gang-zhang-he"),
        ("盐湖渡口：第二季", "yan-hu-du-kou-di-er-ji"),
        ("盐湖渡口 2024", "yan-hu-du-kou-2024"),
        ("渡口 The Ferry", "du-kou-the-ferry"),
        ("The Salt Lantern", "the-salt-lantern"),
    ],
)
def test_a_chinese_title_has_an_id_that_can_be_said(title: str, made: str) -> None:
    assert made_id(title, latin) == made
    assert name_all([Work("", title)], spelling=latin)[0].work_id == made


@pytest.mark.parametrize("title", ["銀杏の葉", "은행나무", "龘靐", "1984", "?!"])
def test_what_cannot_be_spelled_keeps_its_digits(title: str) -> None:
    assert made_id(title, latin) == made_id(title)
    assert made_id(title).startswith("w-")


def test_homophones_and_long_titles_have_ids_of_their_own() -> None:
    named = name_all([Work("", "渔歌"), Work("", "余歌")], spelling=latin)
    assert named[0].work_id == "yu-ge"
    assert named[1].work_id.startswith("yu-ge-")
    long_ones = [made_id("盐湖渡口" * 10 + end, latin) for end in ("甲", "乙")]
    assert long_ones[0] != long_ones[1]
    assert all(one.startswith("yan-hu-du-kou-yan-") and len(one) <= 70 for one in long_ones)


def test_a_known_work_keeps_the_id_that_it_was_given_before() -> None:
    before = name_all([Work("", "雾港长河")])
    assert name_all([Work("", "雾港长河")], before, latin)[0].work_id == before[0].work_id


def test_a_site_with_a_chinese_name_has_an_id_that_can_be_said() -> None:
    assert id_for(None, "xn--n7wt4p.example:80", "http://xn--n7wt4p.example/") == "yan-hu-example"
    assert id_for(None, "xn--zz.example:80", "http://xn--zz.example/") == "xn-zz-example"
