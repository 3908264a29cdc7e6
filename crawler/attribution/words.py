"""Text as others' services give it, fit for one line of a statement."""

import re
from typing import Any

LONGEST = 300
_SPACES = re.compile(r"\s+")


def word(value: Any) -> str | None:
    """A text on one line, without control characters and of at most `LONGEST`; None for what is no text, or empty."""
    if not isinstance(value, str):
        return None
    shown = "".join(character if character.isprintable() else " " for character in value[: 4 * LONGEST])
    return _SPACES.sub(" ", shown).strip()[:LONGEST] or None
