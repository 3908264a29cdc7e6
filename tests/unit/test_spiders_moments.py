"""Displayed times, zones, and the refusal to guess either."""

import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.calibration import Calibration
from spiders.moments import day_only, machine_readable, order_of, shown
from spiders.read import read
from spiders.zones import Zone, day_order, from_feed, zone_of
from tests.unit.spider_pages import fetched

NOW = datetime(2026, 3, 2, 6, 31, 20, tzinfo=UTC)
EIGHT = timedelta(hours=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu Jun 20, 2024 2:49 pm", "2024-06-20 06:49"),
        ("Oct 13, 2024, 01:40 PM", "2024-10-13 05:40"),
        ("Oct. 1, 2026, 9:54 p.m.", "2026-10-01 13:54"),
        ("Oct. 1, 2026, noon", "2026-10-01 04:00"),
        ("5th April 2026 - 03:36", "2026-04-04 19:36"),
        ("22.11.2025, 07:08", "2025-11-21 23:08"),
        ("13/04/2025 12:01", "2025-04-13 04:01"),
        ("2024-9-11 12:11 AM", "2024-09-10 16:11"),
        ("发表于 2025-5-30 21:45:28", "2025-05-30 13:45:28"),
        ("2024年3月5日 下午3:04", "2024-03-05 07:04"),
        ("今天 09:05", "2026-03-02 01:05"),
        ("昨天 23:15", "2026-03-01 15:15"),
        ("前天\xa001:02", "2026-02-27 17:02"),
        ("Yesterday, 06:03 AM", "2026-02-28 22:03"),
        ("Sunday at 5:12 PM", "2026-03-01 09:12"),
        ("14 小时前", "2026-03-01 16:31:20"),
        ("半小时前", "2026-03-02 06:01:20"),
        ("2 hours ago", "2026-03-02 04:31:20"),
        ("an hour ago", "2026-03-02 05:31:20"),
        ("2024-06-05 10:11 UTC", "2024-06-05 10:11"),
        ("2024-06-05T10:11:00.000+02:00", "2024-06-05 08:11"),
    ],
)
def test_displayed_times_are_read(text: str, expected: str) -> None:
    time = shown(text)
    assert time is not None
    assert time.at(EIGHT, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "1 Oct", "2024-06-05", "03-04-2025, 10:11 AM", "posts: 12:99", "32/13/2024 10:00", "episode 3 of 12"]
)
def test_what_is_no_moment_to_the_minute_is_none(text: str) -> None:
    assert shown(text) is None


def test_the_order_of_day_and_month_settles_ambiguous_dates() -> None:
    day_first, month_first = shown("03-04-2025, 10:11 AM", "day-month"), shown("03-04-2025, 10:11 AM", "month-day")
    assert day_first is not None and day_first.local is not None and day_first.local.month == 4
    assert month_first is not None and month_first.local is not None and month_first.local.month == 3
    assert order_of("posted 03-14-2026, seen 03-02-2026") == "month-day"
    assert order_of("posted 14/03/2026") == "day-month"
    assert order_of("posted 03-04-2026") is None


def test_a_pages_clock_settles_the_order_when_its_dates_do_not() -> None:
    assert day_order(fetched(b"<p>Current time: 03-02-2026, 01:31 AM</p>", "http://a.example/")) == "month-day"
    assert day_order(fetched(b"<p>Current time: 02-03-2026, 01:31 AM</p>", "http://a.example/")) == "day-month"
    assert day_order(fetched(b"<p>Current time: 02-03-2026, 01:31 AM</p>", "http://a.example/", date=None)) is None


def test_machine_readable_times() -> None:
    epoch, milliseconds = machine_readable("1717582260"), machine_readable("1717582260000")
    assert epoch is not None and milliseconds is not None
    assert epoch.utc == milliseconds.utc == datetime(2024, 6, 5, 10, 11, tzinfo=UTC)
    assert machine_readable("2024-06-05") is None
    assert day_only("11-21-2026") == datetime(2026, 11, 21)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("source", "hours"),
    [
        ("<p>GMT+8, 2026-3-2 14:31</p>", 8),
        ("<p>All times are GMT -5. The time now is 01:31 AM.</p>", -5),
        ("<p>It is currently Mon Mar 02, 2026 7:31 am</p>", 1),
        ("<p>现在时间是 2026-3-2 02:31 PM</p>", 8),
        ("<p><strong>Current time:</strong> 03-02-2026, 12:01 PM</p>", 5.5),
        ('<time datetime="2026-03-02T06:31:20Z">March 02, 2026, 03:31:20 AM</time>', -3),
    ],
)
def test_a_page_tells_its_zone(source: str, hours: float) -> None:
    zone = zone_of(fetched(source.encode(), "http://a.example/"), None)
    assert zone is not None and zone.offset == timedelta(hours=hours)


@pytest.mark.parametrize(
    "source",
    ["<p>posted 2026-3-2 14:31</p>", "<p>Current time: 2026-3-2 14:23</p>", "<p>my clock says GMT+8</p>", "<p></p>"],
)
def test_a_page_that_tells_no_zone_has_none(source: str) -> None:
    assert zone_of(fetched(source.encode(), "http://a.example/"), None) is None


def test_a_named_zone_knows_summer_time() -> None:
    zone = zone_of(fetched(b'All times are <span title="Europe/Berlin">UTC+01:00</span>', "http://a.example/"), None)
    assert zone == Zone("page-zone", name="Europe/Berlin")
    summer, winter = shown("2024-06-20 14:49"), shown("2024-01-20 14:49")
    assert summer is not None and zone.offset_at(summer, NOW) == timedelta(hours=2)
    assert winter is not None and zone.offset_at(winter, NOW) == timedelta(hours=1)


@given(st.integers(-48, 56), st.lists(st.integers(1, 500_000), min_size=3, max_size=8, unique=True))
def test_a_feed_tells_the_zone_of_a_list(quarters: int, seconds_back: list[int]) -> None:
    offset = timedelta(minutes=15) * quarters
    moments = [NOW - timedelta(seconds=back) for back in seconds_back]
    pairs = []
    for moment in moments:
        time = shown((moment + offset).strftime("%Y-%m-%d %H:%M:%S"))
        assert time is not None
        pairs.append((moment, time))
    assert from_feed(pairs, NOW) == Zone("feed", offset=offset)


def test_one_agreement_is_no_calibration() -> None:
    time = shown("2026-03-02 07:00:00")
    assert time is not None
    assert from_feed([(datetime(2026, 3, 2, 6, tzinfo=UTC), time)], NOW) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    time = shown(text)
    assert time is None or time.end <= len(text)


def test_a_site_that_was_read_holds_no_parsed_page() -> None:
    calibration = Calibration()
    page = fetched(b"<html><body><h1>A town</h1><p>Lanterns.</p></body></html>", "http://forum.test/topic/1")
    gone = weakref.ref(page)
    read(page, None, calibration)
    del page
    gc.collect()
    assert gone() is None
