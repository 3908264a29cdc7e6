"""Whether an address is one where the work is lawfully offered: by its licences, the day of the listing and the country."""

import re
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any, Literal, NamedTuple

from crawler import clock
from crawler.licence import Licence, country_of, recorded
from crawler.matching.evidence import Evidence, Span, rule
from crawler.matching.offer import Offer

State = Literal["holds", "elsewhere", "to-come", "over"]
_STATES: tuple[State, ...] = ("holds", "elsewhere", "to-come", "over")
"""What a host's licences come to is the first of these that one of them is in."""
RULES: dict[State, tuple[str, float]] = {
    "holds": ("licence-holds", -5.0),
    "elsewhere": ("licensed-elsewhere", -1.0),
    "to-come": ("licence-to-come", 0.0),
    "over": ("licence-over", 0.0),
}
OF_ADDRESSES = ("licensed-address", *(name for name, _ in RULES.values()))
"""Rules that speak of an address, not of words."""
ADDRESS, LICENSED, NAMED = -3.5, -5.0, -3.5
"""A known shop; an address or a page on which this very work is licensed; such an address named in the text."""


ONLY = -9.0
_HOLDING = frozenset(("licensed-address", "licence-holds", "licensed-page"))
_OTHER_WAYS = frozenset(
    (
        "target", "player", "hidden-block", "address", "channel", "storage", "carrier", "unlocked", "own-copy", "invitation",
        "words-of-sale", "says-has", "says-given", "who-wants",
    )
)  # fmt: skip


class Held(NamedTuple):
    """A licence of a host, and whether it holds for a listing."""

    state: State
    licence: Licence


class Terms:
    """The licences of a work as they stand for one listing."""

    def __init__(self, written: tuple[str, ...], offer: Offer, country: str = "") -> None:
        self._licences = recorded(written)
        self._country = country_of(country)
        self._day = _day(offer) if any(one.since or one.until for one in self._licences) else None
        self.domains = tuple(one.domain for one in self._licences if self._state(one) == "holds")
        """Where the work is lawfully offered on that day, seen from that country."""

    def of(self, host: str) -> Held | None:
        """What the work's licences say of a host; None when they do not name it."""
        named = [Held(self._state(one), one) for one in self._licences if host and one.is_of(host)]
        return min(named, key=lambda held: _STATES.index(held.state), default=None)

    def evidence(self, held: Held, host: str, span: Span | None = None) -> Evidence:
        """What an address on a host with such a licence says."""
        if held.state == "holds" and not held.licence.limited:
            return rule("licensed-address", NAMED if span else LICENSED, span, host=host)
        name, weight = RULES[held.state]
        weight = NAMED if span and weight < NAMED else weight
        return rule(name, weight, span, host=host, **self._facts(held.licence))

    def of_page(self, held: Held, host: str) -> Evidence:
        """What it says that the page itself is on such a host."""
        if held.state != "holds":
            return self.evidence(held, host)
        return rule("licensed-page", LICENSED, None, host=host, **self._facts(held.licence))

    def written(self, text: str) -> list[Evidence]:
        """The first licensed address that stands in the text itself: a shop's link is no target."""
        for one in self._licences:
            if not one.domain:
                continue
            standing = re.search(rf"(?i)(?<![\w-]){re.escape(one.domain)}(?![\w-]|\.\w)", text)
            held = self.of(re.sub(r":\d+$", "", one.domain)) if standing else None
            if standing and held:
                return [self.evidence(held, one.domain, standing.span())]
        return []

    def _state(self, licence: Licence) -> State:
        if self._day and licence.until and self._day > licence.until:
            return "over"
        if self._day and licence.since and self._day < licence.since:
            return "to-come"
        # Where a listing's readers are is not known: what is licensed for other countries is in doubt.
        return "elsewhere" if licence.territories and self._country not in licence.territories else "holds"

    def _facts(self, licence: Licence) -> dict[str, Any]:
        facts = {
            "territories": ", ".join(licence.territories),
            "since": licence.since.isoformat() if licence.since else "",
            "until": licence.until.isoformat() if licence.until else "",
        }
        return {**facts, "day": self._day.isoformat() if self._day else ""}


def _day(offer: Offer) -> date:
    """The day of a listing: when it was posted, else when it was seen."""
    return (offer.posted_at or offer.seen_at or clock.now()).astimezone(UTC).date()


def firm(held: Evidence, offered: Iterable[Evidence]) -> Evidence:
    """What speaks for a licence, decisive where nothing offered leads anywhere else."""
    if held.rule not in _HOLDING or any(one.rule in _OTHER_WAYS for one in offered):
        return held
    return held._replace(weight=ONLY)
