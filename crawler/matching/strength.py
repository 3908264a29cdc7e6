"""How much a title says by itself."""

from functools import lru_cache
from typing import Literal

from crawler.text import IDEOGRAPH, classes_of

Strength = Literal["long", "short", "single", "common"]


@lru_cache(maxsize=65536)
def strength(spelling: str) -> Strength:
    """``long``, ``short``, ``single`` or ``common``: how much a title says by itself."""
    native = classes_of(spelling).count(IDEOGRAPH)
    letters = len(spelling.replace(" ", ""))
    if native:
        if native >= 4 or (native >= 3 and letters > native):
            return "long"
        return "short" if letters >= 3 else "common"
    tokens = spelling.split(" ")
    if len(tokens) == 2 and tokens[0] in ("the", "a", "an"):
        # An article makes no name of a common word.
        return "single"
    if len(tokens) >= 3 and letters >= 9:
        return "long"
    if len(tokens) >= 2:
        return "long" if letters >= 12 else "short" if letters >= 6 else "single"
    return "single" if letters >= 5 else "common"


def letter_count(spelling: str) -> int:
    """How many letters and ideographs a spelling has."""
    return sum(char.isalpha() for char in spelling)
