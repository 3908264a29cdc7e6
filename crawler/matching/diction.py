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
    heads = None if known is None else _heads()
    first = max(0, start - REACH)
    before = [(found[0], found.start() + first, found.end() + first) for found in _WORD.finditer(text[first:start])]
    behind = [(found[0], found.start() + end, found.end() + end) for found in _WORD.finditer(text[end : end + REACH])]
    runs: list[Said] = []
    for side in (before[-WORDS:], behind[:WORDS]):
        named = [("0" if word[0].isdigit() else word, low, high) for word, low, high in side]
        begun = [at for at, word in enumerate(named) if heads is None or word[0] in heads]
        for count in (1, 2, 3):
            for at in begun:
                if at + count > len(named):
                    break
                words = " ".join([word for word, _, _ in named[at : at + count]])
                if known is None or words in known:
                    runs.append(Said(words, named[at][1], named[at + count - 1][2]))
    runs += _beside(before[-2:], "<") + _beside(behind[:2], ">")
    return [run for run in runs if (known is None or run.words in known) and _TELLING.search(run.words)]


def _run(mark: str, words: list[tuple[str, int, int]]) -> Said:
    return Said(mark + " ".join(word for word, _, _ in words), words[0][1], words[-1][2])


def _beside(words: list[tuple[str, int, int]], mark: str) -> list[Said]:
    named = [("0" if word[0].isdigit() else word, low, high) for word, low, high in words]
    if not named:
        return []
    nearest = named[-1:] if mark == "<" else named[:1]
    return [_run(mark, nearest), *([_run(mark, named)] if len(named) > 1 else [])]


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
