"""Which addresses a connection may reach: decided on resolved addresses, checked again on the connected peer."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address

from crawler import clock
from crawler.errors import RefusedError
from crawler.hosts import address_class, as_address

Resolve = Callable[[str], Awaitable[Sequence[str]]]
NUMERIC = frozenset("0123456789abcdefx.")


_class = lru_cache(maxsize=4096)(address_class)


class AddressRefused(RefusedError):
    """A connection to an address that the guard does not allow."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses always; private and loopback ones only for the site's own host:port; link-local never."""

    allow_private: bool = False
    allowed_hosts: frozenset[str] = frozenset()
    """``host:port`` of the sites that were added."""

    def refusal(self, host_port: str, address: str) -> str | None:
        """Why `address` may not be reached for a request to `host_port`; None when it may."""
        kind = _class(address)
        if kind == "public":
            return None
        if kind == "forbidden":
            return f"{address} is a link-local, multicast, unspecified or reserved address"
        if not self.allow_private:
            return f"{address} is a private or loopback address"
        if host_port not in self.allowed_hosts:
            return f"{address} is a private or loopback address and {host_port} is not a host of the site"
        return None

    def admit(self, host_port: str, addresses: Sequence[str]) -> tuple[str, ...]:
        """The addresses that may be connected to, in the resolver's order. Raises AddressRefused when none may."""
        refusals = {address: self.refusal(host_port, address) for address in addresses}
        admitted = tuple(address for address, refusal in refusals.items() if refusal is None)
        if not admitted:
            why = "; ".join(refusal for refusal in refusals.values() if refusal) or "no address"
            raise AddressRefused(
                f"address refused ({why})",
                host_port,
                "set network.allow_private = true and add the site if it is yours",
            )
        return admitted


def literal(host: str) -> str | None:
    """The address that a host of a URL spells, in any form that a C library reads; None for a name.

    Decimal, hexadecimal, octal and shortened IPv4 (``2130706433``, ``0x7f.1``) come out
    dotted, IPv6 without brackets and zone.
    """
    bare = host.strip("[]").split("%", 1)[0].rstrip(".")
    if as_address(bare) is not None:
        return bare
    if bare and set(bare.lower()) <= NUMERIC:
        try:
            return str(IPv4Address(socket.inet_aton(bare)))
        except OSError:
            return None
    return None


async def system_resolve(host: str) -> Sequence[str]:
    """All addresses of a name, as the system's resolver orders them. Raises OSError when it has none."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(answer[4][0]).split("%", 1)[0] for answer in answers]


class Resolver:
    """Resolves a name once per `keep_seconds`; an address literal resolves to itself.

    Who connects must use the addresses returned here and never the name again: that
    makes DNS rebinding impossible.
    """

    def __init__(self, resolve: Resolve = system_resolve, *, keep_seconds: float = 60, timeout: float = 30) -> None:
        self._resolve = resolve
        self._keep_ns = int(keep_seconds * 1e9)
        self._timeout = timeout
        self._known: dict[str, tuple[int, tuple[str, ...]]] = {}

    async def addresses(self, host: str) -> tuple[str, ...]:
        """All addresses of `host`, each once. Raises OSError when there is none or the time is over."""
        spelled = literal(host)
        if spelled is not None:
            return (spelled,)
        moment = clock.monotonic_ns()
        made, known = self._known.get(host, (0, ()))
        if known and moment - made < self._keep_ns:
            return known
        try:
            answers = tuple(dict.fromkeys(await asyncio.wait_for(self._resolve(host), self._timeout)))
        except TimeoutError:
            raise OSError(f"no answer within {self._timeout:g} seconds") from None
        except UnicodeError as error:
            raise OSError(f"not a host name ({error})") from None
        if not answers:
            raise OSError("the resolver gave no address")
        self._known[host] = (moment, answers)
        return answers
