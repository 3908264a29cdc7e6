"""A card of contact data in JSON (jCard, RFC 7095), of which only an organisation's name and country are read.

A natural person's name, addresses and numbers are not taken out of it: they stay in the sealed answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.attribution.words import word
from crawler.licence import TERRITORIES, country_of

_NAMES = {
    "AUSTRALIA": "AU", "CANADA": "CA", "FRANCE": "FR", "GERMANY": "DE", "HONG KONG": "HK", "ICELAND": "IS", "INDIA": "IN",
    "ITALY": "IT", "MALAYSIA": "MY", "NETHERLANDS": "NL", "PANAMA": "PA", "RUSSIA": "RU", "RUSSIAN FEDERATION": "RU",
    "SINGAPORE": "SG", "SPAIN": "ES", "SWEDEN": "SE", "SWITZERLAND": "CH", "TURKEY": "TR", "UKRAINE": "UA",
    "UNITED KINGDOM": "GB", "UNITED STATES": "US", "UNITED STATES OF AMERICA": "US", "VIET NAM": "VN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What may be said of whom a card describes."""

    organisation: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""


def read(data: Any, *, is_organisation: bool = False) -> Card:
    """Read a ``vcardArray``; what is no jCard says nothing.

    `is_organisation` is true where the role leaves no doubt of it, as a registrar's does: a name then counts although
    the card does not say whose it is.
    """
    properties = _properties(data)
    if properties is None:
        return Card()
    kind = next((str(value).lower() for name, _, value in properties if name == "kind"), None)
    names = [_first(value) for name, _, value in properties if name == "org"]
    if kind == "org" or (kind is None and is_organisation):
        names += [word(value) for name, _, value in properties if name == "fn"]
    organisation = next((name for name in names if name), None)
    # Without an organisation the address may be a person's own.
    countries = _countries(properties) if organisation else iter(())
    return Card(organisation, next(countries, None))


def _properties(data: Any) -> list[tuple[str, dict[str, Any], Any]] | None:
    """Name, parameters and value of each property; None for what is no jCard of version 4."""
    if not (isinstance(data, list) and len(data) == 2 and data[0] == "vcard" and isinstance(data[1], list)):
        return None
    found = []
    for one in data[1]:
        whole = isinstance(one, list) and len(one) >= 4
        if not (whole and isinstance(one[0], str) and isinstance(one[1], dict) and isinstance(one[2], str)):
            return None
        found.append((one[0].lower(), one[1], one[3]))
    return found if ("version", "4.0") in [(name, value) for name, _, value in found] else None


def _countries(properties: list[tuple[str, dict[str, Any], Any]]) -> Iterator[str]:
    for name, parameters, value in properties:
        if name != "adr":
            continue
        # The code stands in a parameter of its own (RFC 8605), or the name in the last of seven parts (RFC 6350, 6.3.1).
        named = value[6] if isinstance(value, list) and len(value) == 7 else None
        for told in (parameters.get("cc"), named):
            if country := code_of(told):
                yield country


def code_of(told: Any) -> str | None:
    """The code of a country that is given by its code or by a name that is known; None for anything else."""
    text = word(told)
    code = _NAMES.get(text.upper()) or country_of(text) if text else ""
    return code if code in TERRITORIES else None


def _first(value: Any) -> str | None:
    """The organisation's own name, where its units follow it."""
    return word(value[0]) if isinstance(value, list) and value else word(value)
