"""Short texts looked for all at once, to know where a slow expression can find anything."""

from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter

from daachorse import CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick


class Signs:
    """Some short texts without question marks, one of them at least in ASCII, found in one pass: to look for each of a dozen takes as many."""

    def __init__(self, signs: Sequence[str]) -> None:
        self.signs = list(signs)

    @cached_property
    def _plain(self) -> tuple[DoubleArrayAhoCorasick, list[int]]:
        """The signs that are ASCII, read as bytes, which is faster; and the places of these among all."""
        places = [place for place, sign in enumerate(self.signs) if sign.isascii()]
        return DoubleArrayAhoCorasick([self.signs[place].encode() for place in places]), places

    @cached_property
    def _other(self) -> tuple[CharwiseDoubleArrayAhoCorasick, list[int]] | None:
        """The others in the same way, if there are any."""
        places = [place for place, sign in enumerate(self.signs) if not sign.isascii()]
        return (CharwiseDoubleArrayAhoCorasick([self.signs[place] for place in places]), places) if places else None

    def starts(self, text: str) -> list[int]:
        """Where any of them stands."""
        starts = [start for start, _, _ in self._plain[0].find_overlapping(as_bytes(text))]
        if self._other and not text.isascii():
            starts += [start for start, _, _ in self._other[0].find_overlapping(text)]
        return starts

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, sign) of each that stands there, by their ends."""
        automaton, places = self._plain
        found = [(start, end, places[sign]) for start, end, sign in automaton.find_overlapping(as_bytes(text))]
        if self._other and not text.isascii():
            reader, places = self._other
            others = [(start, end, places[sign]) for start, end, sign in reader.find_overlapping(text)]
            found = sorted([*found, *others], key=itemgetter(1)) if others else found
        return found


def as_bytes(text: str) -> bytes:
    """A text for an automaton that reads bytes and knows no question mark: one for each character, which it is where that is not ASCII."""
    return text.encode("ascii", "replace")
