"""The case at a glance: who offers what from which server, and where the offered copies are said to be (format.md 9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler import clock
from crawler.bundle.casefile import CaseFile
from crawler.bundle.markings import one_line


@dataclass(slots=True)
class ServedFrom:
    """One site: the servers that answered for it, and which exhibits came from there."""

    site: str
    hosts: str
    servers: dict[str, None] = field(default_factory=dict)
    """``address, port`` in the order in which they were met."""
    encrypted: bool = False
    exhibits: list[int] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    @property
    def span(self) -> tuple[str, str]:
        """First and last time a page of an exhibit was asked for."""
        ordered = sorted(self.times, key=clock.parse)
        return ordered[0], ordered[-1]


@dataclass(slots=True)
class CopiesAt:
    """One place where offered copies are said to be: a host, or a kind of address that names none."""

    place: str
    kinds: dict[str, None] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    exhibits: list[int] = field(default_factory=list)


def served_from(case: CaseFile, captures: Sequence[Mapping[str, Any]]) -> list[ServedFrom]:
    """The sites of a case, in the order of their ids; `captures` is capture.json of each exhibit."""
    found = {site.site_id: ServedFrom(one_line(site.site_id), one_line(", ".join(site.hosts))) for site in case.sites}
    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        page = next(exchange for exchange in facts["exchanges"] if exchange["role"] == "page")
        row = found[exhibit.site.site_id]
        row.servers[f"{page['peer']['address'] or '–'}, {page['peer']['port'] or '–'}"] = None
        row.encrypted |= page["tls"] is not None
        row.exhibits.append(exhibit.number)
        row.times.append(page["started"])
    return list(found.values())


def copies_at(case: CaseFile) -> list[CopiesAt]:
    """Where the offered copies are said to be, the place with most addresses first."""
    found: dict[str, CopiesAt] = {}
    for exhibit in case.exhibits:
        for target in exhibit.targets:
            place = _place(target)
            row = found.setdefault(place, CopiesAt(place))
            row.kinds[target["kind"]] = None
            row.addresses.add(target["object"] or target["url"])
            if exhibit.number not in row.exhibits:
                row.exhibits.append(exhibit.number)
    return sorted(found.values(), key=lambda row: (-len(row.addresses), row.place))


def numbers(found: Iterable[int]) -> str:
    """Rising numbers, shortly: ``1–4, 7``."""
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _place(target: Mapping[str, Any]) -> str:
    try:
        host = urlsplit(target["url"]).hostname
    except ValueError:
        host = None
    scheme = target["url"].partition(":")[0].lower()
    return one_line(host) if host and scheme in ("http", "https", "ftp", "ftps") else one_line(scheme)
