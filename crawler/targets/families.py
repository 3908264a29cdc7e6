"""The families of hosts where copies sit: families.toml, checked once, compiled once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from crawler import datafile
from crawler.errors import ConfigurationError

KINDS = frozenset({"cloud_drive", "locker", "stream", "player", "file"})
_FIELDS: datafile.Fields = {
    "name": str,
    "kind": str,
    "hosts": list,
    "paths": list,
    "lengths": list,
    "codes": bool,
    "fold": bool,
    "examples": list,
}
_REQUIRED = ("name", "kind", "hosts", "paths")
_LONGEST_TAIL = 2_000


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of host: its aliases and the shapes of its links."""

    name: str
    kind: str
    hosts: tuple[str, ...]
    paths: tuple[re.Pattern[str], ...]
    lengths: frozenset[int]
    codes: bool
    fold: bool
    examples: tuple[str, ...]

    def object_of(self, tail: str) -> str | None:
        """The object id that a path with its query and fragment names: ``share:<family>/<id>`` or ``file:<family>/<id>``."""
        identity = self.identity(tail)
        if identity is None:
            return None
        return f"{'share' if self.kind == 'cloud_drive' else 'file'}:{self.name}/{identity}"

    def identity(self, tail: str) -> str | None:
        """The bare id inside a path with its query and fragment; None when no shape fits."""
        for pattern in self.paths:
            if found := pattern.match(tail[:_LONGEST_TAIL]):
                identity = found["id"]
                return identity.lower() if self.fold else identity
        return None


class Hosts:
    """A set of host patterns: exact names (with or without www.), ``*.name`` for a whole domain, shell patterns."""

    __slots__ = ("_domains", "_exact", "_shapes")

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        self._exact: dict[str, list[int]] = {}
        self._domains: dict[str, list[int]] = {}
        self._shapes: list[tuple[re.Pattern[str], int]] = []
        for pattern, number in patterns:
            bare = pattern.removeprefix("*.")
            if any(sign in bare for sign in "*?["):
                self._shapes.append((re.compile(translate(bare)), number))
                if bare != pattern:
                    self._shapes.append((re.compile(translate(pattern)), number))
            elif bare != pattern:
                self._domains.setdefault(bare, []).append(number)
            else:
                self._exact.setdefault(bare.removeprefix("www."), []).append(number)

    def numbers(self, host: str) -> tuple[int, ...]:
        """What the patterns that fit a lower-case host name stand for, exact names first."""
        found = list(self._exact.get(host.removeprefix("www."), ()))
        rest = host
        while rest:
            found += self._domains.get(rest, ())
            rest = rest.partition(".")[2]
        found += [number for shape, number in self._shapes if shape.match(host)]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Redirector:
    """A service whose addresses lead elsewhere without saying where."""

    name: str
    hosts: tuple[str, ...]
    examples: tuple[str, ...]


class Families:
    """All families, the redirectors that may lead to them, and the hosts that never hold a target."""

    __slots__ = ("_hosts", "_not_targets", "_redirectors", "families", "redirectors")

    def __init__(
        self, families: tuple[Family, ...], not_targets: tuple[str, ...], redirectors: tuple[Redirector, ...] = ()
    ) -> None:
        self.families, self.redirectors = families, redirectors
        self._hosts = Hosts((host, number) for number, family in enumerate(families) for host in family.hosts)
        self._redirectors = Hosts((host, number) for number, one in enumerate(redirectors) for host in one.hosts)
        self._not_targets = Hosts((host, 0) for host in not_targets)

    def of_host(self, host: str) -> tuple[Family, ...]:
        """The families that a lower-case host name may belong to."""
        return tuple(self.families[number] for number in self._hosts.numbers(host))

    def redirector(self, host: str) -> Redirector | None:
        """The redirector that a lower-case host name belongs to."""
        return next((self.redirectors[number] for number in self._redirectors.numbers(host)), None)

    def is_not_target(self, host: str) -> bool:
        """Whether a lower-case host name is a reference work, a shop, a licensed service or a page's furniture."""
        return bool(self._not_targets.numbers(host))


def parse(text: str, source: str = "families.toml") -> Families:
    """Families from TOML text. Raises ConfigurationError that names the family and the fault."""
    data = datafile.tables(text, source, "family", "redirector", "not_targets")
    families = tuple(_family(entry, source) for entry in data.get("family", []))
    redirectors = tuple(_redirector(entry, source) for entry in data.get("redirector", []))
    datafile.check_once([family.name for family in families] + [one.name for one in redirectors], source)
    hosts = data.get("not_targets", {}).get("hosts", [])
    if not all(isinstance(host, str) for host in hosts):
        raise ConfigurationError("a host is not text", f"{source}: not_targets", "write it in quotes")
    return Families(families, tuple(hosts), redirectors)


def _check(entry: Mapping[str, Any], which: str, required: tuple[str, ...], known: datafile.Fields) -> None:
    """Raise ConfigurationError for an entry whose fields are not those of its kind."""
    datafile.check(entry, which, known, required)
    if not re.fullmatch(r"[a-z0-9_]+", entry["name"]):
        raise ConfigurationError("the name is no plain word", which, "use lower-case letters, digits and underscores")
    for host in entry["hosts"]:
        if host != host.lower() or "/" in host or "." not in host:
            raise ConfigurationError(f"{host} is no host name", which, "write a lower-case host name without a path")


def _redirector(entry: Mapping[str, Any], source: str) -> Redirector:
    which = f"{source}: redirector {entry.get('name', '(without a name)')}"
    _check(entry, which, ("name", "hosts"), {"name": str, "hosts": list, "examples": list})
    return Redirector(entry["name"], tuple(entry["hosts"]), tuple(entry.get("examples", ())))


def _family(entry: Mapping[str, Any], source: str) -> Family:
    which = f"{source}: family {entry.get('name', '(without a name)')}"
    _check(entry, which, _REQUIRED, _FIELDS)
    if entry["kind"] not in KINDS:
        raise ConfigurationError(f"unknown kind {entry['kind']}", which, f"use {', '.join(sorted(KINDS))}")
    return Family(
        name=entry["name"],
        kind=entry["kind"],
        hosts=tuple(entry["hosts"]),
        paths=tuple(_pattern(path, which) for path in entry["paths"]),
        lengths=frozenset(entry.get("lengths", ())),
        codes=entry.get("codes", entry["kind"] == "cloud_drive"),
        fold=entry.get("fold", False),
        examples=tuple(entry.get("examples", ())),
    )


def _pattern(path: str, which: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(path, re.IGNORECASE | re.ASCII)
    except re.error as error:
        raise ConfigurationError(f"not a regular expression ({error})", f"{which}: {path}", "correct it") from None
    if "id" not in pattern.groupindex:
        raise ConfigurationError("the path names no id", f"{which}: {path}", "add (?P<id>...)")
    return pattern


@cache
def known() -> Families:
    """The families that come with the product."""
    return parse((files("crawler.targets") / "families.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def families_of_host(host: str) -> tuple[Family, ...]:
    """The known families of a lower-case host name."""
    return known().of_host(host)


@lru_cache(maxsize=4096)
def redirector_of(host: str) -> Redirector | None:
    """The known redirector of a lower-case host name."""
    return known().redirector(host)


@lru_cache(maxsize=4096)
def is_not_target(host: str) -> bool:
    """Whether a lower-case host name is known never to hold a target."""
    return known().is_not_target(host)
