"""Volumes of a series of books that have titles of their own: the series' name, a number, and what this volume is called."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import known
from crawler.matching.numerals import ENGLISH
from crawler.matching.surroundings import Surroundings
from crawler.matching.variants import ALIAS, ARTICLE, TITLE
from crawler.model import Work

NAMED_VOLUME = -5.0
_NUMBER = rf"(?P<number>\d{{1,2}}|{'|'.join(sorted(ENGLISH))})(?![\d.]|\s?[-–&+,~]\s?\d)"
_BEHIND = re.compile(
    rf"(?i)\s?[,:(\[]?\s?(?:#\s?|(?:[-–—]\s)?(?:book|bk|volume|vol|no|part)\.?\s?#?){_NUMBER}(?P<closed>[)\]])?"
)
# "Title 03 The Drowned Bell": a number with a nought in the name of a text; a recording's tracks are counted so too.
_PADDED = re.compile(r"[\s_]?(?P<number>0\d)(?P<closed>[)\]])?(?=[\s_])")
_PARTED = re.compile(r"\s?[:,–—-]?\s")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_SMALL = frozenset(("the", "a", "an", "of", "and", "in", "to", "for", "from", "with", "on", "at", "by"))
_FEWEST, _MOST = 2, 8
_REACH = 120
_COUNTED = re.compile(r"\d\W*$")


def volume_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """Behind the title of a book stand a number above one and another name, or that name stands before both in brackets."""
    if work.kind not in ("book", "audiobook") or near.place.form not in (TITLE, ALIAS, ARTICLE):
        return
    raw, start, end = near.page.raw, near.place.start, near.place.end
    behind = raw[end : min(end + _REACH, near.line.start + len(near.line.raw))]
    ahead = raw[max(near.line.start, start - _REACH) : start]
    found = _BEHIND.match(behind) or (_PADDED.match(behind) if work.kind == "book" else None)
    if found is None or _number(found["number"]) < _FEWEST or _COUNTED.search(ahead):
        return
    name = _name_ahead(ahead) if found["closed"] else ""
    if not name:
        parted = _PARTED.match(behind, found.end())
        name = _name(behind[parted.end() :], near.own_style == "lower") if parted else ""
    if (
        name
        and name not in work.title
        and not any(name in alias for alias in work.aliases)
        and not _made_by(name, near)
    ):
        yield rule("volume-named", NAMED_VOLUME, (start, end), title=work.title, number=found["number"], name=name)


def _number(written: str) -> int:
    return int(written) if written.isdigit() else ENGLISH[written.lower()]


def _name(text: str, lower: bool) -> str:
    """The name that a text begins with; empty without one."""
    words: list[re.Match[str]] = []
    at = 0
    while len(words) < _MOST and (word := _WORD.match(text, at)):
        plain = word[0].lower()
        if plain not in _SMALL and ((known(plain) and word[0][0].islower()) or not (lower or word[0][0].isupper())):
            break
        words.append(word)
        if text[word.end() : word.end() + 1] != " ":
            break
        at = word.end() + 1
    while words and (words[-1][0].lower() in _SMALL or known(words[-1][0].lower())):
        words.pop()
    own = [word[0].lower() for word in words if word[0].lower() not in _SMALL]
    telling = len(words) >= _FEWEST and any(not known(word) for word in own)
    return text[: words[-1].end()] if telling and words[0][0].lower() != "by" else ""


def _name_ahead(text: str) -> str:
    """The name that stands before an opening bracket at the end of a text."""
    head, opened, rest = text.rpartition("(") if "(" in text else text.rpartition("[")
    head = head.rstrip()
    name = _name(head.lstrip("\t >*-•"), False) if opened and not rest.strip() else ""
    return name if name and head.endswith(name) else ""


def _made_by(name: str, near: Surroundings) -> bool:
    return any(part and part.lower() in name.lower() for part, _, _ in near.creators)
