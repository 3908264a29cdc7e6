"""Views of a text that disguises cannot hide in, each with a way back to the characters on the page.

    raw --unescape--> shown --fold--> folded --words--> words       one space between words
                                             --squeeze--> squeezed  letters and digits only

Folding covers compatibility forms, case, marks, invisible characters, traditional characters
and letters that look like Latin ones. It is a table lookup per code point, the same on every
machine, because the table is a file of this package and not the interpreter's.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

GAP, LETTER, IDEOGRAPH = 0, 1, 2
"""Classes of a folded character: no part of a word, part of a spaced word, a word by itself."""

_NOWHERE: Positions = np.zeros(0, dtype=np.int64)
_LONG: Final = 300
"""Characters from which a text is taken for a page, which is asked for its classes several times."""
_LONGEST: Final = 1_000_000
_DELETED: Final = 0x110000
_LONGER: Final = 0x110001
_LETTERS = """
    30-39 61-7A AA B5 BA C0-D6 D8-F6 F8-2C1 2E0-2E4 300-36F 370-377 37A-37D 37F-386 388-559 560-588
    591-5BD 5BF 5C1-5C2 5C4-5F2 610-61A 620-669 66E-6D3 6D5-6FF 710-963 966-DFF E4F E50-E5B F00-109F
    10A0-10FA 10FC-10FF 1200-135F 1369-139F 13A0-13FF 1401-166C 166F-169A 16A0-1734 1740-17D3 17D7-17FF
    1810-1FFF 2071 207F 2090-209C 2C00-2DFF A4D0-A4FD A500-A60C A610-A7FF A800-A873 A880-A95F A980-ABFF
    FB00-FD3D FD50-FDFF FE70-FEFC 10000-100FA 10280-1056F 10600-1085F 1E900-1E95F
"""
_IDEOGRAPHS = """
    E01-E3A E40-E4E E81-EDF 3005-3007 3041-3096 3099-309A 309D-309F 30A1-30FA 30FC-30FF 3105-312F
    31A0-31BF 31F0-31FF 3400-4DBF 4E00-4E27 4E29-9FFF 1100-11FF 3131-318E A960-A97F AC00-D7AF F900-FAFF
    20000-3FFFD
"""
# What a digit stands for in leetspeak; i and l are one letter there, because 1 is both.
_SKELETON = {"0": "o", "1": "i", "l": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
_SKELETON_TABLE = str.maketrans(_SKELETON)


class _Tables(NamedTuple):
    fold: Codes
    longer: dict[int, str]
    classes: npt.NDArray[np.uint8]
    classes_by_code: bytes
    skeleton: Codes


def _ranges(text: str) -> list[tuple[int, int]]:
    ends = [part.split("-") for part in text.split()]
    return [(int(end[0], 16), int(end[-1], 16)) for end in ends]


@cache
def _tables() -> _Tables:
    fold = np.arange(0x110000, dtype=np.uint32)
    fold[ord("A") : ord("Z") + 1] += 32
    longer: dict[int, str] = {}
    for line in files("crawler").joinpath("folding.tsv").read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("# "):
            continue
        folded, _, sources = line.partition("\t")
        if folded == "delete":
            for low, high in _ranges(sources):
                fold[low : high + 1] = _DELETED
            continue
        codes = [ord(source) for source in sources]
        if len(folded) == 1:
            fold[codes] = ord(folded)
        else:
            fold[codes] = _LONGER
            longer.update(dict.fromkeys(codes, folded))
    classes = np.zeros(0x110000, dtype=np.uint8)
    for kind, ranges in ((LETTER, _LETTERS), (IDEOGRAPH, _IDEOGRAPHS)):
        for low, high in _ranges(ranges):
            classes[low : high + 1] = kind
    skeleton = np.arange(0x110000, dtype=np.uint32)
    for digit, letter in _SKELETON.items():
        skeleton[ord(digit)] = ord(letter)
    return _Tables(fold, longer, classes, classes.tobytes(), skeleton)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _text(codes: Codes) -> str:
    return str(codes.astype(np.uint32, copy=False).data, "utf-32-le", "surrogatepass")


@dataclass(frozen=True, slots=True)
class View:
    """A text made from another, and where each of its characters came from."""

    text: str
    starts: Positions
    """Per character: where its source begins, in code points of the raw text."""
    ends: Positions
    """Per character: where its source ends."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span, half-open, behind ``text[start:end]``; start must be below end."""
        return int(self.starts[start]), int(self.ends[end - 1])

    def at(self, raw: int) -> int:
        """The first position of this view whose source begins at or after a raw position."""
        return int(np.searchsorted(self.starts, raw))


