"""Clues into files that partners read, and that `reading` reads back without loss."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from crawler.casework.leads import lumen
from crawler.casework.leads.clue import Clue
from crawler.casework.leads.tabular import COLUMNS
from crawler.errors import UsageError
from crawler.watchlist.cell import guarded

FORMATS = (".csv", ".json", ".jsonl")


def written(name: str, clues: Sequence[Clue], said: Mapping[str, Any], more: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The file of a name: CSV with a byte-order mark, JSON as a Lumen notice with what is `said`, or JSON lines.

    `more` has further columns for each clue; a notice has no room for them, so that JSON is then a list of the clues.
    Raises UsageError for another format, and where a genuine page stands among the links.
    """
    suffix = PurePath(name.lower()).suffix
    rows = [{**_cells(clue), **extra} for clue, extra in zip(clues, more or [{}] * len(clues), strict=True)]
    if suffix == ".json" and more:
        return (json.dumps({"clues": rows}, ensure_ascii=False, indent=1) + "\n").encode()
    if suffix == ".json":
        try:
            notice = lumen.notice(clues, said)
        except ValueError as error:
            raise UsageError(
                "a reference page stands among the links",
                str(error),
                "correct the watchlist's identifiers or the decision",
            ) from None
        return (json.dumps(notice, ensure_ascii=False, indent=1) + "\n").encode()
    if suffix == ".jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if suffix != ".csv":
        raise UsageError("not a format that can be written", name, f"name it {' '.join(FORMATS)}")
    return _separated(rows)


def _cells(clue: Clue) -> dict[str, str]:
    return {name: getattr(clue, name) for name in COLUMNS}


def _separated(rows: Iterable[Mapping[str, str]]) -> bytes:
    rows = list(rows)
    headings = list(dict.fromkeys(name for row in rows for name in row)) or list(COLUMNS)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([guarded(row.get(name, "")) for name in headings] for row in rows)
    return text.getvalue().encode("utf-8-sig")
