"""Patterns found in a text by automata that know only how the long ones begin.

Of a million titles an automaton would fill half a gigabyte; their beginnings fill a third of
that, and what follows a beginning is compared in the sorted list of the patterns. Beginnings in
ASCII have an automaton of their own, which is smaller and reads bytes.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from daachorse import CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick

from crawler.matching.once import once
from crawler.matching.packed import Arrays, PackedTexts
from crawler.matching.signs import as_bytes
from crawler.text import anywhere

STEM = 11
"""Characters of a pattern that the automaton knows."""
LONGEST = 4000
"""Characters of the longest pattern: a title has at most half as many, and no spelling of it twice those."""
FEW = 30
"""So many stems in a text are looked at one by one."""
FEW_PATTERNS = 4
"""So many patterns of a stem are compared one by one, the longest first."""
Rows = npt.NDArray[np.int64]
Begins = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]
"""For places of a text: whether a pattern may begin there."""
NOTHING: Rows = np.zeros((0, 3), dtype=np.int64)


_ANY = (1 << 64) - 1


def _bit(char: str) -> int:
    """The bit that stands for a character, and for every 64th before and behind it."""
    return 1 << (ord(char) & 63)


def stem_of(pattern: str) -> str:
    """What an automaton knows of a pattern."""
    return pattern[:STEM]


class Stems:
    """The beginnings of patterns that come in their order, those with a beginning in ASCII first."""

    def __init__(self) -> None:
        self._stems: list[str] = []
        self._firsts = array("i")
        self._nexts = array("Q")
        self._count = 0

    def add(self, pattern: str, place: int) -> None:
        """Enter the next pattern."""
        stem = stem_of(pattern)
        if not self._stems or stem != self._stems[-1]:
            self._stems.append(stem)
            self._firsts.append(place)
            self._nexts.append(0)
        self._nexts[-1] |= _bit(pattern[STEM]) if len(pattern) > STEM else _ANY
        self._count = place + 1

    def arrays(self, name: str) -> Arrays:
        """Everything that a Finder needs beside the patterns; the stems are gone afterwards."""
        stems, self._stems = self._stems, []
        plain = [stem.encode() for stem in stems if stem.isascii()]
        other = stems[len(plain) :]
        reads_bytes = DoubleArrayAhoCorasick(plain).serialize() if plain else b""
        reads_characters = CharwiseDoubleArrayAhoCorasick(other).serialize() if other else b""
        return {
            f"{name}_plain": np.frombuffer(reads_bytes, dtype=np.uint8),
            f"{name}_other": np.frombuffer(reads_characters, dtype=np.uint8),
            f"{name}_plains": np.array([len(plain)], dtype=np.int64),
            f"{name}_stem_firsts": np.array([*self._firsts, self._count], dtype=np.int32),
            f"{name}_stem_nexts": np.array(self._nexts, dtype=np.uint64),
        }


class Finder:
    """Finds every pattern in a text, overlapping ones too."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> None:
        self._blob, self._ends = arrays[f"{name}_patterns"], arrays[f"{name}_pattern_ends"]
        self._patterns = PackedTexts(self._blob, self._ends)
        self._firsts: npt.NDArray[np.int32] = arrays[f"{name}_stem_firsts"]
        self._bounds = self._firsts.data
        # What may come right behind a stem: most that stand in a text go on in no pattern, and one look tells it.
        self._nexts = arrays[f"{name}_stem_nexts"].data
        plain, other = arrays[f"{name}_plain"].tobytes(), arrays[f"{name}_other"].tobytes()
        self._plain = DoubleArrayAhoCorasick.deserialize(plain) if plain else None
        self._other = CharwiseDoubleArrayAhoCorasick.deserialize(other) if other else None
        self._plain_count = int(arrays[f"{name}_plains"][0])

    @once
    def longest(self) -> int:
        """Characters of the longest pattern; 0 when there is none."""
        if not len(self._patterns):
            return 0
        first_bytes = (self._blob & 0xC0) != 0x80
        return int(np.add.reduceat(first_bytes, self._ends[:-1], dtype=np.int32).max())

    def find(self, text: str, begins: Begins | None = None) -> Rows:
        """(start, end, pattern) of every pattern in a text, one in each row; only those that may begin where they do, if that is given."""
        found = self._begun(text)
        if not found:
            return NOTHING
        if len(found) <= FEW:
            # A few are told one from the other sooner than an array is made of them.
            bounds, known, begun = self._bounds, list[int](), list[tuple[int, int]]()
            for start, end, stem in found:
                if end - start == STEM:
                    begun.append((start, stem))
                else:
                    known += (start, end, bounds[stem])
            if begun:
                known += self._going_on(text, begun)
            if not known:
                return NOTHING
            rows = np.array(known, dtype=np.int64).reshape(-1, 3)
            return rows if begins is None else rows[begins(rows[:, 0])]
        rows = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found)).reshape(-1, 3)
        if begins is not None:
            rows = rows[begins(rows[:, 0])]
        stems = rows[:, 2].copy()
        long = rows[:, 1] - rows[:, 0] == STEM
        rows[:, 2] = self._firsts[stems]
        if not anywhere(long):
            return rows
        more = self._going_on(text, zip(rows[long, 0].tolist(), stems[long].tolist(), strict=True))
        rows = rows[~long]
        return np.concatenate((rows, np.array(more, dtype=np.int64).reshape(-1, 3))) if more else rows

    def _begun(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, stem) of every stem in a text."""
        found = self._plain.find_overlapping(as_bytes(text)) if self._plain else []
        if self._other and not text.isascii():
            first = self._plain_count
            found += [(start, end, first + stem) for start, end, stem in self._other.find_overlapping(text)]
        return found

    def _going_on(self, text: str, begun: Iterable[tuple[int, int]]) -> list[int]:
        """The start, end and place of every pattern that goes on as one of some stems, each at its place, one behind the other."""
        more: list[int] = []
        nexts, bounds, patterns, length = self._nexts, self._bounds, self._patterns, len(text) - STEM
        for start, stem in begun:
            if not nexts[stem] & (1 << (ord(text[start + STEM]) & 63) if start < length else _ANY):
                continue
            first, behind = bounds[stem], bounds[stem + 1]
            if behind - first > FEW_PATTERNS:
                more += chain.from_iterable(self._longer(text, start, stem))
                continue
            for at in range(behind - 1, first - 1, -1):
                pattern = patterns[at]
                if text.startswith(pattern, start):
                    more += (start, start + len(pattern), at)
        return more

    def _longer(self, text: str, start: int, stem: int) -> Iterator[tuple[int, int, int]]:
        """The patterns of a stem that stand at a place, the longest first: each is a beginning of the longer ones."""
        first, high = self._bounds[stem], self._bounds[stem + 1]
        pattern = self._patterns[first]
        longest = text[start : start + LONGEST]
        while high - first > 1:
            at = bisect_right(self._patterns, longest, first, high) - 1
            if at <= first:
                break
            found = self._patterns[at]
            if longest.startswith(found):
                yield start, start + len(found), at
                longest = found[:-1]
            else:
                longest = longest[: _common(longest, found)]
            if len(longest) <= STEM:
                break
            high = at
        # Of all patterns of a stem the shortest comes first, and may be the stem itself.
        if text.startswith(pattern, start):
            yield start, start + len(pattern), first


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    at = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        at += 1
    return at
