"""Where the digits of a text are, found once for all that begin with one: prices, sizes, years."""

import re
from functools import lru_cache

import numpy as np

from crawler.text import anywhere

_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=4)
def numbers(text: str) -> tuple[tuple[int, int], ...]:
    """The unbroken runs of decimal digits in a text, as half-open spans in their order."""
    if text.isascii():
        codes = np.frombuffer(text.encode(), dtype=np.uint8)
    else:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        # Only in these blocks has Unicode digits of other scripts.
        if anywhere((codes - np.uint32(0x660) < 0x2000 - 0x660) | (codes >= 0xA620)):
            return tuple(found.span() for found in _DIGITS.finditer(text))
    # What is below the nought wraps round to large numbers.
    places = (codes - codes.dtype.type(48) < 10).nonzero()[0].tolist()
    spans: list[tuple[int, int]] = []
    start = last = -1
    for place in places:
        if place != last + 1 or start < 0:
            if start >= 0:
                spans.append((start, last + 1))
            start = place
        last = place
    return (*spans, (start, last + 1)) if places else ()
