"""What a registry says of a domain, an address or an autonomous system (RDAP, RFC 9083), read from its JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Literal

from crawler.attribution import card
from crawler.attribution.card import Card, code_of
from crawler.attribution.words import word

SubjectKind = Literal["domain", "ip", "autnum", "entity"]
_CLASSES: Mapping[SubjectKind, str] = {
    "domain": "domain",
    "ip": "ip network",
    "autnum": "autnum",
    "entity": "entity",
}
MOST = 64
"""Things of one kind that are read of one answer."""
_DATES = {"registration": "registered", "expiration": "expires", "last changed": "changed", "transfer": "transferred"}


class Unreadable(ValueError):
    """An answer that is not what RDAP prescribes, or about something else than was asked."""


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """What the registry of a domain says of it."""

    registrar: str | None
    registrar_id: str | None
    """The number that IANA gave the registrar."""
    registrar_country: str | None
    registrar_handle: str | None
    """By which the same service may be asked for the registrar itself."""
    dates: tuple[tuple[str, datetime], ...]
    """registered, expires, changed, transferred -> when, UTC."""
    statuses: tuple[str, ...]
    redacted: tuple[str, ...]
    """What the registry says that it leaves out (RFC 9537)."""


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What a registry says of the network that holds an address, or of an autonomous system."""

    first: str
    last: str
    name: str | None
    """What the network itself is called."""
    holder: str | None
    """The organisation; None where the registry names a person, or nobody."""
    country: str | None
    """Where it is registered, ISO 3166-1 alpha-2: not where its machines are."""
    systems: tuple[int, ...]
    """The autonomous systems from which the registry expects the network to be announced."""
    redacted: tuple[str, ...]


def parse(data: bytes) -> Mapping[str, Any]:
    """The JSON object that an answer is. Raises Unreadable."""
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON ({str(error)[:100]})") from None
    if not isinstance(found, dict):
        raise Unreadable("not a JSON object")
    return found


def domain(data: bytes, asked: str) -> DomainFacts:
    """What an answer says of a domain. Raises Unreadable."""
    found = _object(data, "domain")
    told = {str(found.get(name, "")).lower().rstrip(".") for name in ("ldhName", "unicodeName")}
    if asked not in told and asked not in {_ascii(name) for name in told}:
        raise Unreadable("about another domain than was asked")
    registrar = next((one for one in _objects(found.get("entities")) if "registrar" in _words(one.get("roles"))), {})
    about = card.read(registrar.get("vcardArray"), is_organisation=True)
    ids = [
        word(one.get("identifier"))
        for one in _objects(registrar.get("publicIds"))
        if "iana registrar" in str(one.get("type", "")).lower()
    ]
    return DomainFacts(
        about.organisation,
        next((one for one in ids if one), None),
        about.country,
        word(registrar.get("handle")),
        tuple(_dates(found)),
        tuple(dict.fromkeys(_words(found.get("status")))),
        _redacted(found),
    )


def network(data: bytes, asked: str) -> NetworkFacts:
    """What an answer says of the network of an address. Raises Unreadable."""
    found = _object(data, "ip")
    try:
        first, last = ip_address(str(found.get("startAddress"))), ip_address(str(found.get("endAddress")))
        address = ip_address(asked)
    except ValueError:
        raise Unreadable("a network without its first and last address") from None
    if not first.version == last.version == address.version or not int(first) <= int(address) <= int(last):
        raise Unreadable("about another network than was asked")
    return _network(found, str(first), str(last))


def system(data: bytes, asked: int) -> NetworkFacts:
    """What an answer says of an autonomous system. Raises Unreadable."""
    found = _object(data, "autnum")
    # A service that knows the one number alone may leave the range out.
    first, last = found.get("startAutnum", asked), found.get("endAutnum", asked)
    if type(first) is not int or type(last) is not int or not first <= asked <= last:
        raise Unreadable("about another autonomous system than was asked")
    return _network(found, f"AS{first}", f"AS{last}")


def entity_subject(handle: str, name: str) -> str:
    """Under which a registrar's own answer is kept: its handle is the registry's, and so is good for one suffix."""
    return f"entity:{handle}@{name.rpartition('.')[2]}"


def entity(data: bytes, asked: str) -> Card:
    """What an answer says of an organisation that was asked for by its handle. Raises Unreadable."""
    found = _object(data, "entity")
    if str(found.get("handle", "")).lower() != asked.lower():
        raise Unreadable("about another party than was asked")
    return card.read(found.get("vcardArray"), is_organisation="registrar" in _words(found.get("roles")))


def _network(found: Mapping[str, Any], first: str, last: str) -> NetworkFacts:
    holders = [
        card.read(one.get("vcardArray")).organisation
        for one in _objects(found.get("entities"))
        if "registrant" in _words(one.get("roles"))
    ]
    # An extension of the American registry; each registry that knows it uses the same name.
    origins = found.get("arin_originas0_originautnums")
    systems = [one for one in origins if type(one) is int and 0 < one < 1 << 32] if isinstance(origins, list) else []
    return NetworkFacts(
        first,
        last,
        word(found.get("name")),
        next((holder for holder in holders if holder), None),
        code_of(found.get("country")),
        tuple(dict.fromkeys(systems))[:MOST],
        _redacted(found),
    )


def _object(data: bytes, kind: SubjectKind) -> Mapping[str, Any]:
    found = parse(data)
    if found.get("objectClassName") != _CLASSES[kind]:
        raise Unreadable(f"not about {_CLASSES[kind]}: {str(found.get('objectClassName'))[:40]}")
    return found


def _dates(found: Mapping[str, Any]) -> Iterator[tuple[str, datetime]]:
    told: dict[str, datetime] = {}
    for one in _objects(found.get("events")):
        name = _DATES.get(str(one.get("eventAction")))
        try:
            moment = datetime.fromisoformat(str(one.get("eventDate")))
            if name and moment.tzinfo is not None:
                told.setdefault(name, moment.astimezone(UTC))
        except (ValueError, OverflowError):
            continue
    yield from told.items()


def _redacted(found: Mapping[str, Any]) -> tuple[str, ...]:
    names = []
    for one in _objects(found.get("redacted")):
        name = one.get("name")
        told = word(name.get("description")) or word(name.get("type")) if isinstance(name, dict) else None
        names.append(told or "unnamed")
    return tuple(dict.fromkeys(names))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value[:MOST] if isinstance(one, dict)] if isinstance(value, list) else []


def _words(value: Any) -> list[str]:
    return [text for one in value[:MOST] if (text := word(one))] if isinstance(value, list) else []


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _each_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:40]} stands twice")
        found[name] = value
    return found
