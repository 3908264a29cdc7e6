"""How much each rule counts: a scale for each, fitted on texts that people judged, and the rules that are suspended."""

import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError
from crawler.matching.evidence import Evidence
from crawler.matching.rules import RULES_VERSION

LEAST, MOST = 0.25, 3.0
"""No scale lies outside: a rule is never silenced by a fit, and never turned against its meaning."""
BIAS_LIMITS = (-8.0, 0.0)
REMEDY = "make it with: titlewatch rules fit --out FILE"
_SHIPPED = "scales.toml"


@dataclass(frozen=True, slots=True)
class Scales:
    """The bias, the scale of each rule, and the rules that are suspended: weights in, a score out."""

    bias: float
    factors: Mapping[str, float] = field(default_factory=dict)
    """Rule -> scale; 1 for a rule that is not named."""
    suspended: frozenset[str] = frozenset()
    fitted: Mapping[str, Any] = field(default_factory=dict)
    """What they were fitted on: method, texts, sources, date."""

    @property
    def version(self) -> str:
        """The version of the rules as these scales weigh them, such as ``3+0f9a41c2``."""
        said = json.dumps([self.bias, sorted(self.factors.items()), sorted(self.suspended)])
        return f"{RULES_VERSION}+{hashlib.sha256(said.encode()).hexdigest()[:8]}"

    def of(self, rule: str) -> float:
        """What the weight of a rule is multiplied with; 0 while it is suspended."""
        return 0.0 if rule in self.suspended else self.factors.get(rule, 1.0)

    def weigh(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """The evidence with the weights that count, rounded to two places as they are shown."""
        weighed = []
        for rule, by_hand, span, facts in evidence:
            if rule in self.suspended:
                weighed.append(Evidence(rule, 0.0, span, {**facts, "suspended": True}))
            else:
                # The sum keeps a weight that rounds to nothing from being shown as -0.0.
                weighed.append(Evidence(rule, round(by_hand * self.factors.get(rule, 1.0), 2) + 0.0, span, facts))
        return weighed

    def score(self, weighed: Iterable[Evidence]) -> float:
        """0 to 1: the logistic function of the bias and the sum of weights that `weigh` gave."""
        return 1 / (1 + math.exp(-(self.bias + sum(one.weight for one in weighed))))

    def without(self, suspended: Iterable[str]) -> "Scales":
        """The same with these rules suspended, and no others."""
        return replace(self, suspended=frozenset(suspended))


@cache
def shipped() -> Scales:
    """The scales that come with this version of the rules."""
    return _parse(files(__package__).joinpath(_SHIPPED).read_text(encoding="utf-8"), _SHIPPED)


def load(path: Path) -> Scales:
    """Scales from a file. Raises ConfigurationError naming what in it cannot be taken."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the scales cannot be read ({error})", str(path), REMEDY) from None
    return _parse(text, str(path))


def _parse(text: str, source: str) -> Scales:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not TOML: {error}", source, REMEDY) from None
    scales, fitted = data.get("scales", {}), data.get("fitted", {})
    if set(data) - {"bias", "scales", "fitted"} or not isinstance(scales, dict) or not isinstance(fitted, dict):
        raise ConfigurationError("not scales of rules", source, REMEDY)
    bias = _number(data.get("bias"), BIAS_LIMITS, f"{source}: bias")
    factors = {name: _number(value, (LEAST, MOST), f"{source}: {name}") for name, value in scales.items()}
    return Scales(bias, factors, frozenset(), fitted)


def _number(value: Any, limits: tuple[float, float], which: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not limits[0] <= value <= limits[1]:
        raise ConfigurationError(f"{value!r} is no number from {limits[0]:g} to {limits[1]:g}", which, REMEDY)
    return float(value)


def as_toml(scales: Scales, heading: Sequence[str] = ()) -> str:
    """The text of a file of scales, rules in the order of their names."""
    lines = [f"# {line}" for line in heading]
    lines += [f"bias = {scales.bias}", "", "[scales]"]
    lines += [f"{json.dumps(name)} = {scale}" for name, scale in sorted(scales.factors.items())]
    lines += ["", "[fitted]"]
    lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in scales.fitted.items()]
    return "\n".join(lines) + "\n"
