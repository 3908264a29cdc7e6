"""Traces of files: how large one is, what it is called, and the fields of a record that describes one."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

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
_SIZE = re.compile(
    rf"(?<![\w.])\d{{1,5}}(?:[.,]\d{{1,3}})? ?(?:{'|'.join(sorted(map(folded, _UNITS), key=len, reverse=True))})(?![a-z0-9])"
    r"|(?<![\w.])(?:\d{1,3}[.,]\d{1,2} ?(?:go|mo|g|t)|\d{1,3} ?go(?=\s*(?:[).,;|\]·/]|$))|\d{3,4} ?mo)(?![a-z0-9])"
)
_ENDINGS = (
    "mkv|mp4|avi|rmvb|m2ts|wmv|mov|m4v|webm|iso|img|bin|cue|nrg|mdf|epub|mobi|azw3?|pdf|djvu|cbz|cbr|fb2|mp3|flac|m4a|m4b|ape|wav|"
    "zip|rar|7z|tar|exe|apk|xapk|ipa|dmg|pkg|msi|nsp|nsz|xci|cia|cso|chd|wbfs|torrent|nzb|part\\d+|r\\d\\d|001"
)
_NAME = re.compile(rf"[\w)\]'!-]\.(?:{_ENDINGS})(?![\w])")
_FIELDS = (
    "md5", "sha1", "crc", "crc32", "ext", "extension", "filesize", "file size", "size", "taille", "tamano", "tamanho", "größe", "dimensione", "rozmiar", "размер", "boyut", "méret", "velikost",
    "files", "format", "formato", "формат", "формат файла", "pages", "mirrors", "seeds", "seeders", "leechers", "peers", "snatched", "infohash", "info hash", "hash", "first seen", "bitrate", "codec", "container",
    "uploader", "uploaded by", "uploaded", "grabs", "nfo", "qualité", "calidad", "qualidade", "qualità", "качество", "kalite", "qualität", "kvalita", "jakość", "minőség", "quality", "source", "release", "release notes", "password", "passwort", "mot de passe", "contraseña", "senha", "пароль", "hosters", "hoster", "link", "links", "mirror", "dateigröße", "расширение", "download", "downloads", "status", "audio", "video", "region", "technical", "sources", "servers", "hosts", "provider", "player",
)  # fmt: skip
_FIELD = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(sorted({re.escape(folded(name)) for name in _FIELDS}, key=len, reverse=True))}) ?(?:\(s\))?[:=](?!//)"
    r"|\b(?:s|se|l|le|seeds?|leech|peers) ?[:=] ?\d+|\b(?:server|srv|mirror|player|source|quality|stream) ?(?:[1-9]|[a-d])\b|[▶►] ?play\b|\[ ?play ?\]"
    r"|\b(?:seeds|seeders|snatched|infohash|info hash|md5|files|leechers) (?=[\da-f])"
    r"|\b(?:\d[\d,.]* (?:files|seeds|seeders|peers|leechers|grabs)\b|first seen \d|\[(?:dl|download|magnet|torrent|bookmark|dir)\b)"
)
# How many give and take, as trackers show it.
_SWARM = re.compile(r"[↑▲⬆] ?\d+ ?[|/,]? ?[↓▼⬇] ?\d+|\bs ?\d+ ?[|/,] ?l ?\d+\b|\d+ ?[↑▲⬆]\ufe0f? ?[|/,]? ?\d+ ?[↓▼⬇]")


class Trace(NamedTuple):
    """A stretch of a folded text and the rule that it speaks for."""

    rule: str
    weight: float
    start: int
    end: int


def files(text: str) -> Iterator[Trace]:
    """Sizes, names of files and records in a folded text."""
    for found in _SIZE.finditer(text):
        yield Trace("file-size", 0.4 if found[0].endswith("kb") else 0.8, *found.span())
    for found in _NAME.finditer(text):
        yield Trace("file-named", 1.2, *found.span())
    for found in _SWARM.finditer(text):
        yield Trace("record", 1.3, *found.span())
    fields = list(_FIELD.finditer(text))
    # One field is a word with a colon; a record has several different ones close together.
    for first, second in pairwise(fields):
        if second.start() - first.end() <= 160 and first[0].strip(" :=") != second[0].strip(" :="):
            yield Trace("record", 1.3, *first.span())
            yield Trace("record", 1.3, *second.span())
