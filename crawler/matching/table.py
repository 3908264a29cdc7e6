"""The spellings of one view, and whose they are."""

from array import array
from collections.abc import Mapping
from itertools import compress
from operator import not_
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.matching.finder import Finder, Stems, stem_of
from crawler.matching.packed import Arrays, PackedTexts, Texts
from crawler.matching.strength import strength
from crawler.matching.variants import FORMS

_WEAK = 0x80
_NOBODY = np.zeros(0, dtype=np.int32)


class Found(NamedTuple):
    """A work that a pattern stands for, and how the pattern spells it."""

    work: int
    """The work's place in its list."""
    form: str
    spelling: str
    weak: bool
    """Whether the spelling says little by itself."""


class Entries:
    """Patterns and their owners while they are gathered, as few Python objects as possible."""

    def __init__(self) -> None:
        self._patterns: list[str] = []
        self._works = array("i")
        self._forms = bytearray()
        self._spellings = Texts()

    def add(self, pattern: str, work: int, form: str, spelling: str) -> None:
        """Enter one owner of a pattern."""
        self._patterns.append(pattern)
        self._works.append(work)
        weak = strength(spelling) in ("single", "common")
        self._forms.append(FORMS.index(form) | (_WEAK if weak else 0))
        self._spellings.add(spelling)

    def arrays(self, name: str) -> Arrays:
        """Everything that a Table needs; the entries are gone afterwards."""
        patterns, self._patterns = self._patterns, []
        # Stable: the owners of one pattern stay in the order of their works. Those that begin in ASCII come first.
        begun = [stem_of(pattern).isascii() for pattern in patterns]
        order = array("i", sorted(compress(range(len(patterns)), begun), key=patterns.__getitem__))
        order.extend(sorted(compress(range(len(patterns)), map(not_, begun)), key=patterns.__getitem__))
        spellings, ends = self._spellings.packed(order)
        self._spellings = Texts()
        distinct, stems = Texts(), Stems()
        firsts = array("i")
        last = None
        for rank, place in enumerate(order):
            pattern = patterns[place]
            if pattern != last:
                last = pattern
                distinct.add(pattern)
                stems.add(pattern, len(firsts))
                firsts.append(rank)
        firsts.append(len(order))
        del patterns
        places = np.frombuffer(order, dtype=np.int32) if order else _NOBODY
        forms = np.frombuffer(bytes(self._forms), dtype=np.uint8)[places]
        bounds = np.frombuffer(firsts, dtype=np.int32)
        weak = np.logical_and.reduceat(forms >= _WEAK, bounds[:-1]) if len(bounds) > 1 else np.zeros(0, dtype=bool)
        works = np.frombuffer(self._works, dtype=np.int32)[places] if order else _NOBODY
        blob, pattern_ends = distinct.packed()
        del distinct
        return {
            f"{name}_spellings": spellings,
            f"{name}_spelling_ends": ends,
            f"{name}_works": works,
            f"{name}_forms": forms,
            f"{name}_firsts": bounds,
            f"{name}_weak": weak,
            f"{name}_patterns": blob,
            f"{name}_pattern_ends": pattern_ends,
            **stems.arrays(name),
        }


class Table:
    """The patterns of one view and, for each, the works and forms that it stands for."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> None:
        self._spellings = PackedTexts(arrays[f"{name}_spellings"], arrays[f"{name}_spelling_ends"])
        self._works = arrays[f"{name}_works"].data
        self._forms = arrays[f"{name}_forms"].data
        self._firsts = arrays[f"{name}_firsts"].data
        self.weak: npt.NDArray[np.bool_] = arrays[f"{name}_weak"]
        """For every pattern: whether it says little by itself, whoever owns it."""
        self._finder = Finder(arrays, name)
        self.find = self._finder.find

    def __len__(self) -> int:
        return len(self.weak)

    @property
    def longest(self) -> int:
        """Characters of the longest pattern; 0 when there is none."""
        return self._finder.longest

    def owners(self, pattern: int) -> list[Found]:
        """Whom a pattern stands for, in the order of the works."""
        found = []
        for place in range(self._firsts[pattern], self._firsts[pattern + 1]):
            form = self._forms[place]
            found.append(Found(self._works[place], FORMS[form & ~_WEAK], self._spellings[place], form >= _WEAK))
        return found
