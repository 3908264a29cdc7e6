"""Campaigns of authorities, as dated data: window, focus, and in what form they want to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from crawler import datafile
from crawler.errors import ConfigurationError, UnknownObjectError
from crawler.model import ACTIONS

_FIELDS: datafile.Fields = {
    "id": str, "name": dict, "owner": dict, "country": str, "tracks": list, "starts": date, "ends": date, "focus": dict,
    "report": dict, "source": str, "checked_by": str,
}  # fmt: skip
_OPTIONAL = frozenset({"starts", "ends"})

Window = Literal["to-come", "open", "over", "not announced"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A time-boxed joint action."""

    campaign_id: str
    name: Mapping[str, str]
    """Language -> text; so with `owner` and `report`."""
    owner: Mapping[str, str]
    country: str
    tracks: tuple[str, ...]
    starts: date | None
    ends: date | None
    """The last day."""
    focus: Mapping[str, Sequence[str]]
    report: Mapping[str, str]
    source: str
    checked_by: str
    """Who compared the entry with the authority's own announcement; empty for nobody."""

    def window(self, today: date) -> Window:
        """Where today lies in its window."""
        if self.starts is None or self.ends is None:
            return "not announced"
        return "to-come" if today < self.starts else "over" if today > self.ends else "open"


def parse(text: str, source: str = "campaigns.toml") -> tuple[Campaign, ...]:
    """Campaigns from TOML text. Raises ConfigurationError that names the campaign and the fault."""
    data = datafile.tables(text, source, "campaign")
    found = tuple(
        _one(entry, f"{source}: {entry.get('id', 'one without an id')}") for entry in data.get("campaign", ())
    )
    datafile.check_once((one.campaign_id for one in found), source)
    return found


@cache
def known() -> tuple[Campaign, ...]:
    """The campaigns that come with the product."""
    return parse((files("crawler.casework") / "campaigns.toml").read_text(encoding="utf-8"))


def named(directory: Sequence[Campaign], campaign_id: str) -> Campaign:
    """The campaign of an id. Raises UnknownObjectError."""
    for one in directory:
        if one.campaign_id == campaign_id.strip().lower():
            return one
    raise UnknownObjectError("no such campaign", campaign_id, "see: titlewatch cases campaigns")


def _one(entry: Mapping[str, Any], which: str) -> Campaign:
    datafile.check(entry, which, _FIELDS, (name for name in _FIELDS if name not in _OPTIONAL))
    datafile.check_both_languages(entry, which, "name", "owner", "focus", "report")
    if strange := [track for track in entry["tracks"] if track not in ACTIONS]:
        raise ConfigurationError(f"unknown track {strange[0]}", which, f"use {', '.join(ACTIONS)}")
    starts, ends = entry.get("starts"), entry.get("ends")
    if (starts is None) != (ends is None) or (starts and ends and ends < starts):
        raise ConfigurationError("the window is no window", which, "give starts and ends in their order, or neither")
    return Campaign(
        entry["id"], entry["name"], entry["owner"], entry["country"], tuple(entry["tracks"]), starts, ends, entry["focus"],
        entry["report"], entry["source"], entry["checked_by"],
    )  # fmt: skip
