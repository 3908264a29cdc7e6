"""What is looked for under a work's names, and what in a text comes nearest to it."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from crawler.matching.lexicon import pattern as lexicon_pattern
from crawler.matching.variants import ALIAS, PINYIN, TITLE, ideographs, variants
from crawler.model import Work
from crawler.text import fold, words

LONGEST = 20_000
"""Characters of a text in which a near spelling is looked for."""
_ALIKE = 0.75


class Near(NamedTuple):
    """A piece of a text that is almost a spelling of a work."""

    written: str
    spelling: str
    start: int
    end: int
    """Raw span."""


def spellings(work: Work) -> dict[str, tuple[str, ...]]:
    """Form -> the spellings under which a work is looked for, the plainest form first."""
    found: dict[str, list[str]] = {}
    for variant in variants(work):
        found.setdefault(variant.form, []).append(variant.words)
    return {form: tuple(one) for form, one in found.items()}


def written(text: str, work: Work) -> list[tuple[int, int]]:
    """Raw spans where a spelling stands in a text as whole words, whatever the words around it make of it."""
    view = words(fold(text))
    found: list[tuple[int, int]] = []
    for variant in variants(work):
        pattern, first, last = lexicon_pattern(variant.words)
        at = view.text.find(pattern)
        while at >= 0:
            found.append(view.span(at + first, at + len(pattern) - last))
            at = view.text.find(pattern, at + 1)
    return sorted(set(found))


def nearest(text: str, work: Work) -> Near | None:
    """The piece of a text that is most like the title, an alias or their pinyin; None when nothing is."""
    raw = text[:LONGEST]
    view = words(fold(raw))
    best: tuple[float, str, int, int] | None = None
    for variant in variants(work):
        if variant.form not in (TITLE, ALIAS, PINYIN):
            continue
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(variant.words)
        for start, end in _pieces(view.text, variant.words):
            matcher.set_seq1(view.text[start:end])
            least = best[0] if best else _ALIKE
            if matcher.real_quick_ratio() > least and matcher.quick_ratio() > least and matcher.ratio() > least:
                best = matcher.ratio(), variant.words, start, end
    if best is None:
        return None
    _, spelling, start, end = best
    first, last = view.span(start, end)
    return Near(raw[first:last], spelling, first, last)


def _pieces(text: str, spelling: str) -> Iterator[tuple[int, int]]:
    """Pieces of about a spelling's length: of characters in Chinese, of whole words otherwise."""
    if ideographs(spelling):
        for size in range(max(2, len(spelling) - 1), len(spelling) + 4):
            for start in range(len(text) - size + 1):
                if text[start] != " " and text[start + size - 1] != " ":
                    yield start, start + size
        return
    starts = [at + 1 for at, char in enumerate(text[:-1]) if char == " "]
    ends = [at for at, char in enumerate(text) if char == " " and at]
    count = spelling.count(" ") + 1
    for first in range(len(starts)):
        for last in range(first + max(1, count - 1), first + count + 2):
            if last <= len(ends):
                yield starts[first], ends[last - 1]
