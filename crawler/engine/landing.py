"""The way from a target to its landing page: asked politely, never pressed on, five redirects at most, each on record."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response, TextResponse

from crawler.engine.guard.addresses import AddressRefused
from crawler.engine.landing_host import LandingHost
from crawler.errors import UsageError
from crawler.hosts import registrable_domain
from crawler.store.landings import Due, Found, Hop
from crawler.targets.asking import End, changes, end_of, forwards, hands_out, is_elsewhere, without_code
from crawler.targets.landing import Answered, Verdict, judge
from crawler.targets.shown import Shown

MOST_HOPS = 5
"""Redirects that are followed."""
MOST_LINKS = 200
"""Links of a redirector's own page that are looked at."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PASSING = frozenset({408, 425, 429})
_UNREACHABLE = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    OSError,
)
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})
_DATA_TYPES = ("text/", "application/json", "application/xml")


class Walk:
    """One target on the way to its landing page."""

    def __init__(self, due: Due, host_of: Callable[[str], LandingHost], references: frozenset[str]) -> None:
        self._due = due
        self._host_of = host_of
        self._references = references
        self._hops: list[Hop] = []
        self._redirector = forwards(due.url)

    async def found(self, url: str) -> Found:
        """In what state the target is, by what answers at `url` and where that leads. Raises VisitStopped, BudgetSpent."""
        via: str | None = self._due.exchange_id
        seen = {url}
        while True:
            answer = await self._asked(url, via)
            if isinstance(answer, Found):
                return answer
            via = answer.request.meta["exchange_id"] if answer.request else None
            self._hops.append(Hop(url, via, answer.status))
            further = self._further(answer)
            if further is None:
                return await self._judged(answer)
            if ended := self._ended(further, url, seen):
                return ended
            # A host that adds the code to its own redirect is not handed it either.
            url = without_code(further, self._due.family, self._due.access_code)
            if url in seen:
                return self._stopped(further, "circle")
            seen.add(url)

    async def _asked(self, url: str, via: str | None) -> Response | Found:
        """The answer of an address, or what it means that there is none."""
        try:
            host = self._host_of(url)
        except (UsageError, ValueError) as error:
            return self._refused(url, None, "address", str(error))
        decision = await host.allowed(url, self._due.site_id)
        if not decision.allowed:
            return self._refused(url, decision.exchange_id, "robots", decision.why, passing=decision.passing)
        try:
            return await host.page(url, self._due.site_id, via, len(self._hops))
        except AddressRefused as error:
            return self._refused(url, _exchange_of(error), "refused", error.what)
        except UsageError as error:
            return self._refused(url, _exchange_of(error), "address", str(error))
        except _UNREACHABLE as error:
            return self._refused(url, _exchange_of(error), "unreachable", str(error)[:300], passing=True)

    def _refused(self, url: str, exchange_id: str | None, by: str, why: str, *, passing: bool = False) -> Found:
        """An address that was not asked or did not answer: nothing is known of the target."""
        self._hops.append(Hop(url, exchange_id if by != "robots" else None, None, why))
        asked = by == "unreachable" or len(self._hops) > 1
        said = {"by": by, "why": why, "address": url}
        if by == "robots" and exchange_id:
            said["exchange"] = exchange_id
        return self._told(Verdict("unknown" if asked else "not-visited", by, said), passing=passing)

    def _further(self, answer: Response) -> str | None:
        """Where an answer sends its reader, as an absolute address."""
        location = answer.headers.get(b"Location")
        written = location.decode("utf-8", "replace").strip() if location and answer.status in REDIRECTS else None
        if written is None and self._redirector and (text := _page(answer)) is not None:
            shown = Shown(text)
            written = shown.refresh or _only_target(shown)
        if not written:
            return None
        try:
            return urljoin(answer.url, written)
        except ValueError:
            return written

    def _ended(self, further: str, url: str, seen: set[str]) -> Found | None:
        """What it means that the way leads to an address that is not asked; None when it is to be asked."""
        if further in self._references:
            return self._stopped(further, "reference")
        if not _is_address(further):
            return self._stopped(further, "address")
        end = end_of(further)
        if end is not None and self._is_other(end, url):
            leads_to = {"kind": end.kind, "url": end.url, "family": end.family, "object": end.object, "code": end.code}
            self._hops.append(Hop(end.url, None, None, "a target of its own"))
            return replace(self._told(Verdict("forwards", "redirect", {"address": end.url})), leads_to=leads_to)
        if urlsplit(further).scheme not in ("http", "https"):
            return self._stopped(further, "address")
        if hands_out(further):
            self._hops.append(Hop(further, None, None, "it hands out a file: not asked"))
            return self._told(Verdict("file", "redirect", {"address": further}))
        if changes(further):
            return self._stopped(further, "changes")
        if self._redirector and is_elsewhere(further):
            return self._stopped(further, "elsewhere")
        if further in seen:
            return self._stopped(further, "circle")
        if len(self._hops) > MOST_HOPS:
            return self._stopped(further, "hops")
        return None

    def _is_other(self, end: End, url: str) -> bool:
        """Whether a target that a redirect names is another than the one on its way."""
        if end.object is not None:
            return end.object != self._due.target
        if not self._redirector:
            return False
        return _domain(end.url) != _domain(url)

    def _stopped(self, further: str, by: str) -> Found:
        self._hops.append(Hop(further, None, None, by))
        return self._told(Verdict("unknown", by, {"address": further}))

    async def _judged(self, answer: Response) -> Found:
        kind = _kind(answer)
        text = _page(answer)
        may_be_work = text is None and (kind in _PAGE_TYPES or not kind.startswith(_DATA_TYPES))
        passing = answer.status in PASSING or answer.status >= 500
        answered = Answered(answer.url, answer.status, text, kind, may_be_work)
        # A page that is made to be hard to parse must not hold up the run.
        verdict = await asyncio.to_thread(judge, answered, self._due.family)
        if passing:
            verdict = Verdict("unknown", "status", {"status": answer.status})
        elif self._redirector and verdict.state == "unknown" and verdict.by == "nothing":
            # A page of its own, which may want a button pressed or a script run, and neither is done here.
            verdict = Verdict("unknown", "page", {**verdict.facts, "address": answer.url})
        return self._told(verdict, passing=passing)

    def _told(self, verdict: Verdict, *, passing: bool = False) -> Found:
        due = self._due
        said: dict[str, Any] = {"by": verdict.by, **verdict.facts}
        return Found(due.target, due.url, verdict.state, said, tuple(self._hops), passing=passing)


def _kind(answer: Response) -> str:
    return (answer.headers.get(b"Content-Type") or b"").decode("latin-1").split(";")[0].strip().lower()


def _page(answer: Response) -> str | None:
    """The page that an answer is, decoded; None for what is no HTML."""
    if "not-downloaded" in answer.flags or not isinstance(answer, TextResponse):
        return None
    return answer.text if _kind(answer) in _PAGE_TYPES else None


def _only_target(shown: Shown) -> str | None:
    """The address of the one target that a redirector's own page links to; None where there is none, or a choice."""
    found = {}
    for link in islice(shown.links, MOST_LINKS):
        end = end_of(link)
        if end is not None and end.object is not None:
            found[end.object] = link
    return next(iter(found.values())) if len(found) == 1 else None


def _is_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _domain(url: str) -> str:
    return registrable_domain(urlsplit(url).netloc.rpartition("@")[2].lower())


def _exchange_of(error: BaseException) -> str | None:
    return getattr(error, "exchange_id", None)
