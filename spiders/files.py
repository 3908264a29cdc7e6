"""Files in a listing: which ones may be a copy of a work, which belong together, and what they are called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from crawler.model import Attribute, Listing, Passage, Target
from spiders.canonical import canonical
from spiders.page import FetchedPage

_COPIES = re.compile(
    r"\.(?:mkv|mp4|m4v|avi|mov|wmv|flv|f4v|mpe?g|m2ts|mts|ts|vob|rm|rmvb|webm|ogv|3gp|asf|divx|strm|m3u8?"
    r"|mp3|flac|m4a|m4b|aac|ogg|opus|wav|ape|wv|dsf|dff|alac|aiff?|cue|mka"
    r"|epub|mobi|azw[34]?|kfx|fb2|djvu?|pdf|cb[zr7t]|lit|pdb|chm|umd|doc|docx|rtf|txt"
    r"|iso|img|nrg|mdf|bin|cso|chd|nsp|xci|nsz|cia|3ds|nds|gba|wbfs|rvz|pkg|pbp|vhd|vmdk|wim|esd"
    r"|zip|rar|7z|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|lzh|cab|ace|\d{3}"
    r"|exe|msi|dmg|apks?|xapk|ipa|deb|rpm|appimage|jar|torrent|nzb)$",
    re.I,
)
_TEXT = re.compile(r"\.(?:txt|rtf|docx?|cue|m3u)$", re.I)
_LEAST_TEXT = 60_000
"""Bytes below which a text is a note and no book."""
_LATER_PART = re.compile(
    r"\.(?:part0*(?!0*1\.)\d+\.(?:rar|exe)|(?!001$)\d{3}|[r-z]\d{2}|z\d{2}|7z\.(?!001$)\d{3})$", re.I
)
_PART = re.compile(r"\.(?:part\d+\.(?:rar|exe)|7z\.\d{3}|\d{3}|[r-z]\d{2}|z\d{2}|rar|zip)$", re.I)
_TRIAL = re.compile(r"(?:^|[\W_])(?:sample|trailer|proof|preview|预告|预告片|样片)(?:[\W_]|$)", re.I)
_NO_NAME = re.compile(
    r"(?:track|disc|disk|cd|dvd|ep|episode|part|chapter|vts|video_ts|video|movie|film|audio|index|file|sample|season|[sevx]|第|集|季|话|回|卷|章|正片|全集|[\W\d_])*",
    re.I,
)
_SIDE_FOLDER = re.compile(
    r"(?:sample|proof|screens?|screenshots?|covers?|subs?|subtitles?|thumbs?|artwork|scans|@eadir|\.[^/]*)", re.I
)
_SIZE = re.compile(
    r"(?<![\w.,:-])(\d{1,3}(?:[, ]\d{3})+|\d+(?:[.,]\d+)?)\s?([KMGTP]i?B?|bytes?|B|octets)?(?![\w.:/-])", re.I
)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file listing."""

    url: str
    """Absolute, as the listing writes it."""
    name: str
    is_folder: bool
    details: str = ""
    """What the row says beside the name."""
    size: int | None = None
    posted_at: datetime | None = None
    posted_at_text: str | None = None
    basis: str | None = None


def name_of(url: str) -> str:
    """The decoded last piece of an address; listings cut long names, addresses do not."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def is_side_folder(name: str) -> bool:
    """Whether a folder holds only what rides along with a copy: samples, covers, subtitles."""
    return _SIDE_FOLDER.fullmatch(name) is not None


def size_in(details: str) -> int | None:
    """The size in bytes that a row shows, units counted by 1024; None without one."""
    found = None
    for found in _SIZE.finditer(details):
        if found[2]:
            break
    if found is None:
        return None
    digits = found[1].replace(" ", "")
    number = float(digits.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits) else digits.replace(",", "."))
    return int(number * 1024 ** _POWERS.get((found[2] or "b")[0].lower(), 0))


def offers(page: FetchedPage, entries: Iterable[Entry], folder: str) -> tuple[Listing, ...]:
    """A listing for each file that may be a copy of a work; the later parts of a split archive are targets of its first.

    ``folder`` is the name of the folder, for files whose own names say nothing.
    """
    files = [entry for entry in entries if not entry.is_folder and _may_be_copy(entry)]
    parts: dict[str, list[Entry]] = {}
    for entry in files:
        if _PART.search(entry.name):
            parts.setdefault(_PART.sub("", entry.name).lower(), []).append(entry)
    found = []
    for entry in files:
        together = parts.get(_PART.sub("", entry.name).lower(), [entry]) if _PART.search(entry.name) else [entry]
        if _LATER_PART.search(entry.name) and together[0] is not entry:
            continue
        found.append(_listing(page, [entry, *(each for each in together if each is not entry)], folder))
    return tuple(found)


def _may_be_copy(entry: Entry) -> bool:
    if not _COPIES.search(entry.name) and not _PART.search(entry.name):
        return False
    if _TRIAL.search(entry.name):
        return False
    return not (_TEXT.search(entry.name) and entry.size is not None and entry.size < _LEAST_TEXT)


def _listing(page: FetchedPage, together: list[Entry], folder: str) -> Listing:
    entry = together[0]
    stem = entry.name.rpartition(".")[0] or entry.name
    title = entry.name if not folder or _NO_NAME.fullmatch(stem) is None else f"{folder} / {entry.name}"
    lines, attributes, targets, place = [], [], [], 0
    for each in together:
        start = place + (len(title) - len(each.name) if each is entry else 0)
        line = title if each is entry else each.name
        span = (start, start + len(each.name))
        attributes.append(Attribute("a", "href", each.url, *span))
        kind = "torrent" if each.name.lower().endswith(".torrent") else "file"
        targets.append(Target(kind, each.url, None, each.url, where="href", span=span))
        line = f"{line}  {each.details}".rstrip()
        lines.append(line)
        place += len(line) + 1
    return Listing(
        url=canonical(entry.url),
        page_url=page.url,
        title=title,
        passage=Passage("\n".join(lines), tuple(attributes)),
        targets=tuple(targets),
        posted_at=entry.posted_at,
        posted_at_text=entry.posted_at_text,
        posted_at_basis=entry.basis,
    )
