"""One sign by which a site software gives itself away, as engine files declare it."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern at one place of a page, and how much it says."""

    where: Literal["cookie", "header", "html", "link"]
    """``cookie``: a Set-Cookie value; ``header``: ``name: value``; ``html``: anywhere in the source; ``link``: in an href."""
    pattern: re.Pattern[str]
    weight: float
