"""How a site's hosts answered, as the record shows it: open, shut, led elsewhere, not there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.attribution.sightings import Outcome, Sighting
from crawler.evidence.http_message import decoded_entity
from crawler.evidence.warc_read import read_member
from crawler.licence import country_of
from crawler.store import Store, exchanges, moves
from crawler.store.moves import Answer
from crawler.targets.landing import Answered, judge
from crawler.workspace import Workspace

_UNREACHED = ("dns", "connect", "timeout", "reset")
_DOWN = frozenset({502, 504, 520, 521, 522, 523, 530})
"""Statuses by which somebody in front says that nobody is behind."""
Visits = Mapping[str, tuple[datetime, str | None, Mapping[str, Any]]]


def sightings(store: Store, workspace: Workspace, site_id: str) -> list[Sighting]:
    """How each of a site's hosts answered for robots.txt and for the pages by which it is entered, oldest first."""
    visits = moves.observed(store, site_id)
    found: list[Sighting] = []
    led: dict[str, Answer] = {}
    for answer in moves.answers(store, site_id):
        host = urlsplit(answer.url).hostname
        outcome = _outcome(store, workspace, answer, visits)
        if not host or outcome is None:
            continue
        if outcome == "redirect":
            # The last of the way is what led off the site.
            led[answer.run_id] = answer
            continue
        detail = str(answer.status) if answer.status is not None else (answer.error or "").partition(":")[0]
        found.append(Sighting(host, answer.at, outcome, answer.exchange_id, _vantage(answer), detail))
    for run_id, answer in led.items():
        host, to = urlsplit(answer.url).hostname or "", _led_to(visits.get(run_id))
        outcome = "redirect" if to else "unclear"
        found.append(
            Sighting(host, answer.at, outcome, answer.exchange_id, _vantage(answer), str(answer.status), to)
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.exchange))


def _outcome(store: Store, workspace: Workspace, answer: Answer, visits: Visits) -> Outcome | None:
    """What an answer says of its host; None for what says nothing of it, as where we refused to ask."""
    if answer.status is None:
        kind = (answer.error or "").partition(":")[0]
        return "unreachable" if kind in _UNREACHED else "unclear" if kind in ("tls", "protocol", "too-large") else None
    if answer.status in _DOWN:
        return "unreachable"
    if answer.status == 451:
        return "shut"
    if answer.status == 403:
        return "shut" if _speaks_of_country(store, workspace, answer, visits) else "unclear"
    if answer.purpose == "robots":
        return "open" if answer.status in (200, 304, 404, 410) else "unclear"
    if 300 <= answer.status < 400 and answer.status != 304:
        return "redirect"
    if answer.status not in (200, 203, 206, 304):
        return "unclear"
    visit = visits.get(answer.run_id)
    return "parked" if visit and visit[2].get("entry") == "parked" else "open"


def _speaks_of_country(store: Store, workspace: Workspace, answer: Answer, visits: Visits) -> bool:
    """Whether a refusal says that it is for a country: in its page where that is kept, else in what the visit kept of it."""
    visit = visits.get(answer.run_id)
    texts = [_page(store, workspace, answer.exchange_id), *((visit[2].get("words") or {}).values() if visit else ())]
    return any(
        judge(
            Answered(
                answer.url,
                403,
                f"<html><title>{text}</title><p>{text}</p></html>" if "<" not in text else text,
                "text/html",
            ),
            None,
        ).state
        == "geo-blocked"
        for text in texts
        if text
    )


def _page(store: Store, workspace: Workspace, exchange_id: str) -> str:
    row = exchanges.one(store, exchange_id)
    if row is None or row.kept is None:
        return ""
    for record in row.kept.records:
        if record["type"] == "response":
            place = workspace.evidence / row.kept.segment
            response = read_member(place, int(record["offset"]), int(record["length"])).block
            return decoded_entity(response).body.decode("utf-8", "replace")
    return ""


def _led_to(visit: tuple[datetime, str | None, Mapping[str, Any]] | None) -> str:
    """The host to which a visit was led off the site; empty where it was not."""
    if visit is None or "moved" not in (visit[1], visit[2].get("entry")):
        return ""
    away: Mapping[str, int] = visit[2].get("away") or {}
    url = max(away, key=lambda one: (away[one], one), default="")
    return urlsplit(url).hostname or ""


def _vantage(answer: Answer) -> str | None:
    return country_of(answer.country) or None
