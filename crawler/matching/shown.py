"""What a reason shows of a page: whole names and whole words, and what is written rather than what was looked for."""

import re
from collections.abc import Iterable, Iterator

import numpy as np

from crawler.matching.everyday import in_pattern, is_phrase, is_word
from crawler.matching.evidence import Evidence, Span
from crawler.matching.lexicon import AGAINST, FORMATS, OFFERING, known, spoken
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.text import fold, words

SHOWN = 3
"""The strongest words that a reason quotes."""
_LONGEST_NAME, _LONGEST_QUOTE = 120, 60
_NAME = re.compile(r"[^\s/\\<>|\"“”‘’:：，。；、！？【】《》()（）?=&]*$")
_ENDED = re.compile(r"[\n/\\|–—。！？；，、：]|[.!?;:,]\s")
_OTHERS = {"diction-of-offers": frozenset(AGAINST), "diction-of-others": frozenset((*OFFERING, *FORMATS))}
"""The groups whose words speak for the other side, and are no sign of this one."""
_LATIN = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?: [^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*")
_NATIVE = re.compile(r"[\u3400-\u9fff]{2,}")
_LONG_WORD, _LONGEST_WORD = 4, 18
_SMALL = frozenset(
    [
        "about",
        "after",
        "also",
        "been",
        "before",
        "both",
        "does",
        "each",
        "from",
        "have",
        "here",
        "into",
        "just",
        "later",
        "like",
        "more",
        "most",
        "only",
        "other",
        "some",
        "still",
        "that",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "what",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "your",
    ]
)
"""Words that tell a reader nothing by themselves."""
_JOINED = frozenset("_/\\=%&+@#-~'’:")


def shown(page: Page, place: Place, one: Evidence) -> Evidence:
    """The evidence as a reader is shown it; its weight stays."""
    if one.rule in _OTHERS:
        spans = list(_quotable(page, one.rule, one.facts["runs"]))
        quoted = "”, “".join(page.raw[low:high] for low, high in spans)
        span = spans[0] if spans else (place.start, place.end)
        return one._replace(span=span, facts={"words": f"“{quoted}”" if spans else ""})
    if one.span is None:
        return one
    if one.rule == "file-named":
        span = _whole_name(page, place, one.span)
        return one._replace(span=span, facts={**one.facts, "words": page.raw[slice(*span)]})
    if one.rule == "creator-named":
        written = " ".join(page.raw[slice(*one.span)].split())[:_LONGEST_QUOTE]
        return one._replace(facts={**one.facts, "written": written})
    return one


def _whole_name(page: Page, place: Place, span: Span) -> Span:
    """The name of a file whose ending is given, from the title on where that stands in it."""
    least = max(0, span[0] - _LONGEST_NAME, page.raw.rfind("\n", 0, span[0]) + 1)
    found = _NAME.search(page.raw[least : span[0]])
    start = least + found.start() if found else span[0]
    if least <= place.start < start and not _ENDED.search(page.raw[place.end : start]):
        start = place.start
    return start, span[1]


def _quotable(page: Page, rule: str, runs: Iterable[Span]) -> Iterator[Span]:
    """The first runs, in raw places, that are whole words which speak for no other side, and share none."""
    kept: list[Span] = []
    said: set[str] = set()
    for low, high in runs:
        written = page.raw[low:high].casefold()
        if written in said or any(low < end and start < high for start, end in kept):
            continue
        if _whole(page, low, high) and not _speaks(page, low, high, _OTHERS[rule]):
            said.add(written)
            kept.append((low, high))
            yield low, high
            if len(kept) == SHOWN:
                return


def _whole(page: Page, low: int, high: int) -> bool:
    """Whether a reader knows a stretch as a word or words: no part of a word, of an address or of a code."""
    raw = page.raw
    written, before, after = raw[low:high], raw[low - 1 : low] if low else "", raw[high : high + 1]
    if any(start < high and low < end for start, end in page.encoded):
        return False
    if _NATIVE.fullmatch(written):
        bounded = not _NATIVE.match(before + written[0]) and not _NATIVE.match(written[-1] + after)
        # By itself it may yet be short for a phrase of listings.
        return known(written) or is_word(written) or is_phrase(written) or (bounded and not in_pattern(written))
    if not _LATIN.fullmatch(written):
        return False
    parts = written.split(" ")
    if max(map(len, parts)) < _LONG_WORD or max(map(len, parts)) > _LONGEST_WORD:
        return False
    if any(not (part.islower() or part[1:].islower() or part.isupper()) for part in parts):
        return False
    if all(part.lower() in _SMALL or len(part) < _LONG_WORD for part in parts):
        return False
    # A word with a capital may be a name, which is a sign of nothing.
    if any(part[0].isupper() and not (known(part) or is_word(part.lower())) for part in parts):
        return False
    apart = not (before == "." or _joins(before)) and not _joins(after)
    return apart and not (after == "." and raw[high + 1 : high + 2].isalnum())


def _joins(char: str) -> bool:
    return char in _JOINED or (char.isalnum() and not "\u3040" <= char <= "\u9fff") if char else False


def _speaks(page: Page, low: int, high: int, groups: frozenset[str]) -> bool:
    """Whether a stretch holds a word of one of these groups, or is part of one."""
    view = page.words
    first = int(np.searchsorted(view.ends, low, side="right"))
    last = int(np.searchsorted(view.starts, high))
    around = (word for word in page.said if word.start < last and first < word.end)
    within = spoken(words(fold(page.raw[low:high])).text)
    return any(not word.groups.isdisjoint(groups) for word in (*around, *within))
