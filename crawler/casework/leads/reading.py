"""A partner's file into clues, by what it is; nothing in it is believed, and nothing of it becomes evidence."""

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from crawler.casework.leads import lumen, mail, records, tabular
from crawler.casework.leads.address import address
from crawler.casework.leads.clue import MOST, SUFFIXES, Clue, Contents
from crawler.errors import TitlewatchError, UsageError, WatchlistError
from crawler.watchlist import sheet

FORMS = ("csv", "xlsx", "json", "lumen", "mail", "domains", "warc", "wacz", "bundle")
LIMIT = 256 * 1024 * 1024
"""Bytes of a file that is read."""
_DEEPEST = 3


def read(name: str, data: bytes, encoding: str | None = None, depth: int = 0) -> Contents:
    """What a file holds. Raises UsageError for a file that cannot be read, or holds no clue."""
    if len(data) > LIMIT:
        raise UsageError(f"larger than {LIMIT >> 20} MB", name, "split it")
    try:
        form, clues, facts = _read(name, data, encoding, depth)
        _storable(clues, facts, name)
    except TitlewatchError:
        raise
    except Exception as error:
        # Whatever a library stumbles over in a stranger's file is a fault of the file: nothing was done with it yet.
        what = f"damaged, or not what its name says ({type(error).__name__})"
        raise UsageError(what, name, "ask for it again, or give its addresses as .csv") from error
    if not clues:
        raise UsageError(
            "no address of a page or a site in it", name, "give a column named url or domain, or one address a line"
        )
    if len(clues) > MOST:
        raise UsageError(f"more than {MOST} clues", name, "split it")
    return Contents(form, tuple(clues), facts)


def _read(name: str, data: bytes, encoding: str | None, depth: int) -> tuple[str, list[Clue], dict[str, Any]]:
    suffix = (
        "".join(PurePath(name.lower()).suffixes[-2:])
        if name.lower().endswith(".warc.gz")
        else PurePath(name.lower()).suffix
    )
    if suffix in (".warc", ".warc.gz"):
        return "warc", records.of_warc(data, name), {}
    if suffix in (".wacz", ".zip"):
        return records.of_zip(data, name)
    if suffix == ".eml":
        clues, facts = mail.of_mail(data, lambda attached, content: _attached(attached, content, encoding, depth))
        return "mail", clues, facts
    try:
        if suffix == ".xlsx":
            return "xlsx", *_rows(sheet.workbook(data, name))
        if suffix not in SUFFIXES:
            raise UsageError("not a file that leads come in", name, f"give one of {' '.join(SUFFIXES)}")
        text = sheet.decode(data, name, encoding).text
        if suffix in (".csv", ".tsv"):
            rows = sheet.separated(text, name, "\t" if suffix == ".tsv" else ",")
            return "csv", *_rows(rows)
    except WatchlistError as error:
        raise UsageError(error.what, error.which, error.remedy) from None
    if suffix == ".txt":
        return "domains", _lines(text), {}
    return _json(text, name, is_lines=suffix == ".jsonl")


def _storable(clues: list[Clue], facts: dict[str, Any], name: str) -> None:
    """Refuse text that is no Unicode (JSON can spell half of a character): it can be neither kept nor entered."""
    try:
        for clue in clues[: MOST + 1]:
            json.dumps([clue.url, clue.host, clue.title, clue.reference_url, clue.seen_at, clue.note, clue.original],
                       ensure_ascii=False).encode()  # fmt: skip
        json.dumps(facts, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError("half of a character stands in it (a lone surrogate)", name, "ask for it again") from None


def _rows(rows: Iterable[tuple[int, list[Any]]]) -> tuple[list[Clue], dict[str, Any]]:
    clues, empty = tabular.of_rows(rows)
    # Of a table that nobody put headings on, the first row may well be words.
    return clues, {"unread": [f"row {number}: no address" for number in empty]} if empty and clues else {}


def _json(text: str, name: str, is_lines: bool) -> tuple[str, list[Clue], dict[str, Any]]:
    try:
        data = [_loaded(line) for line in text.splitlines() if line.strip()] if is_lines else _loaded(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON ({error})", name, "ask for it again") from None
    if (notices := lumen.notices(data)) is not None:
        told = [lumen.facts(notice) for notice in notices]
        clues = [clue for notice in notices for clue in lumen.of_notice(notice)]
        return "lumen", clues, {"notices": told}
    rest: dict[str, Any] = {}
    if isinstance(data, dict):
        listed = next(
            (key for key in ("clues", "items", "urls", "links", "domains", "data") if isinstance(data.get(key), list)),
            None,
        )
        rest = {key: value for key, value in data.items() if key != listed}
        data = data[listed] if listed else [data]
    return "json", tabular.of_objects(data if isinstance(data, list) else [data]), rest


def _loaded(text: str) -> Any:
    # Tables that were written as JSON carry NaN, which JSON does not know, where a cell was empty.
    return json.loads(text, parse_constant=lambda constant: None)


def _lines(text: str) -> list[Clue]:
    """A list of hosts or addresses, one a line; the notations of filter lists and hosts files are read too."""
    clues = []
    for line in text.splitlines():
        words = line.partition("#")[0].strip().removeprefix("||").rstrip("^").split()
        if len(words) == 2 and words[0] in ("0.0.0.0", "127.0.0.1", "::"):
            words = words[1:]
        place = address(words[0]) if words and not words[0].startswith("!") else None
        if place is not None:
            clues.append(Clue(*place, note=" ".join(words[1:])))
    return list(dict.fromkeys(clues))


def _attached(name: str, data: bytes, encoding: str | None, depth: int) -> Contents:
    """What an attachment holds. Raises UsageError where it is of another kind, or attached to too many attachments."""
    if depth >= _DEEPEST:
        raise UsageError("attached too deep", name, "save it and give it as a file of its own")
    return read(name, data, encoding, depth + 1)
