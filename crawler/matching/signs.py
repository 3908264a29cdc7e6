"""Short texts looked for all at once, to know where a slow expression can find anything."""

from collections.abc import Sequence
from functools import cached_property

from daachorse import CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick


class Signs:
    """Some short texts, one of them at least in ASCII, found in one pass: to look for each of a dozen takes as many."""

    def __init__(self, signs: Sequence[str]) -> None:
        self.signs = list(signs)

    @cached_property
    def _any(self) -> CharwiseDoubleArrayAhoCorasick:
        return CharwiseDoubleArrayAhoCorasick(self.signs)

    @cached_property
    def _plain(self) -> tuple[DoubleArrayAhoCorasick, list[int]]:
        """For texts in ASCII, where it is faster: the signs that are so too, and the places of these among all."""
        places = [place for place, sign in enumerate(self.signs) if sign.isascii()]
        return DoubleArrayAhoCorasick([self.signs[place].encode() for place in places]), places

    def starts(self, text: str) -> list[int]:
        """Where any of them stands, by their ends."""
        found = self._plain[0].find_overlapping(text.encode()) if text.isascii() else self._any.find_overlapping(text)
        return [start for start, _, _ in found]

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, sign) of each that stands there, by their ends."""
        if not text.isascii():
            return self._any.find_overlapping(text)
        automaton, places = self._plain
        return [(start, end, places[sign]) for start, end, sign in automaton.find_overlapping(text.encode())]
