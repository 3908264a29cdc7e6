"""Fitting the scales of rules on texts that people judged: logistic loss, pulled towards the weights set by hand.

A place where a watched title stands is a row of weights, one a rule; of several places of one work
the one that scores best speaks for it, as in matching. Every (text, work) is right when people
expect that work of that text, else wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from crawler.errors import UsageError
from crawler.matching.evidence import Evidence
from crawler.matching.scales import BIAS_LIMITS, LEAST, MOST, Scales

Array = npt.NDArray[np.float64]
STRENGTHS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""Strengths of the pull that cross-validation chooses from."""
NEGATIVES = 1.5
"""What a wrong work counts against a right one: a false alarm costs more than a miss."""
FOLDS, SOURCES = 5, 3
_ROUNDS, _STEPS, _STILL = 4, 60, 1e-8
_BIAS_PULL = 0.1
"""Of the strength: the bias has every text to speak for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that people judged, and what the rules say of it."""

    source: str
    places: tuple[tuple[str, Mapping[str, float]], ...]
    """Work id, rule -> weight as set by hand, for each place where a watched title stands."""
    expected: str | None


def judged(source: str, candidates: Iterable[tuple[str, Sequence[Evidence]]], expected: str | None) -> Judged:
    """A judged text from what `Matcher.candidates` gives; the weights of a rule that speaks twice are added."""
    places = []
    for work, evidence in candidates:
        weights: dict[str, float] = {}
        for one in evidence:
            weights[one.rule] = weights.get(one.rule, 0.0) + one.weight
        places.append((work, weights))
    return Judged(source, tuple(places), expected)


@dataclass(frozen=True, slots=True)
class Fit:
    """Scales, and how they did on texts that they were not fitted on."""

    scales: Scales
    strength: float
    held_out: tuple[Array, Array]
    """Of each text the best score (0 to 1), and 1 where it is right, by scales fitted on the other parts."""
    parted: str
    """What the parts were: sources, folds."""


class Table:
    """Judged texts as numbers."""

    def __init__(self, texts: Sequence[Judged]) -> None:
        self.rules = sorted({rule for text in texts for _, weights in text.places for rule in weights})
        column = {rule: number for number, rule in enumerate(self.rules)}
        groups: dict[tuple[int, str], int] = {}
        rows = [(number, *place) for number, text in enumerate(texts) for place in text.places]
        self.weights: Array = np.zeros((len(rows), len(self.rules)))
        self.group = np.zeros(len(rows), dtype=np.int64)
        for row, (number, work, weights) in enumerate(rows):
            self.group[row] = groups.setdefault((number, work), len(groups))
            for rule, weight in weights.items():
                self.weights[row, column[rule]] = weight
        self.text = np.array([number for number, _ in groups], dtype=np.int64)
        self.right = np.array([texts[number].expected == work for number, work in groups], dtype=float)
        self.missed = np.array([text.expected is not None for text in texts])

    def factors(self, scales: Scales) -> Array:
        """The scales of the table's rules, the bias last."""
        return np.array([*(scales.of(rule) for rule in self.rules), scales.bias])

    def best(self, parameters: Array) -> tuple[npt.NDArray[np.int64], Array]:
        """For each (text, work) the row of the place that scores best, and its sum."""
        sums = self.weights @ parameters[:-1] + parameters[-1]
        order = np.lexsort((-sums, self.group))
        firsts = np.unique(self.group[order], return_index=True)[1]
        return order[firsts], sums[order[firsts]]

    def answers(self, scales: Scales) -> tuple[Array, Array]:
        """For each text the best score, and 1 where it is that of the expected work, or where a work was overlooked."""
        scores, right = np.zeros(len(self.missed)), self.missed.astype(float)
        if len(self.text):
            _, sums = self.best(self.factors(scales))
            order = np.lexsort((-sums, self.text))
            texts, firsts = np.unique(self.text[order], return_index=True)
            scores[texts] = _logistic(sums[order[firsts]])
            right[texts] = self.right[order[firsts]]
        return scores, right


