"""Laws of data that stand between evidence and an authority abroad, as dated data, and which of them an approval answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from crawler import datafile
from crawler.casework.recipient import Agency
from crawler.errors import ConfigurationError, UsageError
from crawler.licence import country_of
from crawler.model import ACTIONS
from crawler.store.law_approvals import LawApproval

_FIELDS: datafile.Fields = {
    "id": str, "country": str, "name": dict, "says": dict, "tracks": list, "effective_from": date, "source": str,
    "checked_by": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataLaw:
    """A law under which data of one country needs an approval to go to an authority of another."""

    law_id: str
    country: str
    """Whose data (ISO 3166-1 alpha-2)."""
    name: Mapping[str, str]
    """Language -> what it is called and which article."""
    says: Mapping[str, str]
    tracks: tuple[str, ...]
    """The lanes for which it is asked; empty for every lane."""
    effective_from: date
    source: str
    checked_by: str
    """Who compared the entry with the text of the law; empty for nobody."""


def parse(text: str, source: str = "data_laws.toml") -> tuple[DataLaw, ...]:
    """Laws from TOML text. Raises ConfigurationError that names the law and the fault."""
    data = datafile.tables(text, source, "law")
    found = tuple(_one(entry, f"{source}: {entry.get('id', 'one without an id')}") for entry in data.get("law", ()))
    datafile.check_once((one.law_id for one in found), source)
    return found


@cache
def known() -> tuple[DataLaw, ...]:
    """The laws that come with the product."""
    return parse((files("crawler.casework") / "data_laws.toml").read_text(encoding="utf-8"))


def asked(collected_in: Collection[str], to: Agency, tracks: Collection[str], today: date) -> list[DataLaw]:
    """The laws that ask for an approval, for data of some countries on its way to an agency.

    `tracks` are the lanes of the referral; where none is said, every lane is meant.
    """
    homes = {country_of(country) for country in collected_in}
    return [
        law
        for law in known()
        if law.country in homes
        and to.country != law.country
        and law.effective_from <= today
        and (not law.tracks or not tracks or set(law.tracks) & set(tracks))
    ]


def answered(
    law: DataLaw, approvals: Sequence[LawApproval], case_id: str, to: Agency, days: Collection[date]
) -> LawApproval | None:
    """The approval on file that lets a case go to an agency under one law on all of some days; None when there is none."""
    for one in approvals:
        for_case = one.case_id in (None, case_id)
        reaches = to.country in one.recipients or str(to) in one.recipients
        if law.law_id in one.laws and for_case and reaches and all(one.valid_from <= d <= one.valid_to for d in days):
            return one
    return None


def chosen(written: str) -> tuple[str, ...]:
    """The ids of laws that a person names, apart by commas; all of them for an empty text. Raises UsageError."""
    every = tuple(law.law_id for law in known())
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in written.split(",") if part.strip()))
    if strange := [one for one in wanted if one not in every]:
        raise UsageError("not a law that is known", ", ".join(strange), f"use {', '.join(every)}")
    return wanted or every


def _one(entry: Mapping[str, Any], which: str) -> DataLaw:
    datafile.check(entry, which, _FIELDS, _FIELDS)
    datafile.check_both_languages(entry, which, "name", "says")
    if strange := [track for track in entry["tracks"] if track not in ACTIONS]:
        raise ConfigurationError(f"unknown track {strange[0]}", which, f"use {', '.join(ACTIONS)}")
    return DataLaw(
        entry["id"], entry["country"], entry["name"], entry["says"], tuple(entry["tracks"]), entry["effective_from"],
        entry["source"], entry["checked_by"],
    )  # fmt: skip
