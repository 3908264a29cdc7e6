"""What is to be read on a site's recorded pages: ``expected.toml`` beside them.

    [[page]]
    file = "topic.html"
    url = "/topic/7"            # a path on the present address, or a whole address
    role = "topic"              # entry, list or topic
    date = 2026-03-02T10:00:00Z # the server's clock, for times such as "yesterday"; may be left out
    rows = ["/topic/8"]         # every topic that the page leads to
    lists = ["/board/2"]        # every list that it leads to
    [[page.listing]]
    url = "/topic/7"
    title = "..."

What is left out is not compared.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import tomlkit

from crawler.errors import ConfigurationError

NAME = "expected.toml"
Role = Literal["entry", "list", "topic"]
_ROLES = ("entry", "list", "topic")


@dataclass(frozen=True, slots=True)
class ExpectedListing:
    """One listing of a page; what is None is not compared."""

    url: str
    title: str | None = None
    posted_at: datetime | None = None
    posted_by: str | None = None
    price: str | None = None
    targets: tuple[str, ...] | None = None
    """The addresses of all its targets, in any order."""
    codes: tuple[str, ...] | None = None
    """The access codes of its targets, in any order."""
    hidden: bool | None = None
    text: str | None = None
    """A piece of what its writer wrote."""


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """One recorded page; what is None is not compared."""

    file: str
    url: str
    role: Role = "topic"
    content_type: str = "text/html"
    date: datetime | None = None
    state: str = "ok"
    rows: tuple[str, ...] | None = None
    lists: tuple[str, ...] | None = None
    listing: tuple[ExpectedListing, ...] | None = None


def load(folder: Path) -> tuple[ExpectedPage, ...]:
    """The expectations in a folder of recorded pages. Raises ConfigurationError naming the page and the key."""
    path = folder / NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = "record a page with: titlewatch sites test SITE --record URL"
        raise ConfigurationError("no recorded pages beside the site file", str(path), remedy) from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot be read ({error})", str(path), "correct the file") from None
    pages = data.pop("page", [])
    if data or not isinstance(pages, list) or not pages:
        what = f"unknown key {next(iter(data))}" if data else "no page"
        raise ConfigurationError(what, str(path), "write [[page]] for each recorded page")
    made = tuple(_page(page, number, path) for number, page in enumerate(pages, 1))
    for page in made:
        if not (folder / page.file).is_file():
            raise ConfigurationError("a recorded page is missing", str(folder / page.file), f"correct {path}")
    return made


def _page(told: Mapping[str, Any], number: int, path: Path) -> ExpectedPage:
    where = f"{path} page {number}"
    values = _known(ExpectedPage, told, where, ("file", "url"))
    if values.get("role", "topic") not in _ROLES:
        raise ConfigurationError(f"role is {values['role']!r}", where, f"use one of: {', '.join(_ROLES)}")
    if "/" in str(values["file"]) or "\\" in str(values["file"]):
        raise ConfigurationError(f"more than a file's name: {values['file']}", where, "keep pages beside expected.toml")
    listings = values.get("listing")
    if listings is not None:
        values["listing"] = tuple(
            ExpectedListing(**_known(ExpectedListing, one, f"{where} listing {place}", ("url",)))
            for place, one in enumerate(listings, 1)
        )
    return ExpectedPage(**values)


def _known(kind: type, told: Any, where: str, needed: tuple[str, ...]) -> dict[str, Any]:
    names = [field.name for field in fields(kind)]
    if not isinstance(told, dict):
        raise ConfigurationError("not a table", where, f"give it {', '.join(needed)}")
    for name in told:
        if name not in names:
            raise ConfigurationError(f"unknown key {name}", where, f"use one of: {', '.join(names)}")
    for name in needed:
        if not isinstance(told.get(name), str):
            raise ConfigurationError(f"{name} is missing", where, "add it, in quotes")
    return {name: _value(name, value, where) for name, value in told.items()}


def _value(name: str, value: Any, where: str) -> Any:
    if name in ("rows", "lists", "targets", "codes"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ConfigurationError(f"{name} is no list of texts", where, 'write ["..."]; [] for none')
        return tuple(value)
    if name in ("date", "posted_at"):
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ConfigurationError(f"{name} is {value}", where, "write a time in UTC: 2026-03-02T10:00:00Z")
        return value.astimezone(UTC)
    wanted: type = bool if name == "hidden" else list if name == "listing" else str
    if not isinstance(value, wanted):
        raise ConfigurationError(f"{name} is {value!r}", where, "give true or false" if wanted is bool else "quote it")
    return value


def kept(text: str, page: ExpectedPage) -> str:
    """The text of an expected.toml with one page more, in place of an earlier one of that file."""
    document = tomlkit.parse(text)
    pages = cast(Any, document.get("page"))
    if pages is None:
        pages = tomlkit.aot()
        document["page"] = pages
    for place, known in enumerate(pages):
        if known.get("file") == page.file:
            del pages[place]
            break
    pages.append(_table(page))
    return tomlkit.dumps(document)


def _table(told: ExpectedPage | ExpectedListing) -> Any:
    table = tomlkit.table()
    usual = {field.name: field.default for field in fields(told)}
    for name, default in usual.items():
        value = getattr(told, name)
        if name == "listing":
            if value:
                listings = tomlkit.aot()
                for one in value:
                    listings.append(_table(one))
                table.append("listing", listings)
        elif name == "role" or (value is not None and value != default):
            table.append(name, list(value) if isinstance(value, tuple) else value)
    return table
