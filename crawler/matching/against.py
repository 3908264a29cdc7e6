"""Words that make a text something else than an offer of the work, weighed by where they stand."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from crawler.matching.asides import aside
from crawler.matching.catalogue import catalogued
from crawler.matching.evidence import Evidence, rule
from crawler.matching.handed import HANDED, still_open
from crawler.matching.handed import answered as answered_in_words
from crawler.matching.lexicon import AGAINST
from crawler.matching.scope import OF_ANOTHER, scope
from crawler.matching.sought import sought_in_vain
from crawler.matching.spread import Said
from crawler.matching.subtitles import subtitles_alone
from crawler.matching.surroundings import Surroundings
from crawler.matching.taken import renewed, taken_away
from crawler.text import IDEOGRAPH, class_of

WEIGHTS = {
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
    "not-shared": -4.5,
    "licensed": -4.5,
    "lending": -4.5,
    "programme": -4.5,
    "second-hand": -4.5,
    "free-work": -4.0,
    "reference": -4.5,
    "related": -3.0,
    "compared": -4.0,
    "support": -3.5,
}


class Reach(NamedTuple):
    """How much of its weight a word has, by where it stands."""

    sentence: float
    line: float
    segment: float
    heading: float
    page: float


# By what a group tells, then by how firmly a copy is offered: not at all, in words or by a plain link, by a file or share.
_THING = (Reach(1, 1, 0.4, 0.9, 0.15), Reach(1, 0.6, 0.25, 0.8, 0), Reach(1, 0.4, 0.1, 0.7, 0))
_TALK = (Reach(1, 1, 0.5, 0.6, 0.3), Reach(0.8, 0.5, 0.3, 0.35, 0.1), Reach(0.35, 0.15, 0.05, 0.15, 0))
_SOURCE = (Reach(1, 1, 0.7, 0.7, 0.4), Reach(0.65, 0.4, 0.25, 0.35, 0.1), Reach(0.4, 0.2, 0.05, 0.2, 0))
# What is said of a licence is said of the copy, however it is given.
_FREE = (Reach(1, 1, 0.7, 0.7, 0.4), Reach(0.9, 0.6, 0.25, 0.35, 0.1), Reach(0.9, 0.3, 0.05, 0.2, 0))
_USED = (Reach(1, 1, 0.7, 0.7, 0.3), Reach(0.9, 0.6, 0.35, 0.5, 0.1), Reach(0.4, 0.2, 0.05, 0.2, 0))
_NOTICE = (Reach(1, 1, 0.8, 1, 0.4), Reach(1, 0.8, 0.4, 0.8, 0.15), Reach(0.6, 0.3, 0.1, 0.6, 0))
_ASKED = (Reach(1, 0.9, 0.4, 0.9, 0), Reach(0.55, 0.3, 0.1, 0.4, 0), Reach(0.4, 0.15, 0.05, 0.2, 0))
_GONE = (Reach(1, 0.8, 0.5, 0.6, 0.3), Reach(1, 0.5, 0.3, 0.5, 0), Reach(1, 0.4, 0.2, 0.4, 0))
_BESIDE = (Reach(1, 0.3, 0, 0, 0), Reach(1, 0.3, 0, 0, 0), Reach(1, 0.3, 0, 0, 0))
REACH = {
    "trailer": _THING,
    "soundtrack": _THING,
    "subtitles": _THING,
    "merchandise": _THING,
    "fanwork": _THING,
    "review": _TALK,
    "news": _TALK,
    "reference": _TALK,
    "related": _TALK,
    "licensed": _SOURCE,
    "lending": _SOURCE,
    "programme": _SOURCE,
    "second-hand": _USED,
    "free-work": _FREE,
    "moderation": _NOTICE,
    "request": _ASKED,
    "removed": _GONE,
    "not-shared": _BESIDE,
    "compared": _BESIDE,
    "support": _TALK,
}
# What is said of another clause of a Chinese sentence, which runs on with commas, bears on the title less.
_BY_CLAUSE = tuple((_THING[firm], _TALK[firm], _SOURCE[firm], _USED[firm]) for firm in range(3))
_COMMAS = (",", "，", ";", "；")
_BARS = ("|", "•", "»")
_TWICE = frozenset(("request", "news", "moderation", "second-hand", "lending", "programme"))
_SETTLED = {
    "second-hand": frozenset(("carrier", "unlocked")),
    "licensed": frozenset(("price", "payment", "unlocked")),
    "lending": frozenset(("price",)),
}
"""Groups whose words, when several, settle what is spoken of; and rules that say that it is something else."""
_STATES = frozenset(("removed", "request", "moderation"))
# One word of talk far away says little; a page that is talk has several.
_OFTEN = 3
_PLAINLY = 1.2
_REPORTED = 4
_OPEN = ("cc", "知识共享", "creative commons")
_LICENSED_HERE, _OPENLY = 0.8, 1.5
OFFERED = frozenset(
    ("invitation", "words-of-sale", "act-of-sharing", "says-has", "says-given", "who-wants", "own-copy", "unlocked", "carrier", "storage", "selling", "hidden-block", "player", "file-named", *HANDED)
)  # fmt: skip
"""Rules that say in words or signs that a copy is given."""
_SIGNS = frozenset(("words-of-offer", "price", "address", "channel", "payment", "file-size", "record"))
_FIRM = 1.4
# "... so I made one", "... the rip is here": what was wanting is given after all.
_TURNED = re.compile(
    r"(?i)(?:[,;:—–.]|\s-)\s*(?:so|but|instead|however|here|anyway|therefore|thus|grab|take|get|mine|until then|meanwhile|hier|aqu[ií]|ici|ecco|вот|tutaj|pero|aber|mais|ma|но|ale)\b"
    r"|\b(?:is|are|it'?s) (?:up )?here\b|\binstead\b|\bhere(?:'s| is| are)\b"
)
_ONLY = re.compile(
    r"(?i)[,;:–—-]\s*(?:sorry,? |just |i (?:only |do )?have )?(?:only|just|nur|seulement|solo|só|tylko|только)\b"
)
_FAR = 240
_SOLVED = re.compile(r"[\u4e00-\u9fff]{0,2}(?:帖|贴)? ?(?:已经?|都)?(?:解决|求到|找到|搞定|完结)")
TAKEN_AWAY, SUBTITLES_ALONE, CATALOGUED, SOUGHT_IN_VAIN = -6.5, -6.5, -6.0, -6.5
# The first line of a page may be a post among others, no heading.
_NUMBERED = re.compile(r"\s*(?:#\d|\[?\d{1,2}:\d\d)")
_NAMES = re.compile(r"\b[A-Z][\w'’]+ (?:(?:and|of|the|a|to|in|&) ){0,2}[A-Z][\w'’]+")
_TURNING = frozenset(("request", "not-shared", "lending", "licensed", "programme", "compared"))
_LEFT_TURNED = 0.15
_SCORE = re.compile(r"(?<![\d/.])(?:[0-9](?:\.[0-9])?|10)/(?:10|5)(?![\d/])|★{2,}|☆{2,}")
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\"”’)\]]|$)|[。！？；!?\n]")


def firmness(near: Surroundings, found: Collection[Evidence]) -> int:
    """How firmly a copy is offered beside the title: 0 not, 1 in words or by a plain link, 2 by a file or a share."""
    named = {one.rule for one in found if one.weight > 0}
    page = near.page
    if "target" in named and any(one.span is None and one.kind != "link" for one in page.offer.targets):
        return 2
    if "target" in named:
        own = page.segments.own_targets(near.place.start)
        low = page.segments.body[0]
        kinds = {
            one.kind for one in page.offer.targets if one.span is None or (low + one.span[0], low + one.span[1]) in own
        }
        if kinds - {"link"}:
            return 2
        if kinds:
            return 1
    signs = [one.weight for one in found if one.weight > 0 and (one.rule in OFFERED or one.rule in _SIGNS)]
    return (
        1
        if len(signs) > 1
        and sum(signs) >= _FIRM
        and (
            named & OFFERED
            or {"words-of-offer", "address"} <= named
            or any(one.rule == "address" and one.weight >= 1 for one in found)
        )
        else 0
    )


def sentence(near: Surroundings) -> tuple[int, int]:
    """The sentence of the title, from and to places of its line's folded view."""
    text = near.view.text
    low = max((found.end() for found in _SENTENCE_END.finditer(text, 0, near.first)), default=0)
    after = _SENTENCE_END.search(text, near.last)
    return low, after.end() if after else len(text)


