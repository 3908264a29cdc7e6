"""Sentences by which somebody hands on, sends, sells or unlocks a copy, in the ways that each language builds them."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from crawler.matching.files import Trace
from crawler.matching.romanised import romanised
from crawler.matching.scan import Scan
from crawler.text import folded

_MANY = 400
_LETTERS = re.compile(r"[^\W\d_][^\W_ ](?![?*{])|\w (?![?*{])")
_PLAINLY = re.compile(r"[^\W_](?:[^\W_]| )*")
_PLAIN_MORE = re.compile(r"(?:[^\W_]| )+")
_LONGEST_BEGINNING, _SHORTEST_BEGINNING, _PLAIN_ENOUGH = 12, 4, 6
_DIGITS, _ANYTHING = "0", ""
_FIGURES = tuple("0123456789")


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


def _beginnings(pattern: str, known: str = "") -> list[str]:
    """Letters, behind some that are known: with one of these every text of a pattern begins. Several where one says little."""
    found = (_PLAIN_MORE if known else _PLAINLY).match(pattern)
    plain = found[0] if found else ""
    begun, rest = known + plain, pattern[len(plain) :]
    if plain and rest[:1] in ("?", "*", "{"):
        begun = begun[:-1]
        ways = [plain[-1] + rest[1:], rest[1:]] if rest[0] == "?" else []
    elif begun and rest.startswith("(?:"):
        end = _closing(rest)
        ways = [one + rest[end + 1 :].removeprefix("?") for one in _split(rest[3:end])]
        ways += [rest[end + 2 :]] if rest[end + 1 : end + 2] == "?" else []
        ways = [] if rest[end + 1 : end + 2] in ("*", "+", "{") else ways
    else:
        ways = []
    if not begun or not ways or len(begun) >= _PLAIN_ENOUGH:
        return [begun[:_LONGEST_BEGINNING]]
    return [one for way in ways for one in _beginnings(way, begun)]


def _beginning(pattern: str) -> str:
    """The letters that every text of a pattern begins with, as far as that is plain."""
    found = _PLAINLY.match(pattern)
    if found is None:
        return ""
    return found[0][: -1 if pattern[found.end() : found.end() + 1] in ("?", "*", "{") else None][:_LONGEST_BEGINNING]


def _in_latin(pattern: str) -> list[str]:
    """A pattern of Russian words, as others write them; none where what is left of it would be a short word."""
    return [one for one in romanised(pattern) if len(_beginning(_opened(one)[0])) >= _SHORTEST_BEGINNING or "(" in one]


class _Grammar(NamedTuple):
    beginnings: list[str]
    """How sentences begin, each with the space before it: to try everything at every word is slow."""
    begun: list[tuple[int, ...]]
    """For each beginning: the places of the expressions that it, or a beginning of it, may lead to, in their order."""
    expressions: list[tuple[re.Pattern[str], str, float]]
    """In the order in which they are tried."""


@cache
def _grammar() -> _Grammar:
    text = files(__package__).joinpath("phrases", "sentences.toml").read_text(encoding="utf-8")
    grouped: dict[str, dict[tuple[str, float], list[str]]] = {}
    for entry in tomllib.loads(text)["sentence"]:
        for pattern in (other for one in entry["patterns"] for other in (one, *_in_latin(one))):
            for one in _opened(folded(pattern)):
                kinds = grouped.setdefault(_key(one), {})
                kinds.setdefault((entry["rule"], entry["weight"]), []).append(one)
    expressions: list[tuple[re.Pattern[str], str, float]] = []
    begun: dict[str, set[int]] = {}
    for key in sorted(grouped, key=lambda key: (key == _ANYTHING, key == _DIGITS)):
        for (name, weight), all_ in grouped[key].items():
            for one in all_:
                for beginning in _FIGURES if key == _DIGITS else _beginnings(one):
                    begun.setdefault(f" {beginning}", set()).add(len(expressions))
            expressions.append((re.compile(rf"(?:{'|'.join(all_)})(?![^ ])"), name, weight))
    beginnings = sorted(begun)
    led = [
        set().union(*(begun[one[:end]] for end in range(1, len(one) + 1) if one[:end] in begun)) for one in beginnings
    ]
    return _Grammar(beginnings, [tuple(sorted(places)) for places in led], expressions)


_BEGINNINGS = Scan(lambda: _grammar().beginnings)


def sentences(text: str) -> Iterator[Trace]:
    """The sentences in the text of a words view, the first few hundred of them."""
    grammar = _grammar()
    # They come in the order of their ends, so the longest beginning at a place comes last.
    begun = {space + 1: beginning for space, _, beginning in _BEGINNINGS.found(text)}
    reached: dict[str, int] = {}
    found = 0
    for start in sorted(begun):
        if text[start : start + 1] in ("", " "):
            continue
        for place in grammar.begun[begun[start]]:
            expression, name, weight = grammar.expressions[place]
            if start < reached.get(name, 0):
                continue
            sentence = expression.match(text, start)
            if sentence:
                yield Trace(name, weight, start, sentence.end())
                reached[name] = sentence.end()
                found += 1
        if found >= _MANY:
            return
