"""Blocks that a board shows to those alone who answer, thank or have posted enough, as their marks stand in a text."""

import re
from collections.abc import Iterator

from crawler.matching.files import Trace

_BLOCK = re.compile(
    r"(?i)\[(?:hide|hidden|locked|like|likes|thanks?|reply|replies|hide-?thanks|hide-?reply|sl=[^\]\n]{0,20})(?:[ =:][^\]\n]{0,32})?\]"
)


def withheld(raw: str) -> Iterator[Trace]:
    """Where such a block begins in a raw text."""
    if "[" in raw:
        for found in _BLOCK.finditer(raw):
            yield Trace("hidden-block", 1.8, *found.span())
