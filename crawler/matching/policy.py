"""What an analyst's policy for a work does to a match that the rules have scored."""

import math
from collections.abc import Iterable

from crawler.matching.evidence import Evidence, rule

BORNE_OUT_BY = ("year-agrees", "creator", "publisher", "identifier")
"""Beginnings of the names of rules that no coincidence satisfies."""
_SURE = 1 - 1e-9
_ROUNDED = 0.00005
"""What a score may gain when it is written with four places."""
_LEAST, _NOTHING = 0.001, -20.0
"""A threshold that leaves no room below it, and the weight that takes any score there."""


def borne_out(evidence: Iterable[Evidence]) -> bool:
    """Whether the work's year, people, publisher or identifier is given as well."""
    return any(one.weight > 0 and one.rule.startswith(BORNE_OUT_BY) for one in evidence)


def governed(
    policy: str, score: float, evidence: list[Evidence], threshold: float, review: float
) -> tuple[float, list[Evidence]]:
    """The score and the evidence under a policy: a match that may not be a hit falls below `threshold`.

    ``strict`` lets only a match that is borne out be a hit, ``review`` lets none. What falls stays in
    the order of its score between `review` and `threshold`.
    """
    if score < threshold or policy not in ("strict", "review") or (policy == "strict" and borne_out(evidence)):
        return score, evidence
    fallen, weight = _fallen(score, threshold, review)
    return fallen, [*evidence, rule(f"policy-{policy}", weight)]


def doubted(score: float, evidence: list[Evidence], threshold: float, review: float) -> tuple[float, list[Evidence]]:
    """The score and the evidence where all that is offered is licensed in other countries: people decide, it is no hit."""
    if score < threshold or not any(one.rule == "licensed-elsewhere" and one.weight < 0 for one in evidence):
        return score, evidence
    fallen, weight = _fallen(score, threshold, review)
    return fallen, [*evidence, rule("licence-undecided", weight)]


def _fallen(score: float, threshold: float, review: float) -> tuple[float, float]:
    """The score that a match falls to, and the weight that brings it there."""
    if threshold <= _LEAST:
        return 0.0, _NOTHING
    held = review + (threshold - review) * min(score, _SURE)
    given = _logit(min(score, _SURE))
    weight = math.floor((_logit(held) - given) * 100) / 100
    while (fallen := 1 / (1 + math.exp(-(given + weight)))) >= threshold - _ROUNDED:
        weight = round(weight - 0.01, 2)
    return max(fallen, review), weight


def _logit(score: float) -> float:
    return math.log(score / (1 - score))
