"""Long pages wait until there is room for them in memory; nothing waits for ever."""

import asyncio
import gc

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.engine.wire import handler
from crawler.engine.wire.handler import READ_LIMIT
from crawler.engine.wire.room import SHORT, Room
from tests.crawl.crawling import crawl
from tests.crawl.hostile import HostileServer, ok
from tests.decorators import coroutine_test

LENGTH = 1_000_000


@coroutine_test
async def test_who_comes_first_is_served_first_and_the_sum_stays_within_the_room() -> None:
    room, order = Room(2 * LENGTH), list[int]()

    async def visit(number: int) -> None:
        entered = await room.enter(LENGTH)
        assert room.used <= 2 * LENGTH
        order.append(number)
        await asyncio.sleep(0.01)
        room.leave(entered)

    await asyncio.gather(*(visit(number) for number in range(7)))
    assert order == list(range(7))
    assert room.used == 0


@coroutine_test
async def test_short_bodies_are_not_counted_and_endless_ones_count_as_the_room() -> None:
    room = Room(LENGTH)
    assert await room.enter(SHORT) == 0
    assert await room.enter(50 * LENGTH) == LENGTH
    assert await room.enter(SHORT) == 0


@coroutine_test
async def test_patience_ends() -> None:
    room = Room(LENGTH, patience=0.05)
    assert await room.enter(LENGTH) == LENGTH
    assert await room.enter(LENGTH) == LENGTH
    assert room.used == 2 * LENGTH


@coroutine_test
async def test_who_gives_up_leaves_the_queue() -> None:
    room = Room(LENGTH)
    await room.enter(LENGTH)
    waiting = asyncio.ensure_future(room.enter(LENGTH))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    room.leave(LENGTH)
    assert await room.enter(LENGTH) == LENGTH


@coroutine_test
async def test_room_comes_back_when_the_response_is_gone() -> None:
    room = Room(4 * LENGTH)
    response = HtmlResponse("http://forum.test/")
    room.keep(response, await room.enter(3 * LENGTH), LENGTH)
    assert room.used == LENGTH
    del response
    gc.collect()
    assert room.used == 0


@coroutine_test
async def test_of_a_long_page_the_spider_gets_a_part_and_the_record_has_all() -> None:
    long = ok(b"<html>" + b"0123456789abcdef" * 500_000)
    with HostileServer() as server:
        server.behaviours["/long"] = lambda: iter([long])
        url = server.url("/long")
        outcome = await crawl(url, Request(url + "?picture", meta={"exchange": {"purpose": "picture"}}))
    response = outcome.responses[url]
    assert (len(response.body), response.flags) == (READ_LIMIT, ["lenient", "truncated:length"])
    assert outcome.exchange(url).response == long
    assert (outcome.exchange(url).truncated, outcome.exchange(url).error) == (None, None)
    assert outcome.responses[url + "?picture"].flags == []
    assert handler.ROOM.used >= READ_LIMIT
    outcome.responses.clear()
    del response
    gc.collect()
    assert handler.ROOM.used == 0


@coroutine_test
async def test_a_response_that_cannot_be_made_leaves_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(**_: object) -> None:
        raise TypeError("no such kind of response")

    monkeypatch.setattr(handler.responsetypes, "from_args", stumble)
    with HostileServer() as server:
        server.behaviours["/long"] = lambda: iter([ok(b"<html>" + bytes(LENGTH))])
        url = server.url("/long")
        outcome = await crawl(url)
    assert isinstance(outcome.failures[url], TypeError)
    assert handler.ROOM.used == 0


@coroutine_test
async def test_patience_that_ends_lets_one_go_on_and_not_all() -> None:
    room = Room(LENGTH, patience=1)
    await room.enter(LENGTH)
    waiting = [asyncio.ensure_future(room.enter(LENGTH)) for _ in range(4)]
    await asyncio.sleep(0)
    for number in (0, 1):
        room.leave(LENGTH)
        await asyncio.wait_for(waiting[number], 5)
        assert (room.used, waiting[number + 1].done()) == (LENGTH, False)
    await asyncio.wait_for(waiting[2], 5)
    assert (room.used, waiting[3].done()) == (2 * LENGTH, False)
    await asyncio.wait_for(waiting[3], 5)


@coroutine_test
async def test_who_leaves_the_queue_lets_the_next_in() -> None:
    room = Room(2 * LENGTH)
    await room.enter(LENGTH)
    long = asyncio.ensure_future(room.enter(2 * LENGTH))
    await asyncio.sleep(0)
    short = asyncio.ensure_future(room.enter(LENGTH))
    await asyncio.sleep(0)
    long.cancel()
    assert await asyncio.wait_for(short, 5) == LENGTH
