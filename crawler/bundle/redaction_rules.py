"""RULES.toml: what is to be redacted, in which exhibits, who decided it and why (format.md 13.4)."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.bundle import redaction_literal
from crawler.bundle.redaction_kinds import GROUPS, KINDS, USER_NAME, found
from crawler.bundle.redaction_view import views
from crawler.errors import UsageError

_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff -]{0,29}\Z")
_TOP = {"decided_by", "reason", "rule"}
_MEMBERS = {"kinds", "literal", "pattern", "name", "reason", "exhibits"}
REMEDY = "see: titlewatch disclose --help, and format.md 13.4"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to redact: built-in kinds, literal strings, or a regular expression."""

    kinds: tuple[str, ...]
    literals: tuple[str, ...]
    pattern: re.Pattern[str] | None
    name: str
    """What a mark says of a literal or a pattern."""
    reason: str
    exhibits: tuple[str, ...]
    """Numbers or ids; none means all."""

    @property
    def says(self) -> str:
        """The rule without what it looks for, which would disclose it."""
        return ", ".join(self.kinds) or self.name


@dataclass(frozen=True, slots=True)
class Rules:
    """Who decided what to redact, and why."""

    decided_by: str
    reason: str
    rules: tuple[Rule, ...]

    def of(self, number: int, exhibit: str) -> tuple[Rule, ...]:
        """The rules that hold for one exhibit."""
        return tuple(rule for rule in self.rules if not rule.exhibits or {str(number), exhibit} & set(rule.exhibits))

    def of_any(self, exhibits: Iterable[tuple[int, str]]) -> tuple[Rule, ...]:
        """The rules that hold for any of these exhibits."""
        held = {rule for number, exhibit in exhibits for rule in self.of(number, exhibit)}
        return tuple(rule for rule in self.rules if rule in held)


def read(path: Path) -> Rules:
    """Read RULES.toml. Raises UsageError naming the rule and what is wrong with it."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", f"--redact {path}", "give a TOML file") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not TOML ({error})", f"--redact {path}", REMEDY) from None
    _only(value, _TOP, str(path))
    rules = value.get("rule")
    if not isinstance(rules, list) or not rules:
        raise UsageError("no [[rule]]", str(path), REMEDY)
    made = Rules(
        decided_by=_words(value, "decided_by", str(path)),
        reason=_words(value, "reason", str(path)),
        rules=tuple(_rule(rule, f"{path} rule {number}") for number, rule in enumerate(rules, 1)),
    )
    _tell_nothing(made, str(path))
    return made


def _tell_nothing(rules: Rules, which: str) -> None:
    """Refuse words that go into the part and hold what a rule hides."""
    said = [("decided_by", rules.decided_by), ("reason", rules.reason)]
    for number, rule in enumerate(rules.rules, 1):
        said += [(f"name of rule {number}", rule.name), (f"reason of rule {number}", rule.reason)]
    for where, words in said:
        texts = [view.text for view in views(words)]
        for number, rule in enumerate(rules.rules, 1):
            patterns = [*redaction_literal.patterns(rule.literals), *([rule.pattern] if rule.pattern else [])]
            if any(match[0] for one in patterns for text in texts for match in one.finditer(text)) or any(
                kind != USER_NAME and any(found(kind, text)) for kind in rule.kinds for text in texts
            ):
                raise UsageError(
                    f"the {where} holds what rule {number} hides",
                    which,
                    "it is written into the part as it stands: say it without telling what is hidden",
                )


def _rule(value: Any, which: str) -> Rule:
    if not isinstance(value, dict):
        raise UsageError("not a table", which, REMEDY)
    _only(value, _MEMBERS, which)
    said = [name for name in ("kinds", "literal", "pattern") if name in value]
    if len(said) != 1:
        raise UsageError("a rule names either kinds, literal or pattern", which, REMEDY)
    name = value.get("name", "text")
    if not isinstance(name, str) or not _NAME.match(name):
        raise UsageError("not a name for a mark", which, "use a few plain letters that do not tell what is hidden")
    literals = _strings(value.get("literal", []), which, "literal")
    if any(len("".join(literal.split())) < 2 for literal in literals):
        raise UsageError("a literal of less than two characters", which, "name what is to be hidden in full")
    reason = value.get("reason", "")
    if not isinstance(reason, str) or ("kinds" not in value and not reason.strip()):
        raise UsageError("a literal or pattern without a reason", which, "say why, without saying what")
    return Rule(
        kinds=_kinds(_strings(value.get("kinds", []), which, "kinds"), which),
        literals=literals,
        pattern=_pattern(value.get("pattern"), which),
        name=name,
        reason=" ".join(reason.split()),
        exhibits=_strings(value.get("exhibits", []), which, "exhibits"),
    )


def _kinds(names: Sequence[str], which: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        if name not in GROUPS and name not in KINDS:
            raise UsageError(f"no such kind: {name}", which, f"use: {', '.join((*GROUPS, *KINDS))}")
        found += GROUPS.get(name, (name,))
    return tuple(dict.fromkeys(found))


def _pattern(text: Any, which: str) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except (re.error, TypeError) as error:
        raise UsageError(f"not a regular expression ({error})", which, "use the syntax of Python's re") from None


def _strings(value: Any, which: str, name: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) or (name == "exhibits" and type(one) is int) for one in listed):
        raise UsageError(f"{name} is no list of texts", which, REMEDY)
    return tuple(str(one) for one in listed)


def _words(value: Mapping[str, Any], name: str, which: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not found.strip():
        raise UsageError(f"no {name}", which, "a named person decides on a redaction, and says why")
    return " ".join(found.split())


def _only(value: Mapping[str, Any], allowed: set[str], which: str) -> None:
    unknown = sorted(set(value) - allowed)
    if unknown:
        raise UsageError(f"unknown: {', '.join(unknown)}", which, f"use: {', '.join(sorted(allowed))}")
