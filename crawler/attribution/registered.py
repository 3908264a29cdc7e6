"""What a registry's answer comes to: statements about a host whose domain it is, or whose address lies in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from crawler import clock
from crawler.attribution.card import Card
from crawler.attribution.registration import DomainFacts
from crawler.statement import Confidence, Statement, StatementKind

Facts = TypeVar("Facts")
NOT_REGISTERED = "not registered"


@dataclass(frozen=True, slots=True)
class Registered(Generic[Facts]):
    """What a registry said, when, and the exchange that holds it."""

    facts: Facts
    exchange_id: str
    server: str
    at: datetime

    @property
    def source(self) -> str:
        """Who said so, as a statement names it."""
        return f"RDAP {self.server}"

    @property
    def day(self) -> str:
        """When it said so, ISO 8601."""
        return self.at.date().isoformat()


def state(
    host: str, name: str, said: Registered[DomainFacts | None], registrar: Registered[Card] | None = None
) -> list[Statement]:
    """What the registry says of a host's domain; without facts, that it knows no such domain.

    `registrar` is the registrar's own answer, where the registry's gives no country of it.
    """

    def one(kind: StatementKind, value: str, confidence: Confidence, by: Registered[Card] | None = None) -> Statement:
        told = by or said
        return Statement(
            clock.new_id(), host, kind, value, told.at, told.source, confidence, told.exchange_id, None, name
        )

    facts = said.facts
    if facts is None:
        return [one("registration", NOT_REGISTERED, "medium")]
    made = []
    if named := facts.registrar or (facts.registrar_id and f"IANA {facts.registrar_id}"):
        made.append(one("registrar", named, "high"))
    if facts.registrar_country:
        made.append(one("registrar-country", facts.registrar_country, "medium"))
    elif registrar is not None and registrar.facts.country:
        made.append(one("registrar-country", registrar.facts.country, "medium", registrar))
    return made + [one("registration", value, "high") for value in _values(facts)]


def _values(facts: DomainFacts) -> Iterator[str]:
    if facts.registrar_id:
        yield f"registrar IANA {facts.registrar_id}"
    for what, moment in facts.dates:
        yield f"{what} {clock.stamp(moment)}"
    for status in facts.statuses:
        yield f"status {status}"
    for left_out in facts.redacted:
        yield f"redacted {left_out}"
