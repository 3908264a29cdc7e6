"""What a phrase may not touch in a text, lest parts of two other words be read as one."""

import tomllib
from collections.abc import Collection
from importlib.resources import files
from typing import Any, NamedTuple

from crawler.text import fold, words


class Border(NamedTuple):
    """What stands right before or right behind a phrase when it is none, and what makes it one all the same."""

    after: tuple[str, ...]
    before: tuple[str, ...]
    though_after: tuple[str, ...]
    though_before: tuple[str, ...]

    def apart(self, text: str, start: int, end: int) -> bool:
        """True when the phrase at these places of a words view is not made of parts of other words."""
        if text.endswith(self.after, 0, start) and not text.endswith(self.though_after, 0, start):
            return False
        return not text.startswith(self.before, end) or text.startswith(self.though_before, end)


def borders(phrases: Collection[str]) -> dict[str, Border]:
    """The borders of those phrases, as words views have them, that need one."""
    found: dict[str, Border] = {}
    for entry in _entries():
        meant = {words(fold(phrase)).text.strip() for phrase in entry.get("phrases", ())}
        begins, ends = fold(entry.get("begins", "")).text, fold(entry.get("ends", "")).text
        for phrase in phrases:
            plain = phrase.strip()
            if plain in meant or (begins and plain.startswith(begins)) or (ends and plain.endswith(ends)):
                own = Border(*(tuple(fold(one).text for one in entry.get(name, ())) for name in Border._fields))
                other = found.get(phrase, Border((), (), (), ()))
                found[phrase] = Border(*(one + more for one, more in zip(other, own, strict=True)))
    return found


def _entries() -> list[dict[str, Any]]:
    text = files(__package__).joinpath("phrases", "borders.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["border"]
    return entries
