"""Delivery networks and how their edges are told: behind one, an address says nothing of where the server is."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.errors import ConfigurationError

MEMBERS = frozenset({"name", "systems", "fields", "servers", "holders", "aliases"})


@dataclass(frozen=True, slots=True)
class Network:
    """A delivery network, and what only its edges show."""

    name: str
    systems: frozenset[int]
    """Numbers of autonomous systems."""
    fields: frozenset[str]
    """Names of header fields, lower case."""
    servers: tuple[str, ...]
    """Beginnings of the Server field, lower case."""
    holders: tuple[str, ...]
    """Beginnings of its name in a registry, lower case."""
    aliases: tuple[str, ...]
    """Domains in which its customers' aliases end, lower case."""


def edge_of(
    fields: Sequence[tuple[str, str]], system: int | None, holder: str | None = None, aliases: Sequence[str] = ()
) -> tuple[str, str] | None:
    """The network whose edge answered and what shows it; or None.

    By an answer's header fields, an address's autonomous system and holder, or the aliases that lead to it.
    """
    names = {name.lower() for name, _ in fields}
    server = next((value.strip().lower() for name, value in fields if name.lower() == "server"), "")
    for network in known():
        if told := sorted(network.fields & names):
            return network.name, f"header field {told[0]}"
        if server and any(server.startswith(beginning) for beginning in network.servers):
            return network.name, "header field server"
        if system in network.systems:
            return network.name, f"AS{system}"
        if holder and holder.lower().startswith(network.holders):
            return network.name, f"held by {holder}"
        for alias in aliases:
            if any(f".{alias}".endswith(f".{domain}") for domain in network.aliases):
                return network.name, f"alias {alias}"
    return None


def parse(text: str, source: str = "networks.toml") -> tuple[Network, ...]:
    """Networks from TOML text. Raises ConfigurationError that names the network and the fault."""
    found = []
    for entry in tomllib.loads(text)["network"]:
        if set(entry) != MEMBERS:
            raise ConfigurationError(
                "a network cannot be read", f"{source}: {entry.get('name')}", f"give {', '.join(sorted(MEMBERS))}"
            )
        found.append(
            Network(
                entry["name"],
                frozenset(entry["systems"]),
                frozenset(name.lower() for name in entry["fields"]),
                *(tuple(value.lower() for value in entry[name]) for name in ("servers", "holders", "aliases")),
            )
        )
    return tuple(found)


@cache
def known() -> tuple[Network, ...]:
    """The networks that come with the product."""
    return parse((files("crawler.attribution") / "networks.toml").read_text(encoding="utf-8"))
