"""Counting copies, and thresholds held against what a case counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clock
from crawler.casework import copies, counters, thresholds
from crawler.casework.counters import Amount, Row
from crawler.errors import ConfigurationError

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = """
[[threshold]]
id = "x"
jurisdiction = "US"
track = "criminal"
offence = { en = "An offence", zh = "某罪" }
citation = "Some Code 1"
effective_from = 2025-01-01
window_days = 180
needs = "all"
condition = [{ counter = "copies", at_least = 10 }, { counter = "retail-value", more_than = 2500, unit = "USD" }]
checked_by = ""
"""


def hit(
    number: int, thing: str | None, *, work: str = "salt", days: float = 0, posted: bool = True, **more: Any
) -> dict[str, Any]:
    """A hit as `hits --json` prints it."""
    at = clock.stamp(BEGAN + timedelta(days=days))
    links = [] if thing is None else [{"object": thing, "url": f"https://drive.example/{thing}", "landing": None}]
    return {
        "hit_id": f"H{number}", "url": f"https://board.example/t/{number}", "work_id": work, "links": links, "price": None,
        "posted_at": at if posted else None, "seen_first": at, "seen_last": at, "exhibit": f"E{number}", "counters": [], **more,
    }  # fmt: skip


def money(
    number: float, days: float = 0, unit: str = "USD", basis: Any = "claimed", counter: Any = "retail-value"
) -> Amount:
    return Amount(counter, basis, number, unit, "price list of the publisher", BEGAN + timedelta(days=days))


def test_forty_pages_that_lead_to_three_shares_are_three_copies() -> None:
    hits = [hit(number, f"share:drive/{number % 3}", days=number) for number in range(40)]
    found = copies.observed(hits)
    assert [len(copy.pages) for copy in found] == [14, 13, 13]
    assert [copy.object for copy in found] == ["share:drive/0", "share:drive/1", "share:drive/2"]
    assert found[1].offered == BEGAN + timedelta(days=1) and found[1].exhibits[0] == "E1"
    assert sum(row.number for row in counters.rows(hits) if row.counter == "copies") == 3


def test_a_bundle_counts_for_each_work_and_an_article_for_itself() -> None:
    hits = [
        hit(1, "btih:1"),
        hit(1, "btih:1", work="tide"),
        hit(2, None, price="$4"),
        hit(3, None),
    ]
    assert copies.by_work(hits) == {"salt": 2, "tide": 1}
    assert [copy.object for copy in copies.observed(hits) if copy.work_id == "salt"] == [
        "btih:1",
        "goods:https://board.example/t/2",
    ]
    assert sum(row.counter == "offers" for row in counters.rows(hits)) == 3


def test_a_figure_of_a_page_counts_once_and_stays_the_claim_of_the_page() -> None:
    shown = [{"name": "views", "shown": "1.2万", "number": 12000}, {"name": "seeders", "shown": "4", "number": 4}]
    rows = counters.rows([hit(1, "a", counters=shown), hit(1, "a", work="tide", counters=shown)])
    assert [(row.basis, row.number, row.shown) for row in rows if row.counter == "views"] == [
        ("claimed", 12000, "1.2万")
    ]
    assert not any(row.counter == "seeders" for row in rows)


def test_an_offer_that_no_page_dates_says_so() -> None:
    (row,) = [row for row in counters.rows([hit(1, "a", posted=False, days=4)]) if row.counter == "copies"]
    assert (row.at, row.is_dated) == (BEGAN + timedelta(days=4), False)


def limit(**changes: Any) -> thresholds.Threshold:
    text = LIMIT
    for name, value in changes.items():
        text = "\n".join(f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.splitlines())
    (one,) = thresholds.parse(text)
    return one


def test_a_period_holds_its_first_day_and_not_the_day_after_its_last() -> None:
    ten = [hit(n, f"o{n}", days=0 if n else 180) for n in range(10)]
    rows = counters.rows(ten, [money(2500.01, 10)])
    assert thresholds.assess(limit(), rows).state == "half-met"
    rows = counters.rows([hit(n, f"o{n}", days=0 if n else 179.99) for n in range(10)], [money(2500.01, 10)])
    assert thresholds.assess(limit(), rows).state == "met"


def test_what_must_be_passed_is_not_reached_by_the_very_figure() -> None:
    hits = [hit(n, f"o{n}") for n in range(10)]
    assert thresholds.assess(limit(), counters.rows(hits, [money(2500)])).state == "half-met"
    assert thresholds.assess(limit(), counters.rows(hits, [money(2501)])).state == "met"


def test_money_in_another_unit_does_not_count_and_estimates_are_told_apart() -> None:
    hits = [hit(n, f"o{n}") for n in range(10)]
    strange = thresholds.assess(limit(), counters.rows(hits, [money(9000, unit="CNY")]))
    assert (strange.state, strange.figures[1].is_known) == ("half-met", False)
    hoped = thresholds.assess(limit(), counters.rows(hits, [money(9000, basis="estimated")]))
    assert (hoped.state, hoped.state_with_estimates) == ("half-met", "met")


def test_acts_outside_the_days_of_a_threshold_do_not_count() -> None:
    rows = counters.rows([hit(n, f"o{n}", days=n) for n in range(40)])
    later = limit(effective_from="2026-02-01")
    (ended,) = thresholds.parse(LIMIT.replace("window_days", "effective_to = 2026-01-10\nwindow_days"))
    # Days 0 to 39 from 1 January: the 1st of February is day 31, the 10th of January, which is part of it, day 9.
    assert [thresholds.assess(law, rows).figures[0].number for law in (later, ended)] == [9, 10]


@pytest.mark.parametrize(
    ("views", "members", "state"),
    [(50_000, 0, "met"), (25_000, 500, "met"), (25_000, 499, "half-met"), (24_999, 499, "not-met")],
)
def test_two_halves_make_a_whole_where_the_law_says_so(views: int, members: int, state: str) -> None:
    (one,) = [t for t in thresholds.known() if t.threshold_id == "cn-217-network-2011"]
    at = datetime(2020, 5, 1, tzinfo=UTC)
    rows = [Row("views", "claimed", views, at, "page", str(views)), Row("members", "claimed", members, at, "page")]
    assert thresholds.assess(one, rows).state == state


def test_old_and_new_thresholds_each_count_their_own_days() -> None:
    rows = [Row("views", "claimed", 60_000, datetime(2025, 4, 25, 23, tzinfo=UTC), "page")]
    states = {
        t.threshold_id: thresholds.assess(t, rows).state for t in thresholds.known() if "network" in t.threshold_id
    }
    assert states == {"cn-217-network-2011": "met", "cn-217-network-2025": "not-met"}


def test_nothing_that_ships_says_that_it_was_checked_without_a_name_and_a_day() -> None:
    assert all(bool(t.checked_by) == (t.checked_on is not None) for t in thresholds.known())
    assert {t.jurisdiction for t in thresholds.known()} >= {"US", "CN"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('needs = "all"', 'needs = "some"', "needs"),
        ("at_least = 10", "at_least = -1", "no amount"),
        ('unit = "USD"', 'unit = ""', "unit"),
        ('counter = "copies"', 'counter = "clicks"', "cannot be read"),
        ('zh = "某罪"', 'fr = "x"', "both languages"),
        ("window_days = 180", 'window_days = "long"', "wrong type"),
        ('citation = "Some Code 1"', "", "citation is missing"),
    ],
)
def test_a_fault_in_the_data_is_named(old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        thresholds.parse(LIMIT.replace(old, new))


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 5000)), max_size=40))
def test_the_fullest_period_is_the_fullest(acts: list[tuple[int, int]]) -> None:
    rows = [Row("copies", "observed", 1, BEGAN + timedelta(days=day), str(n)) for n, (day, _) in enumerate(acts)]
    rows += [
        Row("retail-value", "claimed", value, BEGAN + timedelta(days=day), str(n), unit="USD")
        for n, (day, value) in enumerate(acts)
    ]
    one = limit()
    every = []
    for start in {row.at for row in rows} or {BEGAN}:
        inside = [row for row in rows if start <= row.at < start + timedelta(days=180)]
        number = sum(row.counter == "copies" for row in inside)
        value = sum(row.number for row in inside if row.counter == "retail-value")
        every.append(number >= 10 and value > 2500)
    assert (thresholds.assess(one, rows).state == "met") == any(every)
