"""Russian in Latin letters, as people write it whose keyboard has no others."""

_ALWAYS = dict(
    zip(
        "абвгдезиклмнопрстуфчшэжёъьыїієґ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "ch",
            "sh",
            "e",
            "zh",
            "e",
            "_",
            "_",
            "y",
            "i",
            "i",
            "e",
            "g",
        ],
        strict=True,
    )
)
_WAYS = (
    {"й": "y", "х": "kh", "ц": "ts", "щ": "shch", "ю": "yu", "я": "ya"},
    {"й": "y", "х": "h", "ц": "c", "щ": "sch", "ю": "yu", "я": "ya"},
    {"й": "j", "х": "h", "ц": "c", "щ": "sh", "ю": "ju", "я": "ja"},
    {"й": "i", "х": "h", "ц": "ts", "щ": "sh", "ю": "u", "я": "ia"},
)
_TABLES = [str.maketrans({char: latin.replace("_", "") for char, latin in (_ALWAYS | way).items()}) for way in _WAYS]


def romanised(text: str) -> list[str]:
    """The ways to write a text of Russian words in Latin letters, each once; none of a text without Russian letters."""
    if text.isascii() or not any("а" <= char <= "ё" for char in text):
        return []
    return [one for one in dict.fromkeys(text.translate(table) for table in _TABLES) if one.isascii()]
