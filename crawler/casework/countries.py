"""Which countries a case touches, and as what, each with the statement that says so.

The country of a delivery network's edge is the edge's and never the server's: where an address is an edge, the server's
country is unknown unless a lawful, named source gave an address behind it. Nothing is typed in; what rests on nothing
is not said.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.hosts import registrable_domain
from crawler.statement import Confidence, Statement

Role = Literal["server", "edge", "registrar", "registry", "operator", "discovery"]
"""``server`` where the host's address is, ``edge`` where a delivery network's edge is, ``registrar`` and ``registry`` who
keeps the name, ``operator`` where a filing says that it is registered, ``discovery`` where the collector's device stood."""
CROSSING: frozenset[Role] = frozenset({"server", "operator", "discovery"})
"""The roles that make a case a cross-border one when they lie in different countries."""
_NAMES = {"uk": "GB", "su": "RU", "ac": "SH"}
_NOT_COUNTRIES = frozenset({"eu"})
_ONE_DAY = timedelta(days=1)
_ORDER: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Touch:
    """A country that a host touches, in one role."""

    country: str
    """ISO 3166-1 alpha-2."""
    role: Role
    host: str
    confidence: Confidence
    at: datetime
    """When it was last observed, UTC."""
    statements: tuple[str, ...]
    """The ids of the statements that say so; empty for a role that follows from the name of the host alone."""
    sources: tuple[str, ...]
    is_disputed: bool = False
    """Sources name different countries for the same thing at the same time."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A host whose server's country is not known, and why."""

    host: str
    why: Literal["edge", "unplaced", "unobserved"]
    """Hidden by a delivery network; its address is known, but of no country; nothing is known of it."""
    edge: str = ""
    """The delivery network, where one hides it."""


def touched(hosts: Sequence[str], statements: Iterable[Statement], discovery: str | None, at: datetime) -> list[Touch]:
    """The countries that hosts touch as they were last observed, and the collector's own.

    `discovery` is the country of the collecting device; `at` is when that was so.
    """
    latest = _latest(statements)
    found: list[Touch] = []
    for host in hosts:
        said = latest.get(host, [])
        found += _placed(host, said)
        found += _named(host, said, at)
    if discovery:
        found.append(Touch(discovery, "discovery", "", "high", at, (), ("collector.country",)))
    return found


def hidden(hosts: Sequence[str], statements: Iterable[Statement]) -> list[Hidden]:
    """The hosts of which no server's country is known."""
    latest = _latest(statements)
    found = []
    for host in hosts:
        said = latest.get(host, [])
        if not any(touch.role == "server" for touch in _placed(host, said)):
            edges = [s.value for s in said if s.kind == "edge"]
            is_seen = any(s.kind in ("address", "origin") for s in said)
            found.append(
                Hidden(host, "edge" if edges else "unplaced" if is_seen else "unobserved", edges[0] if edges else "")
            )
    return found


def crosses_borders(touches: Iterable[Touch]) -> bool:
    """Whether server, operator and collector lie in more than one country."""
    return len({touch.country for touch in touches if touch.role in CROSSING}) > 1


def _latest(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Of each host, what was last said of each kind: on its last day, as a host may have several addresses."""
    by_kind: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        by_kind[statement.host, statement.kind].append(statement)
    found: dict[str, list[Statement]] = defaultdict(list)
    for (host, _), said in by_kind.items():
        newest = max(statement.at for statement in said)
        found[host] += [statement for statement in said if newest - statement.at < _ONE_DAY]
    return found


def _placed(host: str, said: Sequence[Statement]) -> list[Touch]:
    addresses = {s.value for s in said if s.kind == "address"} | {s.value for s in said if s.kind == "origin"}
    edges = {s.about for s in said if s.kind == "edge"}
    is_edge_whole = None in edges
    found = []
    by_address: dict[str | None, list[Statement]] = defaultdict(list)
    for statement in said:
        if statement.kind == "country" and (statement.about is None or not addresses or statement.about in addresses):
            by_address[statement.about].append(statement)
    origins = {s.value for s in said if s.kind == "origin"}
    # A network's edges are not all known: beside one of them, no address but a given origin is taken for the server's.
    is_edge_whole = is_edge_whole or bool(edges)
    for address, countries in sorted(by_address.items(), key=lambda item: item[0] or ""):
        is_edge = address not in origins and (is_edge_whole or address in edges)
        found += _agreed(host, "edge" if is_edge else "server", countries)
    return found


def _agreed(host: str, role: Role, said: Sequence[Statement]) -> list[Touch]:
    """One touch for each country named; disputed where there are several, and then of low confidence."""
    by_country: dict[str, list[Statement]] = defaultdict(list)
    for statement in said:
        by_country[statement.value].append(statement)
    is_disputed = len(by_country) > 1
    return [
        Touch(
            country, role, host,
            "low" if is_disputed else max((s.confidence for s in each), key=_ORDER.__getitem__),
            max(s.at for s in each), tuple(s.statement_id for s in each), tuple(dict.fromkeys(s.source for s in each)),
            is_disputed,
        )
        for country, each in sorted(by_country.items())
    ]  # fmt: skip


def _named(host: str, said: Sequence[Statement], at: datetime) -> list[Touch]:
    found = _agreed(host, "registrar", [s for s in said if s.kind == "registrar-country"])
    # An ICP number is given by a Chinese province; who shows one says that the operator is registered there.
    filings = [s for s in said if s.kind in ("filing", "security-filing")]
    if filings:
        ids, sources = tuple(s.statement_id for s in filings), tuple(dict.fromkeys(s.source for s in filings))
        found.append(Touch("CN", "operator", host, "medium", max(s.at for s in filings), ids, sources))
    domain = registrable_domain(host)
    suffix = domain.rpartition(".")[2].lower() if domain else ""
    if len(suffix) == 2 and suffix.isalpha() and suffix not in _NOT_COUNTRIES:
        found.append(
            Touch(
                _NAMES.get(suffix, suffix.upper()), "registry", host, "high", at, (), (f"top-level domain .{suffix}",)
            )
        )
    return found
