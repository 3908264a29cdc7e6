"""Where hosts are and who shows what there, stated from what is on record already; nobody is asked and nothing is fetched."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeVar

from crawler.attribution import answered, registered, registration
from crawler.attribution.answered import Known
from crawler.attribution.registered import Registered
from crawler.attribution.registration import NetworkFacts
from crawler.attribution.stating import state
from crawler.attribution.tables import AddressTable
from crawler.desk import raw_answers
from crawler.desk.entering import enter
from crawler.evidence.http_message import decoded_entity, split_http
from crawler.evidence.warc_read import read_member
from crawler.hosts import as_address, registered_domain
from crawler.statement import Statement
from crawler.store import Store, askings, exchanges, statements
from crawler.store.askings import DnsAnswer
from crawler.store.statements import Observation
from crawler.workspace import Workspace

Progress = Callable[[int, int], None]
Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Observed:
    """What was stated anew."""

    hosts: tuple[str, ...]
    observations: int
    statements: tuple[Statement, ...]
    unread: int
    """Observations whose page is not kept: what it shows is not stated."""
    answers: int = 0
    """Answers of resolvers that were read."""


def observe(
    store: Store, workspace: Workspace, hosts: Collection[str] | None = None, progress: Progress | None = None
) -> Observed:
    """State what the record shows of some hosts, or of all, and what the tables of addresses say; each thing once.

    A table that is newer than the last one states anew. Raises ConfigurationError for a table that cannot be read.
    """
    seen = list(statements.observations(store, hosts))
    answers = askings.to_state(store, hosts)
    with ExitStack() as stack:
        tables = tuple(
            stack.enter_context(AddressTable((workspace.folder / path).resolve()))
            for path in workspace.configuration().attribution.tables
        )
        made, unread = _connections(store, workspace, seen, tables, progress)
        made += _resolved(store, workspace, answers, tables, made)
        named = {one.host for one in seen} | {one.host for one in answers} | set(askings.last_asked(store))
        made += _registered(store, workspace, sorted(named if hosts is None else hosts), seen, tables, made)
        if made or answers:
            used = [{"name": table.name, "day": table.day, "sha256": table.sha256} for table in tables]
            body = {
                "type": "attribution",
                "statements": len(made),
                "hosts": sorted({s.host for s in made}),
                "tables": used,
            }
            with store.transaction() as connection:
                statements.write(connection, made)
                askings.stated(connection, answers)
                enter(workspace, [body])
    told = {one.host for one in seen} | {one.host for one in answers} | {one.host for one in made}
    return Observed(tuple(sorted(told)), len(seen), tuple(made), unread, len(answers))


def _connections(
    store: Store, workspace: Workspace, seen: Collection[Observation], tables: tuple[AddressTable, ...],
    progress: Progress | None,
) -> tuple[list[Statement], int]:  # fmt: skip
    """What connections and pages show; and how many pages are not kept."""
    known = statements.bases(store)
    stated = {basis for basis, _, _ in known}
    made: list[Statement] = []
    unread = 0
    for number, one in enumerate(seen):
        # What a page shows does not change; only tables are exchanged for newer ones.
        is_new = one.exchange_id not in stated
        page = _page(store, workspace, one.exchange_id) if is_new else None
        unread += is_new and page is None
        text, fields = page or ("", ())
        found = state(
            one.host, one.at, one.exchange_id,
            address=one.address, certificate=one.certificate, fields=fields, page=text, tables=tables,
        )  # fmt: skip
        made += [each for each in found if (each.basis, each.source, each.source_date) not in known]
        if progress:
            progress(number + 1, len(seen))
    return made, unread


def _resolved(
    store: Store, workspace: Workspace, answers: Collection[DnsAnswer], tables: tuple[AddressTable, ...],
    made: Iterable[Statement],
) -> list[Statement]:  # fmt: skip
    """What resolvers said, each of its run at once, with what registries say of the addresses that they gave."""

    def together(answer: DnsAnswer) -> tuple[str, str, str]:
        return answer.host, answer.resolver, answer.run_id

    found: list[Statement] = []
    for (host, resolver, _), group in groupby(sorted(answers, key=together), together):
        read = [raw_answers.read(workspace, answer) for answer in group]
        addresses = {value for one in read if one.record in ("A", "AAAA") for value in one.reading.values}
        told = _edges_of(host, [*statements.of_hosts(store, [host]), *made])
        found += answered.state(host, resolver, read, _known(store, workspace, addresses, tables, told))
    return found


def _registered(
    store: Store, workspace: Workspace, hosts: Iterable[str], seen: Collection[Observation],
    tables: tuple[AddressTable, ...], made: Collection[Statement],
) -> list[Statement]:  # fmt: skip
    """What registries said of the hosts' domains, and of the addresses of hosts that no resolver was asked about."""
    found: list[Statement] = []
    resolved = set(askings.last_asked(store))
    for host in hosts:
        said = statements.of_hosts(store, [host])
        bases = {one.basis for one in said}
        is_name = as_address(host) is None
        if is_name:
            found += _of_domain(store, workspace, host, registered_domain(host), bases)
        if is_name and host in resolved:
            continue
        led = [one.address for one in seen if one.host == host and one.address]
        address = led[-1] if is_name and led else None if is_name else host.strip("[]")
        if address is not None:
            known = _known(store, workspace, {address}, tables, _edges_of(host, [*said, *made]))
            network = (known.networks or {}).get(address)
            if network is not None and network.exchange_id not in bases:
                found += answered.place(host, address, network.at, network, known)
    return found


