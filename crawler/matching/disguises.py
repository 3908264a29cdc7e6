"""Whether folded text is a spelling after all, and how it hides it."""

from itertools import pairwise

import numpy as np

from crawler.text import GAP, IDEOGRAPH, LETTER, classes_of, spelled

_SENTENCE = frozenset("。！？；!?;\n")
_LONGEST_GAP = 4
_LONG_TITLE = 14
_HALF = 4
_DIGITS_AS = {"0": "o", "1": "il"}
"""Letters that stand for digits."""


def disguise(written: str, spelling: str, width: int) -> str | None:
    """How folded text hides a spelling; None when it is not that spelling after all.

    One of ``none``, ``joined``, ``spaced``, ``symbols``, ``leet`` and ``invisible``. `width` is the number of
    raw characters: more than the folded ones when some are invisible.
    """
    if written == spelling:
        return "none" if width <= len(written) else "invisible"
    letters = _letters(written)
    wanted = spelling.replace(" ", "")
    if len(letters) != len(wanted):
        return None
    replaced = 0
    for at, ((char, _), want) in enumerate(zip(letters, wanted, strict=True)):
        if char != want:
            if want.isdigit() and not _stands_for(char, at, letters, wanted):
                return None
            replaced += want.isdigit() or char.isdigit() or char in "@$"
    gaps = {
        count: written[one + 1 : two]
        for count, ((_, one), (_, two)) in enumerate(pairwise(letters), start=1)
        if two > one + 1
    }
    if any(len(gap) > _LONGEST_GAP for gap in gaps.values()):
        return None
    if replaced:
        own = spelling.split(" ")
        # The view may have closed up letters that stand apart on the page.
        apart = len(gaps) >= 0.6 * (len(wanted) - 1) or width >= 2 * len(wanted) - 1
        parts = spelled(written).split(" ")
        numbers = not apart and any(
            part.isdigit() and part not in own and not (len(part) == 1 and 1 in map(len, parts[max(0, at - 1) : at]))
            for at, part in enumerate(parts)
        )
        return None if replaced * 2 > len(wanted) or numbers else "leet"
    seams = set(np.cumsum([len(part) for part in spelling.split(" ")]).tolist())
    odd = [gap for place, gap in gaps.items() if place not in seams]
    spaced = len(gaps) >= 0.6 * (len(wanted) - 1)
    if odd:
        return _scattered(odd, spaced, IDEOGRAPH in classes_of(wanted), _split(written, spelling))
    if any("\n" in gap for gap in gaps.values()):
        return None
    if width > len(written) and len(written) == len(spelling):
        return "invisible"
    return "joined" if not gaps and len(seams) > 1 and IDEOGRAPH not in classes_of(wanted) else "none"


def _letters(written: str) -> list[tuple[str, int]]:
    kinds = classes_of(written)
    last = len(written) - 1
    return [
        (char, place)
        for place, char in enumerate(written)
        if kinds[place] != GAP
        or (char in "@$" and 0 < place < last and kinds[place - 1] == LETTER and kinds[place + 1] == LETTER)
    ]


def _stands_for(char: str, at: int, letters: list[tuple[str, int]], wanted: str) -> bool:
    """A letter that looks like a digit stands for it in a number with others: ``2O24``."""
    if char not in _DIGITS_AS.get(wanted[at], ""):
        return False
    near = [place for place in (at - 1, at + 1) if 0 <= place < len(wanted) and wanted[place].isdigit()]
    return any(letters[place][0].isdigit() for place in near)


def _split(written: str, spelling: str) -> bool:
    """One long word of a long title stands as two: ``copper plate orchard``."""
    parts = spelled(written).split(" ")
    halves = [part for part in parts if part not in spelling.split(" ")]
    return len(spelling) >= _LONG_TITLE and " " in spelling and len(halves) == 2 and min(map(len, halves)) >= _HALF


def _scattered(odd: list[str], spaced: bool, native: bool, split: bool) -> str | None:
    blank = [gap for gap in odd if not gap.strip(" -,'\n\t")]
    if not native:
        # One blank inside a word makes two words; blanks everywhere make a disguise.
        if blank and not spaced:
            return "spaced" if split and len(odd) == 1 else None
        return "spaced" if blank else "symbols"
    if not spaced and any("\n" in gap or gap.strip() in _SENTENCE for gap in odd if gap.strip() or "\n" in gap):
        return None
    return "spaced" if len(blank) == len(odd) else "symbols"
