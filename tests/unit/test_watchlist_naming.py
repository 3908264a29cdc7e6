"""Ids for works without one: readable, and the same again."""

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
