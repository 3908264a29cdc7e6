"""What the record says in English, in the reader's language: by the sentences of remarks.toml."""

import re
from functools import cache

from crawler.wording import topic

_PLACE = re.compile(r"(?:\S+://\S+?|[\w.-]+(?::\d+)?|\[[0-9a-f:]+\]:\d+)(?=: )")
"""An address, or a host with its port, before what is said of it."""


def remark(text: str, language: str) -> str:
    """A remark in a language; as it was recorded where it is only known so, or where it is a page's own words."""
    return text if language == "en" else _told(text, language)


def _told(text: str, language: str) -> str:
    for pattern, template in _sentences(language):
        if found := pattern.fullmatch(text):
            return template.format(**{name: _told(value, language) for name, value in found.groupdict().items()})
    if place := _PLACE.match(text):
        return f"{place[0]}：{_told(text[place.end() + 2 :], language)}"
    if "; " in text:
        return "；".join(_told(part, language) for part in text.split("; "))
    return text


@cache
def _sentences(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for group in topic("remarks").values():
        for entry in group.values():
            pieces = re.split(r"\{(\w+)\}", entry["en"])
            text = "".join(f"(?P<{piece}>.+)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
            found.append((re.compile(text, re.DOTALL), entry[language]))
    return tuple(found)
