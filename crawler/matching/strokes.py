"""Signs that stand for a letter inside a word: exclamation marks, bars, signs of money."""

import re
from string import ascii_letters, digits

from crawler.matching.lexicon import known

_SIGNS = "!|€"
_LETTERS = str.maketrans({"!": "i", "|": "l", "€": "e", "$": "s", "@": "a"})
# "T!tle", "P|anet", "€mb€r": a sign for a letter, inside a word or, of money, at either end of one.
_STROKE = re.compile(
    r"(?<![^\s(\[\"'“_.~*-])(?=[A-Za-z0-9@$!|€]*[!|€])[A-Za-z0-9@$€][A-Za-z0-9@$!|€]{1,23}(?![^\s)\]\"'”_.,:;!?~*-])"
)
_IN_WORDS = frozenset(f"{ascii_letters}{digits}@$€")
_LETTERS_OF_WORDS = frozenset(ascii_letters)
_PARTED = re.compile(r"[!|€]")
_PRICE = re.compile(r"\d€|€\d")
# A bar at the head of a word in lower case, away from the bars of a table: "|ron".
_BARRED = re.compile(r"(?<![^\s(\[])\|(?=[a-z][a-z0-9@$]{2,}(?: [A-Z@$0-9]|\s|$))")
_SHORT_PART = 2


def lettered(text: str) -> str:
    """A raw text, as long as before, with each such sign written as the letter; two words that a sign parts stay two."""
    if not any(_amid_word(text, sign) for sign in _SIGNS):
        return text
    text = _STROKE.sub(_written, text)
    return _BARRED.sub("I", text) if text.count("|") == 1 else text


def _amid_word(text: str, sign: str) -> bool:
    """Whether a sign stands anywhere where it is no mark of a sentence, a table or a price: no expression is as fast as that."""
    at = text.find(sign)
    while at >= 0:
        if text[at + 1 : at + 2] in _IN_WORDS or (sign == "€" and text[at - 1 : at] in _LETTERS_OF_WORDS):
            return True
        at = text.find(sign, at + 1)
    return False


def _written(found: re.Match[str]) -> str:
    word = found[0].rstrip("!|")
    rest = found[0][len(word) :]
    if not _PARTED.search(word) or _PRICE.search(word) or not any(map(str.isalpha, word)) or len(word) <= _SHORT_PART:
        return found[0]
    parts = _PARTED.split(word)
    if any(len(part) > 1 and known(part) for part in parts):
        return found[0]
    if "|" in word and not _is_letter(word):
        return found[0]
    return word.translate(_LETTERS) + rest


def _is_letter(word: str) -> bool:
    """Whether a bar goes on with a word: a small letter behind it, and few letters on one of its sides."""
    head, _, tail = word.partition("|")
    return not tail[:1].isupper() and min(len(head), len(tail)) <= _SHORT_PART
