"""Repetition on a page: elements that mark one post or one row each, and the block that belongs to each of them."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from lxml.html import HtmlElement

_NUMBERED = re.compile(r"([A-Za-z][A-Za-z0-9_.:-]*?[_.:-]?|)(\d{1,12})")
_CHANGING = re.compile(
    r"\d+|\b(?:odd|even|alt|alternate|first|last|active|current|new|unread|read|sticky|locked|closed|online|offline|js-\S+|is-\S+|has-\S+)\b",
    re.I,
)
_SINGLE_ROW = frozenset(["tr", "li", "article", "dl", "section"])


def numbered(value: str | None) -> tuple[str, str] | None:
    """The prefix and the number of an id such as ``post_12``; None for an id without a trailing number."""
    found = _NUMBERED.fullmatch(value or "")
    return (found[1], found[2]) if found else None


def class_key(element: HtmlElement) -> str:
    """An element's tag and classes without what changes from one repetition to the next."""
    return f"{element.tag}.{_steady(element.get('class') or '')}"


@lru_cache(maxsize=4096)
def _steady(names: str) -> str:
    return ".".join(sorted(_CHANGING.sub("", names).split()))


def blocks(marks: Sequence[HtmlElement], stop: HtmlElement | None = None) -> list[HtmlElement]:
    """For each marking element, the largest block that holds no other one. A lone mark gets its nearest row."""
    if len(marks) == 1:
        return [_nearest_row(marks[0])]
    within: Counter[HtmlElement] = Counter()
    for mark in marks:
        within[mark] += 1
        for ancestor in mark.iterancestors():
            within[ancestor] += 1
    found = []
    for mark in marks:
        block = mark
        while (parent := block.getparent()) is not None and within[parent] == 1 and parent is not stop:
            block = parent
        found.append(block)
    return found


def _nearest_row(mark: HtmlElement) -> HtmlElement:
    for ancestor in mark.iterancestors():
        if ancestor.tag in _SINGLE_ROW:
            return ancestor
    parent = mark.getparent()
    return parent if parent is not None else mark
