"""One row of a file of works into a Work; every fault is kept, with its row and column."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crawler.licence import of_object, read
from crawler.model import POLICIES, WORK_KINDS, Work
from crawler.watchlist.cell import COLUMNS, SEVERAL, split
from crawler.watchlist.heading import KIND_OF, POLICY_OF, meant

YEARS = range(1000, 2101)
LONGEST = 2000
"""Characters of one value."""


@dataclass(slots=True)
class Faults:
    """The faults of one file, each with the row and the column that a spreadsheet shows."""

    places: Mapping[str, str] = field(default_factory=dict)
    """Column name -> how to name it."""
    found: list[str] = field(default_factory=list)

    def add(self, row: int, column: str, what: str) -> None:
        """Keep a fault."""
        self.found.append(f"{self._place(row, column)} {what}")

    def names(self, row: int, column: str, start: int) -> bool:
        """True when one of the faults from number `start` on is in this cell."""
        return any(fault.startswith(self._place(row, column)) for fault in self.found[start:])

    def _place(self, row: int, column: str) -> str:
        return f"row {row}, column {self.places.get(column, column)}:"


def read_row(number: int, values: Mapping[str, Any], faults: Faults) -> Work | None:
    """A work of one row, or None when something in it cannot be taken; the faults say what."""
    before = len(faults.found)
    single = {
        name: _text(number, name, values.get(name), faults)
        for name in COLUMNS
        if name not in SEVERAL and name != "year"
    }
    several = {name: _several(number, name, values.get(name), faults) for name in SEVERAL if name != "licensed_domains"}
    licences = _licences(number, values.get("licensed_domains"), faults)
    year = _year(number, values.get("year"), faults)
    kind = _one_of(number, "kind", single["kind"], WORK_KINDS, KIND_OF, faults)
    policy = _one_of(number, "policy", single["policy"], POLICIES, POLICY_OF, faults)
    if not single["title"] and not faults.names(number, "title", before):
        faults.add(number, "title", "empty")
    elif single["title"] and not any(c.isalnum() for c in single["title"]):
        faults.add(number, "title", f"{_shown(single['title'])} has no letter or digit")
    if single["id"] and not re.fullmatch(r"[^\s,;；/\\\x00-\x1f]{1,100}", single["id"]):
        faults.add(number, "id", f"{_shown(single['id'])}: an id has no blanks, commas, semicolons or slashes")
    if len(faults.found) > before:
        return None
    return Work(
        work_id=single["id"],
        title=single["title"],
        kind=kind,
        year=year,
        language=single["language"] or None,
        aliases=several["aliases"],
        creators=several["creators"],
        licensed_domains=licences,
        identifiers=several["identifiers"],
        policy=policy or "default",
        publishers=several["publishers"],
    )


def _one_of(
    number: int, name: str, written: str, ours: tuple[str, ...], called: Mapping[str, str], faults: Faults
) -> str | None:
    """Which of our words a cell means; None when it is empty."""
    word = called.get(written.lower())
    if written and word is None:
        guess = meant(written, ours)
        faults.add(number, name, f"{_shown(written)} is no {name}; use {', '.join(ours)}{guess}")
    return word


def _text(number: int, name: str, value: Any, faults: Faults) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        value = str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        what = "a date; format the cell as text" if isinstance(value, date) else f"{type(value).__name__}, not text"
        faults.add(number, name, f"{_shown(str(value))} is {what}")
        return ""
    return _clean(number, name, value, faults)


def _clean(number: int, name: str, value: str, faults: Faults) -> str:
    text = " ".join(value.split())
    strange = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") or c == "\ufffd"), None)
    if strange is not None:
        faults.add(number, name, f"holds a character that is no text (U+{ord(strange):04X})")
    if len(text) > LONGEST:
        faults.add(number, name, f"longer than {LONGEST} characters; is a quotation mark missing?")
    return text


def _several(number: int, name: str, value: Any, faults: Faults) -> tuple[str, ...]:
    if isinstance(value, list):
        texts = [_text(number, name, item, faults) for item in value]
        return tuple(dict.fromkeys(text for text in texts if text))
    if isinstance(value, str):
        return tuple(_clean(number, name, part, faults) for part in split(value, name))
    text = _text(number, name, value, faults)
    return (text,) if text else ()


def _year(number: int, value: Any, faults: Faults) -> int | None:
    if value is None or value == "":
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if not text:
        return None
    if not isinstance(value, bool) and re.fullmatch(r"[0-9]{4}", text) and int(text) in YEARS:
        return int(text)
    faults.add(number, "year", f"{_shown(text)} is no year from {YEARS[0]} to {YEARS[-1]}")
    return None


def _licences(number: int, value: Any, faults: Faults) -> tuple[str, ...]:
    """Licences, written or as objects, in the form in which they are kept."""
    name = "licensed_domains"
    if isinstance(value, str):
        value = _array(value) or list(split(value, name))
    kept: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        given = item if isinstance(item, dict) else _text(number, name, item, faults)
        if given:
            try:
                kept.append(str(of_object(given) if isinstance(given, dict) else read(given)))
            except ValueError as error:
                faults.add(number, name, str(error))
    return tuple(dict.fromkeys(kept))


def _array(text: str) -> list[Any] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, list) else [data] if isinstance(data, dict) else None


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:57] + '...'}”"
