"""Views of a text that disguises cannot hide in, each with a way back to the characters on the page.

    raw --unescape--> shown --fold--> folded --words--> words       one space between words
                                             --squeeze--> squeezed  letters and digits only

Folding covers compatibility forms, case, marks, invisible characters, traditional characters
and letters that look like Latin ones. It is a table lookup per code point, the same on every
machine, because the table is a file of this package and not the interpreter's.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32] | npt.NDArray[np.uint8]
Classes = npt.NDArray[np.uint8]

GAP, LETTER, IDEOGRAPH = 0, 1, 2
"""Classes of a folded character: no part of a word, part of a spaced word, a word by itself."""

_NOWHERE: Positions = np.zeros(0, dtype=np.int64)
_BLANK: Final = 32
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
    fold: npt.NDArray[np.uint32]
    longer: dict[int, str]
    classes: Classes
    classes_by_code: bytes
    skeleton: npt.NDArray[np.uint32]


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


def codes_of(text: str) -> Codes:
    """The code points of a text, in bytes when all are ASCII."""
    if text.isascii():
        return np.frombuffer(text.encode(), dtype=np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def anywhere(flags: npt.NDArray[np.bool_]) -> bool:
    """Whether any of some flags is set: numpy's own `any` takes several times as long for a page."""
    return b"\x01" in flags.tobytes()


def text_of(codes: Codes) -> str:
    """The text of some code points."""
    if codes.dtype == np.uint8:
        return str(codes.data, "ascii")
    return str(codes.astype(np.uint32, copy=False).data, "utf-32-le", "surrogatepass")


Origins = tuple[Positions, Positions]
"""Per character of a view: where its source begins and where it ends, in code points of the raw text."""


