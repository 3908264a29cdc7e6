"""Identifiers of works: how they are written, on a watchlist and in a text, and which of them are the same.

ISBN (ISO 2108), EAN and UPC (GS1), ISRC (ISO 3901), DOI and EIDR (ISO 26324), and the numbers of IMDb, Douban and Steam.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from crawler.matching.numbers import numbers
from crawler.matching.page import Page

ISBN, EAN, ISRC, DOI, IMDB, DOUBAN, STEAM = "ISBN", "EAN", "ISRC", "DOI", "IMDb", "Douban", "Steam"
SCHEMES = (ISBN, EAN, ISRC, DOI, IMDB, DOUBAN, STEAM)
_LABEL = re.compile(
    r"(?P<label>e?isbn|ean|upc|gtin|barcode|imdb|douban|豆瓣|steam|isrc|doi|eidr)(?:[-_\s]?(?:10|13|id|app ?id|app))?\s*[:#/\s]\s*",
    re.IGNORECASE,
)
_OF_LABEL = {
    "isbn": ISBN, "eisbn": ISBN, "ean": EAN, "upc": EAN, "gtin": EAN, "barcode": EAN, "imdb": IMDB, "douban": DOUBAN,
    "豆瓣": DOUBAN, "steam": STEAM, "isrc": ISRC, "doi": DOI, "eidr": DOI,
}  # fmt: skip
_DASHES = re.compile(r"[\s‐‑‒–—-]")
_PART = r"[ ‐‑‒–—-]?"
_WHOLE_ISBN = re.compile(rf"97[89](?:{_PART}\d){{10}}(?!\d)")
_OLD_ISBN = re.compile(rf"(?:isbn|书号)(?:{_PART}10)?\s?[:：#]?\s?((?:\d{_PART}){{9}}[\dx])(?!\w|[ ‐‑‒–—-]\d)")
_ISRC = re.compile(r"(?<![a-z0-9])[a-z]{2}-?[a-z0-9]{3}-?\d{2}-?\d{5}$")
_NUMBERED = {
    DOUBAN: (("豆瓣", "douban"), re.compile(r"\w{2,6}\s?(?:id|编号|链接|条目)?\s?[:：#]\s?(\d{6,9})(?!\d)")),
    STEAM: (("steam",), re.compile(r"steam\s?(?:app)?\s?(?:id)?\s?[:：#]?\s?(\d{2,8})(?!\d)")),
}
"""Where a number is that of a catalogue only by the word before it: those words, and the expression from there on."""
_IN_ADDRESS = {
    IMDB: (("imdb.com/", "IMDb.com/"), re.compile(r"(?i)imdb\.com/(?:\w+/)?title/(tt\d{7,8})(?!\d)")),
    DOUBAN: (("douban.com/",), re.compile(r"(?i)douban\.com/(?:\w+/)*subject/(\d{5,9})(?!\d)")),
    STEAM: (("steampowered.com/", "steamcommunity.com/"), re.compile(r"(?i)steam\w+\.com/app/(\d{1,8})(?!\d)")),
    DOI: (("10.",), re.compile(r"(?i)(10\.\d{4,9}/[^\s\"'<>，。；、（）()\[\]]+)")),
}
_BARE_BEFORE = frozenset(".,/=-")
"""Signs before a number that is part of something else."""
_GLUED = ("isbn", "ean", "upc", "gtin", "barcode")
"""What people write before a number without a space."""


class Identifier(NamedTuple):
    """An identifier in the one form that all its spellings have in common."""

    scheme: str
    value: str

    @property
    def written(self) -> str:
        """As a listing would write it."""
        return f"{self.scheme.lower()}:{self.value}" if self.scheme in (DOUBAN, STEAM) else self.value

    @property
    def key(self) -> int:
        """64 bits that are the same for the same identifier."""
        return int.from_bytes(blake2b(f"{self.scheme}:{self.value}".encode(), digest_size=8).digest(), "big")


class Standing(NamedTuple):
    """An identifier in a text, at its raw span."""

    identifier: Identifier
    start: int
    end: int


def read(written: str) -> Identifier | None:
    """The identifier that somebody wrote on a watchlist; None for an official page and for what has a wrong check digit.

    >>> read("ISBN 7-5000-0001-4") == read("978-7-5000-0001-3")
    True
    """
    text = unicodedata.normalize("NFKC", written).strip()
    if linked := in_address(text):
        return linked
    label = _LABEL.match(text)
    if label:
        return _made(_OF_LABEL[label["label"].lower()], text[label.end() :])
    bare = _DASHES.sub("", text).lower()
    if re.fullmatch(r"tt\d{7,8}", bare):
        return _made(IMDB, bare)
    return _made(ISBN, text) or _made(EAN, text) or _made(ISRC, text)


@lru_cache(maxsize=4096)
def of_work(written: tuple[str, ...]) -> frozenset[Identifier]:
    """The identifiers of a work that can be told in a text."""
    return frozenset(one for one in map(read, written) if one)


def told(written: tuple[str, ...]) -> list[str]:
    """The same as a listing would write them, in the order of the watchlist."""
    return list(dict.fromkeys(one.written for one in map(read, written) if one))


@lru_cache(maxsize=8)
def on_page(page: Page, schemes: frozenset[str]) -> tuple[Standing, ...]:
    """The identifiers of some schemes on a page, in their order."""
    return tuple(sorted(set(_standing(page, schemes)), key=lambda one: (one.start, -one.end)))


def in_address(address: str) -> Identifier | None:
    """The identifier that an address of a catalogue or a shop ends with."""
    for scheme, (_, pattern) in _IN_ADDRESS.items():
        if found := pattern.search(address):
            return _made(scheme, found[1])
    return None


def _standing(page: Page, schemes: frozenset[str]) -> Iterator[Standing]:
    folded = page.folded
    for scheme, start, end in _in_text(folded.text, schemes):
        if one := _made(scheme, folded.text[start:end]):
            yield Standing(one, *folded.span(start, end))
    for scheme, (signs, pattern) in _IN_ADDRESS.items():
        if scheme in schemes:
            for found in _led_by(page.raw, signs, pattern):
                if one := _made(scheme, found[1]):
                    yield Standing(one, *found.span(1))


def _in_text(text: str, schemes: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """Stretches of a folded text that may be identifiers: what is slow is tried only where the digits begin."""
    for start, end in numbers(text):
        length = end - start
        if ISBN in schemes and text[start : start + 3] in ("978", "979") and (found := _WHOLE_ISBN.match(text, start)):
            if _apart(text, *found.span()):
                yield ISBN, *found.span()
        elif length < 5:
            continue
        elif EAN in schemes and length in (12, 13) and text[start - 1 : start] not in _BARE_BEFORE:
            if _apart(text, start, end):
                yield EAN, start, end
        elif (
            IMDB in schemes
            and length in (7, 8)
            and text.endswith("tt", 0, start)
            and not text[start - 3 : start - 2].isalnum()
        ):
            yield IMDB, start - 2, end
        elif ISRC in schemes and length <= 10 and (found := _ISRC.search(text, max(0, start - 12), end)):
            yield ISRC, *found.span()
    if ISBN in schemes:
        for found in _led_by(text, ("isbn", "书号"), _OLD_ISBN):
            yield ISBN, *found.span(1)
    for scheme, (signs, pattern) in _NUMBERED.items():
        if scheme in schemes:
            for found in _led_by(text, signs, pattern):
                yield scheme, *found.span(1)


def _apart(text: str, start: int, end: int) -> bool:
    """Whether digits are a number of their own, and not part of a checksum or a code: no Latin letter touches them."""
    if text[end : end + 1].isalpha() and text[end].isascii():
        return False
    before = text[start - 1 : start]
    return not (before.isascii() and before.isalpha()) or text.endswith(_GLUED, 0, start)


def _led_by(text: str, signs: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Where an expression stands that begins with one of some signs."""
    for sign in signs:
        at = text.find(sign)
        while at >= 0:
            if found := pattern.match(text, at):
                yield found
            at = text.find(sign, at + 1)


