"""To whom a case may go, from what is known of it; and where to nobody, why not.

A route is a proposal for people. It names no agency of a country that no observation names, never the country of a
delivery network's edge, and says when a country has no counterpart for a track, which lawful channels are nearest, and
when only a member body may ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawler.casework.agencies import WORLD, Counterpart, Standing
from crawler.casework.countries import Hidden, Role, Touch

Refusal = Literal[
    "origin-hidden",
    "unplaced",
    "unobserved",
    "no-counterpart",
    "member-bodies-only",
    "not-accepted",
    "nothing-observed",
]
REACHED: tuple[Role, ...] = ("server", "operator")
"""The roles whose countries have a power over the copies: where they lie, and where who runs the site is registered."""
NEAREST: dict[str, tuple[str, ...]] = {
    "administrative": ("criminal", "intermediary-notice", "list-nomination"),
    "criminal": ("administrative", "intermediary-notice", "list-nomination"),
    "civil": ("intermediary-notice", "administrative", "criminal"),
}
"""Where a country has no counterpart for a track: the tracks to look at instead, nearest first."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An agency that the case may go to, and what it rests on."""

    agency: Counterpart
    track: str
    standing: Standing
    because: tuple[Touch, ...]
    is_instead: bool
    """It acts on another track, as its country has no counterpart for the one that was asked for."""
    through: Literal["directly", "member-body"]


@dataclass(frozen=True, slots=True)
class NoRoute:
    """A country, or a host, for which nobody can be named, and why."""

    subject: str
    """The country's code or the host."""
    why: Refusal
    detail: str = ""
    """The delivery network that hides it, or the bodies that alone may ask."""


@dataclass(frozen=True, slots=True)
class Route:
    """All recipients and all refusals of a case."""

    recipients: tuple[Recipient, ...]
    refusals: tuple[NoRoute, ...]


def route(
    directory: Sequence[Counterpart], touches: Sequence[Touch], unknown: Sequence[Hidden], *,
    track: str, giver: str, own_country: str | None, today: date,
) -> Route:  # fmt: skip
    """Who may receive a case of a track from a giver (``right-holder``, ``foreign-agency``, ``public``, ``member-body``).

    `own_country` is the collector's, whose own agencies are asked as by any right-holder there.
    """
    refusals = [NoRoute(one.host, "origin-hidden" if one.why == "edge" else one.why, one.edge) for one in unknown]
    reached = [touch for touch in touches if touch.role in REACHED]
    countries = sorted({touch.country for touch in reached} | ({own_country} if own_country else set()))
    recipients: list[Recipient] = []
    for country in countries:
        because = tuple(
            touch for touch in touches if touch.country == country and touch.role in (*REACHED, "discovery")
        )
        found, refused = _in_country(directory, country, because, track, giver, today)
        recipients += found
        refusals += refused
    if not reached and not refusals:
        refusals.append(NoRoute("", "nothing-observed"))
    if track == "criminal" and len({touch.country for touch in reached}) > 0:
        recipients += _beyond(directory, reached, track, today)
    return Route(tuple(recipients), tuple(refusals))


def _in_country(
    directory: Sequence[Counterpart], country: str, because: tuple[Touch, ...], track: str, giver: str, today: date
) -> tuple[list[Recipient], list[NoRoute]]:
    own = [one for one in directory if one.country == country]
    if not own:
        return [], [NoRoute(country, "no-counterpart")]
    wanted = [one for one in own if track in one.tracks]
    instead = not wanted
    if instead:
        wanted = next(
            (
                [one for one in own if near in one.tracks]
                for near in NEAREST.get(track, ())
                if any(near in one.tracks for one in own)
            ),
            [],
        )
    takes = [one for one in wanted if _takes(one, giver)]
    found = [
        Recipient(
            one, track if track in one.tracks else one.tracks[0], one.standing(today), because, instead, "directly"
        )
        for one in takes
    ]
    refused = [NoRoute(country, "no-counterpart", track)] if instead else []
    if wanted and not takes:
        members = [one for one in wanted if "member-body" in one.accepts_from]
        why: Refusal = "member-bodies-only" if members else "not-accepted"
        refused.append(NoRoute(country, why, ", ".join(one.agency_id for one in members or wanted)))
    return found, refused


def _beyond(directory: Sequence[Counterpart], reached: Iterable[Touch], track: str, today: date) -> list[Recipient]:
    """The bodies of no country: named as what they are, reached through a member alone."""
    return [
        Recipient(one, track, one.standing(today), tuple(reached), False, "member-body")
        for one in directory
        if one.country == WORLD and track in one.tracks
    ]


def _takes(one: Counterpart, giver: str) -> bool:
    return "public" in one.accepts_from or giver in one.accepts_from
