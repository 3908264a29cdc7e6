"""Licences: how they are written, and when an address with one speaks against a hit."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import targets
from crawler.licence import TERRITORIES, Licence, apart, of_object, read, recorded
from crawler.matching import Matcher, Offer
from crawler.model import Match, Passage, Reason, Work
from crawler.store.listings import reason_facts
from crawler.wording.reasons import say_reason

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
licences = st.builds(
    lambda domain, territories, ends, open_end: Licence(
        domain,
        tuple(territories),
        *({"both": sorted(ends), "from": [ends[0], None], "until": [None, ends[1]], "none": [None, None]}[open_end]),
    ),
    st.sampled_from(["shop.example", "play.shop.example", "b.example:8080"]),
    st.lists(st.sampled_from(sorted(TERRITORIES)), unique=True, max_size=4),
    st.tuples(days, days),
    st.sampled_from(["both", "from", "until", "none"]),
)


@given(licences)
def test_what_is_written_is_read_again(licence: Licence) -> None:
    assert read(str(licence)) == licence


@given(st.lists(licences, max_size=4))
def test_a_semicolon_in_brackets_parts_no_licences(listed: list[Licence]) -> None:
    cell = "; ".join(map(str, listed))
    assert [read(one) for one in apart(cell)] == listed if listed else apart(cell) == [""]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Shop.example/", "shop.example"),
        ("shop.example ()", "shop.example"),
        ("shop.example（中国大陆、台湾；2024-01-01至2026-12-31）", "shop.example (CN, TW; 2024-01-01..2026-12-31)"),
        ("shop.example(自2024年3月起，日本)", "shop.example (JP; 2024-03-01..)"),
        ("shop.example (cn tw, until 2026)", "shop.example (CN, TW; ..2026-12-31)"),
        ("shop.example (from 2024-02-01; until 2026-02)", "shop.example (2024-02-01..2026-02-28)"),
    ],
)
def test_people_write_it_in_many_ways(written: str, kept: str) -> None:
    assert str(read(written)) == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("shop", "no host name"),
        ("shop.example (UK)", "write GB"),
        ("shop.example (CN", "do not close"),
        ("shop.example (2024)", r"write 2024\.\."),
        ("shop.example (2024-02-30..)", "no day of the calendar"),
        ("shop.example (2026..2024)", "before it begins"),
        ("shop.example (soon..2024)", "no time"),
        ("shop.example (2020..2021; 2024..2025)", "an entry|its own entry"),
    ],
)
def test_what_cannot_be_read_is_said(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(written)


def test_objects_of_json_are_licences_too() -> None:
    full = {"domain": "shop.example", "territories": ["cn", "台湾"], "from": "2024-01-01", "until": "2026-12-31"}
    assert str(of_object(full)) == "shop.example (CN, TW; 2024-01-01..2026-12-31)"
    assert str(of_object({"domain": "shop.example", "until": None})) == "shop.example"
    for bad in ({"host": "x.example"}, {"territories": []}, {"domain": "x.example", "until": 2026}):
        with pytest.raises(ValueError, match=r"."):
            of_object(bad)


def test_an_older_record_that_is_no_licence_still_stands_for_its_host() -> None:
    (licence,) = recorded(("Odd Shop",))
    assert licence.domain == "Odd Shop" and not licence.limited


TEXT = "The Salt Lantern (2024) 1080p watch online free https://play.shop.example/v/12345"
MAGNET = "\nmagnet:?xt=urn:btih:" + "ab12" * 10


def matched(licence: str, text: str = TEXT, day: str = "2026-05-05", country: str = "", host: str = "") -> Match | None:
    work = Work("salt", "The Salt Lantern", "film", 2024, licensed_domains=(licence,))
    posted = datetime.fromisoformat(day).replace(tzinfo=UTC)
    offer = Offer("", text, targets.find(Passage(text)), host=host, posted_at=posted)
    return next(iter(Matcher([work], country=country).match(offer)), None)


def reason(match: Match | None, rule: str) -> Reason:
    assert match is not None
    return next(one for one in match.reasons if one.rule == rule)


@pytest.mark.parametrize("licence", ["shop.example", "shop.example (..2026)", "shop.example (CN; 2024..2026)"])
@pytest.mark.parametrize("country", ["CN", "cn", "China", "中国"])
def test_an_offer_where_the_licence_holds_is_no_hit(licence: str, country: str) -> None:
    found = matched(licence, country=country)
    assert found is None or found.score < 0.5


def test_an_expired_licence_acquits_nobody_and_is_named_in_both_languages() -> None:
    found = matched("shop.example (CN; 2024..2026)", day="2027-01-03", country="CN")
    said = reason(found, "licence-over")
    assert found is not None and found.score >= 0.5 and said.weight == 0
    assert "in CN from 2024-01-01 until 2026-12-31; this listing is of 2027-01-03" in said.text
    chinese = say_reason(reason_facts(said), "zh")
    assert "CN" in chinese and "2026-12-31" in chinese and "2027-01-03" in chinese and "{" not in chinese
    assert found.score == pytest.approx(matched("other.example").score)  # type: ignore[union-attr]


def test_a_licence_holds_through_its_first_and_last_day() -> None:
    for day, rule in (
        ("2024-01-01", "licence-holds"),
        ("2026-12-31", "licence-holds"),
        ("2023-12-31", "licence-to-come"),
    ):
        assert reason(matched("shop.example (2024..2026)", TEXT + MAGNET, day), rule)


@pytest.mark.parametrize("country", ["", "DE"])
def test_a_licence_for_other_countries_goes_to_people(country: str) -> None:
    found = matched("shop.example (CN, TW)", country=country)
    assert found is not None and 0.2 <= found.score < 0.5
    assert "in CN, TW" in reason(found, "licensed-elsewhere").text


def test_another_way_to_a_copy_is_a_hit_whatever_is_licensed_elsewhere() -> None:
    found = matched("shop.example (CN)", TEXT + MAGNET)
    assert found is not None and found.score >= 0.5 and reason(found, "licensed-elsewhere").weight == 0


def test_a_page_of_the_licensed_host_itself_is_held_against_its_licence() -> None:
    text = "The Salt Lantern (2024) 1080p watch online free"
    held = matched("shop.example (..2026)", text, host="www.shop.example")
    over = matched("shop.example (..2025)", text, host="www.shop.example")
    other = matched("shop.example", text, host="notshop.example")
    assert over is not None and other is not None and over.score == other.score
    assert held is None or held.score < min(over.score, 0.5)


def test_without_a_date_the_day_on_which_the_page_was_seen_counts() -> None:
    work = Work("salt", "The Salt Lantern", "film", 2024, licensed_domains=("shop.example (..2025-06-30)",))
    rules = []
    for seen in (datetime(2025, 6, 30, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)):
        text = TEXT + MAGNET
        offer = Offer("", text, targets.find(Passage(text)), seen_at=seen)
        rules.append({one.rule for one in Matcher([work]).match(offer)[0].reasons})
    assert "licence-holds" in rules[0] and "licence-over" in rules[1]
