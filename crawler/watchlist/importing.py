"""A file of works into Works: all of it, or nothing and every fault by row and column."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import WatchlistError
from crawler.model import Work
from crawler.watchlist import sheet
from crawler.watchlist.cell import COLUMNS, SEVERAL, split
from crawler.watchlist.heading import column, meant
from crawler.watchlist.row import Faults, read_row

FORMATS = (".csv", ".tsv", ".xlsx", ".json", ".jsonl")
SHOWN = 20
"""Faults that an error names one by one."""
Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Imported:
    """The works of a file, in its order; those without an id have an empty one."""

    works: tuple[Work, ...]
    named: tuple[frozenset[str], ...]
    """For each work: the columns that the file has for it, empty or not."""
    data: bytes
    """The file as it was read."""
    encoding: str | None
    """How the text was decoded; None for a workbook."""


def read(path: Path, encoding: str | None = None) -> Imported:
    """Read a .csv, .tsv, .xlsx, .json or .jsonl file.

    Raises WatchlistError naming file, row and column of every fault; rows are counted as a
    spreadsheet shows them, lines in .jsonl, items from 1 in .json.
    """
    faults = Faults()
    if path.suffix.lower() not in FORMATS:
        raise WatchlistError("not a format that can be read", str(path), f"save it as one of {' '.join(FORMATS)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WatchlistError(f"cannot be read ({error.strerror})", str(path), "check the path") from None
    rows, used = _rows(path, data, encoding, faults)
    works: list[Work] = []
    named: list[frozenset[str]] = []
    seen: dict[str, int] = {}
    for number, values in rows:
        work = read_row(number, values, faults)
        if work is None:
            continue
        if work.work_id and work.work_id in seen:
            faults.add(number, "id", f"“{work.work_id}” is also the id of row {seen[work.work_id]}")
        seen.setdefault(work.work_id, number)
        works.append(work)
        named.append(frozenset(values))
    if faults.found:
        more = len(faults.found) - SHOWN
        shown = "; ".join(faults.found[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
        count = "1 fault" if len(faults.found) == 1 else f"{len(faults.found)} faults"
        raise WatchlistError(f"{count}, nothing was imported", f"{path.name} {shown}", "correct the file")
    if not works:
        raise WatchlistError("no works in the file", str(path), f"give it a header row ({', '.join(COLUMNS)}) and rows")
    return Imported(tuple(works), tuple(named), data, used)


def _rows(path: Path, data: bytes, encoding: str | None, faults: Faults) -> tuple[Iterator[Row], str | None]:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _table(sheet.workbook(data, str(path)), path, faults), None
    text = sheet.decode(data, str(path), encoding)
    if suffix == ".json":
        return _objects(text.text, path), text.encoding
    if suffix == ".jsonl":
        return _lines(text.text, path), text.encoding
    return _table(sheet.separated(text.text, path.name, "\t" if suffix == ".tsv" else ","), path, faults), text.encoding


def _table(rows: Iterator[tuple[int, list[Any]]], path: Path, faults: Faults) -> Iterator[Row]:
    first = next(rows, None)
    if first is None:
        return
    number, cells = first
    headings = sheet.header(cells)
    while headings and not headings[-1]:
        headings.pop()
    names = [column(heading) for heading in headings]
    for index, name in enumerate(names):
        place = f"{path.name} row {number}, column {sheet.letter(index)}"
        if name not in COLUMNS:
            written = str(cells[index] or "").strip()
            guess = meant(headings[index], COLUMNS)
            raise WatchlistError(f"unknown column “{written}”{guess}", place, f"use: {', '.join(COLUMNS)}")
        # A director and a cast in columns of their own are people of the work both.
        if name in names[:index] and (name not in SEVERAL or headings[index] in headings[:index]):
            raise WatchlistError(f"the column “{name}” stands twice", place, "leave one out")
    if "title" not in names:
        raise WatchlistError("no column “title”", f"{path.name} row {number}", "add a header row with it")
    letters = {name: [sheet.letter(i) for i, other in enumerate(names) if other == name] for name in names}
    faults.places = {name: f"{name} ({', '.join(places)})" for name, places in letters.items()}
    shared = {name for name, places in letters.items() if len(places) > 1}
    for number, cells in rows:
        for index in range(len(names), len(cells)):
            if cells[index] is not None and str(cells[index]).strip():
                faults.add(
                    number, sheet.letter(index), f"“{str(cells[index])[:40]}” stands beyond the header's columns"
                )
        values = dict(zip(names, cells, strict=False))
        for name in shared:
            own = [cell for other, cell in zip(names, cells, strict=False) if other == name]
            values[name] = [part for cell in own for part in (split(cell, name) if isinstance(cell, str) else [cell])]
        yield number, values


def _objects(text: str, path: Path) -> Iterator[Row]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise WatchlistError(f"not JSON ({error})", str(path), "correct it; nothing was imported") from None
    if not isinstance(data, list):
        raise WatchlistError("not a list of works", str(path), "write [ {...}, {...} ]")
    for number, item in enumerate(data, 1):
        yield number, _members(item, f"{path.name} row {number}")


def _lines(text: str, path: Path) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"{path.name} row {number}"
            try:
                item = json.loads(line)
            except ValueError as error:
                raise WatchlistError(f"not JSON ({error})", place, "correct it; nothing was imported") from None
            yield number, _members(item, place)


def _members(item: Any, place: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise WatchlistError("not an object", place, 'write {"title": "..."}')
    named: dict[str, Any] = {}
    for heading, value in zip(sheet.header(list(item)), item.values(), strict=True):
        name = column(heading)
        if name not in COLUMNS:
            guess = meant(heading, COLUMNS)
            raise WatchlistError(f"unknown column “{heading}”{guess}", place, f"use: {', '.join(COLUMNS)}")
        if name in named:
            raise WatchlistError(f"the member “{name}” stands twice", place, "leave one out")
        named[name] = value
    return named
