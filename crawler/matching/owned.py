"""Whose an address is: that of the work which is named nearest before it, in its own sentence."""

import re

from crawler.matching.lexicon import FORMATS, OFFERING, known, spoken
from crawler.matching.line import EPISODE, YEAR
from crawler.matching.surroundings import Surroundings
from crawler.text import IDEOGRAPH, class_of, fold, spelled, words

Span = tuple[int, int]

BRACKETED = re.compile(
    r"《([^《》\n]{1,40})》|「([^「」\n]{2,40})」|『([^『』\n]{2,40})』|“([^“”\n]{3,60})”|\"([^\"\n]{3,60})\""
)
"""Names of works in their marks; the name is the group that matched."""
_QUOTED = re.compile(r"(?<![\w'’])['‘]([A-Z][^'‘’\n]{2,60})['’](?!\w)")
_CAPITALS = re.compile(
    r"(?<![\w/])[A-Z][\w'’]+(?: (?:(?:of|the|and|to|in|a|an|for|on|from|with|&|at) ){0,2}(?:[A-Z][\w'’]+|\d{1,2}(?!\d))){1,6}"
)
_ENDED = re.compile(r"[。！？\n]|[.!?](?=\s)")
_MARKED = re.compile(
    r"\s*[(\[（,·|-]{0,2}\s*(?:(?:19|20)\d\d\b|S\d{1,2}\b|[Ss]eason\b|[Ss]eries \d|\d{3,4}p\b|4K\b|(?i:epub|pdf|mobi|m4b|flac)\b)"
)
_SMALL = re.compile(r"^(?:The|This|That|My|Our|Here|And|But|Also|Now|Today|Then) ")
_MEASURED = re.compile(
    r"(?:比|不输|不亚于|不逊于|堪比|媲美|碾压|好像|类似|超过|(?:文件|压缩包?|包)?(?:改名?|重?命名|[名檔档]字?|名称)(?:成|为|叫|是)?[:：]?|\b[Bb]etter than|\b(?:[Ll]ike|[Uu]nlike|[Bb]eats|than)) ?$"
)
_LETTERS = 6
_LONGEST_NAME = 60


def offers_another(near: Surroundings, targets: list[Span]) -> bool:
    """Whether each of these targets, raw spans, is that of another work, named with its form in a sentence without the title."""
    return bool(targets) and not _is_release(near) and all(_is_another(near, target) for target in targets)


def another_name(near: Surroundings, targets: list[Span]) -> str:
    """What the first of these targets, raw spans, is called; empty where nothing names it."""
    named = _nearest(_label(near, targets[0])[1]) if targets else None
    return " ".join(named[0].split())[:_LONGEST_NAME] if named else ""


def _is_release(near: Surroundings) -> bool:
    """The title's own sentence names the form of a copy, or a list holds the title: what comes later need not be alone."""
    page, place = near.page, near.place
    kind = page.segments.of(place.start).kind
    if kind == "quote":
        return False
    low = max((found.end() for found in _ENDED.finditer(near.line.raw, 0, place.start - near.line.start)), default=0)
    ended = _ENDED.search(near.line.raw, place.end - near.line.start)
    said = near.line.raw[low : ended.start() if ended else len(near.line.raw)]
    return kind == "item" or _formed(said) or bool(EPISODE.search(fold(said).text))


def _is_another(near: Surroundings, target: Span) -> bool:
    place = near.place
    low, label = _label(near, target)
    if low <= place.start < target[0] or place.spelling.replace(" ", "") in spelled(label).replace(" ", ""):
        return False
    named = _nearest(label)
    if named is None:
        return False
    name, rest = named
    told = _formed(rest) or bool(EPISODE.search(fold(rest).text) or YEAR.search(fold(rest).text))
    return told and not shares(name, place.spelling)


def _label(near: Surroundings, target: Span) -> tuple[int, str]:
    """Where what leads to a target begins, and what it says: the sentence before it, or the one that the line above ends in."""
    raw, least = near.page.raw, near.page.segments.body[0]
    low = max(least, target[0] - 400)
    bounds = [low, *(low + found.end() for found in _ENDED.finditer(raw[low : target[0]]))]
    start = bounds.pop()
    while bounds and sum(char.isalpha() for char in raw[start : target[0]]) < _LETTERS:
        if "\n\n" in raw[bounds[-1] : target[0]].lstrip("\n") or near.page.segments.holds(bounds[-1], target[0]):
            break
        start = bounds.pop()
    return start, raw[start : target[0]]


def marked_names(label: str) -> list[tuple[int, str]]:
    """The names of works in marks, each with where it ends; without those that something is only measured against."""
    found = [
        (one.end(), next(group for group in one.groups() if group))
        for one in BRACKETED.finditer(label)
        if not _MEASURED.search(label, 0, one.start())
    ]
    return [(end, name) for end, name in found if name[0].isupper() or class_of(name[0]) == IDEOGRAPH]


def _nearest(label: str) -> tuple[str, str] | None:
    """The last name in a sentence and what stands behind it."""
    found = marked_names(label) + [(one.end(), one[1]) for one in _QUOTED.finditer(label)]
    for one in _CAPITALS.finditer(label):
        name = _SMALL.sub("", one[0])
        if _MEASURED.search(label, 0, one.start()) or not _MARKED.match(label, one.end()):
            continue
        if not all(known(token) for token in spelled(name).split(" ")):
            found.append((one.end(), name))
    end, name = max(found, default=(0, ""))
    return (name, label[end:]) if name else None


def _formed(text: str) -> bool:
    return any(not word.groups.isdisjoint((*FORMATS, *OFFERING)) for word in spoken(words(fold(text)).text))


def shares(name: str, spelling: str) -> bool:
    """Whether two names have a word in common, or two characters in a row."""
    one, other = spelled(name), spelling
    if one and class_of(one[0]) == IDEOGRAPH:
        tight = other.replace(" ", "")
        return any(one[at : at + 2] in tight for at in range(max(1, len(one) - 1)))
    return bool(set(one.split()) & set(other.split()) - _ARTICLES)


_ARTICLES = frozenset(("the", "a", "an", "of", "and", "in", "to"))