def plain(text: str) -> View:
    """The text itself as a view: every position is its own."""
    positions = np.arange(len(text) + 1, dtype=np.int64)
    return View(text, positions[:-1], positions[1:])


_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"
_ENTITY = r"&#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});"
_BASE64 = r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{16,}(?:={0,2})(?![A-Za-z0-9+/_=-])"
_ESCAPES = re.compile(f"{_PERCENT}|{_ENTITY}|{_BASE64}")
_IN_BASE64 = bytes(chr(code).isascii() and (chr(code).isalnum() or chr(code) in "+/") for code in range(256))
_LONG_RUN = bytes([True]) * 16


def _shown(written: str) -> tuple[str, list[int], list[int]] | None:
    """What an escape spells and, per character, where its source begins and ends within it; None when it is no text."""
    if written.startswith("&"):
        digits = written[2:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return (chr(code), [0], [len(written)]) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
    percent = written.startswith("%")
    try:
        raw = bytes.fromhex(written.replace("%", "")) if percent else b64decode(written + "=" * (-len(written) % 4))
        shown = raw.decode("utf-8")
    except ValueError:
        return None
    if not percent and not (shown.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in shown)):
        return None
    starts, ends, at = [], [], 0
    for char in shown:
        width = len(char.encode("utf-8"))
        starts.append(at * 3 if percent else at * 4 // 3)
        at += width
        ends.append(at * 3 if percent else -(-at * 4 // 3))
    return shown, starts, ends


def encoded(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that `unescape` shows as what they spell, as half-open spans."""
    return [found.span() for found in _escapes(text) if _shown(found[0]) is not None]


def _escapes(text: str) -> Iterator[re.Match[str]]:
    # One sign is found much faster than two.
    if "%" in text or ("&" in text and "&#" in text) or _has_long_word(text):
        yield from _ESCAPES.finditer(text)


def _has_long_word(text: str) -> bool:
    """Whether any unbroken run of letters and digits could be base64."""
    return _LONG_RUN in text.encode("ascii", "replace").translate(_IN_BASE64)


def unescape(text: str) -> View:
    """The text with encoded stretches shown as the characters they spell; what spells no text stays as written.

    Percent-encoded bytes (RFC 3986, 2.1; UTF-8), numeric character references (HTML 5, 13.1.4)
    and base64 of UTF-8 text (RFC 4648, 4). Each character's source is its own part of the stretch.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in _escapes(text):
        known = _shown(found[0])
        if known is None:
            continue
        shown, firsts, lasts = known
        at = found.start()
        parts += [text[done:at], shown]
        starts += [*range(done, at), *(at + first for first in firsts)]
        ends += [*range(done + 1, at + 1), *(min(at + last, found.end()) for last in lasts)]
        done = found.end()
    if not parts:
        return plain(text)
    parts.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return View("".join(parts), np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))


def fold(source: str | View) -> View:
    """The text without its disguises; folding twice changes nothing more."""
    view = plain(source) if isinstance(source, str) else source
    if view.text.isascii():
        return View(view.text.encode().translate(_ascii_tables().fold).decode(), view.starts, view.ends)
    tables = _tables()
    raw = _codes(view.text)
    codes = tables.fold.take(raw)
    starts, ends = view.starts, view.ends
    if codes.max() < _DELETED:
        return View(_text(codes), starts, ends)
    longer = codes == _LONGER
    if longer.any():
        pieces = {code: _codes(tables.longer[code]) for code in map(int, np.unique(raw[longer]))}
        widths = np.ones(len(codes), dtype=np.int64)
        places = np.flatnonzero(longer)
        widths[places] = [len(pieces[int(code)]) for code in raw[places]]
        firsts = np.cumsum(widths) - widths
        codes, starts, ends = np.repeat(codes, widths), np.repeat(starts, widths), np.repeat(ends, widths)
        for place in places:
            piece = pieces[int(raw[place])]
            codes[firsts[place] : firsts[place] + len(piece)] = piece
    kept = codes != _DELETED
    if not kept.all():
        codes, starts, ends = codes[kept], starts[kept], ends[kept]
    return View(_text(codes), starts, ends)


def folded(text: str) -> str:
    """Only the text of `fold`."""
    return text.encode().translate(_ascii_tables().fold).decode() if text.isascii() else fold(text).text


class _AsciiTables(NamedTuple):
    fold: bytes
    classes: bytes
    words: bytes
    skeleton: bytes


@cache
def _ascii_tables() -> _AsciiTables:
    """The tables for text that is ASCII, as most of a page in English is: one byte a character."""
    tables = _tables()
    kinds = tables.classes[:128]
    shown = np.where(kinds == GAP, 32, np.arange(128))
    return _AsciiTables(
        *(
            bytes([*each.tolist(), *range(128, 256)])
            for each in (tables.fold[:128], kinds, shown, tables.skeleton[:128])
        )
    )


def _classes(text: str) -> npt.NDArray[np.uint8]:
    return _classes_of_page(text) if _LONG < len(text) < _LONGEST else _classes_of(text)


def _classes_of(text: str) -> npt.NDArray[np.uint8]:
    if text.isascii():
        return np.frombuffer(text.encode().translate(_ascii_tables().classes), dtype=np.uint8)
    return _tables().classes.take(_codes(text))


@lru_cache(maxsize=2)
def _classes_of_page(text: str) -> npt.NDArray[np.uint8]:
    kinds = _classes_of(text)
    kinds.flags.writeable = False
    return kinds


_APART = re.compile(
    r"(?<![^\W_])[a-z0-9\u0370-\u052f](?: {1,5}[a-z0-9\u0370-\u052f](?![^\W_])){7,}|(?<![^\W_])[a-z\u0370-\u052f](?:([.*_|~-])[a-z\u0370-\u052f](?![^\W_]))(?:\1[a-z\u0370-\u052f](?![^\W_])){2,}"
)


def close_up(view: View) -> View:
    """A folded view in which words whose letters stand apart are whole again; single titles spelled so stay as they are.

    Blanks between letters go where longer gaps part the words (``f u l l   g a m e``), one and the same sign
    everywhere (``f.u.l.l``).
    """
    letters = _classes(view.text) == LETTER
    begun = letters[2:] > letters[1:-1]
    if not (begun[4:] & begun[2:-2] & begun[:-4]).any():
        return view
    alone = letters.copy()
    alone[1:] &= ~letters[:-1]
    alone[:-1] &= ~letters[1:]
    if not (alone[6:] & alone[4:-2] & alone[2:-4] & alone[:-6]).any():
        return view
    codes = _codes(view.text)
    kept = np.ones(len(codes), dtype=bool)
    for found in _APART.finditer(view.text):
        stretch = codes[found.start() : found.end()]
        blanks = stretch == 32
        single = blanks.copy()
        single[1:] &= ~blanks[:-1]
        single[:-1] &= ~blanks[1:]
        if found[1]:
            single = stretch == ord(found[1])
        elif not (blanks & ~single).any():
            continue
        kept[found.start() : found.end()] = ~single
    if kept.all():
        return view
    return View(_text(codes[kept]), view.starts[kept], view.ends[kept])


def classes(view: View) -> npt.NDArray[np.uint8]:
    """The class of every character of a folded view: GAP, LETTER or IDEOGRAPH."""
    return _classes(view.text)


def class_of(char: str) -> int:
    """The class of one folded character; GAP for none."""
    return _tables().classes_by_code[ord(char)] if char else GAP


def classes_of(text: str) -> bytes:
    """The classes of a short folded text, one byte each."""
    table = _tables().classes_by_code
    return bytes([table[ord(char)] for char in text])


@lru_cache(maxsize=8192)
def spelled(name: str) -> str:
    """A short text as folded words with one space between them; empty when it has no letters."""
    return " ".join(words(fold(name)).text.split())


def words(view: View) -> View:
    """A folded view as words: one space for every gap and between scripts, and one at either end.

    Ideographs stand without spaces unless the page has a gap between them.
    """
    plain = view.text.isascii()
    kinds = _classes(view.text)
    kept = kinds != GAP
    kept[1:] |= kinds[:-1] != GAP
    places = kept.nonzero()[0]
    if plain:
        shown = np.frombuffer(view.text.encode().translate(_ascii_tables().words), dtype=np.uint8)
        text, seams = shown.take(places).tobytes().decode(), _NOWHERE
    else:
        text, places, seams = _parted(view, kinds, places)
    starts, ends = np.zeros((2, len(places) + 2), dtype=np.int64)
    if len(places):
        view.starts.take(places, out=starts[1:-1], mode="clip")
        view.ends.take(places, out=ends[1:-1], mode="clip")
        ends[seams + 1] = starts[seams + 1]
        starts[0] = ends[0] = starts[1]
        starts[-1] = ends[-1] = ends[-2]
    return View(f" {text} ", starts, ends)


def _parted(view: View, kinds: npt.NDArray[np.uint8], places: Positions) -> tuple[str, Positions, Positions]:
    """A view's characters at places, gaps as spaces, a space between scripts; where each is from, and those spaces are."""
    kinds = kinds.take(places)
    seams = np.flatnonzero((kinds[1:] != kinds[:-1]) & (kinds[1:] != GAP) & (kinds[:-1] != GAP)) + 1
    gaps = kinds == GAP
    if len(seams):
        times = np.ones(len(places), dtype=np.int64)
        times[seams] = 2
        places, gaps = np.repeat(places, times), np.repeat(gaps, times)
        seams += np.arange(len(seams))
        gaps[seams] = True
    codes = _codes(view.text).take(places)
    codes[gaps] = 32
    return _text(codes), places, seams


def skeleton(text: str) -> str:
    """Folded letters with digits read as the letters they stand for in leetspeak."""
    return text.translate(_SKELETON_TABLE)


def squeeze(view: View) -> View:
    """A folded view with nothing but letters and digits, digits read as the letters they stand for in leetspeak."""
    tables = _tables()
    kinds = _classes(view.text)
    if view.text.isascii() and "@" not in view.text and "$" not in view.text:
        places = kinds.nonzero()[0]
        shown = np.frombuffer(view.text.encode().translate(_ascii_tables().skeleton), dtype=np.uint8)
        return View(shown.take(places).tobytes().decode(), view.starts.take(places), view.ends.take(places))
    codes = _codes(view.text)
    kept = kinds != GAP
    for sign, letter in ((ord("@"), ord("a")), (ord("$"), ord("s"))):
        if chr(sign) not in view.text:
            continue
        # A sign stands for a letter only inside a word; elsewhere it is a separator or a price.
        inside = np.flatnonzero(codes[1:-1] == sign) + 1
        inside = inside[(kinds[inside - 1] == LETTER) & (kinds[inside + 1] == LETTER)]
        if len(inside):
            codes, kept = codes.copy(), kept.copy()
            codes[inside] = letter
            kept[inside] = True
    places = np.flatnonzero(kept)
    return View(_text(tables.skeleton.take(codes.take(places))), view.starts.take(places), view.ends.take(places))
