"""Whether an item of a case stands where the work is lawfully offered, or is a genuine page itself: asked again before it leaves."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.errors import RefusedError, UsageError
from crawler.hosts import host_port
from crawler.licence import Licence, registered

_SLASHES = re.compile(r"^([a-zA-Z][\w+.-]*):[\\/]+")
_SAME = re.compile(r"^(?:www\d?|m|mobile|wap|amp)\.")
"""Names before a host under which the same pages stand."""


@dataclass(frozen=True, slots=True)
class Item:
    """What of a hit would be said to infringe."""

    hit_id: str
    addresses: tuple[str, ...]
    """The listing, its page, its targets and what they lead to: URLs."""
    hosts: tuple[str, ...]
    """``host:port`` of the site, those that it redirects to included."""
    licences: tuple[Licence, ...]
    """Of its work, as they stand now."""
    seen: tuple[date, ...]
    """Days on which it was observed."""


def unlicensed(items: Iterable[Item], countries: Collection[str], today: date) -> None:
    """No item stands on a host where its work is lawfully offered, on any day on which it was seen or today.

    `countries` are those of the recipient and of the collector: a licence that holds in either is enough. Raises
    RefusedError naming the hits and the hosts.
    """
    found = [
        f"{item.hit_id} ({host}: {licence})"
        for item in items
        for host, licence in _licensed(item, countries, today)
    ]  # fmt: skip
    if found:
        raise RefusedError(
            f"{len(found)} {'item stands' if len(found) == 1 else 'items stand'} where the work is licensed",
            ", ".join(found[:5]),
            "decide them as licensed and take them out (titlewatch cases remove), or correct the work's licensed domains",
        )  # fmt: skip


def genuine_apart(items: Iterable[Item], reference_urls: Collection[str]) -> None:
    """No item names a genuine page of any watched work, however it is written. Raises RefusedError naming the hits."""
    genuine = [key for url in reference_urls if (key := _key(url))]
    found = [
        f"{item.hit_id} ({address})"
        for item in items
        for address in item.addresses
        if (key := _key(address)) and any(_is_same(key, one) for one in genuine)
    ]
    if found:
        raise RefusedError(
            "a reference (genuine) page would be named as infringing", ", ".join(found[:5]),
            "take the item out (titlewatch cases remove), or correct the work's identifiers",
        )  # fmt: skip


def host_of(address: str) -> str:
    """The host of a URL or of ``host:port`` as it is registered: whatever the case, port, user and spelling; empty for none."""
    text = _SLASHES.sub(r"\1://", address.strip().replace("\\", "/"))
    text = text if "://" in text else f"http://{text}"
    scheme, _, rest = text.partition("://")
    try:
        found = host_port(f"http://{rest}" if scheme.lower() not in ("http", "https") else text)
    except UsageError:
        return ""
    return registered(unquote(found.rpartition(":")[0]))


def _licensed(item: Item, countries: Collection[str], today: date) -> list[tuple[str, Licence]]:
    hosts = dict.fromkeys(host for one in (*item.addresses, *item.hosts) if (host := host_of(one)))
    return [(host, licence) for host in hosts if (licence := _holds(item, host, countries, today))]


def _holds(item: Item, host: str, countries: Collection[str], today: date) -> Licence | None:
    for licence in item.licences:
        if licence.is_of(host) and any(
            licence.state(day, country) == "holds" for day in {today, *item.seen} for country in countries
        ):
            return licence
    return None


def _key(address: str) -> tuple[str, str, frozenset[tuple[str, str]]] | None:
    """Host, path and query of a page, without what may differ between two ways to write it; None for what is no web page."""
    host = host_of(address)
    if not host or not re.match(r"(?i)https?:", address.strip()):
        return None
    try:
        parts = urlsplit(address.strip().replace("\\", "/"))
    except ValueError:
        return None
    path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/").casefold()
    return _SAME.sub("", host), path, frozenset(parse_qsl(parts.query))


def _is_same(
    seen: tuple[str, str, frozenset[tuple[str, str]]], genuine: tuple[str, str, frozenset[tuple[str, str]]]
) -> bool:
    return seen[:2] == genuine[:2] and genuine[2] <= seen[2]
