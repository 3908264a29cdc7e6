"""Titles written by their sound: other characters of the same syllables, or characters taken apart.

A text is heard character by character, so that what stands at one place of the heard text stands at
one place of the page. Syllables without tones; zh, ch, sh are z, c, s, and eng, ing are en, in.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_lowercase

import numpy as np
import numpy.typing as npt

from crawler.matching.pinyin import readings
from crawler.text import IDEOGRAPH, Codes, View, anywhere, class_of, classes_of, codes_of, text_of

SHORTEST = 3
"""Chinese characters of the titles that are listened for."""
LONGEST_RUN = 12
_FIRST = 0xE000
_EASTERN = 0x2E80
_FIRST_PART, _SECOND_PART = 1, 2
# Digits are said, and these signs stand for the characters that they look or sound like.
_SAID = {"0": "零", "1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九", "ル": "儿", "ㄦ": "儿", "の": "的", "ん": "心", "丨": "一", "卜": "不"}  # fmt: skip
# Older and other shapes of a character, and those that are written for it by their look, whatever their own sound.
_SHAPES = str.maketrans(
    "沈𠃌茬莪伱妳鈤仩丅吥哋朩氺亾圡尐夶莂涐孒惢訫黙",
    "沉飞在我你你日上下不地木水人土小大别我了心心默",
)
_ENCLOSED = ((0x2460, 0x24FF), (0x2776, 0x2793), (0x3220, 0x32B0), (0x1F100, 0x1F265))
_MIXED = re.compile(
    "(?<![a-z])(?=[\u4e00-\u9fff]*[a-z])(?=[a-z]*[\u4e00-\u9fff])(?:[\u4e00-\u9fff]|[a-z](?![a-z]{2}))+[0-9]{0,2}(?![a-z])"
)

_SYLLABLE = re.compile("(?<=[\u4e00-\u9fff])[a-z]{2,6}(?![a-z0-9])|(?<![a-z0-9])[a-z]{2,6}(?=[\u4e00-\u9fff])")
_NOUGHT = re.compile("(?<=[0-9])o(?=[0-9])")
_SEAM = re.compile("[\u4e00-\u9fff][a-z]|[a-z][\u4e00-\u9fff]")
_STRETCH = re.compile("[a-z0-9\u4e00-\u9fff]+")
_LONGEST_STRETCH = 500
_MOST_READ = 6
_SMALL = ascii_lowercase.encode()


def _syllable(reading: str) -> str:
    reading = re.sub(r"^([zcs])h", r"\1", reading)
    return re.sub(r"(en|in)g$", r"\1", reading)


@cache
def _table() -> npt.NDArray[np.uint32]:
    table = np.arange(0x110000, dtype=np.uint32)
    places: dict[str, int] = {}
    for code in range(0x4E00, 0xA000):
        known = readings(chr(code))
        if known:
            table[code] = places.setdefault(_syllable(known[0][0]), _FIRST + len(places))
    for sign, char in _SAID.items():
        table[ord(sign)] = table[ord(char)]
    for shape, code in _SHAPES.items():
        table[shape] = table[code]
    return table


def plainly(text: str) -> str:
    """A folded text with the usual shape of each character that stands there in another one."""
    return text.translate(_SHAPES)


@cache
def _whole() -> dict[str, str]:
    """Two parts, side by side, and the character that they make."""
    found: dict[str, str] = {}
    kin: dict[str, str] = {}
    # Parts that look alike are written for one another.
    alike = {
        "礻": "衤",
        "衤": "礻",
        "冫": "氵",
        "讠": "言",
        "钅": "金",
        "纟": "丝",
        "饣": "食",
        "忄": "小",
        "扌": "才",
        "艹": "草",
    }
    for line in files(__package__).joinpath("components.tsv").read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        part, _, pairs = line.partition("\t")
        for other, whole in zip(pairs[::2], pairs[1::2], strict=True):
            parts = other + part[1] if part.startswith("*") else part + other
            if whole not in parts:
                found.setdefault(parts, whole)
                if parts[0] in alike and whole not in alike[parts[0]] + parts[1:]:
                    kin.setdefault(alike[parts[0]] + parts[1:], whole)
    for parts, whole in kin.items():
        found.setdefault(parts, whole)
    return found


@cache
def _sides() -> npt.NDArray[np.uint8]:
    """For every character: whether it is the first part of another (1), the second (2), or both."""
    sides = np.zeros(0x110000, dtype=np.uint8)
    for parts in _whole():
        for side, char in zip((_FIRST_PART, _SECOND_PART), parts, strict=True):
            sides[ord(char)] |= side
    return sides


def may_be_heard(view: View) -> bool:
    """Whether any character of a text comes from where the Chinese ones are."""
    return not view.text.isascii() and bool(view.codes.max() >= _EASTERN)


@lru_cache(maxsize=4)
def touching(text: str) -> bool:
    """Whether a Latin letter and a Chinese character stand side by side anywhere."""
    # To look at what is left of a Chinese page in ASCII is cheaper than to look at all of it.
    plain = text.encode("ascii", "ignore")
    if text.isascii() or len(plain.translate(None, _SMALL)) == len(plain):
        return False
    codes = codes_of(text)
    latin = (codes >= 97) & (codes <= 122)
    native = (codes >= 0x4E00) & (codes <= 0x9FFF)
    return anywhere((latin[1:] & native[:-1]) | (native[1:] & latin[:-1]))


def heard(view: View) -> View:
    """A bare view in which every character is its syllable; letters stay as they are."""
    return View.later(text_of(_table().take(view.codes)), lambda: (view.starts, view.ends))


@cache
def _second() -> dict[str, str]:
    """Characters that are read in two ways and, for each, another that is read in the second."""
    known = {chr(code): readings(chr(code)) for code in range(0x4E00, 0xA000)}
    by_reading: dict[str, str] = {}
    for char, ways in known.items():
        if len(ways) == 1:
            by_reading.setdefault(ways[0][0], char)
    return {char: by_reading[ways[1][0]] for char, ways in known.items() if len(ways) > 1 and ways[1][0] in by_reading}


@cache
def _of_two_ways() -> npt.NDArray[np.bool_]:
    """For every character: whether it is read in two ways."""
    known = np.zeros(0x110000, dtype=bool)
    known[[ord(char) for char in _second()]] = True
    return known


def two_ways(view: View, reach: int) -> View | None:
    """The stretches of a bare view about each character that is read in two ways, with the second; an o among digits is a nought.

    Each character is read anew everywhere at once, one character after the other; a stretch goes `reach` characters to
    either side, and a line break parts it from the next. None where nothing is read anew.
    """
    text = view.text
    anew: list[tuple[str, list[int]]] = []
    noughts = [found.start() for found in _NOUGHT.finditer(text)] if "o" in text else []
    if noughts:
        anew.append((_NOUGHT.sub("0", text), noughts))
    places: dict[str, list[int]] = {}
    for place in _of_two_ways().take(view.codes).nonzero()[0].tolist():
        places.setdefault(text[place], []).append(place)
    anew += ((text.replace(char, _second()[char]), places[char]) for char in sorted(places)[:_MOST_READ])
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    for read, changed in anew:
        bounds: list[tuple[int, int]] = []
        for place in changed:
            low, high = max(0, place - reach), min(len(text), place + reach + 1)
            if bounds and low <= bounds[-1][1]:
                low = bounds.pop()[0]
            bounds.append((low, high))
        pieces += [read[low:high] for low, high in bounds]
        spans += bounds
    if not pieces:
        return None
    # The line break behind a stretch stands for whatever the page has there.
    return View.later(
        "\n".join(pieces),
        lambda: view.origins(
            np.concatenate([np.arange(low, high + 1) for low, high in spans])[:-1].clip(max=len(text) - 1)
        ),
    )


@lru_cache(maxsize=65536)
def sound(spelling: str) -> str:
    """A folded title as it stands in a heard view; empty for one that is not listened for."""
    title = spelling.replace(" ", "")
    if classes_of(title).count(IDEOGRAPH) < SHORTEST:
        return ""
    return text_of(_table()[codes_of(title)])


def composed(view: View) -> View | None:
    """A bare view with characters that were taken apart made whole again; None when none were.

    Both parts are the source of the whole.
    """
    codes = view.codes
    sides = _sides().take(codes)
    # Few characters are parts at all, and a look at each is cheaper than a search for each pair.
    near = (sides[:-1] & (sides[1:] >> 1) & _FIRST_PART).nonzero()[0].tolist()
    text, known = view.text, _whole()
    joins: list[int] = []
    for place in near:
        if text[place : place + 2] in known and (not joins or place > joins[-1] + 1):
            joins.append(place)
    if not joins:
        return None
    kept = np.ones(len(codes), dtype=bool)
    kept[[place + 1 for place in joins]] = False
    made, ends = codes.copy(), view.ends.copy()
    made[joins] = [ord(known[text[place : place + 2]]) for place in joins]
    ends[joins] = view.ends[[place + 1 for place in joins]]
    return View(text_of(made[kept]), view.starts[kept], ends[kept])


@cache
def _said_as() -> tuple[dict[str, str], dict[str, str]]:
    """A syllable in pinyin and a character that is read so; and one of which it is the second reading."""
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for code in range(0x4E00, 0xA000):
        known = readings(chr(code))
        if known:
            first.setdefault(known[0][0], chr(code))
            if len(known) > 1:
                second.setdefault(known[-1][0], chr(code))
    return first, second


def syllables(view: View) -> Iterator[View]:
    """A folded view with every syllable of pinyin that touches a character read as one; again for second readings."""
    if touching(view.text):
        first, second = _said_as()
        for said in (first, {**first, **second}):
            one = _syllables(view, said)
            if one is not None:
                yield one


def _syllables(view: View, said: dict[str, str]) -> View | None:
    chars, starts, ends = [], [], []
    reached = 0
    for found in _SYLLABLE.finditer(view.text):
        char = said.get(found[0])
        if char is None:
            continue
        chars.append(view.text[reached : found.start()] + char)
        starts += [view.starts[reached : found.start() + 1]]
        ends += [view.ends[reached : found.start()], view.ends[found.end() - 1 : found.end()]]
        reached = found.end()
    if not reached:
        return None
    chars.append(view.text[reached:])
    return View(
        "".join(chars), np.concatenate([*starts, view.starts[reached:]]), np.concatenate([*ends, view.ends[reached:]])
    )


@cache
def _enclosed() -> npt.NDArray[np.bool_]:
    """For every character: whether it is circled or squared."""
    enclosed = np.zeros(0x110000, dtype=bool)
    for low, high in _ENCLOSED:
        enclosed[low : high + 1] = True
    return enclosed


def unenclosed(raw: Codes, view: View) -> View | None:
    """A bare view without circled and squared characters of the raw text; None when there are fewer than three."""
    enclosed = _enclosed().take(raw)
    if np.count_nonzero(enclosed) < SHORTEST:
        return None
    kept = ~enclosed[view.starts]
    return View(text_of(view.codes[kept]), view.starts[kept], view.ends[kept])


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Where letters touch Chinese characters; the expression looks far ahead, so it is tried on those stretches alone."""
    if touching(text):
        for stretch in _STRETCH.finditer(text):
            if stretch.end() - stretch.start() <= _LONGEST_STRETCH and _SEAM.search(stretch[0]):
                yield from _MIXED.finditer(text, *stretch.span())


def mixed(text: str) -> list[tuple[int, int, str]]:
    """Stretches of a folded text in which letters stand between Chinese characters, with their initials.

    (start, end, initials); the letters are taken for the initials of characters left out.
    """
    found = []
    for run in _runs(text):
        if len(run[0]) > 4 * LONGEST_RUN:
            continue
        initials = [char if class_of(char) != IDEOGRAPH else _initial(char) for char in run[0]]
        for start in range(len(initials)):
            for end in range(start + SHORTEST, min(len(initials), start + LONGEST_RUN) + 1):
                kinds = set(classes_of(run[0][start:end]))
                if len(kinds) == 2 and all(initials[start:end]):
                    found.append((run.start() + start, run.start() + end, "".join(initials[start:end])))
    return found


def _initial(char: str) -> str:
    known = readings(char)
    return known[0][0][0] if known else ""


def alike(written: str, spelling: str) -> float | None:
    """How much of a title's characters stand as they are in its mixed spelling; None when a letter is not an initial."""
    title = spelling.replace(" ", "")
    if len(written) != len(title):
        return None
    same = 0
    for one, other in zip(written, title, strict=True):
        if one == other:
            same += 1
        elif _initial(other) != one:
            return None
    return same / len(title)
