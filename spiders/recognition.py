"""What engine files declare of themselves: the signs of their site software, and what they were written after."""

import re
from dataclasses import dataclass
from typing import Literal

from crawler.description import RestsOn


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern at one place of a page, and how much it says."""

    where: Literal["cookie", "header", "html", "link"]
    """``cookie``: a Set-Cookie value; ``header``: ``name: value``; ``html``: anywhere in the source; ``link``: in an href."""
    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Basis:
    """What an engine was written after. One that rests on documentation gives way to the generic reader where that reads more."""

    rests_on: RestsOn
    of: str
    """What ran, or whose documentation; a plain name."""
