"""Sentences by which somebody hands on, sends, sells or unlocks a copy, in the ways that each language builds them."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from crawler.matching.files import Trace
from crawler.text import folded

_MANY = 400
_WORD = re.compile(r"[^ ]+")
_LETTERS = re.compile(r"[^\W\d_][^\W_ ](?![?*{])|\w (?![?*{])")
_DIGITS, _ANYTHING = "0", ""


def _split(pattern: str) -> list[str]:
    """The alternatives of a pattern, at its top level."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(pattern):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
    return [*parts, pattern[start:]]


def _closing(pattern: str) -> int:
    """Where the bracket that a pattern begins with is closed."""
    depth = 0
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if not depth:
            return at
    return len(pattern)


def _opened(pattern: str) -> list[str]:
    """A pattern as several, each of which begins with a letter where that can be: ``(?:a|b)c`` as ``ac`` and ``bc``."""
    if not pattern.startswith("(?:"):
        return [pattern]
    end = _closing(pattern)
    inner, rest = pattern[3:end], pattern[end + 1 :]
    if rest[:1] in ("*", "+", "{"):
        return [pattern]
    optional = rest[:1] == "?"
    rest = rest[optional:]
    first = [one for part in _split(inner) for one in _opened(part)]
    return [*(f"{one}{rest}" for one in first), *(_opened(rest) if optional else [])]


def _key(pattern: str) -> str:
    if pattern.startswith(r"\d"):
        return _DIGITS
    letters = _LETTERS.match(pattern)
    return letters[0] if letters else _ANYTHING


@cache
def _expressions() -> dict[str, list[tuple[re.Pattern[str], str, float]]]:
    """What may begin with a word, by its first two characters: to try everything at every word is slow."""
    text = files(__package__).joinpath("phrases", "sentences.toml").read_text(encoding="utf-8")
    grouped: dict[str, dict[tuple[str, float], list[str]]] = {}
    for entry in tomllib.loads(text)["sentence"]:
        for pattern in entry["patterns"]:
            for one in _opened(folded(pattern)):
                kinds = grouped.setdefault(_key(one), {})
                kinds.setdefault((entry["rule"], entry["weight"]), []).append(one)
    return {
        key: [(re.compile(rf"(?:{'|'.join(all_)})(?![^ ])"), name, weight) for (name, weight), all_ in kinds.items()]
        for key, kinds in grouped.items()
    }


def sentences(text: str) -> Iterator[Trace]:
    """The sentences in the text of a words view, the first few hundred of them."""
    expressions = _expressions()
    anything, figures = expressions.get(_ANYTHING, []), expressions.get(_DIGITS, [])
    reached = found = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < reached:
            continue
        begun = expressions.get(text[start : start + 2], [])
        if "0" <= text[start] <= "9":
            begun = [*begun, *figures]
        for expression, name, weight in [*begun, *anything] if anything else begun:
            sentence = expression.match(text, start)
            if sentence:
                yield Trace(name, weight, start, sentence.end())
                reached = sentence.end()
                found += 1
                break
        if found >= _MANY:
            return
