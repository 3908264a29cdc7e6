"""What a rule says when it speaks."""

from typing import Any, NamedTuple

Span = tuple[int, int]


class Evidence(NamedTuple):
    """One rule that spoke."""

    rule: str
    weight: float
    span: Span | None = None
    """Raw span of the page."""
    facts: dict[str, Any] = {}  # noqa: RUF012  (never changed)


def rule(name: str, weight: float, span: Span | None = None, /, **facts: Any) -> Evidence:
    """Evidence with its weight rounded to two places."""
    return Evidence(name, round(weight, 2), span, facts)
