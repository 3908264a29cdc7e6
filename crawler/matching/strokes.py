"""Exclamation marks that stand for a letter inside a word."""

import re

from crawler.matching.lexicon import known

# "T!tle": a sign for a letter, inside a word.
_STROKE = re.compile(r"(?<![^\s(\[\"'“_.-])[A-Za-z0-9@$]{1,12}(?:![A-Za-z0-9@$]{1,12})+(?![^\s)\]\"'”_.,:;!?-])")


def lettered(text: str) -> str:
    """A raw text, as long as before, with each such mark written as the letter; two words that a mark parts stay two."""
    return _STROKE.sub(_written, text) if "!" in text else text


def _written(found: re.Match[str]) -> str:
    return (
        found[0] if any(len(part) > 1 and known(part) for part in found[0].split("!")) else found[0].replace("!", "i")
    )
