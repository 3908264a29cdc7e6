"""Rows into clues: spreadsheets, and lists of JSON objects, under the headings that partners use."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from crawler.casework.leads.address import address
from crawler.casework.leads.clue import MOST, Clue

CALLED = {
    "url": (
        "url", "link", "links", "address", "infringing url", "infringing link", "infringing", "infringing_url", "source url",
        "page", "source page", "listing", "target", "href", "链接", "网址", "侵权链接", "侵权网址", "侵权地址", "地址", "来源页", "存储链接",
    ),
    "host": ("host", "domain", "domain name", "site", "website", "fqdn", "域名", "网站", "网站域名", "主机"),
    "title": ("title", "work", "work title", "name", "asset", "product", "作品", "作品名称", "片名", "书名", "标题", "名称", "剧名"),
    "reference_url": (
        "reference url", "reference", "reference_url", "copyrighted url", "copyrighted_url", "original url", "official url", "official page",
        "正版链接", "正版参考链接", "正版网址", "官方链接",
    ),
    "seen_at": ("seen", "seen at", "seen_at", "date", "time", "found", "found at", "observed", "discovered", "detected at", "发现时间", "时间", "日期", "取证时间"),
    "note": ("note", "notes", "comment", "comments", "remark", "description", "details", "备注", "说明", "描述", "线索说明"),
}  # fmt: skip
COLUMNS = tuple(CALLED)
_NAMES = {word: name for name, words in CALLED.items() for word in words}
_TITLE_WITH_URL = "title"


def column(heading: str) -> str | None:
    """The column that a heading means; None for one of the partner's own."""
    return _NAMES.get(" ".join(heading.replace("_", " ").lower().split())) or _NAMES.get(heading.strip().lower())


def of_rows(rows: Iterable[tuple[int, list[Any]]]) -> tuple[list[Clue], list[int]]:
    """Clues from the rows of a table, and the numbers of the rows that have no address.

    By its headings, or, where it has none that is known, from every cell that is an address.
    """
    left = iter(rows)
    first = next(left, None)
    headings = ["" if cell is None else str(cell).strip() for cell in first[1]] if first else []
    names = [column(heading) for heading in headings]
    is_headed = bool({"url", "host"} & set(names))
    clues: list[Clue] = []
    empty: list[int] = []
    for number, cells in left if is_headed or first is None else chain([first], left):
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if is_headed:
            original = _whole(headings, texts)
            found = of_record(dict(zip(names, texts, strict=False)), original)
        else:
            found = _of_loose_cells(cells)
        clues += found
        if not found and any(texts):
            empty.append(number)
        if len(clues) > MOST:
            break
    return clues, empty


def _whole(headings: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """A row under its headings; a heading that stands twice, or is missing, has the number of its column."""
    row: dict[str, str] = {}
    for at, text in enumerate(texts):
        heading = headings[at] if at < len(headings) else ""
        row[heading if heading and heading not in row else f"{heading} #{at + 1}".strip()] = text
    return row


def of_objects(objects: Iterable[Any]) -> list[Clue]:
    """Clues from JSON objects whose members are named like the columns, or from plain texts."""
    clues: list[Clue] = []
    for one in objects:
        if isinstance(one, Mapping):
            named = {column(str(key)): value for key, value in one.items()}
            clues += of_record({name: _text(value) for name, value in named.items()}, dict(one))
        elif isinstance(one, str):
            clues += _of_loose_cells([one])
        if len(clues) > MOST:
            break
    return clues


def of_record(values: Mapping[str | None, str], original: Mapping[str, Any]) -> list[Clue]:
    """The clues of one row: one for each address in its cell, each with the whole row."""
    written = [part for name in ("url", "host") for part in values.get(name, "").split()]
    found = [place for part in written if (place := address(part)) is not None]
    pages = [place for place in found if place[0]]
    rest = {name: values.get(name, "") for name in ("title", "reference_url", "seen_at", "note")}
    # A host beside its own page says nothing more.
    chosen = pages + [place for place in found if not place[0] and place[1] not in {host for _, host in pages}]
    return [Clue(url, host, **rest, original=original) for url, host in dict.fromkeys(chosen)]


def _of_loose_cells(cells: Iterable[Any]) -> list[Clue]:
    texts = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    places = {text: address(text) for text in texts}
    said = " ".join(text for text, place in places.items() if place is None)
    return [Clue(*place, note=said, original={"cells": texts}) for place in places.values() if place is not None]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple):
        return " ".join(_text(one) for one in value)
    return "" if value is None or isinstance(value, Mapping | bool) else str(value)
