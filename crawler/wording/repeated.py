"""Reasons that quote the same words for the same side, shown as one."""

from collections.abc import Iterable, Mapping
from typing import Any


def shown_once(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reasons in their order; those for one side that quote the same stretch become the weightiest, with the sum."""
    shown: list[dict[str, Any]] = []
    places: dict[tuple[Any, ...], int] = {}
    for reason in reasons:
        one = dict(reason)
        key = _quoted(one)
        if key is None or key not in places:
            if key is not None:
                places[key] = len(shown)
            shown.append(one)
            continue
        first = shown[places[key]]
        heavier = one if abs(one["weight"]) > abs(first["weight"]) else first
        shown[places[key]] = {**heavier, "weight": round(first["weight"] + one["weight"], 2)}
    return shown


def _quoted(reason: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What it quotes and for which side; None where it says something of its own."""
    facts, span = reason.get("facts") or {}, tuple(reason.get("span") or ())
    own = not span or "words" not in facts or facts.get("suspended") or str(reason["rule"]).startswith("diction-")
    return None if own else (reason.get("in"), *span, reason["weight"] < 0)