def fit(texts: Sequence[Judged], prior: Scales, strength: float, negatives: float = NEGATIVES) -> Scales:
    """The scales with the least loss plus `strength` times the squared distance from the prior's.

    Rules that no text knows keep the prior's scale; none leaves 0.25 to 3 or changes its sign.
    """
    table = Table(texts)
    centre = table.factors(prior)
    low = np.array([*np.full(len(table.rules), LEAST), BIAS_LIMITS[0]])
    high = np.array([*np.full(len(table.rules), MOST), BIAS_LIMITS[1]])
    pull = np.array([*np.full(len(table.rules), strength), strength * _BIAS_PULL])
    found = np.clip(centre, low, high)
    costs = np.where(table.right > 0, 1.0, negatives)
    chosen: npt.NDArray[np.int64] | None = None
    for _ in range(_ROUNDS if len(table.group) else 0):
        rows, _ = table.best(found)
        if chosen is not None and np.array_equal(rows, chosen):
            break
        chosen = rows
        seen = np.column_stack([table.weights[rows], np.ones(len(rows))])
        found = _descend(seen, table.right, costs, centre, pull, (low, high), found)
    factors = {**prior.factors, **{rule: round(float(f), 2) for rule, f in zip(table.rules, found, strict=False)}}
    kept = {rule: factor for rule, factor in factors.items() if factor != 1.0}
    return replace(prior, bias=round(float(found[-1]), 2), factors=kept, fitted={})


def _descend(
    seen: Array, right: Array, costs: Array, centre: Array, pull: Array, limits: tuple[Array, Array], start: Array
) -> Array:
    """Newton's method inside a box: what stands at a limit and would leave it is held there."""
    low, high = limits

    def loss(at: Array) -> float:
        sums = seen @ at
        return float(costs @ (np.logaddexp(0, sums) - right * sums) + 0.5 * pull @ (at - centre) ** 2)

    at = start
    before = loss(at)
    for _ in range(_STEPS):
        score = _logistic(seen @ at)
        slope = seen.T @ (costs * (score - right)) + pull * (at - centre)
        held = ((at <= low) & (slope > 0)) | ((at >= high) & (slope < 0))
        free = np.flatnonzero(~held)
        bend = (seen[:, free].T * (costs * score * (1 - score))) @ seen[:, free] + np.diag(pull[free])
        step = np.zeros_like(at)
        step[free] = np.linalg.solve(bend, slope[free])
        length = 1.0
        while (after := loss(moved := np.clip(at - length * step, low, high))) > before and length > _STILL:
            length /= 2
        if after >= before - _STILL:
            break
        at, before = moved, after
    return at


def held_out(
    texts: Sequence[Judged], parts: Sequence[int], prior: Scales, strength: float, negatives: float = NEGATIVES
) -> tuple[Array, Array]:
    """Best scores and their rightness of each text, by scales fitted on the texts of the other parts."""
    scores, right = np.zeros(len(texts)), np.zeros(len(texts))
    for part in sorted(set(parts)):
        away = [number for number, its in enumerate(parts) if its == part]
        rest = [text for text, its in zip(texts, parts, strict=True) if its != part]
        scales = fit(rest, prior, strength, negatives)
        scores[away], right[away] = Table([texts[number] for number in away]).answers(scales)
    return scores, right


def folds(texts: Sequence[Judged], count: int = FOLDS) -> list[int]:
    """A fold for each text, by turns within each source and kind of answer: the same in every call."""
    turns: dict[tuple[str, bool], int] = {}
    parts = []
    for text in texts:
        key = text.source, text.expected is None
        turns[key] = turns.get(key, -1) + 1
        parts.append(turns[key] % count)
    return parts


def chosen(
    texts: Sequence[Judged], prior: Scales, negatives: float = NEGATIVES, strengths: Iterable[float] = STRENGTHS
) -> Fit:
    """The scales fitted on all texts, with the strength that does best on texts held out.

    Held out is one source after the other where there are three or more, since new texts come from new
    sources; else one fold of five. Raises UsageError when there are not both right and wrong answers enough for each fold.
    """
    sources = sorted({text.source for text in texts})
    by_source = len(sources) >= SOURCES
    parts = [sources.index(text.source) for text in texts] if by_source else folds(texts)
    kinds = Table(texts).right
    if min(int(kinds.sum()), int((1 - kinds).sum())) < FOLDS:
        what = f"too few judged texts to fit on ({int(kinds.sum())} right, {int((1 - kinds).sum())} wrong)"
        raise UsageError(what, "fit", f"judge {FOLDS} of each at least")
    best: tuple[float, float, tuple[Array, Array]] | None = None
    for strength in strengths:
        answers = held_out(texts, parts, prior, strength, negatives)
        cost = _cost(*answers, negatives)
        if best is None or cost < best[0]:
            best = cost, strength, answers
    if best is None:
        raise UsageError("no strength to choose from", "fit", "name one")
    return Fit(fit(texts, prior, best[1], negatives), best[1], best[2], "sources" if by_source else "folds")


def _cost(scores: Array, right: Array, negatives: float) -> float:
    sure = np.clip(scores, 1e-4, 1 - 1e-4)
    return float(-(right * np.log(sure) + negatives * (1 - right) * np.log(1 - sure)).mean())


def _logistic(sums: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(sums, -500, 500)))
