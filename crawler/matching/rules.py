"""The rules of the post as a whole, and of words that make it something else than an offer.

RULES_VERSION, with a hash of the scales, is recorded with every hit; change it with any rule, weight, table or word list.
"""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import AGAINST
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import spelled

RULES_VERSION = "3"
BIAS = -3.4
AGAINST_WEIGHTS = {
    "review": -4.0,
    "news": -4.0,
    "trailer": -5.0,
    "soundtrack": -5.0,
    "subtitles": -5.0,
    "merchandise": -5.0,
    "fanwork": -4.0,
    "request": -5.0,
    "moderation": -5.0,
    "removed": -4.0,
    "licensed": -4.5,
    "reference": -4.5,
    "related": -3.0,
}
_RENEWED = re.compile(
    r"(?i)\bre-?up(?:s|ped|load(?:s|ed)?)?\b|\b(?:new|fresh) (?:links?|mirrors?|upload)\b|补档|补链|已补|新链接|重新(?:上传|分享)"
)


def _renewed(page: Page) -> bool:
    """True when the post gives a copy in place of one that it calls dead."""
    return bool(page.offer.targets) and _RENEWED.search(page.raw) is not None


def post_rules(near: Surroundings, work: Work, found: list[Evidence]) -> Iterator[Evidence]:
    """What the rest of the post says of the title in its heading, and its heading of a title in its text."""
    page, place = near.page, near.place
    named = {evidence.rule for evidence in found}
    if place.field.where == "body":
        own = spelled(page.offer.title).replace(" ", "")
        named_there = place.spelling.replace(" ", "") in own
        apart = own and not named_there and not near.release and not near.quoted
        if apart and not near.page.target_between(near.line.start, near.line.end):
            yield rule("named-in-passing", -1.0, (place.start, place.end), heading=page.offer.title[:60])
        return
    if place.field.where != "title":
        return
    if work.year is not None and not any("year" in name for name in named):
        for year in page.years:
            span = page.folded.span(*year.span())
            if int(year[0]) == work.year and page.on_short_line(span[0]) and page.where(span[0]) == "body":
                yield rule("year-agrees", 1.2, span, year=work.year)
                break
    if "creator-named" not in named:
        for name in work.creators:
            standing = page.find_name(name)
            if standing is not None and page.where(standing[0]) == "body":
                yield rule("creator-named", 1.2, standing, name=name)
                break
    for word in () if _renewed(page) else page.said:
        span = page.words.span(word.start, word.end)
        if "removed" in word.groups and page.where(span[0]) == "body":
            yield rule("removed", -3.0, span, words=page.raw[slice(*span)])
            break


def against_rules(near: Surroundings, offered: bool) -> Iterator[Evidence]:
    """Words that make the text something else than an offer of the work."""
    if near.asked_for and not near.spoken_of("request"):
        yield rule("request", AGAINST_WEIGHTS["request"], near.asked_for, words=near.page.raw[slice(*near.asked_for)])
    for group in AGAINST:
        said = near.spoken_of(group)
        if said and not (group == "removed" and _renewed(near.page)):
            span = near.raw(said[0].start, said[0].end)
            weight = AGAINST_WEIGHTS[group]
            if offered and group in ("licensed", "reference", "news", "review") and near.release == 2:
                weight *= 0.6
            yield rule(group, weight, span, words=near.page.raw[slice(*span)])
