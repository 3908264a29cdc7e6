"""How the words around a title are chosen: like those of people who hand copies on, or like those of others.

Each word, and each two or three words in a row, has a weight that was fitted on texts that people
judged, on top of what the rules say (``bench/fit_diction.py``). The sum is bounded: it tips a scale
that rules have filled, it never fills one.
"""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from crawler.matching.evidence import Evidence, rule
from crawler.matching.once import once
from crawler.matching.page import Page

REACH = 120
"""Characters on each side of the title that are looked at."""
WORDS = 40
"""Words on each side, at most."""
MOST, MOST_AGAINST = 1.5, 1.0
"""The weight of the whole, at most, for and against: what is chosen like others' words may still offer."""
LEAST = 0.2
"""Less than this says nothing."""
FEWEST = 4
"""Fewer known words and runs than this show no choice."""
WANTING = frozenset(
    (
        "little-offer",
        "no-offer",
        "licensed-address",
        "reference-address",
        "second-hand",
        "related",
        "offered-apart",
        "common-title",
        "numbered",
        "other-instalment",
        "machine-record",
        "help-sought",
        "position",
        "compared",
    )
)
"""Rules that say that no copy is offered, or of something else, or that too little speaks of one, or of this work."""
_TELLING = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{4}|[\u3400-\u9fff] [\u3400-\u9fff]")
"""A word of some length, or two characters in a row: what a reader can take for a reason."""
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|\d+|[\u3040-\u30ff\u3400-\u9fff]|\n|[^\w\s]")


class Said(NamedTuple):
    """A word, or some in a row, near a title."""

    words: str
    """``<`` or ``>`` before those right before or right behind the title."""
    start: int
    end: int
    """Places in the folded view."""


def said(text: str, start: int, end: int, known: Container[str] | None = None) -> list[Said]:
    """The telling words around a title, whose places in a folded text are given, and runs of two and three.

    With `known` only those in it; to leave the others out at once takes a fifth of the time.
    """
    before, behind = _Side(text, max(0, start - REACH), start), _Side(text, end, end + REACH)
    left, right = max(0, len(before.words) - WORDS), min(len(behind.words), WORDS)
    runs = [
        side.said(run, first + at, count)
        for side, first, last in ((before, left, len(before.words)), (behind, 0, right))
        for count, at, run in _runs(side.words[first:last], known)
    ]
    for side, mark in ((before, "<"), (behind, ">")):
        for count in (1, 2):
            at = len(side.words) - count if side is before else 0
            if count <= len(side.words):
                run = mark + " ".join(side.words[at : at + count])
                if known is None or run in known:
                    runs.append(side.said(run, at, count))
    return [run for run in runs if _TELLING.search(run.words)]


class _Side:
    """The words on one side of a title; where they stand is asked for few of them."""

    def __init__(self, text: str, low: int, high: int) -> None:
        self._text, self._low = text[low:high], low
        self.words = ["0" if word[0].isdigit() else word for word in _WORD.findall(self._text)]

    @once
    def _spans(self) -> list[tuple[int, int]]:
        return [(found.start() + self._low, found.end() + self._low) for found in _WORD.finditer(self._text)]

    def said(self, run: str, at: int, count: int) -> Said:
        return Said(run, self._spans[at][0], self._spans[at + count - 1][1])


def _runs(named: Sequence[str], known: Container[str] | None) -> Iterator[tuple[int, int, str]]:
    """One, two and three words in a row that are known, if that is asked: how many, from which on, and what they are."""
    heads = None if known is None else _heads()
    begun = [at for at, word in enumerate(named) if heads is None or word in heads]
    for count in (1, 2, 3):
        for at in begun:
            if at + count > len(named):
                break
            words = " ".join(named[at : at + count])
            if known is None or words in known:
                yield count, at, words


@cache
def weights() -> dict[str, float]:
    """Words -> weight; the weight of the empty word is that of every text."""
    lines = files(__package__).joinpath("diction.tsv").read_text(encoding="utf-8").split("\n")
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {words.replace("\\n", "\n"): float(weight) for words, weight in pairs}


@cache
def _heads() -> frozenset[str]:
    """The words that those with a weight begin with."""
    return frozenset(words.split(" ", 1)[0] for words in weights())


def diction_rules(page: Page, start: int, end: int, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """What the choice of words around a title, at raw places, says beside what other rules found.

    Where an offer is wanting, or what is offered is genuine, it never speaks for one.
    """
    view, known = page.folded, weights()
    low, high = view.at(start), view.at(end)
    runs = {run.words: run for run in said(view.text, low, high, known)}
    if len(runs) < FEWEST:
        return
    share = len(runs) ** -0.5
    total = known.get("", 0.0) + share * sum(known[words] for words in runs)
    bounded = max(-MOST_AGAINST, min(MOST, total))
    if abs(bounded) < LEAST or (bounded > 0 and any(one.rule in WANTING for one in found)):
        return
    sign = 1 if bounded > 0 else -1
    telling = sorted(
        (run for run in runs.values() if sign * known[run.words] > 0), key=lambda run: -sign * known[run.words]
    )
    if telling:
        yield rule(
            "diction-of-offers" if sign > 0 else "diction-of-others",
            bounded,
            view.span(telling[0].start, telling[0].end),
            runs=[view.span(run.start, run.end) for run in telling],
        )
