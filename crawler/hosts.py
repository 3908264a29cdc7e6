"""Hosts and addresses: host:port of a URL, registrable domains, and which addresses are private.

The public suffix list is the one that tldextract ships, never fetched, private suffixes
included: everybody's blog on a free host is a site of its own.
"""

from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.errors import UsageError

if TYPE_CHECKING:
    from tldextract import TLDExtract

_IPV4_IN_LOW_BITS = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
"""IPv4-compatible (RFC 4291, 2.5.5.1) and NAT64 (RFC 6052, 2.1)."""
_INSIDE = tuple(
    ip_network(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                 "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8")
)  # fmt: skip
"""Addresses that belong to nobody in particular."""
DEFAULT_PORTS = {"http": 80, "https": 443}


@cache
def _suffixes() -> "TLDExtract":
    # It loads an HTTP library that is never used here: only who asks for a domain waits for that.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)


def host_port(url: str) -> str:
    """``host:port`` of an http(s) URL, lower case, port always written, IPv6 in brackets.

    Raises UsageError for anything that is no absolute http(s) URL with a host.
    """
    remedy = "give an address such as https://forum.example/"
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"not a URL ({error})", url, remedy) from None
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise UsageError("not an http(s) URL", url, remedy)
    if any(c.isspace() or c in "<>\"'{}|\\^`" for c in host):
        raise UsageError("not a host name", url, remedy)
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        raise UsageError("not a host name", url, remedy) from None
    host = f"[{host}]" if ":" in host else host
    return f"{host.lower()}:{port or DEFAULT_PORTS[parts.scheme]}"


def address_port(text: str, port: int) -> tuple[str, int]:
    """Address and port of ``address``, ``address:port`` or ``[IPv6]:port``; `port` where none is given.

    Raises UsageError for a name, and for what is no address.
    """
    remedy = f"give an address such as 192.0.2.53, 192.0.2.53:{port} or [2001:db8::53]:{port}"
    try:
        return str(ip_address(text)), port
    except ValueError:
        pass
    try:
        parts = urlsplit(f"//{text}")
        if parts.username is None and not parts.path and not parts.query and not parts.fragment:
            return str(ip_address(parts.hostname or "")), parts.port or port
    except ValueError:
        pass
    raise UsageError("not an address", text, remedy)


def origin_of(url: str) -> str:
    """``scheme://host`` of an http(s) URL (RFC 6454, 6.2): the port is written only where it is not the scheme's own."""
    scheme = url.strip().split(":", 1)[0].lower()
    return f"{scheme}://{host_port(url).removesuffix(f':{DEFAULT_PORTS.get(scheme)}')}"


def registrable_domain(host: str) -> str:
    """The registrable domain of a host name (``a.b.example.co.uk`` -> ``example.co.uk``); the host itself where there is none."""
    host = host.rsplit(":", 1)[0] if host.count(":") == 1 else host
    return _suffixes()(host).top_domain_under_public_suffix or host.lower()


def registered_domain(host: str) -> str:
    """The domain of a host name as a registry knows it (``blog.free-host.example`` -> ``free-host.example``).

    Suffixes that private owners hand names out under do not count; below an unknown top-level domain it is the last two labels.
    """
    found = _suffixes()(host).top_domain_under_registry_suffix
    return found or ".".join(host.lower().rstrip(".").split(".")[-2:])


def as_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a host string spells, or None for a name. IPv4 inside IPv6 counts as IPv4."""
    try:
        address = ip_address(text.strip("[]").split("%", 1)[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in _IPV4_IN_LOW_BITS) and int(address) > 1:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def is_assigned(address: str) -> bool:
    """Whether an address is of those that registries give to somebody, those for documentation included."""
    found = ip_address(address)
    return not any(found.version == network.version and found in network for network in _INSIDE)


def address_class(text: str) -> str:
    """``public``, ``private`` (loopback included) or ``forbidden`` (link-local, multicast, unspecified, reserved).

    Link-local is forbidden always: cloud machines keep their credentials there.
    """
    address = as_address(text)
    if address is None:
        raise ValueError(f"not an address: {text!r}")
    if address.is_loopback:
        return "private"
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "forbidden"
    if isinstance(address, IPv4Address) and (address.is_reserved or int(address) == 0xFFFFFFFF):
        return "forbidden"
    if not address.is_global or (isinstance(address, IPv6Address) and address.is_site_local):
        return "private"
    return "public"
