"""Data that people correct: TOML files of entries, each checked whole, each fault named with the file and the entry."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError

Fields = Mapping[str, type | tuple[type, ...]]
"""Name -> the type, or the types, that the value may have."""


def text_of(file: Path) -> str:
    """The text of a file. Raises ConfigurationError where it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8", str(file), "save the file as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"cannot be read ({error.strerror})", str(file), "mend the permissions") from None


def tables(text: str, source: str, *names: str) -> dict[str, Any]:
    """What TOML text holds under the named keys, and under no other. Raises ConfigurationError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not TOML ({error})", source, "correct the file") from None
    if unknown := set(data) - set(names):
        raise ConfigurationError(f"unknown key {min(unknown)}", source, f"use {' or '.join(names)}")
    return data


def check(entry: Mapping[str, Any], which: str, fields: Fields, needed: Iterable[str] = ()) -> None:
    """Raise ConfigurationError for an entry that lacks a field, or has one that is unknown or of the wrong type."""
    for name in needed:
        if name not in entry:
            raise ConfigurationError(f"{name} is missing", which, f"add {name}")
    for name, value in entry.items():
        if name not in fields:
            raise ConfigurationError(f"unknown key {name}", which, f"use {', '.join(fields)}")
        kinds = allowed if isinstance(allowed := fields[name], tuple) else (allowed,)
        # A bool is an int to Python and never a number to whoever wrote the file.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ConfigurationError(
                f"{name} has the wrong type", which, f"write a {' or '.join(kind.__name__ for kind in kinds)}"
            )


def check_both_languages(entry: Mapping[str, Any], which: str, *names: str) -> None:
    """Raise ConfigurationError where a text that people read is not there in English and in Chinese."""
    for name in names:
        if name in entry and set(entry[name]) != {"en", "zh"}:
            raise ConfigurationError(f"{name} has not both languages", which, f"write {name}.en and {name}.zh")


def check_once(names: Iterable[str], source: str) -> None:
    """Raise ConfigurationError where two entries have one name."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ConfigurationError("a name stands twice", f"{source}: {name}", "give each its own")
        seen.add(name)
