"""Identifiers and publishers: one identifier in all its spellings, and what they say of a title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.matching.demands import demands
from crawler.matching.identifiers import SCHEMES, on_page, read, told
from crawler.matching.offer import offer_of
from crawler.matching.page import Page
from crawler.model import Attribute, Listing, Match, Passage, Work
from crawler.text import spelled

MAGNET = "\nmagnet:?xt=urn:btih:" + "ab12" * 10
BOOK = Work(
    "book", "Heron", "book", 1990, identifiers=("978-7-5000-0001-3",), publishers=("Quarrelstone Press", "潮声出版社")
)
FILM = Work("film", "The Salt Lantern", "film", 2024, identifiers=("tt0421117", "douban:7421117", "steam:421170"))


def matches(text: str, *works: Work) -> dict[str, Match]:
    offer = Offer("", text, targets.find(Passage(text)))
    return {one.work_id: one for one in Matcher(works or (BOOK, FILM), review=0.01).match(offer)}


def rules(match: Match) -> dict[str, float]:
    return {one.rule: one.weight for one in match.reasons}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9787500000013", "ISBN 7-5000-0001-4"),
        ("isbn: 978-7-5000-0001-3", "eISBN：9787500000013"),
        ("tt0421117", "https://www.imdb.com/title/tt0421117/?ref_=x"),
        ("imdb:421117", "IMDb ID: tt0421117"),
        ("douban:7421117", "https://movie.douban.com/subject/7421117/"),
        ("豆瓣：7421117", "https://book.douban.com/subject/7421117"),
        ("steam:421170", "https://store.steampowered.com/app/421170/Some_Game/"),
        ("ISRC QZ-5AB-24-00017", "qz5ab2400017"),
        ("doi:10.5555/ABC.17", "https://doi.org/10.5555/abc.17"),
        ("036000291452", "EAN 0036000291452"),
    ],
)
def test_the_same_identifier_in_two_spellings_is_one(one: str, other: str) -> None:
    assert read(one) is not None and read(one) == read(other)


@pytest.mark.parametrize(
    "written", ["9787500000012", "ISBN 7-5000-0001-6", "isbn:1", "https://studio.example/salt", "12", "036000291453"]
)
def test_what_is_none_is_not_taken_for_one(written: str) -> None:
    assert read(written) is None


@given(st.integers(0, 999_999_999), st.lists(st.integers(3, 12), max_size=4, unique=True))
def test_an_isbn_is_found_with_any_hyphens(number: int, cuts: list[int]) -> None:
    body = f"978{number:09}"
    total = sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(body))
    whole = f"{body}{-total % 10}"
    shown = "".join(f"-{char}" if place in cuts else char for place, char in enumerate(whole))
    page = Page(Offer("", f"A book, ISBN {shown}, epub"))
    (standing,) = on_page(page, frozenset(SCHEMES))
    assert page.raw[standing.start : standing.end] == shown and standing.identifier == read(whole)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sha1:9787500000013abcdef", False),
        ("md5 ab9787500000013", False),
        ("sha1:036000291452abc", False),
        ("isbn9787500000013", True),
        ("书号9787500000013精校", True),
        ("9787500000013.epub", True),
        ("ean036000291452", True),
    ],
)
def test_digits_within_a_checksum_are_no_identifier(text: str, found: bool) -> None:
    assert bool(on_page(Page(Offer("", text)), frozenset(SCHEMES))) == found


def test_an_identifier_alone_names_the_work() -> None:
    for text, where in (
        ("Der Reiher, ISBN 7-5000-0001-4, epub" + MAGNET, "7-5000-0001-4"),
        ("苍鹭（精校版）\nISBN：978-7-5000-0001-3\nepub 下载" + MAGNET, "978-7-5000-0001-3"),
    ):
        found = matches(text)["book"]
        assert found.score >= 0.5 and text[slice(*found.spans[0])] == where
        assert found.reasons[0].rule == "identifier-stands" and found.reasons[0].span == found.spans[0]
    for text in ("Ночной фонарь 1080p\nhttps://www.imdb.com/title/tt0421117/" + MAGNET, "豆瓣：7421117 高清" + MAGNET):
        assert matches(text)["film"].score >= 0.5


def test_an_identifier_offers_nothing_by_itself() -> None:
    for text in (
        "Heron, hardcover, 1990. ISBN 978-7-5000-0001-3. The library holds two copies.",
        "Does anybody know who translated ISBN 978-7-5000-0001-3?",
        "My review of ISBN 978-7-5000-0001-3: I loved every page of it.",
    ):
        assert all(one.score < 0.5 for one in matches(text).values())


def test_an_identifier_bears_out_a_common_title_and_another_one_does_not() -> None:
    bare = matches("Heron epub" + MAGNET)["book"]
    own = matches("Heron epub ISBN 9787500000013" + MAGNET)["book"]
    other = matches("Heron epub ISBN 978-3-16-148410-0" + MAGNET)["book"]
    assert own.score > bare.score > other.score
    assert rules(own)["identifier-named"] > 0 > rules(other)["identifier-of-other"]


def test_an_identifier_in_another_record_says_nothing_against() -> None:
    text = (
        "The Salt Lantern 1080p\nThe Copper Road 1080p imdb.com/title/tt0999999/\nGrey Water imdb.com/title/tt0888888/"
    )
    assert "identifier-of-other" not in rules(matches(text + MAGNET)["film"])


def test_a_link_to_the_works_own_entry_bears_it_out() -> None:
    text = "The Salt Lantern 1080p\nIMDb" + MAGNET
    scores = {}
    for number in ("tt0421117", "tt0999999"):
        link = Attribute("a", "href", f"https://www.imdb.com/title/{number}/", 23, 27)
        passage = Passage(text, (link,))
        listing = Listing("http://f.example/t", "http://f.example/t", "", passage, targets.find(passage))
        (found,) = Matcher([FILM]).match(offer_of(listing))
        scores[number] = found.score
        assert ("identifier-linked" in rules(found)) == (number == "tt0421117")
    assert scores["tt0421117"] > scores["tt0999999"]


def test_a_later_edition_of_the_same_number_is_the_work() -> None:
    found = matches("Heron (2015) epub, ISBN 978-7-5000-0001-3" + MAGNET)["book"]
    assert found.score >= 0.5


def test_a_publisher_beside_the_title_corroborates_a_little() -> None:
    bare = matches("Heron epub" + MAGNET)["book"]
    near = matches("Heron, Quarrelstone Press, epub" + MAGNET)["book"]
    assert 0 < rules(near)["publisher-named"] <= 0.8 and near.score > bare.score
    part = matches("Heron, Quarrelstone Pressings, epub" + MAGNET)["book"]
    assert "publisher-named" not in rules(part)
    work = Work("w", "渡口空无一人", "book", publishers=("潮声出版社",))
    text = "渡口空无一人 潮声出版社 epub 网盘" + MAGNET
    found = matches(text, work)["w"]
    named = next(one for one in found.reasons if one.rule == "publisher-named")
    assert named.span is not None and text[slice(*named.span)] == "潮声出版社"
    assert "licensed" not in rules(found), "the publisher's own name is no word of genuine copies"


def test_what_a_strict_work_is_said_to_need_makes_a_hit() -> None:
    work = Work(
        "w", "The Lantern at Quayle Harbour", "book", publishers=("Quarrelstone Press",), identifiers=("9787500000013",),
        policy="strict",
    )  # fmt: skip
    assert set(demands(work, spelled(work.title))) == {("publisher",), ("identifier",)}
    said = {"": 0.0, ", Quarrelstone Press": 1.0, f" ISBN {told(work.identifiers)[0]}": 1.0}
    for more, hit in said.items():
        found = matches(f"{work.title}{more} epub{MAGNET}", work)["w"]
        assert (found.score >= 0.5) == bool(hit), more


def test_works_without_identifiers_are_judged_as_before() -> None:
    text = "The Salt Lantern (2024) 1080p ISBN 978-7-5000-0001-3" + MAGNET
    plain = Work("film", "The Salt Lantern", "film", 2024)
    assert not any("identifier" in rule for rule in rules(matches(text, plain)["film"]))
    assert matches(text, plain) == {key: value for key, value in matches(text, plain, BOOK).items() if key == "film"}


def test_what_else_is_said_of_a_genuine_copy_still_counts_beside_the_publishers_name() -> None:
    work = Work("w", "渡口空无一人", "book", publishers=("潮声出版社",))
    found = matches("渡口空无一人 潮声出版社 正版 纸质书 二手 包邮 18元", work)
    assert "w" not in found or found["w"].score < 0.5
