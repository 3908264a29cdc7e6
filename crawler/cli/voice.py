"""How the command line speaks: data on stdout, everything else on stderr, in the reader's language."""

import json
import os
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import click

from crawler.wording import say, to_the_second
from crawler.wording.reasons import say_reason


@cache
def language() -> str:
    """``zh`` or ``en``, by TITLEWATCH_LANG, LC_ALL, LC_MESSAGES or LANG."""
    for name in ("TITLEWATCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def data(record: Any) -> None:
    """One JSON object on a line of its own."""
    click.echo(json.dumps(record, ensure_ascii=False))


def line(text: str = "") -> None:
    """A line of the answer, on stdout."""
    click.echo(text)


def tell(key: str, **facts: object) -> None:
    """A sentence of the answer, on stdout."""
    click.echo(sentence(key, **facts))


def note(key: str, **facts: object) -> None:
    """A sentence beside the answer, on stderr."""
    click.echo(sentence(key, **facts), err=True)


def aside(text: str) -> None:
    """A line beside the answer, on stderr."""
    click.echo(text, err=True)


def hint(key: str, **facts: object) -> None:
    """What to do next, on stderr, where a person reads the answer and no script does."""
    if sys.stdout.isatty():
        note(key, **facts)


def sentence(key: str, **facts: object) -> str:
    """A sentence of the console's wording in the reader's language; facts are made safe for a terminal."""
    return say(f"console.{key}", language(), **{name: shown(value) for name, value in facts.items()})


def reason(found: Mapping[str, Any]) -> str:
    """A reason of a match in the reader's language; as it was recorded where its rule is no longer known."""
    return shown(say_reason(found, language()))


def shown(value: object) -> str:
    """Text from elsewhere as a terminal may show it: no control characters, no reversal of direction.

    A time as it is stored is shown to the second.
    """
    text = "" if value is None else str(to_the_second(value))
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "\ufffd"
        for c in text.replace("\n", " ")
    )


def wide(text: str) -> int:
    """Columns of a terminal that a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(heads: list[str], rows: list[list[object]]) -> None:
    """Rows under heads, on stdout, aligned for Chinese and Latin alike."""
    texts = [heads] + [[shown(value) for value in row] for row in rows]
    widths = [max(wide(row[i]) for row in texts) for i in range(len(heads))]
    for row in texts:
        click.echo(
            "  ".join(cell + " " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def on_terminal() -> bool:
    """True when progress can be drawn."""
    return sys.stderr.isatty()
