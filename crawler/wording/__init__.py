"""Every sentence that people read, English and Chinese side by side, one file per topic.

A topic file is TOML: a table per sentence with `en` and `zh`, both holding the same
``{names}``. A third language is a third key.
"""

import tomllib
from functools import cache
from importlib.resources import files
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
    return str(entry[language]).format(**facts)
