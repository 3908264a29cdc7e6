"""robots.txt as RFC 9309 has it: fetched for each origin once a day, kept, and obeyed or overruled by an authority."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin

from protego import Protego
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler import clock
from crawler.engine.guard.addresses import AddressRefused
from crawler.errors import UsageError
from crawler.hosts import origin_of

AGENT = "titlewatch"
SIZE_LIMIT = 500 * 1024
MOST_REDIRECTS = 5
KEPT = timedelta(days=1)
_UNREACHABLE = (
    AddressRefused,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    OSError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    UsageError,
)


class Fetched(NamedTuple):
    """What a fetch of robots.txt ended with."""

    fetched_at: datetime
    status: int | None
    """Of the last hop; None when the server could not be reached."""
    body: bytes
    exchange_id: str | None
    fault: str = ""
    """Why the server could not be reached, as the connection said it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a URL may be fetched, by which line of robots.txt, on the record of which exchange."""

    allowed: bool
    rule: str | None
    why: str
    exchange_id: str | None
    crawl_delay: float | None = None
    """Seconds."""
    passing: bool = False
    """True for a refusal of this visit only: robots.txt could not be had (RFC 9309, 2.3.1.4)."""


class Fetch(Protocol):
    """Fetches one URL through the wire, redirects not followed; raises a download error or AddressRefused."""

    async def __call__(self, url: str, *, via: str | None, hop: int) -> Any: ...


class RobotsGuard:
    """Decides for the URLs of one visit; robots.txt is fetched whether it is obeyed or not.

    2xx is parsed (the first 500 KiB; a page of HTML holds no rules), 4xx and endless
    redirects allow everything, 5xx and an unreachable server forbid everything for this
    visit (RFC 9309, 2.3.1). `authority` is the reference of the authority under which
    `obey` is False.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        recall: Callable[[str], Fetched | None],
        remember: Callable[[str, Fetched], object],
        obey: bool = True,
        authority: str | None = None,
    ) -> None:
        if not obey and not authority:
            raise UsageError("robots.txt may be ignored only under an authority", "", "give --authority REF")
        self._fetch, self._recall, self._remember = fetch, recall, remember
        self._obey, self._authority = obey, authority
        self._known: dict[str, asyncio.Task[tuple[Fetched, _Rules]]] = {}

    async def allowed(self, url: str) -> Decision:
        """Decide for one URL. Raises VisitStopped or BudgetSpent when robots.txt can no longer be fetched."""
        origin = origin_of(url)
        if origin not in self._known:
            self._known[origin] = asyncio.ensure_future(self._load(origin))
        try:
            fetched, rules = await asyncio.shield(self._known[origin])
        except BaseException:
            if self._known[origin].done():
                del self._known[origin]
            raise
        decision = rules.decide(url, fetched)
        if self._obey or decision.allowed:
            return decision
        return replace(decision, allowed=True, why=f"{decision.why}; overruled under the authority {self._authority}")

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a URL's origin names, once it has been loaded."""
        task = self._known.get(origin_of(url))
        if task is None or not task.done() or task.cancelled() or task.exception() is not None:
            return []
        return task.result()[1].sitemaps

    async def _load(self, origin: str) -> "tuple[Fetched, _Rules]":
        fetched = self._recall(origin)
        stale = fetched is None or clock.now() - fetched.fetched_at >= KEPT
        # A server that was down yesterday is asked again: it forbids for one visit only.
        if fetched is None or stale or fetched.status is None or fetched.status >= 500:
            fetched = await self._ask(origin)
            self._remember(origin, fetched)
        return fetched, _Rules(fetched)

    async def _ask(self, origin: str) -> Fetched:
        url, via = f"{origin}/robots.txt", None
        for hop in range(MOST_REDIRECTS + 1):
            try:
                response = await self._fetch(url, via=via, hop=hop)
            except _UNREACHABLE as error:
                fault = (str(error) or type(error).__name__)[:300]
                return Fetched(clock.now(), None, b"", getattr(error, "exchange_id", None), fault)
            via = response.meta.get("exchange_id")
            location = response.headers.get(b"Location")
            if not 300 <= response.status < 400 or not location:
                break
            url = urljoin(url, location.decode("utf-8", "replace"))
        return Fetched(clock.now(), response.status, bytes(response.body), via)


class _Rules:
    """What one fetched robots.txt says."""

    def __init__(self, fetched: Fetched) -> None:
        self._text = ""
        self._verdict: str | None = None
        status = fetched.status
        if status is None:
            self._forbids, self._verdict = True, f"robots.txt could not be reached ({fetched.fault})"
        elif status >= 500:
            self._forbids, self._verdict = True, f"robots.txt answered {status}"
        elif not 200 <= status < 300:
            self._forbids, self._verdict = False, f"there is no robots.txt (status {status})"
        else:
            self._text = _text(fetched.body)
        self._parsed = Protego.parse(self._text)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses that its Sitemap lines give."""
        return [str(one) for one in self._parsed.sitemaps]

    def decide(self, url: str, fetched: Fetched) -> Decision:
        if self._verdict is not None:
            return Decision(not self._forbids, None, self._verdict, fetched.exchange_id, passing=self._forbids)
        delay = self._parsed.crawl_delay(AGENT)
        if self._parsed.can_fetch(url, AGENT):
            return Decision(True, None, "robots.txt allows it", fetched.exchange_id, delay)
        rule = _forbidding_line(self._text, url)
        return Decision(False, rule, f"robots.txt forbids it ({rule or 'a rule'})", fetched.exchange_id, delay)


def _text(body: bytes) -> str:
    body = body.removeprefix(b"\xef\xbb\xbf")
    if len(body) > SIZE_LIMIT:
        body = body[:SIZE_LIMIT].rpartition(b"\n")[0]
    text = body.decode("utf-8", "replace")
    return "" if text.lstrip().startswith("<") else text


def _forbidding_line(text: str, url: str) -> str | None:
    """The longest Disallow line of our group that, alone, forbids the URL."""
    groups: dict[str, list[str]] = {}
    agents: list[str] = []
    in_rules = False
    for line in text.splitlines():
        field, _, value = line.split("#", 1)[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if field == "user-agent":
            agents = [value.lower()] if in_rules else [*agents, value.lower()]
            in_rules = False
        elif field == "disallow":
            in_rules = True
            for agent in agents:
                groups.setdefault(agent, []).append(value)
        elif field:
            in_rules = True
    for value in sorted(groups.get(AGENT, groups.get("*", [])), key=len, reverse=True):
        if value and not Protego.parse(f"User-agent: *\nDisallow: {value}").can_fetch(url, AGENT):
            return f"Disallow: {value}"
    return None
