"""The directory of agencies, as dated data: who can act, where, on what, and from whom it takes information.

What nobody has compared with the agency's own publication, or what was due for that again, is never used silently:
`standing` says so, and whatever prints an agency prints its standing beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from crawler import datafile
from crawler.errors import ConfigurationError, UnknownObjectError
from crawler.model import ACTIONS

WORLD = "WORLD"
KINDS = ("police", "prosecutor", "administrative", "court-order", "industry", "international")
GIVERS = ("public", "right-holder", "foreign-agency", "member-body")
"""From whom an agency takes information: anybody, a right-holder or who acts for one, an agency abroad, its members alone."""
CHANNELS = ("portal", "email", "post", "fax", "phone", "liaison")
_FIELDS: datafile.Fields = {
    "id": str, "country": str, "kind": str, "level": str, "name": dict, "tracks": list, "competence": dict,
    "accepts_from": list, "languages": list, "channels": list, "source": str, "verified_on": date, "verified_by": str,
    "review_due": date,
}  # fmt: skip
_OPTIONAL = frozenset({"verified_on", "verified_by", "review_due"})

Standing = Literal["verified", "expired", "unverified"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach an agency; an empty value means that it is to be looked up."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Counterpart:
    """An agency, body or list that may receive information."""

    agency_id: str
    country: str
    """ISO 3166-1 alpha-2, or WORLD."""
    kind: str
    level: str
    name: Mapping[str, str]
    """Language -> name."""
    tracks: tuple[str, ...]
    competence: Mapping[str, str]
    accepts_from: tuple[str, ...]
    languages: tuple[str, ...]
    """ISO 639-1, its own first."""
    channels: tuple[Channel, ...]
    source: str
    verified_on: date | None
    verified_by: str
    review_due: date | None

    def standing(self, today: date) -> Standing:
        """Whether the entry may be relied on today."""
        if self.verified_on is None:
            return "unverified"
        return "expired" if self.review_due is not None and self.review_due < today else "verified"


def parse(text: str, source: str = "agencies.toml") -> tuple[Counterpart, ...]:
    """Agencies from TOML text. Raises ConfigurationError that names the agency and the fault."""
    data = datafile.tables(text, source, "agency")
    found = tuple(_one(entry, f"{source}: {entry.get('id', 'one without an id')}") for entry in data.get("agency", ()))
    datafile.check_once((one.agency_id for one in found), source)
    return found


@cache
def known() -> tuple[Counterpart, ...]:
    """The directory that comes with the product."""
    return parse((files("crawler.casework") / "agencies.toml").read_text(encoding="utf-8"))


def named(directory: tuple[Counterpart, ...], agency_id: str) -> Counterpart:
    """The agency of an id. Raises UnknownObjectError."""
    for one in directory:
        if one.agency_id == agency_id:
            return one
    raise UnknownObjectError("no such agency", agency_id, "see: titlewatch agencies list")


def _one(entry: Mapping[str, Any], which: str) -> Counterpart:
    datafile.check(entry, which, _FIELDS, (name for name in _FIELDS if name not in _OPTIONAL))
    if not (entry["country"] == WORLD or (len(entry["country"]) == 2 and entry["country"].isupper())):
        raise ConfigurationError("country is no country", which, f"write a code such as CN, or {WORLD}")
    datafile.check_both_languages(entry, which, "name", "competence")
    for field, allowed in (("tracks", ACTIONS), ("accepts_from", GIVERS)):
        if strange := [value for value in entry[field] if value not in allowed] or ([""] if not entry[field] else []):
            raise ConfigurationError(
                f"{field} cannot hold {strange[0] or 'nothing'}", which, f"use {', '.join(allowed)}"
            )
    if entry["kind"] not in KINDS:
        raise ConfigurationError(f"unknown kind {entry['kind']}", which, f"use {', '.join(KINDS)}")
    if ("verified_on" in entry) != bool(entry.get("verified_by")) or ("verified_on" in entry) != (
        "review_due" in entry
    ):
        raise ConfigurationError(
            "a verification is incomplete", which, "write verified_on, verified_by and review_due, or none of them"
        )
    return Counterpart(
        agency_id=entry["id"],
        country=entry["country"],
        kind=entry["kind"],
        level=entry["level"],
        name=entry["name"],
        tracks=tuple(entry["tracks"]),
        competence=entry["competence"],
        accepts_from=tuple(entry["accepts_from"]),
        languages=tuple(entry["languages"]),
        channels=tuple(_channel(one, which) for one in entry["channels"]),
        source=entry["source"],
        verified_on=entry.get("verified_on"),
        verified_by=entry.get("verified_by", ""),
        review_due=entry.get("review_due"),
    )


def _channel(entry: Any, which: str) -> Channel:
    if not isinstance(entry, dict) or set(entry) != {"kind", "value"} or entry["kind"] not in CHANNELS:
        raise ConfigurationError(
            f"a channel cannot be read: {entry}", which, f"give kind ({', '.join(CHANNELS)}) and value"
        )
    return Channel(entry["kind"], str(entry["value"]))