class View:
    """A text made from another, and where each of its characters came from."""

    __slots__ = ("_bare", "_classes", "_codes", "_ends", "_origins", "_starts", "text", "whole")

    def __init__(
        self, text: str, starts: Positions, ends: Positions, *, whole: bool = False, codes: Codes | None = None
    ) -> None:
        self.text = text
        self.whole = whole
        """Whether every character is its own source, so that a place of the view is a raw position."""
        self._starts, self._ends = starts, ends
        self._origins: Callable[[], Origins] | None = None
        self._codes = codes
        self._classes: Classes | None = None
        self._bare: View | None = None

    @classmethod
    def later(cls, text: str, origins: Callable[[], Origins], *, codes: Codes | None = None) -> "View":
        """A view whose origins are worked out when first asked for: on most pages nothing is found in most views."""
        view = cls(text, _NOWHERE, _NOWHERE, codes=codes)
        view._origins = origins
        return view

    @property
    def codes(self) -> Codes:
        """The code point of every character, in bytes when all are ASCII; not to be written to."""
        if self._codes is None:
            self._codes = codes_of(self.text)
        return self._codes

    @property
    def classes(self) -> Classes:
        """The class of every character of a folded view: GAP, LETTER or IDEOGRAPH; not to be written to."""
        if self._classes is None:
            self._classes = _classes_of(self)
        return self._classes

    @property
    def starts(self) -> Positions:
        """Per character: where its source begins, in code points of the raw text."""
        return self._known()[0]

    @property
    def ends(self) -> Positions:
        """Per character: where its source ends."""
        return self._known()[1]

    @property
    def bare(self) -> "View":
        """A folded view with nothing but its letters, digits and ideographs."""
        if self._bare is None:
            places = self.classes.nonzero()[0]
            codes = self.codes.take(places)
            self._bare = self.taken(text_of(codes), places, codes=codes)
        return self._bare

    def _known(self) -> Origins:
        if self._origins is not None:
            self._starts, self._ends = self._origins()
            self._origins = None
        return self._starts, self._ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span, half-open, behind ``text[start:end]``; start must be below end."""
        return int(self.starts[start]), int(self.ends[end - 1])

    def at(self, raw: int) -> int:
        """The first position of this view whose source begins at or after a raw position."""
        return min(raw, len(self.text)) if self.whole else int(self.starts.searchsorted(raw))

    def places(self, raw: Positions) -> Positions:
        """The same for many raw positions of the text."""
        return raw if self.whole else self.starts.searchsorted(raw)

    def taken(self, text: str, places: Positions, *, codes: Codes | None = None) -> "View":
        """A view of some of the characters, written as `text`."""
        return View.later(text, lambda: self.origins(places), codes=codes)

    def origins(self, places: Positions) -> Origins:
        """Where the characters at some places are from."""
        return (places, places + 1) if self.whole else (self.starts.take(places), self.ends.take(places))


_COUNTED: Positions = np.arange(1 << 16, dtype=np.int64)
"""The positions of every text of usual length are the first of these."""
_COUNTED.flags.writeable = False


def plain(text: str) -> View:
    """The text itself as a view: every position is its own."""
    length = len(text)
    positions = _COUNTED if length < len(_COUNTED) else np.arange(length + 1, dtype=np.int64)
    return View(text, positions[:length], positions[1 : length + 1], whole=True)


def fold(source: str | View) -> View:
    """The text without its disguises; folding twice changes nothing more."""
    view = plain(source) if isinstance(source, str) else source
    if view.text.isascii():
        text = view.text.encode().translate(_ascii_tables().fold).decode()
        return View(text, view.starts, view.ends, whole=view.whole)
    tables = _tables()
    raw = codes_of(view.text)
    codes = tables.fold.take(raw)
    starts, ends = view.starts, view.ends
    if codes.max() < _DELETED:
        return _folded(codes, starts, ends, whole=view.whole)
    longer = codes == _LONGER
    if anywhere(longer):
        pieces = {code: codes_of(tables.longer[code]) for code in map(int, np.unique(raw[longer]))}
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
    return _folded(codes, starts, ends, whole=False)


def _folded(codes: npt.NDArray[np.uint32], starts: Positions, ends: Positions, *, whole: bool) -> View:
    text = text_of(codes)
    return View(text, starts, ends, whole=whole, codes=None if text.isascii() else codes)


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


def _classes_of(view: View) -> Classes:
    if view.text.isascii():
        return np.frombuffer(view.text.encode().translate(_ascii_tables().classes), dtype=np.uint8)
    return _tables().classes.take(view.codes)


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
    if view.text.isascii():
        shown = np.frombuffer(view.text.encode().translate(_ascii_tables().words), dtype=np.uint8)
        kept = shown != _BLANK
        kept[1:] |= kept[:-1]
        text = shown[kept].tobytes().decode()
        return View.later(f" {text} ", lambda: _padded(view, kept.nonzero()[0], _NOWHERE))
    kept = view.classes != GAP
    kept[1:] |= kept[:-1]
    codes, places, seams = _parted(view, kept.nonzero()[0])
    return View.later(f" {text_of(codes)} ", lambda: _padded(view, places, seams))


def _padded(view: View, places: Positions, seams: Positions) -> Origins:
    """Where the characters of a words view are from, those at its ends and the spaces between scripts with no width."""
    starts, ends = np.zeros((2, len(places) + 2), dtype=np.int64)
    if len(places):
        starts[1:-1], ends[1:-1] = view.origins(places)
        if len(seams):
            ends[seams + 1] = starts[seams + 1]
        starts[0] = ends[0] = starts[1]
        starts[-1] = ends[-1] = ends[-2]
    return starts, ends


def _parted(view: View, places: Positions) -> tuple[Codes, Positions, Positions]:
    """A view's characters at places, gaps as spaces, a space between scripts; where each is from, and those spaces are."""
    kinds = view.classes.take(places)
    # Letters and ideographs are the only two classes whose bits make three.
    seams = (kinds[1:] ^ kinds[:-1] == LETTER ^ IDEOGRAPH).nonzero()[0] + 1
    gaps = kinds == GAP
    if len(seams):
        times = np.ones(len(places), dtype=np.int64)
        times[seams] = 2
        places, gaps = np.repeat(places, times), np.repeat(gaps, times)
        seams += np.arange(len(seams))
        gaps[seams] = True
    codes = view.codes.take(places)
    codes[gaps] = _BLANK
    return codes, places, seams


def skeleton(text: str) -> str:
    """Folded letters with digits read as the letters they stand for in leetspeak."""
    return text.translate(_SKELETON_TABLE)


def squeeze(view: View) -> View:
    """A folded view with nothing but letters and digits, digits read as the letters they stand for in leetspeak."""
    tables = _tables()
    if "@" not in view.text and "$" not in view.text:
        bare = view.bare
        if bare.text.isascii():
            text = bare.text.encode().translate(_ascii_tables().skeleton).decode()
        else:
            skeletons = tables.skeleton.take(bare.codes)
            # The same text is searched faster a second time than an equal one.
            text = bare.text if (skeletons == bare.codes).all() else text_of(skeletons)
        return View.later(text, lambda: (bare.starts, bare.ends))
    codes, kinds = view.codes, view.classes
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
    places = kept.nonzero()[0]
    return view.taken(text_of(tables.skeleton.take(codes.take(places))), places)
