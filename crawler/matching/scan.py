"""The short texts that the traces of an offer are known by in words views, all found in one pass: each costs as much as a view."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick

from crawler.matching.signs import as_bytes

Standing = tuple[int, int, int]
"""From and to where one of the texts stands, and its place among those of its rule."""
_Owners = list[list[tuple[int, int]]]
_LONG = 400
"""Characters of a text that several rules ask about."""
_all: list[Callable[[], Sequence[str]]] = []


class Scan:
    """Some short texts without question marks that a rule looks for; asked for when any rule first looks for its own."""

    def __init__(self, texts: Callable[[], Sequence[str]]) -> None:
        self._place = len(_all)
        _all.append(texts)

    def found(self, text: str) -> Sequence[Standing]:
        """Each that stands in the text of a words view, by their ends."""
        read = _read if len(text) > _LONG else _read.__wrapped__
        return read(text, len(_all)).get(self._place, ())


def given(*texts: str) -> Callable[[str], bool]:
    """A question: does any of these stand in the text of a words view?"""
    scan = Scan(lambda: texts)
    return lambda text: bool(scan.found(text))


class _Automata(NamedTuple):
    plain: DoubleArrayAhoCorasick
    """Of the texts in ASCII, which is read as bytes, and that is faster."""
    plain_owners: _Owners
    other: CharwiseDoubleArrayAhoCorasick
    other_owners: _Owners


@cache
def _automata(count: int) -> _Automata:
    owners: dict[str, list[tuple[int, int]]] = {}
    for place, texts in enumerate(_all[:count]):
        for number, text in enumerate(texts()):
            owners.setdefault(text, []).append((place, number))
    plain, other = [text for text in owners if text.isascii()], [text for text in owners if not text.isascii()]
    return _Automata(
        DoubleArrayAhoCorasick([text.encode() for text in plain]),
        [owners[text] for text in plain],
        CharwiseDoubleArrayAhoCorasick(other),
        [owners[text] for text in other],
    )


@lru_cache(maxsize=4)
def _read(text: str, count: int) -> dict[int, list[Standing]]:
    automata = _automata(count)
    found: dict[int, list[Standing]] = {}
    for start, end, key in automata.plain.find_overlapping(as_bytes(text)):
        for place, number in automata.plain_owners[key]:
            found.setdefault(place, []).append((start, end, number))
    others = [] if text.isascii() else automata.other.find_overlapping(text)
    for start, end, key in others:
        for place, number in automata.other_owners[key]:
            found.setdefault(place, []).append((start, end, number))
    if others:
        for standing in found.values():
            standing.sort(key=itemgetter(1))
    return found
