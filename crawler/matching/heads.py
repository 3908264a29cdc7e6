"""How the posts of a thread begin: a number, a time, a vote, a name."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple

from crawler.matching.numbers import numbers
from crawler.matching.signs import Signs

Span = tuple[int, int]

_ANSWERED = re.compile(r"(?i)\s*(?:q|a|question|answer|op|问|答|问题|回答)\s*[0-9]*\s*(?:\([^()\n]{1,24}\))?\s*[:：]")
# What a post begins with: its number, the time of a chat line, a vote, a name with a time beside it.
_FLOOR = re.compile(
    r"[\s\u2500-\u257f]*(?:#\s?[0-9]{1,5}\b|[0-9]{1,5}\s?(?:楼|樓|#|[LlFf](?=\s*[:：.、 ]))|[BbFf][0-9]{1,4}\s*[:：]|\[[0-9]{1,4}\]\s|(?:沙发|板凳|地板|楼主|樓主|楼上|LZ|OP)\s*(?:[:：]|正文|回复|回\s?[0-9]))"
)
_CHAT = re.compile(
    r"\s*[\[(]?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?: ?[ap]m)?[\])]?[\s,-]+<?[^\s:：<>]{1,24}(?: [^\s:：<>]{1,16})?[>:：]"
)
# The line above a message in a chat that was copied: a name and a time, either first.
_STAMPED = re.compile(
    r"\s*(?:[^\s:：]{1,24}(?: [^\s:：]{1,16})?(?:\([0-9]{5,11}\)|<[^<>\s]+>)?\s+(?:[0-9]{2,4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?\s+)?(?:上午|下午|晚上|凌晨|昨天|今天)?\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"|[0-9]{2,4}[-/][0-9]{1,2}[-/][0-9]{1,2}\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s+\S{1,24}(?:\([0-9]{5,11}\))?)\s*$"
)
_VOTED = re.compile(r"\s*(?:[▲△↑⬆][ \t]*[0-9.k]+[ \t]+\S{1,24}\s*[:：]|(?:推|噓|嘘|→)\s+\w{2,14}\s*[:：])")
_DATED = re.compile(
    r"(?i)\s*(?:(?:posted )?by:? )?@?(?:u/)?[\w.\-]{2,24}(?: [\w.\-]{1,16})?\s*(?:[»•·|,–—-]|\bon\b|\bat\b|发表于|發表於|说|wrote\b)\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*\b|[0-9]{1,4}\s?(?:[:./-][0-9]|[smhdwy]\b|min|hour|day|week|month|year|天|小时|分钟)|yesterday|today|wrote|[:：]\s*$)"
)
_HEADED = re.compile(
    r"\s*@?\S{2,24}(?: \S{1,16})?\s*[·•|,–-]\s*(?:#[0-9]{1,5}|(?i:(?:[^\n]{0,40}[·•|,–-]\s*)?(?:posts?|joined|messages|member since|beiträge|mensajes)\b:?\s*[0-9][^\n]{0,40}))\s*$"
)
_NAMED = re.compile(
    r"\s*(?:[▲△+]\s*[0-9]+\s+)?@?(?:u/)?([^\W\d][\w.\-']{0,23}(?: [\w.\-']{1,16})?)\s*(?:\([^()\n]{1,24}\)|回复? ?[0-9]+ ?[楼樓#]|→ ?\S{1,16})?\s*[:：](?!//)"
)
_PLACE = re.compile(r"\s*(?:#[0-9]{1,5}|\[[0-9]{1,4}\])\s+\S")
# Who speaks: a name before a colon, or a name and a time.
_SPEAKER = re.compile(
    r"\s*(?:#[0-9]{1,5}|\[[0-9]{1,4}\])\s+(?:[^\s:：]{1,24}(?: [^\s:：]{1,16})?\s*[:：](?!//)|\S+ .*\b(?:[0-9]{1,2}:[0-9]{2}|ago|wrote|said|joined|posts)\b)",
    re.IGNORECASE,
)
_SHORTEST_LIST = 3
_LABELS = frozenset(
    tomllib.loads(files(__package__).joinpath("phrases", "labels.toml").read_text(encoding="utf-8"))["labels"]
)
_FIRST_DAY = 5
_LEADS_TO_DAY, _LONGEST_LEAD = (
    ("»", "•", "·", "|", ",", "–", "—", "-", "on", "at", "发表于", "發表於", "说", "wrote"),
    12,
)
_HEADING_SIGNS = Signs(
    (":", "：", "正文", "回复", "wrote", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "yesterday", "today")
)


class Line(NamedTuple):
    """A line of a page, in raw positions."""

    start: int
    end: int
    text: str
    plain: bool
    """It begins like a sentence: neither a rule, an item, a quote nor a signature."""


def may_head(lines: Sequence[Line]) -> list[int]:
    """Indexes of the lines that hold anything that the head of a post needs; most hold nothing, and reading one is slow."""
    whole = _lower("\n".join([line.text for line in lines]))
    if whole.isascii():
        bounds = [line.start - lines[0].start for line in lines]
    else:
        bounds = [0, *accumulate(len(text) + 1 for text in whole.split("\n"))]
    held = {
        bisect_right(bounds, start) - 1
        for start, _, sign in _HEADING_SIGNS.found(whole)
        if sign < _FIRST_DAY or _may_date(whole, start)
    }
    held.update(bisect_right(bounds, start) - 1 for start, _ in numbers(whole))
    return sorted(held)


def _may_date(text: str, start: int) -> bool:
    """Whether a day that begins at a place of a text in small letters may be when a post was written: a sign or word leads to it."""
    ahead = text[max(0, start - _LONGEST_LEAD) : start].rstrip()
    return not ahead or ahead.endswith(_LEADS_TO_DAY)


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else text.casefold().replace("ı", "i")


def begun_posts(lines: Sequence[Line], heading: Sequence[int], replies: set[int], targets: Sequence[Span]) -> set[int]:
    """Indexes of the lines that begin a post, of those that may, beside what `repliers` gives; none unless two do."""
    sure = [
        number
        for number in heading
        if lines[number].start in replies
        or any(begins.match(lines[number].text) for begins in (_DATED, _HEADED, _ANSWERED))
    ]
    names = {
        number: found[1].casefold()
        for number in heading
        if (":" in lines[number].text or "：" in lines[number].text)
        and (found := _NAMED.match(lines[number].text))
        and found[1].casefold() not in _LABELS
        and not _begins(targets, lines[number].start + found.end())
    }
    often = Counter(names.values())
    # A word and a colon may be a label: names speak again, or there are several beside sure posts.
    spoken = [number for number, name in names.items() if sure or max(often.values()) > 1 or len(names) > 2]
    if not sure and not any(count > 1 for count in often.values()) and len(names) < len(lines) // 2:
        spoken = []
    begun = {*sure, *spoken}
    return begun if len(begun) > 1 or (sure and begun != {0}) else set()


def _begins(targets: Sequence[Span], at: int) -> bool:
    """Whether a target stands right behind a raw position: what is before it is its label."""
    low = bisect_right(targets, (at, -1))
    return low < len(targets) and targets[low][0] <= at + 2


def repliers(lines: Sequence[Line], heading: Sequence[int]) -> set[int]:
    """Raw positions of the lines, of those that may, by which somebody answers in a thread."""
    listed = _listed(lines, heading)
    return {
        lines[number].start
        for number in heading
        if number not in listed and any(head.match(lines[number].text) for head in (_VOTED, _FLOOR, _CHAT, _STAMPED))
    }


def _listed(lines: Sequence[Line], heading: Sequence[int]) -> set[int]:
    """Indexes of lines that are numbered one right below the other and name nobody: a list, not the posts of a thread."""
    numbered = {number for number in heading if _PLACE.match(lines[number].text)}
    listed: set[int] = set()
    for first in sorted(numbered):
        if first - 1 in numbered:
            continue
        last = first
        while last + 1 in numbered:
            last += 1
        run = range(first, last + 1)
        if len(run) >= _SHORTEST_LIST and not any(_SPEAKER.match(lines[number].text) for number in run):
            listed.update(run)
    return listed
