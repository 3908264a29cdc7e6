"""Words whose letters stand apart, made whole again."""

import re

import numpy as np

from crawler.text import LETTER, View, anywhere, text_of

_BLANK = 32
_APART = re.compile(
    r"(?<![^\W_])[a-z0-9\u0370-\u052f](?: {1,5}[a-z0-9\u0370-\u052f](?![^\W_])){7,}|(?<![^\W_])[a-z\u0370-\u052f](?:([.*_|~-])[a-z\u0370-\u052f](?![^\W_]))(?:\1[a-z\u0370-\u052f](?![^\W_])){2,}"
)
_ONE_BY_ONE = b"\0\1" * 3


def close_up(view: View) -> View:
    """A folded view in which words whose letters stand apart are whole again; single titles spelled so stay as they are.

    Blanks between letters go where longer gaps part the words (``f u l l   g a m e``), one and the same sign
    everywhere (``f.u.l.l``).
    """
    letters = view.classes == LETTER
    # Three letters in a row with one sign between each are looked for fast, and hardly any page has them.
    if _ONE_BY_ONE not in letters.tobytes():
        return view
    alone = letters.copy()
    alone[1:] &= ~letters[:-1]
    alone[:-1] &= ~letters[1:]
    if not anywhere(alone[6:] & alone[4:-2] & alone[2:-4] & alone[:-6]):
        return view
    codes = view.codes
    kept = np.ones(len(codes), dtype=bool)
    for found in _APART.finditer(view.text):
        stretch = codes[found.start() : found.end()]
        blanks = stretch == _BLANK
        single = blanks.copy()
        single[1:] &= ~blanks[:-1]
        single[:-1] &= ~blanks[1:]
        if found[1]:
            single = stretch == ord(found[1])
        elif not (blanks & ~single).any():
            continue
        kept[found.start() : found.end()] = ~single
    if kept.all():
        return view
    return View(text_of(codes[kept]), view.starts[kept], view.ends[kept])
