"""A recorded reason of a match, said in a reader's language."""

from collections.abc import Mapping
from typing import Any

from crawler.wording import say
from crawler.wording.told import sentence, told

SUSPENDED = "rules.suspended_reason"
"""Said around the sentence of a rule that people have suspended."""


def kind_name(kind: str, language: str) -> str:
    """What a kind of target is called; the kind itself where it has no name."""
    return _kind("target", kind, language)


def work_kind_name(kind: str, language: str) -> str:
    """What a kind of work is called; the kind itself where it has no name."""
    return _kind("work", kind, language)


def _kind(group: str, kind: str, language: str) -> str:
    try:
        return say(f"kinds.{group}.{kind}", language)
    except KeyError:
        return kind


def say_rule(rule: str, language: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a rule with its facts. Raises KeyError for an unknown rule or a missing fact."""
    facts = told(rule, language, facts)
    if isinstance(facts.get("kind"), str):
        facts = {**facts, "kind": _kind("target" if rule == "target" else "work", facts["kind"], language)}
    if "territories" in facts:
        facts = {**facts, "scope": _scope(facts, language)}
    return say(sentence(rule, facts), language, **facts)


def _scope(facts: Mapping[str, Any], language: str) -> str:
    """The limits of a licence, and the day that they were held against where they name any."""
    dates = "span" if facts["since"] and facts["until"] else "since" if facts["since"] else "until"
    limits = [name for name in ("territories", dates) if facts.get(name) or (name == "span")] or ["none"]
    scope = say("licence.scope.between", language).join(
        say(f"licence.scope.{name}", language, **facts) for name in limits
    )
    return (
        say(f"licence.scope.{'seen' if facts.get('seen') else 'day'}", language, **{**facts, "scope": scope})
        if facts["day"] and limits[-1] == dates
        else scope
    )


def say_reason(reason: Mapping[str, Any], language: str) -> str:
    """The sentence of a reason's rule with its facts; as it was recorded where the rule is no longer known."""
    facts = dict(reason.get("facts") or {})
    try:
        said = say_rule(reason["rule"], language, facts)
        return say(SUSPENDED, language, said=said) if facts.get("suspended") else said
    except (KeyError, IndexError, ValueError, TypeError):
        return str(reason["text"])
