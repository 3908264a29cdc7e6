"""A recorded reason of a match, said in a reader's language."""

from collections.abc import Mapping
from typing import Any

from crawler.wording import say

SUSPENDED = "rules.suspended_reason"
"""Said around the sentence of a rule that people have suspended."""


def kind_name(kind: str, language: str) -> str:
    """What a kind of target or of work is called; the kind itself where it has no name."""
    for group in ("target", "work"):
        try:
            return say(f"kinds.{group}.{kind}", language)
        except KeyError:
            continue
    return kind


def say_reason(reason: Mapping[str, Any], language: str) -> str:
    """The sentence of a reason's rule with its facts; as it was recorded where the rule is no longer known."""
    facts = dict(reason.get("facts") or {})
    if isinstance(facts.get("kind"), str):
        facts["kind"] = kind_name(facts["kind"], language)
    try:
        said = say(f"matching.{reason['rule']}", language, **facts)
        return say(SUSPENDED, language, said=said) if facts.get("suspended") else said
    except (KeyError, IndexError, ValueError, TypeError):
        return str(reason["text"])
