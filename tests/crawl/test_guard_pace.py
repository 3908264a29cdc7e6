"""Politeness, on a clock that stands still until somebody waits."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from scrapy.crawler import Crawler

from crawler import clock
from crawler.engine.guard.pace import Budget, BudgetSpent, Pace, VisitStopped, retry_after
from tests.crawl.crawling import crawl
from tests.crawl.hostile import HostileServer
from tests.decorators import coroutine_test


class Hands:
    """A clock whose hands move only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.starts: list[float] = []

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        until = self.at + seconds
        await asyncio.sleep(0)
        self.at = max(self.at, until)

    def pace(self, delay: float = 5.0, concurrency: int = 1, middle: bool = True, **options: object) -> Pace:
        vary = (lambda low, high: (low + high) / 2) if middle else (lambda low, high: low)
        return Pace(delay, concurrency, now=self.now, sleep=self.sleep, vary=vary, **options)  # type: ignore[arg-type]

    async def request(self, pace: Pace, status: int | None = 200, after: str = "", latency: float = 0.0) -> None:
        async with pace.turn():
            self.starts.append(self.at - 1000.0)
            pace.heed(status, {"retry-after": after}, latency)


@coroutine_test
async def test_requests_start_a_delay_apart_with_jitter() -> None:
    hands = Hands()
    pace = hands.pace()
    await asyncio.gather(*(hands.request(pace) for _ in range(4)))
    assert hands.starts == [0, 5, 10, 15]
    early = Hands()
    pace = early.pace(middle=False)
    for _ in range(3):
        await early.request(pace)
    assert early.starts == [0, 2.5, 5]


@coroutine_test
async def test_a_request_that_went_out_late_still_has_its_rest_after_it() -> None:
    hands = Hands()
    pace = hands.pace(4.0)
    async with pace.turn():
        hands.at += 3.9
    ended = hands.now()
    async with pace.turn():
        assert hands.now() - ended == 2.0


@coroutine_test
async def test_jitter_is_half_either_way() -> None:
    hands = Hands()
    pace = Pace(4.0, now=hands.now, sleep=hands.sleep)
    for _ in range(200):
        await hands.request(pace)
    gaps = [later - earlier for earlier, later in zip(hands.starts, hands.starts[1:], strict=False)]
    assert 2.0 <= min(gaps) < 2.5
    assert 5.5 < max(gaps) <= 6.0


@coroutine_test
async def test_no_delay_means_no_wait() -> None:
    hands = Hands()
    pace = hands.pace(0.0)
    for _ in range(5):
        await hands.request(pace, latency=30.0)
    assert hands.starts == [0, 0, 0, 0, 0]


@coroutine_test
async def test_concurrency_is_bounded() -> None:
    pace = Pace(0.0, 2)
    under_way, most = 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with pace.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(one() for _ in range(10)))
    assert most == 2


@coroutine_test
async def test_crawl_delay_counts_where_it_is_longer_even_after_jitter() -> None:
    hands = Hands()
    pace = hands.pace(5.0, middle=False)
    pace.at_least(3.0)
    pace.at_least(8.0)
    pace.at_least(None)
    for _ in range(3):
        await hands.request(pace)
    assert hands.starts == [0, 8, 16]


@coroutine_test
async def test_retry_after_pauses_the_whole_site_even_with_no_delay() -> None:
    hands = Hands()
    pace = hands.pace(0.0, 4)
    await hands.request(pace, 503, "120")
    await asyncio.gather(*(hands.request(pace) for _ in range(3)))
    assert hands.starts == [0, 120, 120, 120]


@coroutine_test
async def test_back_off_doubles_and_the_visit_ends_after_a_streak() -> None:
    hands = Hands()
    pace = hands.pace(0.0)
    for _ in range(5):
        await hands.request(pace, 429)
    assert hands.starts == [0, 10, 30, 70, 150]
    with pytest.raises(VisitStopped, match="429 5 times"):
        await hands.request(pace)


@coroutine_test
async def test_a_good_answer_ends_the_streak_and_a_failure_does_not() -> None:
    hands = Hands()
    pace = hands.pace(0.0)
    for _ in range(4):
        await hands.request(pace, 503, "1")
    await hands.request(pace, None)
    assert pace.streak == 4
    await hands.request(pace, 200)
    assert pace.streak == 0


@coroutine_test
async def test_a_site_that_asks_for_hours_is_left_alone() -> None:
    hands = Hands()
    pace = hands.pace(1.0)
    await hands.request(pace, 503, "86400")
    with pytest.raises(VisitStopped, match="86400 seconds"):
        await hands.request(pace)


@coroutine_test
async def test_stop_wakes_those_who_wait() -> None:
    pace = Pace(3600.0)
    async with pace.turn():
        pass
    waiting = asyncio.ensure_future(_turn(pace))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    pace.stop("interrupted")
    with pytest.raises(VisitStopped, match="interrupted"):
        await asyncio.wait_for(waiting, 5)


async def _turn(pace: Pace) -> None:
    async with pace.turn():
        raise AssertionError("no turn was due")


@coroutine_test
async def test_a_slow_site_is_asked_less_often_and_never_more_often_than_configured() -> None:
    hands = Hands()
    pace = hands.pace(2.0)
    for _ in range(10):
        await hands.request(pace, latency=20.0)
    slow = pace.delay
    assert slow == pytest.approx(20.0)
    for _ in range(30):
        await hands.request(pace, latency=0.1)
    assert pace.delay == 2.0


@coroutine_test
async def test_one_budget_is_shared_by_all_sites() -> None:
    budget = Budget(3)
    hands = Hands()
    first, second = hands.pace(0.0, budget=budget), hands.pace(0.0, budget=budget)
    await hands.request(first)
    await hands.request(second)
    await hands.request(first)
    for pace in (first, second):
        with pytest.raises(BudgetSpent):
            await hands.request(pace)
    assert (budget.spent, budget.left) == (3, 0)
    slow = hands.pace(5.0, budget=budget)
    slow.paused_until = hands.at + 3600
    with pytest.raises(BudgetSpent):
        await hands.request(slow)
    assert hands.at == 1000.0
    endless = Budget()
    for _ in range(1000):
        endless.spend()


def test_retry_after_reads_seconds_and_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert retry_after("30") == 30
    assert retry_after(format_datetime(moment.replace(minute=2), usegmt=True)) == 120
    assert retry_after(format_datetime(moment.replace(hour=1), usegmt=True)) == 0
    assert [retry_after(value) for value in ("", None, "soon", "-3", "1.5")] == [None] * 5
    assert retry_after(f"Wed, {'9' * 20} Oct 2026 07:28:00 GMT") is None


@coroutine_test
async def test_the_wire_takes_turns_and_tells_the_pace_what_came() -> None:
    hands = Hands()
    pace = hands.pace(5.0, budget=Budget(2))

    def prepare(crawler: Crawler) -> None:
        crawler.pace = pace  # type: ignore[attr-defined]

    with HostileServer() as server:
        server.behaviours["/busy"] = lambda: iter(
            [b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"]
        )
        urls = [server.url(path) for path in ("/busy", "/plain", "/chunked")]
        outcome = await crawl(*urls, prepare=prepare)
    assert len(outcome.exchanges) == 2
    assert [type(failure) for failure in outcome.failures.values()] == [BudgetSpent]
    assert hands.at >= 1060.0
