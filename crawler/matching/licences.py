"""Whether an address is one where the work is lawfully offered: by its licences, the day of the listing and the country."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from itertools import islice
from typing import Any, NamedTuple

from crawler import clock
from crawler.licence import Licence, State, country_of, recorded, registered
from crawler.matching.evidence import Evidence, Span, rule
from crawler.matching.handed import HANDED
from crawler.matching.offer import Offer

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
        "words-of-sale", "says-has", "says-given", "who-wants", *HANDED,
    )
)  # fmt: skip


_HOST = re.compile(r"(?s)^(?:\w+://|//)?([^/?#\\\s]*).*$")
_RUN = re.compile(r"[^\s<>\"'，。；、（）【】《》“”]*$")
_LONGEST_RUN = 400
_MOST = 50
"""How often a name is looked at on one page."""
_LED = re.compile(r"(?i)(?:(?<![a-z])[a-z]{2,6}://)?(?P<below>(?:[\w-]+\.)*)$")
"""What an address begins with: its scheme, and the names below the licensed one."""
_OF_ANOTHER = re.compile(r"://|\w\.\w+(?::\d+)?[/?#]|[@%&?#/\\]$|[?&#;][\w.-]*=$")
"""What is before it is an address of its own that goes on."""


class Held(NamedTuple):
    """A licence of a host, and whether it holds for a listing."""

    state: State
    licence: Licence


class Terms:
    """The licences of a work as they stand for one listing."""

    def __init__(self, written: tuple[str, ...], offer: Offer, country: str = "") -> None:
        self._licences = recorded(written)
        self._seen = offer.posted_at is None
        self._country = country_of(country)
        self._day = _day(offer) if any(one.since or one.until for one in self._licences) else None

    def of(self, host: str) -> Held | None:
        """What the work's licences say of a host; None when they do not name it."""
        # Where a listing's readers are is not known: what is licensed for other countries is in doubt.
        named = [Held(one.state(self._day, self._country), one) for one in self._licences if host and one.is_of(host)]
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

    def lawful(self, address: str) -> bool:
        """Whether an address, with or without a scheme, is on a host where the work is lawfully offered."""
        held = self.of(_HOST.sub(r"\1", address))
        return held is not None and held.state == "holds"

    def written(self, text: str) -> list[Evidence]:
        """The best of the licensed addresses that stand in the text itself, since a shop's link is no target.

        One that is licensed for other countries is told beside it.
        """
        lower = text.lower()
        standing: dict[State, Evidence] = {}
        for name in dict.fromkeys(name for one in self._licences if one.domain for name in _spellings(one.domain)):
            if name not in lower:
                continue
            for span in _as_host(text, name):
                host = text[slice(*span)].lower()
                held = self.of(host)
                if held and (held.state not in standing or span < (standing[held.state].span or span)):
                    standing[held.state] = self.evidence(held, host, span)
        best = next((standing[state] for state in _STATES if state in standing), None)
        beside = standing.get("elsewhere")
        return [one for one in (best, None if beside is best else beside) if one]

    def _facts(self, licence: Licence) -> dict[str, Any]:
        facts = {
            "territories": ", ".join(licence.territories),
            "since": licence.since.isoformat() if licence.since else "",
            "until": licence.until.isoformat() if licence.until else "",
        }
        return {**facts, "day": self._day.isoformat() if self._day else "", "seen": self._seen}


def _spellings(domain: str) -> set[str]:
    """A host name in letters and as it is registered."""
    try:
        return {domain.lower(), registered(domain), registered(domain).encode("ascii").decode("idna")}
    except UnicodeError:
        return {domain.lower(), registered(domain)}


def _as_host(text: str, name: str) -> Iterator[Span]:
    """Where a host name, or one below it, is the host of an address in a text.

    Not in another address's path or query, and not behind the sign of an e-mail address.
    """
    name_there = re.compile(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w@-]|\.\w|:[^\s/@]{{0,80}}@)")
    for found in islice(name_there.finditer(text), _MOST):
        before = _RUN.search(text, max(0, found.start() - _LONGEST_RUN), found.start())
        run = before[0] if before else ""
        led = _LED.search(run)
        if led is not None and not _OF_ANOTHER.search(run[: led.start()]):
            yield found.start() - len(led["below"]), found.end()


def _day(offer: Offer) -> date:
    """The day of a listing: when it was posted, else when it was seen."""
    return (offer.posted_at or offer.seen_at or clock.now()).astimezone(UTC).date()


def firm(held: Evidence, offered: Iterable[Evidence]) -> Evidence:
    """What speaks for a licence, decisive where nothing offered leads anywhere else."""
    if held.rule not in _HOLDING or any(one.rule in _OTHER_WAYS for one in offered):
        return held
    return held._replace(weight=ONLY)
