"""What the answers of one resolver about one host come to: statements, each with the answer that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler import clock
from crawler.attribution.dns import Reading, RecordType
from crawler.attribution.networks import edge_of
from crawler.attribution.registered import Registered
from crawler.attribution.registration import NetworkFacts
from crawler.attribution.tables import AddressTable
from crawler.statement import Confidence, Statement, StatementKind

_KINDS: Mapping[RecordType, StatementKind] = {
    "A": "address",
    "AAAA": "address",
    "NS": "name-server",
    "MX": "mail-server",
}

BEFORE, BESIDE = "observed before", "beside the edge"
CONCLUDED = (BEFORE, BESIDE)
"""Beginnings of the sources of an edge that did not show itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a resolver said to one question for the sake of a host."""

    answer_id: str
    name: str
    record: RecordType
    at: datetime
    reading: Reading


@dataclass(frozen=True, slots=True)
class Known:
    """What others said of addresses and networks."""

    tables: tuple[AddressTable, ...] = ()
    networks: Mapping[str, Registered[NetworkFacts]] | None = None
    """Address -> what the registry said of its network."""
    systems: Mapping[int, Registered[NetworkFacts]] | None = None
    """Number of an autonomous system -> what the registry said of it."""
    edges: Mapping[str, str] | None = None
    """Address -> the delivery network of which it was told to be an edge before, by who connected to it."""


def state(host: str, resolver: str, answers: Iterable[Answer], known: Known) -> list[Statement]:
    """Everything that one resolver's answers of one time show of a host; what failed says nothing of it.

    What tables and registries say of an address is stated anew each time that a name leads to it, so that it stands
    beside the address however long ago they were asked; `source_date` says when.
    """
    said = _Said(host, f"DNS resolver {resolver}")
    asked = list(answers)
    addresses: dict[str, Answer] = {}
    aliases: list[str] = []
    for answer in asked:
        if answer.record in ("NS", "MX"):
            for value in answer.reading.values:
                said.say(_KINDS[answer.record], value, answer, about=None if answer.name == host else answer.name)
            continue
        for alias in answer.reading.aliases:
            aliases.append(alias)
            said.say("alias", alias, answer)
        for value in answer.reading.values:
            addresses.setdefault(value, answer)
            said.say("address", value, answer)
    _edges(said, addresses, {a: _placed(said, a, answer, known, aliases) for a, answer in addresses.items()}, known)
    if not addresses:
        _nowhere(said, [answer for answer in asked if answer.record in ("A", "AAAA")])
    return list(said.made.values())


def place(host: str, address: str, at: datetime, network: Registered[NetworkFacts], known: Known) -> list[Statement]:
    """What a registry says of an address to which a connection led, where no resolver was asked; `at` is when that was said."""
    said = _Said(host, network.source)
    answer = Answer(network.exchange_id, host, "A", at, Reading("answered", (address,)))
    edge = _placed(said, address, answer, known, ())
    _edges(said, {address: answer}, {address: edge}, known)
    # The tables were read when the connection was: what they say stands beside it.
    return [one for one in said.made.values() if one.kind == "edge" or one.source.startswith("RDAP ")]


class _Said:
    """The statements of one host as they are made, each thing once."""

    def __init__(self, host: str, source: str) -> None:
        self.made: dict[tuple[str, str, str | None, str], Statement] = {}
        self._host, self._source = host, source

    def say(
        self, kind: StatementKind, value: str, answer: Answer, confidence: Confidence = "high", *,
        about: str | None = None, by: str | None = None, day: str | None = None,
        registry: Registered[NetworkFacts] | None = None,
    ) -> None:  # fmt: skip
        """`by` names another source than the resolver, of that `day`; a `registry` names itself, its day and its answer."""
        source, basis = by or self._source, answer.answer_id
        if registry is not None:
            source, basis, day = registry.source, registry.exchange_id, registry.day
        one = Statement(clock.new_id(), self._host, kind, value, answer.at, source, confidence, basis, day, about)
        self.made.setdefault((kind, value, about, source), one)


def _placed(said: _Said, address: str, answer: Answer, known: Known, aliases: Sequence[str]) -> tuple[str, str] | None:
    """Say whose network an address is and of which country; returns the delivery network and what shows it, if it is one."""
    systems: list[int] = []
    holders: list[str] = []
    for table in known.tables:
        entry = table.of(address)
        if entry is None:
            continue
        if entry.system is not None:
            systems.append(entry.system)
            said.say("network", f"AS{entry.system}", answer, about=address, by=table.name, day=table.day)
        if entry.holder:
            holders.append(entry.holder)
            said.say("holder", entry.holder, answer, about=address, by=table.name, day=table.day)
        if entry.country:
            said.say("country", entry.country, answer, "medium", about=address, by=table.name, day=table.day)
    if network := (known.networks or {}).get(address):
        facts = network.facts
        for number in facts.systems:
            systems.append(number)
            said.say("network", f"AS{number}", answer, "medium", about=address, registry=network)
        if holder := facts.holder or facts.name:
            holders += [name for name in (facts.holder, facts.name) if name]
            said.say("holder", holder, answer, about=address, registry=network)
        if facts.country:
            # A registry says where a network is registered, which says little of where its machines are.
            said.say("country", facts.country, answer, "low", about=address, registry=network)
    for number in dict.fromkeys(systems):
        system = (known.systems or {}).get(number)
        if system and (name := system.facts.holder or system.facts.name):
            holders += [name for name in (system.facts.holder, system.facts.name) if name]
            said.say("holder", name, answer, about=f"AS{number}", registry=system)
    shown = [edge_of([], number) for number in systems] + [edge_of([], None, holder) for holder in holders]
    return next((one for one in [*shown, edge_of([], None, None, aliases)] if one), None)


def _edges(
    said: _Said, addresses: Mapping[str, Answer], shown: Mapping[str, tuple[str, str] | None], known: Known
) -> None:
    """Say which addresses are edges of a delivery network."""
    told = {address: edge for address, edge in shown.items() if edge}
    for address, name in (known.edges or {}).items():
        if address in addresses:
            told.setdefault(address, (name, BEFORE))
    for address, answer in addresses.items():
        if address in told:
            name, by = told[address]
            said.say("edge", name, answer, about=address, by=by)
        elif told:
            # A delivery network that takes a name's visitors has more edges than we know: none of them tells the server.
            beside, (name, _) = next(iter(told.items()))
            said.say("edge", name, answer, "medium", about=address, by=f"{BESIDE} {beside}")


def _nowhere(said: _Said, asked: Sequence[Answer]) -> None:
    """Say that a name leads nowhere, where the resolver says so and did not merely fail to answer."""
    for outcome in ("no-such-name", "alias-loop"):
        if found := next((answer for answer in asked if answer.reading.outcome == outcome), None):
            said.say("resolution", outcome, found, "medium")
            return
    if len(asked) > 1 and all(answer.reading.outcome in ("no-data", "answered") for answer in asked):
        said.say("resolution", "no-data", asked[0], "medium")
