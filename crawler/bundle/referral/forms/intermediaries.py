"""Who carries what was offered: the hosting services of the copies and the sites of the pages, one notice to each."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.bundle.referral.forms.parts import document_of
from crawler.casework import lawful
from crawler.casework.basis import Basis
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Authority, Item
from crawler.casework.liveness import GONE

INFRINGING = "infringing"
UP = "up"


@dataclass(frozen=True, slots=True)
class Material:
    """One thing that a notice asks to take away or to cut off: a stored copy, or the page that offers it."""

    item: Item
    url: str
    access_code: str | None
    is_page: bool


@dataclass(frozen=True, slots=True)
class Intermediary:
    """A host with what it carries of the works of one authorisation."""

    host: str
    authority: Authority | None
    """None where no authorisation is on file: the notice then says so."""
    materials: tuple[Material, ...]

    @property
    def basis(self) -> tuple[Basis, ...]:
        """The exhibits of what it carries."""
        return tuple(basis for one in self.materials for basis in one.item.basis)

    @property
    def works(self) -> tuple[str, ...]:
        """The ids of the works, each once."""
        return tuple(dict.fromkeys(one.item.work_id for one in self.materials))


def intermediaries(dossier: Dossier) -> tuple[Intermediary, ...]:
    """Every host with the items that a person found infringing and that are there still, in order of hosts.

    Raises RefusedError where a genuine page of any of the works would be named.
    """
    groups: dict[tuple[str, tuple[str, str]], list[Material]] = {}
    authorities: dict[tuple[str, str], Authority | None] = {}
    for item in dossier.items:
        if item.decision.verdict != INFRINGING or item.state != UP:
            continue
        authority = next(iter(dossier.work(item.work_id).authorities), None)
        key = document_of(authority) if authority else ("", "")
        authorities.setdefault(key, authority)
        for material in _materials(item):
            if host := _host(material.url):
                groups.setdefault((host, key), []).append(material)
    found = tuple(
        Intermediary(host, authorities[key], tuple(dict.fromkeys(materials)))
        for (host, key), materials in sorted(groups.items(), key=lambda group: group[0])
    )
    _apart(dossier, found)
    return found


def _materials(item: Item) -> Iterator[Material]:
    yield Material(item, item.source_page, None, is_page=True)
    for one in item.hosted:
        if one.state not in GONE:
            yield Material(item, one.url, one.access_code, is_page=False)


def _host(url: str) -> str:
    """The host of a web address; empty for a magnet link and its like, which nobody hosts."""
    return lawful.host_of(url) if url.lower().startswith(("http://", "https://")) else ""


def _apart(dossier: Dossier, found: tuple[Intermediary, ...]) -> None:
    named = [
        lawful.Item(one.item.hit_id, (one.url,), (carrier.host,), (), ())
        for carrier in found
        for one in carrier.materials
    ]
    lawful.genuine_apart(named, [url for work in dossier.works for url in work.reference_urls])
