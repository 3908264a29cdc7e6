"""Hosts that may be worth a visit: listings keep pointing to them, or they look like sites that are watched already.

Only what is on record counts; nothing is asked of a candidate, and nobody but a person adds one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from urllib.parse import urlsplit

from crawler import clock
from crawler.errors import UsageError
from crawler.hosts import as_address, host_port, registrable_domain
from crawler.licence import Licence, country_of, registered
from crawler.targets.families import families_of_host, is_not_target

ENOUGH = 3
"""Listings that point to a host before it is proposed for that alone."""
SHARED = 12
"""A certificate with more names than this is a host's for many customers, and says nothing."""
_TELLING = re.compile(r"\d")
_URL = re.compile(r"https?://[^\s<>\"'「」『』（）()，。；、]{4,500}", re.I)
_LABEL = re.compile(r"[^a-z]+")
_WEIGHTS = {
    "moved": 5.0,
    "certificate": 3.0,
    "same-paths": 4.0,
    "name": 1.5,
    "hits": 0.5,
    "listings": 0.25,
    "sites": 1.0,
}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host that is proposed as a site."""

    host: str
    """``host:port``."""
    url: str
    """An address there that was named."""
    score: float
    listings: int
    """Listings that point there."""
    hits: int
    """Hits among them."""
    sites: tuple[str, ...]
    """Watched sites on which they stand, or which lead there."""
    last_seen: str | None
    reasons: tuple[Mapping[str, object], ...]
    """Each with a ``key`` of wording/candidates.toml and its facts."""
    examples: tuple[str, ...]
    """Some of the listings."""


@dataclass(slots=True)
class _Found:
    url: str
    listings: dict[str, bool] = field(default_factory=dict)
    sites: set[str] = field(default_factory=set)
    same: dict[str, set[str]] = field(default_factory=dict)
    """Watched site -> addresses of its listings that stand there under the same path."""
    moved: dict[str, int] = field(default_factory=dict)
    certificate: set[str] = field(default_factory=set)
    last_seen: str = ""


class Candidates:
    """Gathers what points to hosts, and says which of them to propose."""

    def __init__(
        self,
        own: Iterable[str],
        licences: Iterable[Licence],
        listings: Iterable[tuple[str, str]],
        country: str = "",
    ) -> None:
        """`own` are the hosts of sites as ``host:port``; `listings` the site and address of every listing.

        A host is left out on the days on which a licence of it holds in `country`, from which pages are seen.
        """
        self._own = frozenset(own)
        names = {host.rpartition(":")[0] for host in self._own}
        self._domains = {_domain(name): name for name in names if as_address(name) is None}
        self._country = country_of(country)
        self._licences: dict[str, list[Licence]] = {}
        for one in licences:
            self._licences.setdefault(registered(one.domain).removeprefix("www."), []).append(one)
        self._paths: dict[str, dict[str, str]] = {}
        for site_id, url in listings:
            if path := _path(url):
                self._paths.setdefault(path, {}).setdefault(site_id, url)
        self._found: dict[str, _Found] = {}

    def pointed(self, site_id: str, listing: str, url: str, is_hit: bool, seen: str) -> None:
        """A listing of a site names an address; `seen` is when it last did, as `clock.stamp` writes it."""
        found = self._of(url, clock.parse(seen).astimezone(UTC).date())
        if found is None:
            return
        found.listings[listing] = found.listings.get(listing, False) or is_hit
        found.sites.add(site_id)
        found.last_seen = max(found.last_seen, seen)
        for other, known in self._paths.get(_path(url), {}).items():
            found.same.setdefault(other, set()).add(known)

    def written(self, site_id: str, listing: str, text: str, is_hit: bool, seen: str) -> None:
        """The text of a listing holds addresses."""
        for url in _URL.findall(text):
            self.pointed(site_id, listing, url.rstrip(".,;:!?"), is_hit, seen)

    def led(self, site_id: str, url: str, pages: int) -> None:
        """A watched site redirects to an address off it."""
        if (found := self._of(url, _today())) is not None:
            found.moved[site_id] = max(found.moved.get(site_id, 0), pages)
            found.sites.add(site_id)

    def certified(self, host: str, names: Iterable[str]) -> None:
        """The certificate of a watched host (``host:port``) bears these names."""
        named = [name.removeprefix("*.") for name in names]
        for name in named if host in self._own and len(named) <= SHARED else ():
            if (found := self._of(f"https://{name}/", _today())) is not None:
                found.certificate.add(host)

    def proposed(self) -> list[Candidate]:
        """The hosts that are worth a look, the most telling first."""
        made = (self._candidate(host, found) for host, found in self._found.items())
        return sorted((one for one in made if one is not None), key=lambda one: (-one.score, one.host))

    def _of(self, url: str, day: date) -> _Found | None:
        try:
            host = host_port(url)
        except UsageError:
            return None
        name = host.rpartition(":")[0]
        if host in self._own or not ("." in name or as_address(name)):
            return None
        if as_address(name) is None and _domain(name) in self._domains:
            return None
        if families_of_host(name) or is_not_target(name) or self._is_licensed(name, day):
            return None
        return self._found.setdefault(host, _Found(url))

    def _is_licensed(self, name: str, day: date) -> bool:
        rest = registered(name).removeprefix("www.") if self._licences else ""
        while rest:
            if any(one.state(day, self._country) == "holds" for one in self._licences.get(rest, ())):
                return True
            rest = rest.partition(".")[2]
        return False

    def _candidate(self, host: str, found: _Found) -> Candidate | None:
        name = host.rpartition(":")[0]
        hits = sum(found.listings.values())
        reasons: list[dict[str, object]] = []
        score = 0.0
        for site_id, pages in sorted(found.moved.items()):
            reasons.append({"key": "moved", "site": site_id, "pages": pages})
            score += _WEIGHTS["moved"]
        for site_id, known in sorted(found.same.items()):
            reasons.append({"key": "same-paths", "site": site_id, "count": len(known), "example": min(known)})
            score += _WEIGHTS["same-paths"] + 0.5 * min(len(known), 10)
        for own in sorted(found.certificate):
            reasons.append({"key": "certificate", "host": own})
            score += _WEIGHTS["certificate"]
        if (like := self._like(name)) is not None:
            reasons.append({"key": "name", "host": like})
            score += _WEIGHTS["name"]
        if not reasons and len(found.listings) < ENOUGH:
            return None
        if found.listings:
            reasons.append({"key": "listings", "count": len(found.listings), "hits": hits, "sites": len(found.sites)})
            score += _WEIGHTS["listings"] * min(len(found.listings), 40) + _WEIGHTS["hits"] * min(hits, 20)
        score += _WEIGHTS["sites"] * (len(found.sites) - 1)
        return Candidate(
            host,
            found.url,
            round(score, 2),
            len(found.listings),
            hits,
            tuple(sorted(found.sites)),
            found.last_seen or None,
            tuple(reasons),
            tuple(sorted(found.listings)[:_SHOWN]),
        )

    def _like(self, name: str) -> str | None:
        """A watched host whose name is the same but for its ending, its digits or its hyphens."""
        if as_address(name) is not None:
            return None
        label = _LABEL.sub("", _domain(name).partition(".")[0])
        for domain, own in self._domains.items():
            if len(label) >= 5 and label == _LABEL.sub("", domain.partition(".")[0]):
                return own
        return None


def _today() -> date:
    return clock.now().date()


def _path(url: str) -> str:
    """The path and query of an address, where they are telling enough to be the same by no accident; else empty."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if len(path) >= 6 and _TELLING.search(path) else ""


def _domain(name: str) -> str:
    """The registrable domain of a host name; under an ending that nobody registered, its last two labels."""
    below = f"x.{name}"
    return registrable_domain(name) if registrable_domain(below) != below else ".".join(name.split(".")[-2:])
