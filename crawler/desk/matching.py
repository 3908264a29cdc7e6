"""Texts with watchlists of their own, matched outside of any workspace."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from crawler import clock, targets
from crawler.config import Matching
from crawler.errors import UsageError
from crawler.json_text import data_of
from crawler.licence import REMEDY as LICENCE
from crawler.licence import of_object, read
from crawler.matching import Matcher, Offer
from crawler.matching.evidence import Evidence
from crawler.matching.fitting import Judged, judged
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.matching.scales import Scales
from crawler.model import POLICIES, Match, Passage, Work
from crawler.store.listings import reason_facts

KEPT_MATCHERS = 64
REMEDY = 'write {"id": ..., "text": "...", "watchlist": [{"id": "...", "title": "..."}]}'


def match_lines(
    lines: Iterable[bytes], settings: Matching, scales: Scales | None = None, country: str = ""
) -> Iterator[dict[str, Any]]:
    """Match one case a line, and answer each as the contract's `match --json` prints it.

    Raises UsageError naming the line that is no case; the answers before it have been given.
    """
    matchers: OrderedDict[str, Matcher] = OrderedDict()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _case(line, f"line {number}")
        key = json.dumps(case["watchlist"], sort_keys=True)
        if key not in matchers:
            works = [_work(entry, f"line {number}, watchlist") for entry in case["watchlist"]]
            matchers[key] = Matcher(
                works, threshold=settings.threshold, review=settings.review, scales=scales, country=country
            )
            if len(matchers) > KEPT_MATCHERS:
                matchers.popitem(last=False)
        yield _answer(case, matchers[key], settings.threshold)


class JudgedText(NamedTuple):
    """A text that people judged, and the places where watched titles stand on it."""

    page: Page
    places: list[tuple[str, Place, list[Evidence]]]
    """Work id, place, what the rules say with their weights as set by hand."""
    expected: str | None


def judged_lines(lines: Iterable[bytes], source: str) -> Iterator[Judged]:
    """What the rules say of cases that carry the work that people `expected` (null: none); scales are fitted on it.

    Raises UsageError naming the line that is no such case.
    """
    for text in judged_texts(lines, source):
        yield judged(source, ((work_id, evidence) for work_id, _, evidence in text.places), text.expected)


def judged_texts(lines: Iterable[bytes], source: str) -> Iterator[JudgedText]:
    """The same with pages and places. Raises UsageError naming the line that is no such case."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        which = f"{source}, line {number}"
        case = _case(line, which)
        if "expected" not in case:
            raise UsageError("“expected” is missing", which, "give the id of the work that the text offers, or null")
        matcher = Matcher(_work(entry, f"{which}, watchlist") for entry in case["watchlist"])
        page, wanted = Page(_offer(case)), case["expected"]
        yield JudgedText(page, matcher.judged(page), None if wanted is None else str(wanted))


def _offer(case: dict[str, Any]) -> Offer:
    passage = Passage(case["text"])
    return Offer(title="", body=passage.text, targets=targets.find(passage), posted_at=case.get("posted_at"))


def _answer(case: dict[str, Any], matcher: Matcher, threshold: float) -> dict[str, Any]:
    best: Match | None = max(matcher.match(_offer(case)), key=lambda match: match.score, default=None)
    if best is None:
        return {"id": case["id"], "match": None, "score": 0.0, "spans": [], "reasons": []}
    return {
        "id": case["id"],
        "match": best.work_id if best.score >= threshold else None,
        "score": best.score,
        "spans": [list(span) for span in best.spans],
        "reasons": [reason_facts(reason) for reason in best.reasons],
    }


def _case(line: bytes, which: str) -> dict[str, Any]:
    try:
        case = data_of(line.decode("utf-8-sig"))
    except ValueError as error:
        raise UsageError(f"not JSON ({error})", which, REMEDY) from None
    if not isinstance(case, dict):
        raise UsageError("not an object", which, REMEDY)
    for name, kind in (("text", str), ("watchlist", list)):
        if not isinstance(case.get(name), kind):
            raise UsageError(f"“{name}” is missing or no {'text' if kind is str else 'list'}", which, REMEDY)
    if "id" not in case:
        raise UsageError("“id” is missing", which, REMEDY)
    if case.get("posted_at") is not None:
        try:
            case["posted_at"] = clock.parse(case["posted_at"])
        except (ValueError, TypeError):
            raise UsageError("“posted_at” is no time", which, 'write such as "2026-03-01T08:00:00Z"') from None
    return case


def _work(entry: Any, which: str) -> Work:
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("title"), str)
        or not isinstance(entry.get("id"), str | int)
    ):
        raise UsageError("a work without id and title", which, REMEDY)
    year = entry.get("year")
    return Work(
        work_id=str(entry["id"]),
        title=entry["title"],
        kind=entry.get("kind") or None,
        year=int(year) if isinstance(year, int | float) or (isinstance(year, str) and year.isdecimal()) else None,
        language=entry.get("language") or None,
        policy=entry["policy"] if entry.get("policy") in POLICIES else "default",
        licensed_domains=_licences(entry.get("licensed_domains"), which),
        **{name: _texts(entry.get(name)) for name in ("aliases", "creators", "identifiers", "publishers")},
    )


def _licences(value: Any, which: str) -> tuple[str, ...]:
    """Licences as they are written, those with limits in the form in which they are kept."""
    listed = value if isinstance(value, list) else [value] if value else []
    try:
        return tuple(
            str(of_object(one))
            if isinstance(one, dict)
            else str(read(one))
            if "(" in str(one) or "（" in str(one)
            else str(one)
            for one in listed
            if one
        )
    except ValueError as error:
        raise UsageError(f"a licence that cannot be read ({error})", which, LICENCE) from None


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(item) for item in value or () if item)
