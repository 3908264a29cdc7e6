"""Which registry's service answers for a domain, an address or an autonomous system (RFC 9224)."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from crawler.attribution.registration import Unreadable, parse

FILES = {"domain": "dns.json", "ip4": "ipv4.json", "ip6": "ipv6.json", "autnum": "asn.json"}
Services = list[tuple[tuple[str, ...], tuple[str, ...]]]
"""What each entry is for, and where its services are."""


def services(data: bytes) -> Services:
    """The entries of a bootstrap file. Raises Unreadable."""
    found = parse(data)
    listed = found.get("services")
    if not str(found.get("version", "")).startswith("1") or not isinstance(listed, list):
        raise Unreadable("not a bootstrap file of version 1")
    return [entry for one in listed if (entry := _entry(one)) is not None]


def for_domain(entries: Services, name: str) -> str | None:
    """The service for a domain: that of the longest suffix (RFC 9224, 4)."""
    labels = name.lower().rstrip(".").split(".")
    best = max(
        ((len(suffix.split(".")), urls) for keys, urls in entries for key in keys
         if (suffix := key.lower().strip(".")) and labels[-len(suffix.split(".")) :] == suffix.split(".")),
        key=lambda found: found[0], default=None,
    )  # fmt: skip
    return _preferred(best[1]) if best else None


def for_address(entries: Services, address: str) -> str | None:
    """The service for an address: that of the longest prefix (RFC 9224, 5)."""
    wanted = ip_address(address)
    best = max(
        ((network.prefixlen, urls) for keys, urls in entries for network in _networks(keys) if wanted in network),
        key=lambda found: found[0], default=None,
    )  # fmt: skip
    return _preferred(best[1]) if best else None


def for_system(entries: Services, number: int) -> str | None:
    """The service for an autonomous system (RFC 9224, 6)."""
    for keys, urls in entries:
        for key in keys:
            first, _, last = key.partition("-")
            if first.isdecimal() and (last or first).isdecimal() and int(first) <= number <= int(last or first):
                return _preferred(urls)
    return None


def _entry(one: Any) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if not (isinstance(one, list) and len(one) >= 2 and all(isinstance(part, list) for part in one[:2])):
        return None
    keys = tuple(key for key in one[0] if isinstance(key, str))
    urls = tuple(url for url in one[1] if isinstance(url, str) and _is_http(url))
    return (keys, urls) if keys and urls else None


def _is_http(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _networks(keys: tuple[str, ...]) -> Iterator[IPv4Network | IPv6Network]:
    for key in keys:
        try:
            yield ip_network(key)
        except ValueError:
            continue


def _preferred(urls: tuple[str, ...]) -> str:
    """The one that cannot be listened to, where there is a choice."""
    chosen = next((url for url in urls if url.startswith("https:")), urls[0])
    return chosen if chosen.endswith("/") else f"{chosen}/"
