"""The risk of a watched title, and what a hit on it needs, said in a reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.wording import say

PEOPLE_SHOWN = 3


def say_grade(grade: str, language: str) -> str:
    """``low``, ``medium`` or ``high`` in a language."""
    return say(f"risk.grade.{grade}", language)


def say_peril(name: str, facts: Mapping[str, Any], language: str) -> str:
    """The sentence of one reason why a title is risky."""
    return say(f"risk.peril.{name}", language, **facts)


def say_needs(
    demanded: Sequence[Sequence[str]], policy: str, year: int | None, people: Sequence[str], form: str, language: str,
    publishers: Sequence[str] = (), identifiers: Sequence[str] = (),
) -> str:  # fmt: skip
    """What a hit needs beside the title.

    `demanded` holds the smallest sets of ``year``, ``person``, ``publisher``, ``identifier`` and ``form``.
    """
    if policy in ("review", "off"):
        return say(f"risk.needs.{policy}", language)
    if not demanded:
        return say(
            "risk.needs.nothing-helps" if year or people or publishers or identifiers else "risk.needs.nothing",
            language,
        )
    if not any(demanded):
        return say("risk.needs.offer", language)
    several = say("risk.proof.person-or", language)
    facts: dict[str, Any] = {"year": year, "form": form}
    for name, values in (("people", people), ("publishers", publishers), ("identifiers", identifiers)):
        facts[name] = several.join(values[:PEOPLE_SHOWN])
    together, between = say("risk.proof.together", language), say("risk.proof.between", language)
    said = [together.join(say(f"risk.proof.{proof}", language, **facts) for proof in proofs) for proofs in demanded]
    return say("risk.needs.proof" if len(said) > 1 else "risk.needs.one", language, proofs=between.join(said))
