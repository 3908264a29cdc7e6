"""Every sentence that people read, English and Chinese side by side, one file per topic.

A topic file is TOML: a table per sentence with `en` and `zh`, both holding the same
``{names}``. ``{count:hit|hits}`` is the first word where the fact is 1, else the second.
A third language is a third key.
"""

import tomllib
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

LANGUAGES = ("en", "zh")


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
    template = str(entry[language])
    # The interpreter's own filling is much faster, and knows no plural.
    return _NUMBERED.vformat(template, (), facts) if "|" in template else template.format(**facts)


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
