"""What one cell of a spreadsheet may hold: several values, and a guard against formulas."""

import json
import re
from collections.abc import Sequence

from crawler.licence import apart
from crawler.model import Work

COLUMNS = (
    "id", "title", "kind", "year", "language", "aliases", "creators", "licensed_domains", "identifiers", "publishers", "policy",
)  # fmt: skip
SEVERAL = ("aliases", "creators", "licensed_domains", "identifiers", "publishers")
"""The columns whose cells hold several values, separated by ``;`` or ``；``, or written as a JSON array."""
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    return "'" + text if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` put there."""
    return text[1:] if _GUARDED.match(text) else text


def joined(values: Sequence[str], column: str = "") -> str:
    """Several values of a column as one cell; a JSON array where a plain list would not come back the same."""
    plain = "; ".join(values)
    return plain if split(plain, column) == tuple(values) else json.dumps(list(values), ensure_ascii=False)


def split(text: str, column: str = "") -> tuple[str, ...]:
    """The values of a column's cell, without blanks around them, each once; a semicolon in a licence's brackets parts none."""
    text = text.strip()
    parts: list[str] | None = None
    if text.startswith("["):
        try:
            array = json.loads(text)
        except ValueError:
            array = None
        if isinstance(array, list) and all(isinstance(value, str) for value in array):
            parts = array
    if parts is None:
        parts = apart(text) if column == "licensed_domains" else re.split("[;；]", text)
    return tuple(dict.fromkeys(value for value in (" ".join(part.split()) for part in parts) if value))


def cells(work: Work) -> list[str]:
    """A work as one row of text, in the order of COLUMNS."""
    return [
        work.work_id,
        work.title,
        work.kind or "",
        "" if work.year is None else str(work.year),
        work.language or "",
        *(joined(getattr(work, name), name) for name in SEVERAL),
        "" if work.policy == "default" else work.policy,
    ]


def record(work: Work) -> dict[str, object]:
    """A work as a JSON object, its members named like the columns."""
    return {
        "id": work.work_id,
        "title": work.title,
        "kind": work.kind,
        "year": work.year,
        "language": work.language,
        **{name: list(getattr(work, name)) for name in SEVERAL},
        "policy": None if work.policy == "default" else work.policy,
    }
