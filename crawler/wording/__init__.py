"""Every sentence that people read, English and Chinese side by side, one file per topic.

A topic file is TOML: a table per sentence with `en` and `zh`, both holding the same
``{names}``. ``{count:hit|hits}`` is the first word where the fact is 1, else the second. A moment
is said to the second; records hold it as it was taken. A third language is a third key.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

LANGUAGES = ("en", "zh")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)\.\d+(Z|[+-]\d\d:\d\d)")


@cache
def topic(name: str) -> dict[str, Any]:
    """The sentences of one topic: key -> language -> template. Raises KeyError for an unknown topic."""
    source = files(__name__).joinpath(f"{name}.toml")
    if not source.is_file():
        raise KeyError(f"no wording topic {name!r}")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def say(key: str, language: str, **facts: object) -> str:
    """The sentence ``topic.key`` in a language, its ``{names}`` filled from facts.

    Raises KeyError for an unknown key, language or missing fact: a sentence with a hole is never printed.
    """
    name, _, rest = key.partition(".")
    entry: Any = topic(name)
    for part in rest.split("."):
        entry = entry[part]
    return fill(str(entry[language]), facts)


def fill(template: str, facts: Mapping[str, object]) -> str:
    """A template with its ``{names}`` filled from facts. Raises KeyError for a missing fact."""
    told = {name: to_the_second(value) for name, value in facts.items()}
    # The interpreter's own filling is much faster, and knows no plural.
    return _NUMBERED.vformat(template, (), told) if "|" in template else template.format(**told)


def to_the_second(fact: object) -> object:
    """A fact as it is; of a whole moment, as `crawler.clock.stamp` writes it or as a datetime, no fraction of a second."""
    if isinstance(fact, datetime):
        return fact.replace(microsecond=0)
    moment = _MOMENT.fullmatch(fact) if isinstance(fact, str) else None
    return f"{moment[1]}{moment[2]}" if moment else fact


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its English word, for what is said in English alone: 1 record, 2 records."""
    return f"{count} {one if count == 1 else many or one + 's'}"


class _Numbered(Formatter):
    """Fills in names as str.format does, and chooses between two words by a number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, choice, other = format_spec.partition("|")
        if not choice:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else other


_NUMBERED = _Numbered()
