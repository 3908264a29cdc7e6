"""A digest's sentences: what the terminal, the page and the mail have in common."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from crawler.attribution.moves import Move
from crawler.casework import move_words as words
from crawler.desk import health
from crawler.desk.digest.gathering import SECTIONS, THERE, Digest
from crawler.wording import say
from crawler.wording.landings import say_why, state_name

MOST = 200
"""Hits that a section names; how many more there are is said."""
_WHY = {"missing": "missing", "login wall": "login", "no longer on its page": "removed", "no longer an offer": "offer"}


def printable(text: str) -> str:
    """Text that nothing from outside can break or steer: controls and marks of direction are shown as replaced."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def day(moment: datetime | str) -> str:
    """A time as people read it: to the minute."""
    text = moment if isinstance(moment, str) else moment.isoformat()
    return text[:16].replace("T", " ")


def counted(name: str, count: int, language: str) -> str:
    """A section's name and how much stands in it."""
    return f"{name}：{count}" if language == "zh" else f"{name}: {count}"


def why(event: Mapping[str, Any], language: str) -> str:
    """Why a hit counts as gone, or where it went."""
    if event.get("to"):
        return str(event["to"])
    return say(f"digest.why.{_WHY.get(str(event.get('why')), 'other')}", language, status=event.get("status") or "-")


def link(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What became of a target, in words: `became` its state, by which sign, and from how many listings it is named."""
    became = state_name(str(found["state"]), language)
    if found["before"] is not None:
        became = say("digest.links.again" if found["state"] in THERE else "digest.links.now", language, state=became)
    named = say("digest.links.named", language, title=found["title"], count=found["listings"] - 1)
    return {
        **found,
        "became": became,
        "why": say_why(found["said"], language),
        "at": day(str(found["at"])),
        "title": named if found["listings"] > 1 else found["title"],
    }


def moved(move: Move, language: str) -> dict[str, str]:
    """What changed about where a site is, in words."""
    notes = words.remarks(move, language, is_short=True)
    return {
        "site": move.site or move.host,
        "host": move.host,
        "kind": words.kind_of(move, language),
        "change": words.change_of(move, language),
        "why": "；".join([words.when(move, language), *notes])
        if language == "zh"
        else "; ".join([words.when(move, language), *notes]),
        "at": words.minute(move.at),
    }


def referral(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Why a referral needs a person, in words."""
    return {
        **found,
        "why": say(f"digest.referrals.{found['why']}", language, count=found["count"], day=found["day"] or "-"),
    }


def figures(digest: Digest, language: str) -> str:
    """The figures, and how many of the new hits no visit found."""
    told = say(
        "digest.figures", language, sites=digest.visited, requests=digest.requests, new=len(digest.hits["new"]), due=digest.due
    )  # fmt: skip
    if not digest.looked_back:
        return told
    return f"{told}{' ' if language == 'en' else ''}{say('digest.looked_back', language, count=digest.looked_back)}"


def heading(digest: Digest, language: str) -> list[str]:
    """The first sentences: from when to when, and the figures."""
    period = say("digest.period", language, since=day(digest.since), until=day(digest.until))
    return [f"{period}. {figures(digest, language)}" if language == "en" else f"{period}。{figures(digest, language)}"]


def lines(digest: Digest, language: str) -> Iterator[str]:
    """The digest as plain text, what needs a person first; URLs are written out and lead nowhere by themselves."""
    yield say("digest.title", language)
    yield from heading(digest, language)
    yield ""
    yield counted(say("digest.section.needs", language), len(digest.failing), language)
    for one in digest.failing:
        joined = ("；" if language == "zh" else "; ").join(one.why(language))
        yield say(
            "health.said.needs",
            language,
            site=one.site,
            state=health.state(one.state, language),
            since=day(one.since or "-"),
            why=joined,
        )
        yield f"    {one.do(language)}"
    if digest.referrals:
        yield ""
        yield counted(say("digest.section.referrals", language), len(digest.referrals), language)
        yield from (say("digest.line.referrals", language, **referral(one, language)) for one in digest.referrals)
    for name in SECTIONS:
        found = digest.hits[name]
        if not found:
            continue
        yield ""
        yield counted(say(f"digest.section.{name}", language), len(found), language)
        for hit in found[:MOST]:
            facts = {**hit, "why": why(hit, language), "to": hit.get("to") or "-", "work": hit.get("work") or "-"}
            line = "looked_back" if name == "new" and hit.get("look_back") else name
            yield say(f"digest.line.{line}", language, **{**facts, "at": day(str(hit["at"]))})
        if len(found) > MOST:
            yield say("digest.more", language, count=len(found) - MOST)
    if digest.moves:
        yield ""
        yield counted(say("digest.section.sites_moved", language), len(digest.moves), language)
        yield from (say("digest.line.sites_moved", language, **moved(one, language)) for one in digest.moves[:MOST])
        if len(digest.moves) > MOST:
            yield say("digest.more", language, count=len(digest.moves) - MOST)
    if digest.links:
        yield ""
        yield counted(say("digest.section.links", language), len(digest.links), language)
        yield from (say("digest.line.links", language, **link(one, language)) for one in digest.links[:MOST])
        if len(digest.links) > MOST:
            yield say("digest.more", language, count=len(digest.links) - MOST)
    if digest.due_earlier:
        yield ""
        yield counted(say("digest.section.due", language), digest.due_earlier, language)
        for hit in digest.due_shown:
            yield say("digest.line.due", language, **{**hit, "at": day(hit["at"])})
        if digest.due_earlier > len(digest.due_shown):
            yield say("digest.more", language, count=digest.due_earlier - len(digest.due_shown))
    yield ""
    if digest.unstamped:
        yield say("digest.unstamped", language)
    yield say("digest.suspected", language)
