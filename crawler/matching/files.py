"""Traces of files: how large one is, what it is called, and the fields of a record that describes one."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from crawler.matching.numbers import numbers
from crawler.matching.scan import given
from crawler.text import folded

_UNITS = (
    "gb",
    "gib",
    "gig",
    "gigs",
    "gigabyte",
    "gigabytes",
    "гб",
    "гига",
    "tb",
    "tib",
    "тб",
    "mb",
    "mib",
    "meg",
    "megs",
    "мб",
    "kb",
    "кб",
)
_FIGURES = re.compile(r"(?<![\w.])\d{1,5}(?:[.,]\d{1,3})?(?=[ a-zбгмтк])")
_UNIT = re.compile(rf" ?(?:{'|'.join(sorted(map(folded, _UNITS), key=len, reverse=True))})(?![a-z0-9])")
_FRENCH = re.compile(r" ?(?:go|mo|g|t)(?![a-z0-9])")
_FRENCH_ALONE = re.compile(r" ?go(?=\s*(?:[).,;|\]·/]|$))")
_ENDINGS = (
    "mkv|mp4|avi|rmvb|m2ts|wmv|mov|m4v|webm|iso|img|bin|cue|nrg|mdf|epub|mobi|azw3?|pdf|djvu|cbz|cbr|fb2|mp3|flac|m4a|m4b|ape|wav|"
    "zip|rar|7z|tar|exe|apk|xapk|ipa|dmg|pkg|msi|nsp|nsz|xci|cia|cso|chd|wbfs|torrent|nzb|part\\d+|r\\d\\d|001"
)
_NAME = re.compile(rf"\.(?<=[\w)\]'!-]\.)(?:{_ENDINGS})(?![\w])")
# In a words view an ending is a word; those of parts have numbers behind them.
_ENDED = given(
    *(f" {ending} " for ending in _ENDINGS.replace("azw3?", "azw|azw3").split("|") if "\\" not in ending),
    *(f" {part}{digit}" for part in ("part", "r") for digit in "0123456789"),
)
_FIELDS = (
    "md5", "sha1", "crc", "crc32", "ext", "extension", "filesize", "file size", "size", "taille", "tamano", "tamanho", "größe", "dimensione", "rozmiar", "размер", "boyut", "méret", "velikost",
    "files", "format", "formato", "формат", "формат файла", "pages", "mirrors", "seeds", "seeders", "leechers", "peers", "snatched", "infohash", "info hash", "hash", "first seen", "bitrate", "codec", "container",
    "uploader", "uploaded by", "uploaded", "grabs", "nfo", "qualité", "calidad", "qualidade", "qualità", "качество", "kalite", "qualität", "kvalita", "jakość", "minőség", "quality", "source", "release", "release notes", "password", "passwort", "mot de passe", "contraseña", "senha", "пароль", "hosters", "hoster", "link", "links", "mirror", "dateigröße", "расширение", "download", "downloads", "status", "audio", "video", "region", "technical", "sources", "servers", "hosts", "provider", "player",
)  # fmt: skip
_LABEL = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(sorted({re.escape(folded(name)) for name in (*_FIELDS, 's', 'se', 'l', 'le', 'seed', 'leech')}, key=len, reverse=True))}) ?(?:\(s\))?$"
)
_LONGEST_LABEL = 24
# A key to be typed in: groups of letters and digits, both in it.
_KEY = re.compile(r"(?<![\w-])(?=[\d-]{0,24}[a-z])(?=[a-z-]{0,24}\d)[a-z\d]{4,5}(?:-[a-z\d]{4,5}){2,5}(?![\w-])")
_DASH = re.compile(r"-(?=[a-z\d]{4,5}-)")
# Fields without a colon, each tried only where its sign stands.
_BARE = (
    (("server ", "srv ", "mirror ", "player ", "source ", "stream "), r"\b(?:server|srv|mirror|player|source|stream) (?:[1-9]|[a-d])\b"),
    (("play",), r"[▶►] ?play\b|\[ ?play ?\]"),
    (("seeds ", "seeders ", "snatched ", "hash ", "md5 ", "files ", "leechers "), r"\b(?:seeds|seeders|snatched|infohash|info hash|md5|files|leechers) (?=[\da-f])"),
    ((" files", " seeds", " seeders", " peers", " leechers", " grabs"), r"\b\d[\d,.]* (?:files|seeds|seeders|peers|leechers|grabs)\b"),
    (("first seen ",), r"first seen \d"),
)  # fmt: skip
_BARE_FIELDS = tuple((given(*signs), re.compile(pattern)) for signs, pattern in _BARE)
_BUTTON = re.compile(r"\[(?:dl|download|magnet|torrent|bookmark|dir)\b")
# How many give and take, as trackers show it.
_SWARM = re.compile(r"[↑▲⬆] ?\d+ ?[|/,]? ?[↓▼⬇] ?\d+|\bs ?\d+ ?[|/,] ?l ?\d+\b|\d+ ?[↑▲⬆]\ufe0f? ?[|/,]? ?\d+ ?[↓▼⬇]")

_ARROWS, _BARS = "↑▲⬆", ("|l", "| l", "/l", "/ l")


class Trace(NamedTuple):
    """A stretch of a folded text and the rule that it speaks for."""

    rule: str
    weight: float
    start: int
    end: int


def files(text: str, said: str) -> Iterator[Trace]:
    """Sizes, names of files and records in a folded text; `said` is its words view."""
    reached = 0
    for start, _ in numbers(text):
        figures = _FIGURES.match(text, start) if start >= reached else None
        if figures is None:
            continue
        reached = figures.end()
        unit = _UNIT.match(text, figures.end()) or _french(text, figures)
        if unit:
            weight = 0.4 if unit[0].endswith(("kb", "кб")) else 0.8
            yield Trace("file-size", weight, figures.start(), unit.end())
    if _ENDED(said):
        for found in _NAME.finditer(text):
            yield Trace("file-named", 1.2, *found.span())
    reached = 0
    for dash in _DASH.finditer(text):
        for start in (dash.start() - 5, dash.start() - 4):
            key = _KEY.match(text, start) if start >= reached else None
            if key:
                reached = key.end()
                yield Trace("unlocked", 1.5, *key.span())
    if _may_swarm(text):
        for found in _SWARM.finditer(text):
            yield Trace("record", 1.3, *found.span())
    yield from _records(text, said)


def _may_swarm(text: str) -> bool:
    if not text.isascii() and any(arrow in text for arrow in _ARROWS):
        return True
    # One sign is found much faster than two.
    return ("|" in text or "/" in text) and any(bar in text for bar in _BARS)


def _french(text: str, figures: re.Match[str]) -> re.Match[str] | None:
    # "go" is a word of English: octets have a fraction, or nothing after them.
    if "." in figures[0] or "," in figures[0] or (len(figures[0]) > 2 and text.startswith(" mo", figures.end())):
        return _FRENCH.match(text, figures.end())
    return _FRENCH_ALONE.match(text, figures.end())


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _fields(text: str, said: str) -> Iterator[tuple[str, int, int]]:
    for at in (*_places(text, ":"), *_places(text, "=")):
        low = max(0, at - _LONGEST_LABEL)
        label = None if text.startswith("//", at + 1) else _LABEL.search(text[low:at])
        if label:
            yield label[0].strip(), low + label.start(), at + 1
    for may_stand, bare in _BARE_FIELDS:
        if may_stand(said):
            for found in bare.finditer(text):
                yield found[0].strip(), *found.span()
    if "[" in text:
        for found in _BUTTON.finditer(text):
            yield found[0].strip(), *found.span()


def _records(text: str, said: str) -> Iterator[Trace]:
    fields = sorted(_fields(text, said), key=lambda field: field[1])
    # One field is a word with a colon; a record has several different ones close together.
    for (name, start, end), (other, low, high) in pairwise(fields):
        if low - end <= 160 and name != other:
            yield Trace("record", 1.3, start, end)
            yield Trace("record", 1.3, low, high)
