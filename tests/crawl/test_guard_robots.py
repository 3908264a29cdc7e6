"""robots.txt as RFC 9309 has it, by our own guard."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler import clock
from crawler.engine.guard.addresses import AddressRefused
from crawler.engine.guard.robots import SIZE_LIMIT, Decision, Fetched, RobotsGuard
from crawler.engine.wire import fetch
from crawler.errors import UsageError
from tests.crawl.crawling import Fetcher, crawl
from tests.crawl.hostile import HostileServer, ok
from tests.decorators import coroutine_test

SITE = "http://forum.test"


@dataclass
class Web:
    """Answers by URL, and what was asked and remembered."""

    answers: dict[str, Any]
    asked: list[tuple[str, str | None, int]] = field(default_factory=list)
    memory: dict[str, Fetched] = field(default_factory=dict)

    async def fetch(self, url: str, *, via: str | None, hop: int) -> Response:
        self.asked.append((url, via, hop))
        answer = self.answers[url]
        if isinstance(answer, BaseException):
            raise answer
        status, headers, body = answer
        request = Request(url, meta={"exchange_id": f"X{len(self.asked)}"})
        return Response(url, status=status, headers=headers, body=body, request=request)

    def guard(self, **options: Any) -> RobotsGuard:
        return RobotsGuard(self.fetch, recall=self.memory.get, remember=self.memory.__setitem__, **options)


def web(body: bytes = b"", status: int = 200, **headers: str) -> Web:
    return Web({f"{SITE}/robots.txt": (status, headers, body)})


async def decide(body: bytes, url: str = f"{SITE}/a/b", status: int = 200) -> Decision:
    return await web(body, status).guard().allowed(url)


@pytest.mark.parametrize(
    ("body", "url", "rule"),
    [
        (b"User-agent: *\nDisallow: /", "/a", "Disallow: /"),
        (b"User-agent: *\nDisallow: /private", "/private/x", "Disallow: /private"),
        (b"User-agent: *\nDisallow: /private", "/public", None),
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", None),
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/c", "Disallow: /a"),
        (b"User-agent: *\nDisallow: /*.php$", "/x.php", "Disallow: /*.php$"),
        (b"User-agent: *\nDisallow: /*.php$", "/x.php?a=1", None),
        (b"User-agent: other\nDisallow: /\n", "/a", None),
        (b"User-agent: TitleWatch\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", "Disallow: /a"),
        (b"User-agent: TitleWatch\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", None),
        (b"User-agent: other\nUser-agent: titlewatch\nDisallow: /both # why", "/both", "Disallow: /both"),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a", "/a", "Disallow: /a"),
        (b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /a", "/a", "Disallow: /a"),
        ("User-agent: *\nDisallow: /电影".encode(), "/%E7%94%B5%E5%BD%B1/1", "Disallow: /电影"),
        (b"<!DOCTYPE html><p>User-agent: *\nDisallow: /\n", "/a", None),
        (b"", "/a", None),
    ],
)
@coroutine_test
async def test_rules(body: bytes, url: str, rule: str | None) -> None:
    decision = await decide(body, SITE + url)
    assert (decision.allowed, decision.rule) == (rule is None, rule)
    assert decision.exchange_id == "X1"


@coroutine_test
async def test_what_lies_beyond_500_kib_is_not_read() -> None:
    start = b"User-agent: *\nDisallow: /early\n"
    filler = b"# nothing\n" * (SIZE_LIMIT // 10)
    decision = await decide(start + filler + b"Disallow: /late\n", f"{SITE}/late")
    assert decision.allowed
    assert not (await decide(start + filler, f"{SITE}/early")).allowed


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (401, True), (500, False), (503, False)])
@coroutine_test
async def test_4xx_allows_and_5xx_forbids(status: int, allowed: bool) -> None:
    decision = await decide(b"User-agent: *\nDisallow: /", status=status)
    assert decision.allowed is allowed
    assert str(status) in decision.why


@pytest.mark.parametrize("fault", [DownloadTimeoutError("slow"), AddressRefused("no"), OSError("gone")])
@coroutine_test
async def test_an_unreachable_server_forbids_for_this_visit_only(fault: BaseException) -> None:
    there = Web({f"{SITE}/robots.txt": fault})
    guard = there.guard()
    decision = await guard.allowed(f"{SITE}/a")
    assert not decision.allowed
    assert decision.why == f"robots.txt could not be reached ({fault})"
    there.answers[f"{SITE}/robots.txt"] = (200, {}, b"")
    assert not (await guard.allowed(f"{SITE}/b")).allowed
    assert (await there.guard().allowed(f"{SITE}/b")).allowed
    assert len(there.asked) == 2


@coroutine_test
async def test_our_own_bug_is_not_taken_for_an_unreachable_server() -> None:
    with pytest.raises(ZeroDivisionError):
        await Web({f"{SITE}/robots.txt": ZeroDivisionError()}).guard().allowed(SITE)


@coroutine_test
async def test_redirects_are_followed_five_times_each_hop_naming_the_one_before() -> None:
    def hop(to: str) -> tuple[int, dict[str, str], bytes]:
        return 301, {"Location": to}, b""

    there = Web(
        {
            f"{SITE}/robots.txt": hop("https://www.forum.test/robots.txt"),
            "https://www.forum.test/robots.txt": hop("/r"),
            "https://www.forum.test/r": (200, {}, b"User-agent: *\nDisallow: /x"),
        }
    )
    decision = await there.guard().allowed(f"{SITE}/x")
    assert (decision.allowed, decision.exchange_id) == (False, "X3")
    assert [(via, number) for _, via, number in there.asked] == [(None, 0), ("X1", 1), ("X2", 2)]

    loop = Web({f"{SITE}/robots.txt": hop("/robots.txt")})
    assert (await loop.guard().allowed(f"{SITE}/x")).allowed
    assert len(loop.asked) == 6


@coroutine_test
async def test_each_origin_is_asked_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    there = web(b"User-agent: *\nDisallow: /a")
    there.answers[f"{SITE}:81/robots.txt"] = (404, {}, b"")
    guard = there.guard()
    assert not (await guard.allowed(f"{SITE}/a")).allowed
    assert not (await guard.allowed(f"{SITE}:80/a")).allowed
    assert (await guard.allowed(f"{SITE}:81/a")).allowed
    assert not (await there.guard().allowed(f"{SITE}/a")).allowed
    assert len(there.asked) == 2
    tomorrow = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    await there.guard().allowed(f"{SITE}/a")
    assert len(there.asked) == 3


@coroutine_test
async def test_an_authority_overrules_and_robots_is_fetched_all_the_same() -> None:
    there = web(b"User-agent: *\nDisallow: /")
    decision = await there.guard(obey=False, authority="Order 12/2026").allowed(f"{SITE}/a")
    assert (decision.allowed, decision.rule, decision.exchange_id) == (True, "Disallow: /", "X1")
    assert "Order 12/2026" in decision.why
    with pytest.raises(UsageError):
        there.guard(obey=False)


@coroutine_test
async def test_crawl_delay_is_read_for_our_agent() -> None:
    decision = await decide(b"User-agent: *\nCrawl-delay: 3\n\nUser-agent: titlewatch\nCrawl-delay: 7.5\nDisallow: /z")
    assert decision.crawl_delay == 7.5


@coroutine_test
async def test_robots_comes_through_the_wire_and_is_recorded() -> None:
    seen: list[Decision] = []

    class Obedient(Fetcher):
        async def start(self) -> Any:
            async def through_the_wire(url: str, *, via: str | None, hop: int) -> Any:
                return await fetch(self.crawler, url, purpose="robots", via=via, hop=hop)

            memory: dict[str, Fetched] = {}
            guard = RobotsGuard(through_the_wire, recall=memory.get, remember=memory.__setitem__)
            for request in self._requests:
                seen.append(await guard.allowed(request.url))
            return
            yield

    with HostileServer() as server:
        server.behaviours["/robots.txt"] = lambda: iter(
            [b"HTTP/1.1 302 Found\r\nLocation: /rules\r\nContent-Length: 0\r\n\r\n"]
        )
        server.behaviours["/rules"] = lambda: iter([ok(b"User-agent: *\nDisallow: /plain", kind=b"text/plain")])
        outcome = await crawl(server.url("/plain"), server.url("/other"), spider=Obedient)
        assert "/plain" not in server.talks
    assert [decision.allowed for decision in seen] == [False, True]
    first, second = outcome.exchanges
    assert (first.purpose, first.hop, first.via) == ("robots", 0, None)
    assert (second.purpose, second.hop, second.via) == ("robots", 1, first.exchange_id)
    assert {decision.exchange_id for decision in seen} == {second.exchange_id}
