"""How Chinese titles are spelled in Latin letters, for those who hide them that way."""

from functools import cache
from importlib.resources import files
from itertools import islice, product

MOST_READINGS = 4
# Characters whose second reading is common in titles; the rare readings of the others would only cost memory.
_TWO_WAYS = frozenset("长行重乐传还都朝藏觉角血地着了的单解会弹调参薄车降省石曲便")


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for line in files(__package__).joinpath("pinyin.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            key, _, chars = line.partition("\t")
            (first if key[0] == "0" else second).update(dict.fromkeys(chars, key[1:]))
    return {
        char: (reading, second[char]) if char in _TWO_WAYS and second.get(char, reading) != reading else (reading,)
        for char, reading in first.items()
    }


def readings(name: str) -> list[list[str]]:
    """The syllables of a title, for at most MOST_READINGS combinations of its characters' readings.

    Digits stay as they are; empty when a character has no known reading.
    """
    choices: list[tuple[str, ...]] = []
    for char in name.replace(" ", ""):
        if char.isascii() and char.isdigit():
            choices.append((char,))
        elif char in _readings():
            choices.append(_readings()[char])
        else:
            return []
    return [list(choice) for choice in islice(product(*choices), MOST_READINGS)]
