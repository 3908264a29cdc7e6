"""What one observation of a host comes to: statements, each with its source, its time and its confidence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.attribution.networks import edge_of
from crawler.attribution.tables import AddressTable
from crawler.attribution.traces import traces
from crawler.statement import Confidence, Statement, StatementKind

CONNECTION, PAGE = "the connection itself", "the page"


def state(
    host: str, at: datetime, basis: str, *,
    address: str | None, certificate: Mapping[str, Any] | None, fields: Sequence[tuple[str, str]], page: str,
    tables: Iterable[AddressTable] = (),
) -> list[Statement]:  # fmt: skip
    """Everything that an exchange with a host shows: `basis` is the exchange's id, `at` when it began, `page` its text."""
    made: list[Statement] = []

    def say(
        kind: StatementKind,
        value: str,
        source: str,
        confidence: Confidence,
        about: str | None = None,
        day: str | None = None,
    ) -> None:
        made.append(Statement(clock.new_id(), host, kind, value, at, source, confidence, basis, day, about))

    system: int | None = None
    holder: str | None = None
    if address:
        say("address", address, CONNECTION, "high")
        for table in tables:
            entry = table.of(address)
            if entry is None:
                continue
            if entry.system is not None:
                system = entry.system
                say("network", f"AS{entry.system}", table.name, "high", address, table.day)
            if entry.holder:
                holder = entry.holder
                say("holder", entry.holder, table.name, "high", address, table.day)
            if entry.country:
                # Where an address is used, tables guess from where it is registered and from measurements.
                say("country", entry.country, table.name, "medium", address, table.day)
        if edge := edge_of(fields, system, holder):
            say("edge", edge[0], edge[1], "high", address)
    if certificate and certificate.get("serial"):
        say(
            "certificate",
            f"{certificate.get('issuer', '')} serial {certificate['serial']}",
            CONNECTION,
            "high",
            address,
        )
    for kind, value, confidence in traces(page, fields):
        say(kind, value, PAGE, confidence)
    return made
