"""Titles that will match by chance, so that a person adds what tells them apart."""

import unicodedata

from crawler.model import Work

SHORT_IDEOGRAPHS = 2
SHORT_LETTERS = 5


def is_risky(work: Work) -> bool:
    """True for a title of one short word (two Chinese characters, five letters) without a year and creators."""
    if work.year and work.creators:
        return False
    letters = [c for c in work.title if c.isalnum()]
    ideographs = sum(unicodedata.east_asian_width(c) in "WF" for c in letters)
    limit = SHORT_IDEOGRAPHS if ideographs == len(letters) else SHORT_LETTERS
    return len(letters) <= limit
