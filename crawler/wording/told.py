"""Facts of a reason as a reader is told them, and which sentence they call for."""

import re
from collections.abc import Mapping
from typing import Any

from crawler.wording import say

_HIDDEN = re.compile(
    r"隐藏|可见|才能看|后(?:可看|查看|显示|下载)|(?:解锁|查看)$"
    r"|\b(?:reply|comment|log ?in|login|register|sign in|like|thank)\b.{0,12}\b(?:to|and) (?:see|view|unlock|get|i)\b"
    r"|\bhidden (?:link|content|block|text)|links? hidden|members only|unlock the link|you must (?:reply|like)",
    re.IGNORECASE,
)
"""What a page says to guests of a block that it hides from them."""
_RUNS = re.compile(
    r"\W*(?:plays?|works?|runs?|opens?|boots?|loads?|reads?)\b.{0,20}\b(?:on|in|with|from|off)\b", re.IGNORECASE
)
"""What a copy is said to run or play on."""


def sentence(rule: str, facts: Mapping[str, Any]) -> str:
    """The key of the sentence that says a rule with these facts."""
    words = str(facts.get("words") or "")
    if rule in ("invitation", "channel") and _HIDDEN.search(words):
        return "told.hidden"
    if rule == "own-copy" and _RUNS.match(words):
        return "told.runs"
    if rule == "offered-apart" and facts.get("other"):
        return "told.another"
    return f"matching.{rule}"


def told(rule: str, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with the names that a reader knows them by."""
    known = dict(facts)
    if rule in ("kind-agrees", "other-medium") and isinstance(facts.get("kind"), str):
        known["kind"] = _named("one", facts["kind"], language)
    if isinstance(facts.get("scheme"), str):
        known["scheme"] = _named("scheme", facts["scheme"].lower(), language) or facts["scheme"]
    if isinstance(facts.get("territories"), str):
        names = [territory(code.strip(), language) for code in facts["territories"].split(",") if code.strip()]
        known["territories"] = _listed(names, language)
    if rule == "creator-named":
        known.setdefault("written", facts.get("name"))
    if rule.startswith("diction-of-"):
        words = re.findall("“([^”]+)”", str(facts.get("words") or ""))
        quoted = say("told.between", language).join(f"“{one}”" for one in words)
        known["quoted"] = say("told.quoted", language, words=quoted) if words else ""
    return known


def _named(group: str, name: str, language: str) -> str:
    try:
        return say(f"told.{group}.{name}", language)
    except KeyError:
        return name if group == "one" else ""


def territory(code: str, language: str) -> str:
    """The name of a territory by its ISO 3166-1 code; the code with a word beside it where it has no name here."""
    return _named("country", code.lower(), language) or say("told.territory", language, code=code)


def _listed(names: list[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return say("told.list", language, first=say("told.between", language).join(names[:-1]), last=names[-1])
