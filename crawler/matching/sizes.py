"""How large the files are that a page speaks of: what is given shows in its size."""

import re
from functools import lru_cache

from crawler.matching.page import Page

_SIZE = re.compile(
    r"(?<![\w.,])(\d{1,5})(?:[.,](\d{1,3}))?\s?"
    r"(kib|kb|кб|mib|mb|мб|megs?|gib|gb|гб|gigs?|tib|tb|тб|ko(?=\s*(?:[).,;|\]]|$))|[mg]o(?=\s*(?:[).,;|\]]|$)))(?![\w/])",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = re.compile(r"(?<![\w.,])(?![2-8]K)(\d{1,4})(?:\.(\d))?([KMGT])(?=\s|$)", re.MULTILINE)
_POWERS = {"k": 1, "к": 1, "m": 2, "м": 2, "g": 3, "г": 3, "t": 4, "т": 4}
SUBTITLES_AT_MOST = 6 * 1024**2
"""Bytes: subtitles for a whole season, packed, are smaller; a film or an episode is larger."""
FILM_AT_LEAST = 60 * 1024**2
_LONGEST = 20_000


@lru_cache(maxsize=4)
def largest(page: Page) -> float | None:
    """The largest size on a page in bytes; None when no size is given."""
    text = page.raw[:_LONGEST]
    found = [
        (float(f"{one[1]}.{one[2] or 0}")) * 1024 ** _POWERS[one[3][0].lower()]
        for expression in (_SIZE, _LISTED)
        for one in expression.finditer(text)
    ]
    return max(found, default=None)


_NUMBER_AHEAD = re.compile(r"\d[.,]$")
_COUNTED_BEHIND = re.compile(
    r"(?i) ?(?:pages?|pp|pgs|words|views?|subs(?:cribers)?|followers|members|people|ratings|reviews|likes|upvotes|downloads|seeds|grabs|songs|tracks|games|books|titles|copies|users|epubs|pdfs|files)\b"
)


def counts_thousands(raw: str, low: int, high: int) -> bool:
    """Whether a raw “4k” ends a number or counts things, and is no size of a picture: “1.4k pages”, “4k seeds”."""
    return raw[low:high].strip().lower() == "4k" and (
        _NUMBER_AHEAD.search(raw, max(0, low - 3), low) is not None or _COUNTED_BEHIND.match(raw, high) is not None
    )
