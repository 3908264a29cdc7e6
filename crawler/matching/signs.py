"""Short texts looked for all at once, to know where a slow expression can find anything."""

from collections.abc import Sequence
from functools import cached_property

from daachorse import CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick


class Signs:
    """Some short texts, found in one pass: to look for each of a dozen takes as many."""

    def __init__(self, signs: Sequence[str]) -> None:
        self.signs = list(signs)

    @cached_property
    def _any(self) -> CharwiseDoubleArrayAhoCorasick:
        return CharwiseDoubleArrayAhoCorasick(self.signs)

    @cached_property
    def _plain(self) -> DoubleArrayAhoCorasick | None:
        plain = [sign.encode() for sign in self.signs if sign.isascii()]
        return DoubleArrayAhoCorasick(plain) if plain else None

    def starts(self, text: str) -> list[int]:
        """Where any of them stands."""
        if not text.isascii():
            return [start for start, _, _ in self._any.find_overlapping(text)]
        return [start for start, _, _ in self._plain.find_overlapping(text.encode())] if self._plain else []
