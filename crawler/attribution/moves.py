"""Moves of a host: what was so at one time and was otherwise at a later one, each with what shows both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.statement import Confidence

MoveKind = Literal[
    "dns",
    "address",
    "network",
    "country",
    "registrar",
    "domain",
    "mirror",
    "redirect",
    "geo-block-on",
    "geo-block-off",
    "dark",
    "back",
]
"""``dns`` is another name server, mail server or alias, ``domain`` a site's new name to which its old one leads, ``mirror`` a
further name beside one that still answers, ``redirect`` a host that sends its visitors to another."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a host, between the time when it was last seen as before and the time when it was first seen as after."""

    host: str
    """A host name or an address, without a port."""
    kind: MoveKind
    before: tuple[str, ...]
    """The values of before, in order; several where a host had several at once; empty where there was none."""
    after: tuple[str, ...]
    at: datetime
    """When the new state was first seen, UTC."""
    last_seen: datetime | None
    """When the old state was last seen, UTC: the change lies between the two. None where it was not seen."""
    statements: tuple[str, ...]
    """The ids of the statements that show both sides."""
    exchanges: tuple[str, ...] = ()
    """The ids of the exchanges that show both sides, where answers show it rather than statements."""
    confidence: Confidence = "high"
    """``low`` where one sighting alone shows the new state, or two sources had to be compared."""
    vantage: str | None = None
    """The declared country of the device that saw it, ISO 3166-1 alpha-2, where that decides (geo-blocks)."""
    edge: str | None = None
    """The delivery network to which the new address belongs: where the server is does not follow from it."""
    site: str | None = None
