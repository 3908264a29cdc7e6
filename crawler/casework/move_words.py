"""Moves in words, English or Chinese: what changed, between when and when, and how many days after what we did."""

import re
from datetime import UTC, datetime

from crawler.attribution.acts import After
from crawler.attribution.moves import Move
from crawler.wording import say, topic

_STATE = re.compile(r"([a-z]+)(?: \((.+)\))?")


def kind_of(move: Move, language: str) -> str:
    """The name of its kind, with the country for which it is so where that decides."""
    named = say(f"moves.kind.{move.kind}", language)
    return say("moves.of_country", language, kind=named, country=move.vantage) if move.vantage else named


def change_of(move: Move, language: str) -> str:
    """Before and after."""
    return say(
        "moves.change", language, before=_values(move, move.before, language), after=_values(move, move.after, language)
    )


def when(move: Move, language: str) -> str:
    """The time in which it lies, as far as it is known."""
    if move.last_seen is None:
        return say("moves.first", language, at=minute(move.at))
    key = "between" if move.last_seen <= move.at else "overlap"
    return say(f"moves.{key}", language, last=minute(move.last_seen), at=minute(move.at))


def remarks(move: Move, language: str, *, is_short: bool = False) -> list[str]:
    """What must be said with it: an edge, a vantage, how well it is borne out; `is_short` leaves out what is well so."""
    said = []
    if move.edge:
        said.append(say("moves.edge", language, edge=move.edge))
    if move.kind == "geo-block-on":
        said.append(say("moves.vantage", language, country=move.vantage or "-"))
    if not (is_short and move.is_sure):
        said.append(say(f"moves.confidence.{move.confidence}", language))
    return said


def after_what(after: After, language: str) -> str:
    """How many days after an act of ours a move was seen, and whether it may have come before it."""
    facts = {"days": after.days, "act": say(f"moves.act.{after.act.kind}", language), "on": day(after.act.at)}
    if not after.is_surely_after:
        last = minute(after.move.last_seen) if after.move.last_seen else say("moves.unknown", language)
        return say("moves.after.perhaps", language, **facts, last=last)
    if after.days_at_least is not None and after.days_at_least < after.days:
        return say("moves.after.between", language, **facts, least=after.days_at_least)
    return say("moves.after.surely", language, **facts)


def _values(move: Move, values: tuple[str, ...], language: str) -> str:
    told = [_state(value, language) if not move.statements else value for value in values]
    return say("moves.list", language).join(told) or say("moves.unknown", language)


def _state(value: str, language: str) -> str:
    found = _STATE.fullmatch(value)
    if found is None or found[1] not in topic("moves")["state"]:
        return value
    named = say(f"moves.state.{found[1]}", language)
    if not found[2]:
        return named
    return f"{named}（{found[2]}）" if language == "zh" else f"{named} ({found[2]})"


def minute(at: datetime) -> str:
    """A time to the minute, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def day(at: datetime) -> str:
    """A day in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d")
