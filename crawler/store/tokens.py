"""What of a text is entered in the index, and what is asked of it to find a spelling, however it is disguised there.

The text is folded and squeezed to letters and digits, and entered as its pieces: three characters
from each letter on, two from each ideograph on. A text that holds a spelling holds all its pieces.
Of short words, which stand inside many others, whole words are entered too.
"""

import re
from typing import NamedTuple

from crawler.apart import close_up
from crawler.text import IDEOGRAPH, View, classes_of, fold, skeleton, squeeze, words
from crawler.unescaping import unescape

SHORT = 5
"""Letters up to which a word is entered whole."""
ASKED = 16
"""Pieces of a spelling that are asked for; the rest is compared."""
_WHOLE = "\u00b7"
_HASHES = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])")


class Wanted(NamedTuple):
    """A spelling to be found: folded words with one space between them."""

    words: str
    whole: bool = False
    """Only where its words stand as words."""

    @property
    def squeezed(self) -> str:
        """Its letters as the index has them."""
        return skeleton(self.words.replace(" ", ""))

    def expression(self) -> str:
        """What the index is asked."""
        if self.whole and all(len(word) <= SHORT for word in self.words.split(" ")):
            return " AND ".join(f'"{_WHOLE}{word}"' for word in dict.fromkeys(self.words.split(" ")))
        letters = self.squeezed
        inside = [piece for piece in _pieces(letters) if _is_full(piece)]
        if not inside:
            # A spelling shorter than a piece begins one wherever it stands.
            return f'"{letters}" *'
        step = -(-len(inside) // ASKED)
        return " AND ".join(f'"{piece}"' for piece in dict.fromkeys((*inside[::step], inside[-1])))

    def stands_in(self, text: "Folded") -> bool:
        """Whether the spelling really stands there: all its pieces may, and it may not."""
        return f" {self.words} " in text.words if self.whole else self.squeezed in text.squeezed


class Folded:
    """A text as it is entered."""

    def __init__(self, text: str) -> None:
        self._view: View = close_up(fold(unescape(_HASHES.sub(" ", text))))
        self.squeezed: str = squeeze(self._view).text

    @property
    def words(self) -> str:
        """Its words with a space around each; ideographs stand together."""
        return words(self._view).text

    def tokens(self) -> str:
        """What is entered: each piece once, a space between them."""
        found = set(_pieces(self.squeezed))
        found.update(_WHOLE + word for word in set(self.words.split()) if len(word) <= SHORT)
        return " ".join(found)


def _pieces(squeezed: str) -> list[str]:
    """The pieces of a squeezed text; at its end they are shorter."""
    if squeezed.isascii():
        return [squeezed[at : at + 3] for at in range(len(squeezed))]
    return [squeezed[at : at + (2 if kind == IDEOGRAPH else 3)] for at, kind in enumerate(classes_of(squeezed))]


def _is_full(piece: str) -> bool:
    return len(piece) == (2 if classes_of(piece[0])[0] == IDEOGRAPH else 3)