def _made(scheme: str, written: str) -> Identifier | None:
    """The identifier of a scheme that these characters spell; None when they spell none."""
    bare = _DASHES.sub("", written).lower()
    if scheme == DOI:
        found = _IN_ADDRESS[DOI][1].search(written)
        return Identifier(DOI, found[1].rstrip(".,;:!?").lower()) if found else None
    if scheme == IMDB:
        digits = re.fullmatch(r"(?:tt)?(\d{5,8})", bare)
        return Identifier(IMDB, f"tt{int(digits[1]):07}") if digits else None
    if scheme in (DOUBAN, STEAM):
        return Identifier(scheme, str(int(bare))) if bare.isascii() and bare.isdigit() else None
    if scheme == ISRC:
        return Identifier(ISRC, bare) if re.fullmatch(r"[a-z]{2}[a-z0-9]{3}\d{7}", bare) else None
    if re.fullmatch(r"\d{12,13}", bare):
        whole = bare.zfill(13)
        if not _sums(whole):
            return None
        book = whole.startswith(("978", "979"))
        return Identifier(ISBN if book else EAN, whole) if book or scheme == EAN else None
    if scheme == ISBN and re.fullmatch(r"\d{9}[\dx]", bare):
        weighed = sum((10 - place) * (10 if char == "x" else int(char)) for place, char in enumerate(bare))
        return Identifier(ISBN, _with_check(f"978{bare[:9]}")) if weighed % 11 == 0 else None
    return None


def _sums(digits: str) -> bool:
    return _with_check(digits[:12]) == digits


def _with_check(digits: str) -> str:
    """Twelve digits with the check digit of an EAN-13 behind them."""
    total = sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(digits))
    return f"{digits}{-total % 10}"