def _of_domain(
    store: Store, workspace: Workspace, host: str, domain: str, bases: Collection[str]
) -> Iterator[Statement]:
    look_up = askings.latest(store, f"domain:{domain}")
    if look_up is None or look_up.exchange_id is None or look_up.exchange_id in bases:
        return
    facts = None
    if look_up.outcome == "found":
        data = raw_answers.body(store, workspace, look_up)
        facts = registration.domain(data, domain) if data is not None else None
        if facts is None:
            return
    registrar = None
    if facts and facts.registrar_handle and not facts.registrar_country:
        handle = facts.registrar_handle
        subject = registration.entity_subject(handle, domain)
        registrar = _said(store, workspace, subject, partial(registration.entity, asked=handle))
    said = Registered(facts, look_up.exchange_id, look_up.server or "", look_up.at)
    yield from registered.state(host, domain, said, registrar)


def _known(
    store: Store,
    workspace: Workspace,
    addresses: Iterable[str],
    tables: tuple[AddressTable, ...],
    edges: dict[str, str],
) -> Known:
    """What tables and registries say of some addresses, and of the networks in which they lie."""
    networks: dict[str, Registered[NetworkFacts]] = {}
    numbers: set[int] = set()
    for address in sorted(addresses):
        numbers |= {entry.system for table in tables if (entry := table.of(address)) and entry.system}
        one = _said(store, workspace, f"ip:{address}", partial(registration.network, asked=address))
        if one is not None:
            networks[address] = one
            numbers |= set(one.facts.systems)
    systems = {
        number: one
        for number in sorted(numbers)
        if (one := _said(store, workspace, f"autnum:{number}", partial(registration.system, asked=number)))
    }
    return Known(tables, networks, systems, edges)


def _said(store: Store, workspace: Workspace, subject: str, read: Callable[[bytes], Facts]) -> Registered[Facts] | None:
    """What a registry said of a subject when it was last asked; None where it knew nothing, or was not asked."""
    look_up = askings.latest(store, subject, ("found",))
    data = raw_answers.body(store, workspace, look_up) if look_up else None
    if look_up is None or data is None or look_up.exchange_id is None:
        return None
    return Registered(read(data), look_up.exchange_id, look_up.server or "", look_up.at)


def _edges_of(host: str, said: Iterable[Statement]) -> dict[str, str]:
    """The addresses of a host that showed themselves as edges; what was only concluded from others proves nothing more."""
    return {
        one.about: one.value
        for one in said
        if one.host == host and one.kind == "edge" and one.about and not one.source.startswith(answered.CONCLUDED)
    }


def _page(store: Store, workspace: Workspace, exchange_id: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The text and the header fields of a kept answer; None where its bytes are not kept."""
    row = exchanges.one(store, exchange_id)
    if row is None or row.kept is None:
        return None
    for record in row.kept.records:
        if record["type"] == "response":
            place = workspace.evidence / row.kept.segment
            response = read_member(place, int(record["offset"]), int(record["length"])).block
            body = decoded_entity(response).body
            # Numbers and names of accounts are ASCII, and filings Chinese: one of the two codings shows both.
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                text = body.decode("gb18030", "replace")
            return text, list(split_http(response).headers)
    return None
