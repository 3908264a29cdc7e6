"""Licences: how they are written, and when an address with one speaks against a hit."""

from datetime import UTC, date, datetime
from itertools import permutations

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
    st.sampled_from(["shop.example", "play.shop.example", "书店.example"]),
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
        ("https://Shop.example:443/", "shop.example"),
        ("shop.example. (CN)", "shop.example (CN)"),
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
    assert str(of_object({"domain": "shop.example", "until": None, "from": ""})) == "shop.example"
    for bad in ({"host": "x.example"}, {"territories": []}, {"domain": "x.example", "until": 2026}):
        with pytest.raises(ValueError, match=r"."):
            of_object(bad)


def test_an_older_record_that_is_no_licence_still_stands_for_its_host() -> None:
    (licence,) = recorded(("Odd Shop",))
    assert licence.domain == "Odd Shop" and not licence.limited


TEXT = "The Salt Lantern (2024) 1080p watch online free https://play.shop.example/v/12345"
MAGNET = "\nmagnet:?xt=urn:btih:" + "ab12" * 10


def matched(
    licence: str | tuple[str, ...], text: str = TEXT, day: str = "2026-05-05", country: str = "", host: str = ""
) -> Match | None:
    licences = (licence,) if isinstance(licence, str) else licence
    work = Work("salt", "The Salt Lantern", "film", 2024, licensed_domains=licences)
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
    assert said.facts["territories"] == "CN"
    assert "from 2024-01-01 until 2026-12-31; this listing is of 2027-01-03" in said.text
    chinese = say_reason(reason_facts(said), "zh")
    assert "2026-12-31" in chinese and "2027-01-03" in chinese and "{" not in chinese
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
    assert reason(found, "licensed-elsewhere").facts["territories"] == "CN, TW"


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
    said = reason(Matcher([work]).match(offer)[0], "licence-over")
    assert "this listing was seen on 2025-07-01" in said.text and "发现日期为 2025-07-01" in say_reason(
        reason_facts(said), "zh"
    )


def test_the_order_of_licences_changes_nothing_and_the_best_counts() -> None:
    text = "The Salt Lantern (2024) 1080p watch at https://old.example/x or https://new.example/y"
    listed = ("old.example (..2024)", "new.example", "far.example (CN)")
    found = [matched(order, text) for order in permutations(listed)]
    assert found[0] is not None and all(one == found[0] for one in found)
    assert reason(found[0], "licensed-address").facts["host"] == "new.example"
    assert found[0].score < matched(listed[:1], text).score  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["shop.example:443", "shop.example.", "SHOP.example", "书店.example"])
def test_a_host_is_the_same_with_a_port_a_last_dot_or_in_ascii(written: str) -> None:
    licence = read(written)
    name = "书店.example" if "书" in written else "shop.example"
    ascii_name = name.encode("idna").decode()
    for host in (name, ascii_name, f"{ascii_name}:8080", f"www.{ascii_name}."):
        assert licence.is_of(host)
        text = f"The Salt Lantern (2024) 1080p watch online free https://{host}/salt"
        found = matched(written, text)
        assert found is None or found.score < 0.2
    assert not licence.is_of(f"not{ascii_name}")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/shop.example/x",
        "https://evil.test/?u=https://shop.example/x",
        "https://evil.test/go/https://shop.example/x",
        "https://evil.test/go?to=shop.example",
        "https://shop.example@evil.test/x",
        "https://shop.example:secret@evil.test/x",
        "https://shop.example.evil.test/x",
        "https://notshop.example/x",
        "mail me: me@shop.example",
        "me@play.shop.example",
    ],
)
def test_a_licensed_name_that_is_the_host_of_no_address_acquits_nobody(address: str) -> None:
    text = f"The Salt Lantern (2024) 1080p full film, watch online free: {address}"
    licensed, other = matched("shop.example", text), matched("elsewhere.example", text)
    assert licensed is not None and licensed == other


@pytest.mark.parametrize(
    "address", ["https://shop.example/x", "shop.example", "www.shop.example/x", "(https://shop.example)", "[url=https://shop.example/x]"]
)  # fmt: skip
def test_a_licensed_host_is_told_however_its_address_is_written(address: str) -> None:
    found = matched("shop.example", f"The Salt Lantern (2024) 1080p full film, watch online free: {address}")
    assert found is None or found.score < 0.2


def test_the_pages_own_counter_of_clicks_hides_no_licensed_host() -> None:
    text = "The Salt Lantern (2024) 1080p watch online: https://board.test/go?url=https://shop.example/x"
    own, strange = (matched("shop.example", text, host=host) for host in ("board.test", "other.test"))
    assert strange is not None and (own is None or own.score < strange.score)


def test_what_a_doubt_takes_off_is_a_reason_of_its_own() -> None:
    found = matched("shop.example (CN, TW)", country="DE")
    assert -1 <= reason(found, "licensed-elsewhere").weight < 0
    said = reason(found, "licence-undecided")
    assert said.weight < 0 and "people for review" in said.text and "复核" in say_reason(reason_facts(said), "zh")
