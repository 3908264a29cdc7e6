"""Where words may begin and end in a text without spaces."""

from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.matching.page import Page
from crawler.text import LETTER, Positions, classes

Answers = npt.NDArray[np.bool_]
Codes = npt.NDArray[Any]


class Edges:
    """The edges of words in a page's squeezed view, looked at only where a title may stand.

    Joined words may border on digits or on a change of case (``TrueNorth2014``).
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._kinds = classes(page.folded)
        self._last = len(page.squeezed.text) - 1

    def begins(self, at: Positions) -> Answers:
        """For places of the squeezed view: may a word begin there."""
        before = np.maximum(at - 1, 0)
        one, other = self._codes(before), self._codes(at)
        open_ = self._parted(before, at, one, other) | (_digit(one) & ~_digit(other)) | (at <= 0)
        return np.asarray(open_, dtype=bool)

    def ends(self, at: Positions) -> Answers:
        """For places of the squeezed view: may a word end with the character there."""
        behind = np.minimum(at + 1, self._last)
        one, other = self._codes(at), self._codes(behind)
        digit = _digit(one)
        # The season ends where its episode begins: "S02E05".
        episode = digit & ((other | 32) == ord("e")) & (at + 2 <= self._last)
        if episode.any():
            episode &= _digit(self._codes(np.minimum(at + 2, self._last)))
        open_ = self._parted(at, behind, one, other) | (_digit(other) & ~digit) | episode | (at >= self._last)
        return np.asarray(open_, dtype=bool)

    def _codes(self, at: Positions) -> Codes:
        return self._page.codes[self._page.squeezed.starts[at]]

    def _parted(self, before: Positions, behind: Positions, one: Codes, other: Codes) -> Answers:
        """Whether a gap, another class of characters or a change of case parts neighbours."""
        folded, view = self._page.folded, self._page.squeezed
        # Expanded characters share one source; the first of them stands for all.
        first = folded.starts.searchsorted(view.starts[before])
        second = folded.starts.searchsorted(view.starts[behind])
        letters = (self._kinds[first] == LETTER) & (self._kinds[second] == LETTER)
        capital = (one >= 97) & (one <= 122) & (other >= 65) & (other <= 90)
        return np.asarray((second - first > 1) | ~letters | capital, dtype=bool)


def _digit(codes: Codes) -> Answers:
    return np.asarray((codes >= 48) & (codes <= 57), dtype=bool)
