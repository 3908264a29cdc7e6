"""The signs by which landing pages show their state: landing.toml, checked once, compiled once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from lxml import etree

from crawler import datafile
from crawler.errors import ConfigurationError
from crawler.targets.families import known as known_families

Shows = Literal["removed", "geo-blocked", "dead", "locked", "live", "unknown"]
"""What a sign may say."""
STATES: tuple[Shows, ...] = get_args(Shows)
"""The one first that counts first where several are said."""
PLACES = ("message", "page", "source")
_FIELDS: datafile.Fields = {
    "state": str,
    "family": str,
    "status": list,
    "words": list,
    "where": str,
    "paths": list,
    "selector": str,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """What must be there, all of it, for a state to be said."""

    state: Shows
    family: str | None
    status: frozenset[int]
    words: tuple[re.Pattern[str], ...]
    where: str
    paths: tuple[re.Pattern[str], ...]
    selector: etree.XPath | None

    @property
    def is_status_alone(self) -> bool:
        """Whether it asks for a status and nothing else: words beside the status say more."""
        return not (self.words or self.paths or self.selector)


@dataclass(frozen=True, slots=True)
class Signs:
    """All signs, and the addresses that hand out the copy itself."""

    signs: tuple[Sign, ...]
    payload: Mapping[str, tuple[re.Pattern[str], ...]]
    """Family -> paths."""

    def of(self, family: str | None) -> tuple[Sign, ...]:
        """The signs of one family, or those that hold for every host, in the order in which they count."""
        found = (sign for sign in self.signs if sign.family == family)
        return tuple(sorted(found, key=lambda sign: (sign.is_status_alone, STATES.index(sign.state))))


def parse(text: str, source: str = "landing.toml") -> Signs:
    """Signs from TOML text. Raises ConfigurationError that names the sign and the fault."""
    data = datafile.tables(text, source, "sign", "payload")
    families = {family.name for family in known_families().families}
    payload: dict[str, tuple[re.Pattern[str], ...]] = {}
    for number, entry in enumerate(data.get("payload", ()), 1):
        which = f"{source}: payload {number}"
        _check(entry, which, {"family": str, "paths": list}, families)
        payload[entry["family"]] = _patterns(entry.get("paths", ()), which)
    signs = tuple(
        _sign(entry, f"{source}: sign {number}", families) for number, entry in enumerate(data.get("sign", ()), 1)
    )
    return Signs(signs, payload)


def _sign(entry: Mapping[str, Any], which: str, families: set[str]) -> Sign:
    _check(entry, which, _FIELDS, families)
    if entry.get("state") not in STATES:
        raise ConfigurationError(f"unknown state {entry.get('state')}", which, f"use {', '.join(STATES)}")
    if entry.get("where", PLACES[0]) not in PLACES:
        raise ConfigurationError(f"unknown place {entry['where']}", which, f"use {', '.join(PLACES)}")
    if not any(entry.get(name) for name in ("status", "words", "paths", "selector")):
        raise ConfigurationError("it names nothing to look for", which, "add status, words, paths or selector")
    if not all(isinstance(status, int) for status in entry.get("status", ())):
        raise ConfigurationError("a status is no number", which, "write HTTP statuses such as 404")
    try:
        selector = etree.XPath(entry["selector"]) if "selector" in entry else None
    except etree.XPathError as error:
        raise ConfigurationError(f"not an XPath ({error})", f"{which}: {entry['selector']}", "correct it") from None
    return Sign(
        state=cast(Shows, entry["state"]),
        family=entry.get("family"),
        status=frozenset(entry.get("status", ())),
        words=_patterns(entry.get("words", ()), which),
        where=entry.get("where", PLACES[0]),
        paths=_patterns(entry.get("paths", ()), which),
        selector=selector,
    )


def _check(entry: Mapping[str, Any], which: str, known: datafile.Fields, families: set[str]) -> None:
    datafile.check(entry, which, known)
    if "family" in entry and entry["family"] not in families:
        raise ConfigurationError(f"no such family: {entry['family']}", which, "use a name of families.toml")


def _patterns(written: list[str], which: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for one in written:
        try:
            found.append(re.compile(one, re.IGNORECASE))
        except re.error as error:
            raise ConfigurationError(f"not a regular expression ({error})", f"{which}: {one}", "correct it") from None
    return tuple(found)


@cache
def known() -> Signs:
    """The signs that come with the product."""
    return parse((files("crawler.targets") / "landing.toml").read_text(encoding="utf-8"))


@cache
def signs_of(family: str | None) -> tuple[Sign, ...]:
    """The known signs of a family, or those for every host."""
    return known().of(family)
