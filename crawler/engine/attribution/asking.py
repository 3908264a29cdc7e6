"""What is asked about hosts in one run: resolvers about their names, registries about their domains and addresses."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from scrapy.settings import Settings

from crawler import clock
from crawler.attribution import registration
from crawler.attribution.bootstrap import services
from crawler.attribution.dns import RecordType
from crawler.attribution.tables import AddressTable
from crawler.engine.attribution.directory import Directory
from crawler.engine.attribution.keeping import keep
from crawler.engine.attribution.resolver import Asked, Resolver
from crawler.engine.attribution.service import Services
from crawler.engine.guard import addresses as guard
from crawler.engine.guard.addresses import AddressPolicy
from crawler.engine.guard.pace import BudgetSpent, VisitStopped
from crawler.engine.session import RunSession
from crawler.errors import TitlewatchError
from crawler.evidence.entries import registration_body
from crawler.evidence.http_message import decoded_entity
from crawler.hosts import address_port, as_address, is_assigned, registered_domain
from crawler.store import askings, statements
from crawler.store.askings import Registration

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 8
MOST_ADDRESSES = 8
"""Addresses of one host about which registries are asked."""
MOST_ALIASES = 4
"""Times that a name is asked for anew because the resolver gave its alias alone."""
SILENCES = 3
"""So many questions without any answer, and a resolver is not asked any more in this run."""
_ADDRESSES: tuple[RecordType, ...] = ("A", "AAAA")
_SERVERS: tuple[RecordType, ...] = ("NS", "MX")


class Asking:
    """Asks about hosts beside the visits of a run; `stop` ends it early, and what is left is asked another time."""

    def __init__(
        self, run: RunSession, settings: Settings, hosts: Sequence[str],
        resolvers: Sequence[Resolver] | None = None,
    ) -> None:  # fmt: skip
        """Raises ConfigurationError where the settings name no list of registries, or no table of addresses."""
        own = run.configuration.attribution
        self._run = run
        self._hosts = list(dict.fromkeys(hosts))
        made = [Resolver(*address_port(text, 53)) for text in own.resolvers]
        self._resolvers = list(made if resolvers is None else resolvers)
        self._silent: dict[str, int] = {}
        self._kept = timedelta(days=own.rdap_days)
        self._directory = Directory(own.rdap, run.workspace.folder, self._list) if own.rdap else None
        allowed = self._directory.own_hosts if self._directory else frozenset()
        policy = AddressPolicy(run.configuration.network.allow_private, allowed)
        names = guard.Resolver(timeout=settings.getfloat("DNS_TIMEOUT", 30))
        self._services = Services(run, settings, policy, names)
        self._services.resting = askings.pauses(run.store, clock.now())
        self._tables = [(run.workspace.folder / path).resolve() for path in own.tables]
        self._under_way: dict[str, asyncio.Task[bytes | None]] = {}
        self._over = False

    async def finish(self) -> None:
        """Ask about every host."""
        room = asyncio.Semaphore(SIDE_BY_SIDE)
        with ExitStack() as opened:
            tables = [opened.enter_context(AddressTable(path)) for path in self._tables] if self._directory else []
            await asyncio.gather(*(self._one(host, room, tables) for host in self._hosts))
        self._run.commit()

    def stop(self, why: str) -> None:
        """End soon: what is under way finishes, and nothing more is asked."""
        self._over = True
        self._services.stop(why)

    async def _one(self, host: str, room: asyncio.Semaphore, tables: Sequence[AddressTable]) -> None:
        async with room:
            try:
                await self._about(host, tables)
            except (VisitStopped, BudgetSpent) as error:
                self.stop(str(error))
            except TitlewatchError as error:
                self._run.fail(error)
                self._over = True
            # One host's answers that we cannot take must not cost the others.
            except Exception as fault:
                log.error("our fault on asking about %s: %r", host, fault)
                log.debug("where it arose", exc_info=True)

    async def _about(self, host: str, tables: Sequence[AddressTable]) -> None:
        is_name = as_address(host) is None
        found = [] if is_name else [host.strip("[]")]
        for resolver in self._resolvers if is_name else []:
            found += await self._names(host, resolver)
        if self._directory is None:
            return
        if is_name and "." in host:
            await self._domain(registered_domain(host))
        for address in list(dict.fromkeys(found or self._seen(host)))[:MOST_ADDRESSES]:
            if is_assigned(address):
                systems = {entry.system for table in tables if (entry := table.of(address)) and entry.system}
                systems |= set(await self._network(address))
                for number in sorted(systems):
                    reading = partial(registration.system, asked=number)
                    await self._look_up("autnum", str(number), f"autnum/{number}", reading)

    async def _names(self, host: str, resolver: Resolver) -> list[str]:
        """Ask one resolver everything about a host; returns the addresses that it gave."""
        found: list[str] = []
        gone = False
        for record in _ADDRESSES:
            # A name that does not exist has no other records either.
            if not gone:
                values, gone = await self._followed(host, record, resolver)
                found += values
        domain = registered_domain(host)
        if not (gone and domain == host):
            for record in _SERVERS:
                await self._ask(host, domain, record, resolver)
        return found

    async def _followed(self, host: str, record: RecordType, resolver: Resolver) -> tuple[Sequence[str], bool]:
        """The addresses of a name, its aliases followed where the resolver did not; and whether there is no such name."""
        name, seen = host, {host}
        for _ in range(MOST_ALIASES + 1):
            asked = await self._ask(host, name, record, resolver)
            reading = asked.reading if asked else None
            if reading is None or reading.values or reading.outcome != "answered" or reading.aliases[-1] in seen:
                break
            name = reading.aliases[-1]
            seen |= set(reading.aliases)
        return (reading.values, reading.outcome == "no-such-name") if reading else ((), False)

    async def _ask(self, host: str, name: str, record: RecordType, resolver: Resolver) -> Asked | None:
        """Ask one question and record it; None for one that is not asked."""
        if self._over or self._run.failure is not None or self._silent.get(resolver.name, 0) >= SILENCES:
            return None
        try:
            asked = await resolver.ask(name, record)
        except ValueError as error:
            log.info("%s: %s", name, error)
            return None
        dead = asked.reading.outcome in ("silent", "unreachable")
        self._silent[resolver.name] = self._silent.get(resolver.name, 0) + 1 if dead else 0
        keep(self._run, host, asked)
        return asked

    async def _domain(self, name: str) -> None:
        reading = partial(registration.domain, asked=name)
        data = await self._look_up("domain", name, f"domain/{quote(name)}", reading)
        if data is None or self._directory is None:
            return
        facts = registration.domain(data, name)
        base = await self._directory.service("domain", name)
        # Many registries name the registrar and keep its address under a name of its own (RFC 9082, 3.1.5).
        if facts.registrar_handle and not facts.registrar_country and base:
            handle = facts.registrar_handle
            party = partial(registration.entity, asked=handle)
            await self._cached(
                registration.entity_subject(handle, name), f"{base}entity/{quote(handle, safe='')}", party
            )

    async def _network(self, address: str) -> Sequence[int]:
        """Ask about the network of an address; returns the autonomous systems that the registry names."""
        reading = partial(registration.network, asked=address)
        data = await self._look_up("ip", address, f"ip/{quote(address, safe=':')}", reading)
        return registration.network(data, address).systems if data is not None else ()

    def _seen(self, host: str) -> list[str]:
        """The address to which the last connection to a host led."""
        known = [one.address for one in statements.observations(self._run.store, {host}) if one.address]
        return known[-1:]

    async def _look_up(self, kind: str, name: str, path: str, reading: Callable[[bytes], object]) -> bytes | None:
        assert self._directory is not None
        subject = f"{kind}:{name}"
        service = await self._directory.service(kind, name)
        if service is None:
            return None
        return await self._cached(subject, f"{service}{path}", reading)

    async def _list(self, url: str) -> bytes | None:
        return await self._cached(f"bootstrap:{url}", url, services)

    async def _cached(self, subject: str, url: str, reading: Callable[[bytes], object]) -> bytes | None:
        """What is known of a subject, asked once for all hosts, and only when what is kept is too old."""
        if subject not in self._under_way:
            self._under_way[subject] = asyncio.ensure_future(self._fresh(subject, url, reading))
        return await asyncio.shield(self._under_way[subject])

    async def _fresh(self, subject: str, url: str, reading: Callable[[bytes], object]) -> bytes | None:
        known = askings.latest(self._run.store, subject)
        if known is not None and clock.now() - known.at < self._kept:
            return self._body(known)
        if self._over or self._run.failure is not None:
            return None
        asked_at = clock.now()
        found = await self._services.look_up(url, reading)
        if found.outcome == "busy" and found.exchange_id is None:
            # It asked to be left alone before, and that is on record.
            return None
        self._record(subject, Registration(
            clock.new_id(), self._run.run_id, subject, asked_at, found.outcome, found.server, found.exchange_id,
            found.again_at,
        ))  # fmt: skip
        return found.body if found.outcome == "found" else None

    def _body(self, known: Registration) -> bytes | None:
        if known.outcome != "found" or known.exchange_id is None:
            return None
        answer = self._run.recorder.answer(known.exchange_id)
        return decoded_entity(answer[1]).body if answer else None

    def _record(self, subject: str, one: Registration) -> None:
        body = registration_body(
            one.registration_id, one.run_id, subject, one.at, one.outcome, one.server, one.exchange_id, one.again_at
        )
        self._run.recorder.enter(body, lambda connection, seq: _write(connection, one, seq))


def _write(connection: sqlite3.Connection, one: Registration, seq: int) -> None:
    askings.write_registration(connection, one, seq)
