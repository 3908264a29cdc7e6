"""The languages of packages: English and Chinese from the product's own wording, every other one from one file.

Such a file has the tables of wording/referral.toml with one text where that has two, and a table ``[language]``.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from crawler.errors import ConfigurationError, UsageError
from crawler.wording import LANGUAGES, fill, topic

TOPIC = "referral"
OPTIONAL = ("country",)
"""Tables whose words may be missing: their keys then stand for themselves."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a package can be written in."""

    tag: str
    """BCP 47, lower case."""
    fonts: str
    """As in a style sheet."""
    is_right_to_left: bool
    data: str
    """In which of the product's own languages it takes texts of data: names of agencies, offences."""
    words: Mapping[str, str]
    """Dotted key -> template."""

    def say(self, key: str, **facts: object) -> str:
        """The sentence of a key, its names filled in. Raises KeyError: a sentence with a hole is never printed."""
        return fill(self.words[key], facts)

    def word(self, key: str, otherwise: str) -> str:
        """A word, or what stands for it where the language has none."""
        return self.words.get(key, otherwise)


def own(tag: str) -> Language:
    """One of the product's own languages."""
    words = {key: entry[tag] for key, entry in _leaves(topic(TOPIC))}
    return Language(tag, words["language.fonts"], False, tag, words)


def read(path: Path) -> Language:
    """A language from its file. Raises ConfigurationError naming what is missing, unknown, or misses a name to fill in."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"the language cannot be read ({error})", str(path), "correct the file") from None
    found, wanted = dict(_leaves(data)), {key: entry["en"] for key, entry in _leaves(topic(TOPIC))}
    needed = [key for key in wanted if key.partition(".")[0] not in OPTIONAL]
    if missing := [key for key in needed if key not in found]:
        raise ConfigurationError(
            f"{len(missing)} texts are missing", f"{path.name}: {', '.join(missing[:5])}", "add them"
        )
    settings = {"language.right_to_left", "language.data"}
    for key, text in found.items():
        if key in settings:
            continue
        if key not in wanted and key.partition(".")[0] not in OPTIONAL:
            raise ConfigurationError("unknown text", f"{path.name}: {key}", "take it out")
        if not isinstance(text, str):
            raise ConfigurationError("not a text", f"{path.name}: {key}", "write one")
        if key in wanted and _names(text) != _names(wanted[key]):
            names = ", ".join(sorted(_names(wanted[key]))) or "none"
            raise ConfigurationError("a text has other names to fill in", f"{path.name}: {key}", f"use: {names}")
    data_language = found.get("language.data", "en")
    if data_language not in LANGUAGES:
        raise ConfigurationError("no language of ours", f"{path.name}: language.data", f"use {' or '.join(LANGUAGES)}")
    words = {key: text for key, text in found.items() if key not in settings}
    is_right_to_left = bool(found.get("language.right_to_left", False))
    return Language(path.stem.lower(), words["language.fonts"], is_right_to_left, data_language, words)


def template(tag: str = "en") -> str:
    """A language file to be translated: every text of one of our own languages, ready to be written over."""
    lines: list[str] = []
    table = ""
    for key, entry in _leaves(topic(TOPIC)):
        head, _, name = key.partition(".")
        if head != table:
            table = head
            lines += ["", f"[{head}]"]
            lines += [f'data = "{tag}"', "right_to_left = false"] if head == "language" else []
        lines.append(f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(entry[tag], ensure_ascii=False)}")
    return "\n".join(lines).lstrip() + "\n"


def named(tag: str, folder: Path) -> Language:
    """A language by its tag: one of our own, or of the file TAG.toml in a folder. Raises UsageError, ConfigurationError."""
    if tag in LANGUAGES:
        return own(tag)
    path = folder / f"{tag}.toml"
    if not tag.replace("-", "").isalnum() or not path.is_file():
        known = [*LANGUAGES, *sorted(one.stem for one in folder.glob("*.toml"))]
        raise UsageError("no such language", tag, f"use {', '.join(known)}, or write {folder.name}/TAG.toml")
    return read(path)


def _leaves(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys with what stands there: a text, or the texts of our own languages."""
    for key, value in table.items():
        if isinstance(value, dict) and not set(LANGUAGES) <= set(value):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _names(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)
