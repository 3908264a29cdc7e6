"""Fits the scales of the rules on judged texts, and says how they do on texts that they have not seen.

    python bench/fit.py [[NAME=]FILE.jsonl ...] [--test [NAME=]FILE.jsonl] [--out crawler/matching/scales.toml]

A file holds the cases of `titlewatch match`, one a line, each with the id of the work that people
`expected` or null; its source is the NAME, else that of the file. Without files those of tests/gold are taken; without
--out nothing is written. Left out of the figures is nothing: a text in which no candidate was found
counts with the score 0. Run it again after every change of a rule or a word list. Weights that
were set by hand with an eye on these very texts look better here than on others: what decides between
them and fitted scales is --test, with texts that nobody has looked at. --misjudged lists
the rules, and the pairs of rules, in whose company works score too high or too low: where to look for
a rule that should know more, before its weight is moved.
"""

import argparse
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from crawler import clock
from crawler.desk.matching import judged_lines
from crawler.matching.figures import Figures, figures
from crawler.matching.fitting import NEGATIVES, STRENGTHS, Judged, Table, chosen, folds, held_out
from crawler.matching.rules import BIAS, RULES_VERSION
from crawler.matching.scales import Scales, as_toml, shipped

GOLD = Path(__file__).parents[1] / "tests" / "gold"
FEWEST = 8
"""Works that it takes to say of a rule, or of a pair, that it misjudges."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
HEADING = (
    "How much each rule counts: its weight set by hand times its scale. A rule that is not named has the scale 1.",
    "Written by bench/fit.py; do not edit.",
)


def main() -> None:
    """Read, fit, cross-validate, print, write."""
    parser = argparse.ArgumentParser(description="Fit the scales of the rules on judged texts.")
    parser.add_argument("files", nargs="*", metavar="[NAME=]FILE")
    parser.add_argument(
        "--negatives", type=float, default=NEGATIVES, help="what a wrong work counts, against a right one"
    )
    parser.add_argument("--strength", type=float, action="append", help="of the pull towards scale 1; default: chosen")
    parser.add_argument("--misjudged", type=int, default=0, metavar="N", help="so many rules and pairs at each end")
    parser.add_argument(
        "--test", action="append", default=[], metavar="[NAME=]FILE", help="texts that are judged and not fitted on"
    )
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    files = given.files or [f"gold {path.stem}={path}" for path in sorted(GOLD.glob("*.jsonl"))]
    texts, unseen = (_judged(names) for names in (files, given.test))
    hand = Scales(BIAS)
    sources = sorted({text.source for text in texts})
    print(f"{len(texts)} texts, rules {RULES_VERSION}")
    for source in sources:
        own = [text for text in texts if text.source == source]
        found = sum(any(work == text.expected for work, _ in text.places) for text in own)
        print(
            f"  {source}: {len(own)}, of {sum(t.expected is not None for t in own)} works expected {found} are candidates"
        )
    print("\nweights as set by hand")
    _tell(texts, *Table(texts).answers(hand))
    print("scales as shipped")
    _tell(texts, *Table(texts).answers(shipped()))
    if given.misjudged:
        _tell_misjudged(texts, shipped(), given.misjudged)
    done = chosen(texts, hand, given.negatives, given.strength or STRENGTHS)
    held = held_out(texts, folds(texts), hand, done.strength, given.negatives)
    print(f"\nfitted, five folds, strength {done.strength:g}, negatives {given.negatives:g}")
    _tell(texts, *held)
    print("\nthreshold  precision  recall  F1   (five folds)")
    for threshold in THRESHOLDS:
        at = figures(texts, *held, threshold)
        print(f"     {threshold:.1f}      {at.precision:.3f}     {at.recall:.3f}   {at.f1:.3f}")
    if done.parted == "sources":
        print("\nfitted on the other sources")
        _tell(texts, *done.held_out)
    print("\nfitted on all, seen on all (says nothing of new texts)")
    _tell(texts, *Table(texts).answers(done.scales))
    print(
        f"\nbias {done.scales.bias}; scales: " + ", ".join(f"{k} {v}" for k, v in sorted(done.scales.factors.items()))
    )
    for name, scales in (("weights as set by hand", hand), ("fitted scales", done.scales)):
        if unseen:
            print(f"\n{name}, on texts not fitted on")
            _tell(unseen, *Table(unseen).answers(scales))
    if given.out:
        fitted = {
            "method": "logistic loss, squared pull towards 1, scales within 0.25 and 3",
            "rules": RULES_VERSION,
            "date": clock.stamp(clock.now())[:10],
            "texts": len(texts),
            "sources": [f"{source}: {sum(t.source == source for t in texts)}" for source in sources],
            "strength": done.strength,
            "negatives": given.negatives,
            "five_folds": _said(figures(texts, *held)),
            f"held_out_{done.parted}": _said(figures(texts, *done.held_out)),
        }
        scales = Scales(done.scales.bias, done.scales.factors, fitted=fitted)
        given.out.write_text(as_toml(scales, HEADING), encoding="utf-8")
        print(f"written: {given.out}, rules {scales.version}")


def _tell_misjudged(texts: Sequence[Judged], scales: Scales, count: int) -> None:
    """How many standard deviations the right works are more (+) or fewer (-) than the scores say, for those that n texts show."""
    table = Table(texts)
    rows, sums = table.best(table.factors(scales))
    scores = 1 / (1 + np.exp(-sums))
    more, spread, speaks = table.right - scores, scores * (1 - scores), table.weights[rows] != 0
    found = []
    for names in [*combinations(range(len(table.rules)), 1), *combinations(range(len(table.rules)), 2)]:
        here = speaks[:, names].all(axis=1)
        if here.sum() >= FEWEST:
            apart = float(more[here].sum() / np.sqrt(spread[here].sum() + 0.3))
            found.append((apart, int(here.sum()), " and ".join(table.rules[name] for name in names)))
    found.sort()
    print("\nmisjudged, in standard deviations (below 0: scored too high)")
    for apart, number, names in (*found[:count], *found[-count:]):
        print(f"  {apart:+.1f}  {number:4d} works  {names}")


def _judged(files: Sequence[str]) -> list[Judged]:
    return [text for name, path in map(_named, files) for text in judged_lines(path.read_bytes().splitlines(), name)]


def _named(file: str) -> tuple[str, Path]:
    """A file and what its source is called."""
    name, _, path = file.rpartition("=")
    return name or Path(path).stem, Path(path)


def _tell(texts: Sequence[Judged], scores: "np.ndarray", right: "np.ndarray") -> None:
    print(f"  all: {_said(figures(texts, scores, right))}")
    for source in sorted({text.source for text in texts}):
        own = np.array([text.source == source for text in texts])
        print(f"  {source}: {_said(figures([t for t in texts if t.source == source], scores[own], right[own]))}")


def _said(at: Figures) -> str:
    return f"F1 {at.f1:.3f}, P {at.precision:.3f}, R {at.recall:.3f}, Brier {at.brier:.3f}, ECE {at.ece:.3f}"


if __name__ == "__main__":
    main()
