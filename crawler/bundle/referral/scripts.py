"""In which scripts a text is written, by its own letters (Unicode character names); no guess at its language."""

import unicodedata
from collections import Counter

_BEGINNINGS = (
    ("CJK", "Han"), ("HIRAGANA", "Kana"), ("KATAKANA", "Kana"), ("HANGUL", "Hangul"), ("LATIN", "Latin"),
    ("FULLWIDTH LATIN", "Latin"), ("CYRILLIC", "Cyrillic"), ("ARABIC", "Arabic"), ("HEBREW", "Hebrew"), ("THAI", "Thai"),
    ("DEVANAGARI", "Devanagari"), ("GREEK", "Greek"),
)  # fmt: skip
OTHER = "Other"
LEAST = 5
"""Per cent below which a script is not named beside another."""


def shares(text: str) -> list[tuple[str, int]]:
    """Scripts with their share of the letters in per cent, the greatest first; nothing for a text without letters."""
    counts = Counter(_script(character) for character in text if unicodedata.category(character).startswith("L"))
    letters = sum(counts.values())
    found = [
        (script, round(100 * count / letters)) for script, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    ]
    return found[:1] + [(script, share) for script, share in found[1:] if share >= LEAST]


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    return next((script for beginning, script in _BEGINNINGS if name.startswith(beginning)), OTHER)