def against_rules(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """Words against, each group once, where it weighs most."""
    firm = firmness(near, found)
    answered = (
        near.page.segments.within(near.place.start) and near.page.segments.answered(near.place.start)
    ) or answered_in_words(near.page)
    vain = sought_in_vain(near.page) if "address" not in {one.rule for one in found} and not answered else None
    if vain:
        yield rule("request", SOUGHT_IN_VAIN, vain, words=near.page.raw[slice(*vain)].strip())
    if (
        near.asked_for
        and not vain
        and not near.spoken_of("request")
        and not answered
        and not _SOLVED.match(near.page.raw, near.asked_for[1])
    ):
        yield rule("request", WEIGHTS["request"], near.asked_for, words=near.page.raw[slice(*near.asked_for)])
    given_last = near.page.segments.given_last(near.place.start) if answered else -1
    first, last = sentence(near)
    clause, chinese = _clause(near, first, last), class_of(near.words.text[near.own[0]]) == IDEOGRAPH
    low, high = near.view.span(first, last) if last > first else (near.place.start, near.place.end)
    again = renewed(near.page)
    said = near.page.spread
    told = {one.rule for one in found}
    given = sorted(span[0] for span in near.page.segments.own_targets(near.place.start)) if "target" in told else []
    score = _SCORE.search(near.view.text)
    if score and not firm and "review" not in said.by_group:
        yield rule("review", WEIGHTS["review"], near.view.span(*score.span()), words=score[0])
    for group in AGAINST:
        if (
            group in told
            or (group == "request" and vain)
            or (group == "removed" and again)
            or (group == "request" and answered)
            or (group not in said.by_group and group not in _BY_SHAPE)
        ):
            continue
        # Whoever tells readers how to get a copy gives one, whatever else is said of the work.
        handed = HANDED.isdisjoint(told) is False and REACH[group] in (_TALK, _ASKED)
        wanting = group == "request" and still_open(near.page)
        reach = REACH[group][0 if wanting else 2 if handed else firm]
        best: tuple[float, Said] | None = None
        if group == "removed" and (taken := taken_away(near, told)):
            yield rule("removed", TAKEN_AWAY, taken, words=near.page.raw[slice(*taken)])
            continue
        if group == "subtitles" and (file := subtitles_alone(near.page)):
            yield rule("subtitles", SUBTITLES_ALONE, file, words=near.page.raw[slice(*file)])
            continue
        if group == "reference" and "address" not in told and (field := catalogued(near.page)):
            yield rule("reference", CATALOGUED, field, words=near.page.raw[slice(*field)])
            continue
        parted = reach in _BY_CLAUSE[firm] and (chinese or (firm > 0 and reach != _THING[firm]))
        bounds = clause if parted else (low, high)
        if group not in said.by_group:
            continue
        for factor, word in _spoken(near, group, reach, *bounds):
            if group == "removed" and word.start < given_last:
                # Of another link, which is why somebody gives one below.
                continue
            share = aside(group, word, near, firm)
            share *= scope(group, word, near, firm) if share else 0.0
            if group in _TURNING and share and _turned(near, word, given):
                share *= _LEFT_TURNED
            if factor * share > (best[0] if best else 0.0):
                best = factor * share, word
        if best is not None and best[0] >= 0.05:
            weight = WEIGHTS[group] * best[0]
            said_here = best[0] > OF_ANOTHER and (firm < 2 or group == "moderation")
            if said_here and group in _TWICE and _said_twice(near, group):
                weight = WEIGHTS[group]
            if (
                group == "news"
                and "target" not in told
                and len({word.text for word in said.by_group[group]}) >= _REPORTED
            ):
                # A report quotes the words of those whom it reports on.
                weight = min(weight, WEIGHTS[group] * 1.2)
            if not firm and len({word.text for word in said.by_group[group]}) >= _OFTEN:
                weight *= 1.3
            if firm == 2 and near.release == 2 and REACH[group] in (_TALK, _SOURCE):
                weight *= 0.6
            if group == "free-work" and best[0] > _LICENSED_HERE and best[1].text.startswith(_OPEN):
                weight *= _OPENLY
            settled = _SETTLED.get(group)
            if (
                firm < 2
                and settled is not None
                and settled.isdisjoint(told)
                and weight > WEIGHTS[group]
                and _said_often(near, group, firm)
            ):
                weight = WEIGHTS[group] * _PLAINLY
            yield rule(group, weight, best[1][:2], words=near.page.raw[best[1].start : best[1].end])


_BY_SHAPE = frozenset(("removed", "subtitles", "reference"))
"""Groups that the shape of a page tells as well as words."""


def _turned(near: Surroundings, word: Said, given: Sequence[int]) -> bool:
    """Between a word and what is given behind it the sentence turns."""
    behind = next((start for start in given if start > max(word.end, near.place.end)), None)
    if behind is None or behind - word.end > _FAR:
        return False
    if word.end <= near.place.start and _ONLY.search(near.page.raw, word.end, near.place.start):
        return True
    turn = _TURNED.search(near.page.raw, word.end, behind)
    if turn is None:
        return False
    # Another work's name behind the turn: it is given in place of the title.
    return near.place.start > turn.start() or _NAMES.search(near.page.raw, turn.end(), behind) is None


def _clause(near: Surroundings, first: int, last: int) -> tuple[int, int]:
    """The raw span of a title's clause: up to the commas around a Chinese one, up to the bars around a release's name."""
    chinese = class_of(near.words.text[near.own[0]]) == IDEOGRAPH
    marks = _COMMAS if chinese else _BARS if near.release == 2 else ()
    text = near.view.text
    low = max((first, *(text.rfind(mark, first, near.first) + 1 for mark in marks)))
    ends = [at for mark in marks if (at := text.find(mark, near.last, last)) >= 0]
    high = min(ends, default=last)
    return near.view.span(low, high) if high > low else (near.place.start, near.place.end)


def _said_often(near: Surroundings, group: str, firm: int) -> bool:
    """Several different words of it around the title: where goods, a lender or a house is described, each says little."""
    segments = near.page.segments
    if not segments.within(near.place.start):
        return False
    own = segments.of(near.place.start)
    words = {
        word.text
        for number, groups in near.page.spread.by_segment.items()
        if segments.parts[number].post == own.post
        for word in groups.get(group, ())
        if not _is_of_title(word, near) and aside(group, word, near, firm) == 1.0
    }
    return len(words) >= _OFTEN


def _said_twice(near: Surroundings, group: str) -> bool:
    """Two ways of saying it on one line: an offer does not say so much of what it is not."""
    text = near.words.text
    return len({text[word.start : word.end] for word in near.spoken_of(group)}) > 1


def _spoken(near: Surroundings, group: str, reach: Reach, low: int, high: int) -> Iterator[tuple[float, Said]]:
    """The words of a group that bear on a title, each with how much of its weight it has there."""
    page, place = near.page, near.place
    segments, spread = page.segments, page.spread
    own_line = near.line.start, near.line.end
    if group == "compared" and not _is_compared(near):
        return
    inside = segments.within(place.start)
    number = segments.number_of(place.start) if inside else -1
    group_name = near.line.group
    own = spread.by_segment.get(number, {}).get(group, ()) if inside else spread.in_title.get(group, ())
    for word in own:
        if _is_of_title(word, near) or (group_name and group_name[0] <= word.start < group_name[1]):
            continue
        if low <= word.start < high:
            yield reach.sentence, word
        elif own_line[0] <= word.start < own_line[1]:
            yield reach.line, word
        elif inside:
            yield reach.segment, word
    intro = segments.intro(place.start) if inside else None
    if inside and segments.parts[number].kind == "quote" and number + 1 < len(segments.parts):
        # What is said of a quote stands below it.
        intro = number + 1
    for word in spread.by_segment.get(intro, {}).get(group, ()) if intro is not None else ():
        if not _is_of_title(word, near):
            yield reach.line, word
    head = spread.in_title.get(group, ()) if inside else ()
    if (
        inside
        and segments.parts[0].kind == "heading"
        and not _NUMBERED.match(page.raw, segments.parts[0].start)
        and number != 0
        and segments.of(place.start).post <= 1
    ):
        head = (*head, *spread.by_segment.get(0, {}).get(group, ()))
    for word in head:
        if not _is_of_title(word, near):
            yield reach.heading, word
    if inside and segments.parts[number].kind == "heading" and group in _STATES:
        # The first post says what its heading is about.
        for other in range(number + 1, len(segments.parts)):
            if segments.parts[other].post > 1 or segments.parts[other].kind != "text":
                break
            for word in spread.by_segment.get(other, {}).get(group, ()):
                if not _is_of_title(word, near):
                    yield reach.line * 0.8, word
    if not reach.page:
        return
    others = [word for word in spread.by_group[group] if not _is_of_title(word, near)]
    different = len({word.text for word in others})
    for word in others:
        yield reach.page * min(1.0, different / _OFTEN), word


def _is_of_title(word: Said, near: Surroundings) -> bool:
    """The word is the title, or stands in it, here or elsewhere, or in another name of the work."""
    if word.start < near.place.end and word.end > near.place.start:
        return True
    if any(low <= word.start and word.end <= high for low, high in near.names):
        return True
    return f" {word.text} " in f" {near.place.spelling} " or (
        class_of(word.text[0]) == IDEOGRAPH and word.text in near.place.spelling
    )


def _is_compared(near: Surroundings) -> bool:
    """Something is measured against the title, right before it or right after."""
    # A Chinese word of one or two characters may be anything; before a title in brackets it compares.
    if "compared" in near.before.groups | near.after.groups and (
        near.quoted or class_of(near.page.raw[near.place.start]) != IDEOGRAPH
    ):
        return True
    text = near.words.text
    return any(
        0 <= near.own[0] - word.end <= 3 or (near.quoted and 0 <= near.own[0] - word.end <= 4)
        for word in near.spoken_of("compared")
        if not any(char.isalnum() for char in text[word.end : near.own[0]])
        and (near.quoted or word.end - word.start > 2)
    )
