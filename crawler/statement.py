"""One dated, sourced and graded fact about a host: what everything across borders rests on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

StatementKind = Literal[
    "address",
    "name-server",
    "mail-server",
    "alias",
    "resolution",
    "network",
    "holder",
    "country",
    "edge",
    "origin",
    "registrar",
    "registrar-country",
    "registration",
    "certificate",
    "filing",
    "security-filing",
    "server-software",
    "favicon",
    "template",
    "analytics",
    "advertising",
    "payment",
    "contact",
]
"""``alias`` is a CNAME, ``resolution`` that a name leads nowhere (no-such-name, no-data, alias-loop), ``network`` an autonomous
system (``AS64500``), ``holder`` who holds it, ``country`` where the address is registered or placed (ISO 3166-1 alpha-2),
``edge`` the delivery network whose edge the address is, ``origin`` an address behind it that a lawful, named source gave,
``filing`` an ICP number, ``security-filing`` a public-security one, ``contact`` a handle of the operator's."""

PERSONAL: frozenset[StatementKind] = frozenset({"payment", "contact"})
"""Kinds whose values may lead to a person: encrypted at rest, and shown for a stated purpose alone."""

Confidence = Literal["high", "medium", "low"]
KINDS: tuple[StatementKind, ...] = get_args(StatementKind)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source said of a host at one time."""

    statement_id: str
    host: str
    """A host name or an address, without a port."""
    kind: StatementKind
    value: str
    at: datetime
    """When it was observed, UTC."""
    source: str
    """Who said so: a resolver, a registry's service, a table of addresses, the connection, the page."""
    confidence: Confidence
    basis: str
    """The id of the exchange, record or observation that holds the raw answer."""
    source_date: str | None = None
    """The day of the source itself, where it has one (a table of addresses), ISO 8601."""
    about: str | None = None
    """What the value belongs to where the host has several: the address of a ``country``, the network of a ``holder``."""
    handling: str | None = None
    """How far it may go, as its source asked; None for what anybody can see."""
