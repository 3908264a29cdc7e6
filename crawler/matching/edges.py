"""Where words may begin and end in a text without spaces."""

from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.matching.page import Page
from crawler.text import LETTER, Positions, anywhere

Answers = npt.NDArray[np.bool_]
Codes = npt.NDArray[Any]


class Edges:
    """The edges of words in a page's squeezed view, looked at only where a title may stand.

    Joined words may border on digits or on a change of case (``TrueNorth2014``).
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._last = len(page.squeezed.text) - 1

    def begins(self, at: Positions) -> Answers:
        """For places of the squeezed view: may a word begin there."""
        one, other, parted = self._beside(at - 1, at)
        return np.asarray(parted | (_digit(one) & ~_digit(other)) | (at <= 0), dtype=bool)

    def ends(self, at: Positions) -> Answers:
        """For places of the squeezed view: may a word end with the character there."""
        one, other, parted = self._beside(at, at + 1)
        digit = _digit(one)
        # The season ends where its episode begins: "S02E05".
        episode = digit & ((other | 32) == ord("e")) & (at + 2 <= self._last)
        if anywhere(episode):
            episode &= _digit(self._page.codes.take(self._page.squeezed.starts.take(at + 2, mode="clip")))
        return np.asarray(parted | (_digit(other) & ~digit) | episode | (at >= self._last), dtype=bool)

    def _beside(self, before: Positions, behind: Positions) -> tuple[Codes, Codes, Answers]:
        """The code points of neighbours, and whether a gap, another class of characters or a change of case parts them.

        What is beyond an end of the text is taken for the character there.
        """
        count, folded = len(before), self._page.folded
        # Both sides are looked up at once: a look costs more than its size.
        raw = self._page.squeezed.starts.take(np.concatenate((before, behind)), mode="clip")
        # Expanded characters share one source; the first of them stands for all.
        places = folded.places(raw)
        codes, kinds = self._page.codes.take(raw), folded.classes.take(places)
        one, other = codes[:count], codes[count:]
        # What is below the letters wraps round to large numbers.
        capital = (one - one.dtype.type(97) < 26) & (other - other.dtype.type(65) < 26)
        # Letters beside letters alone have their own bit in both.
        apart = (places[count:] - places[:count] > 1) | (kinds[:count] & kinds[count:] != LETTER)
        return one, other, np.asarray(apart | capital, dtype=bool)


def _digit(codes: Codes) -> Answers:
    # What is below the nought wraps round to large numbers.
    return np.asarray(codes - codes.dtype.type(48) < 10, dtype=bool)
