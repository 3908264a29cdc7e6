"""What the path of an address on a host that nobody listed says: a file, a share, a player, or nothing."""

import re
from urllib.parse import unquote

_EXTENSIONS = {
    "torrent": "torrent",
    "stream": "m3u8 mpd f4m m3u",
    "file": "rar zip 7z 001 r00 tar gz tgz bz2 xz zst cab ace lzh epub mobi azw azw3 kfx pdf djvu cbz cbr fb2 chm umd caj "
    "mkv mp4 m4v avi mov wmv flv f4v rmvb rm vob m2ts webm mpg mpeg 3gp mp3 flac ape wav m4a m4b aac ogg opus dsf wv tak "
    "iso img nrg mdf mds cue ccd dmg exe msi apk ipa pkg deb rpm xapk nsp xci pkg cia nds gba chd wbfs",
}
_kinds = {extension: kind for kind, names in _EXTENSIONS.items() for extension in names.split()}
_PICTURES = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "gif",
        "svg",
        "webp",
        "bmp",
        "ico",
        "avif",
        "css",
        "js",
        "mjs",
        "json",
        "xml",
        "rss",
        "atom",
        "woff",
        "woff2",
        "ttf",
        "map",
        "srt",
        "ass",
    ]
)
_extension = re.compile(r"\.([A-Za-z0-9]{2,7})$")
_share = re.compile(
    r"/(?P<word>f|file|files|d|dl|down|download|downloads|s|share|u|get|start|folder|view|v|e|embed|p|lc|box|k|sharing)/(?P<id>[A-Za-z0-9_~-]{5,80})(?P<rest>$|[/?#.])",
    re.IGNORECASE,
)
_player = re.compile(
    r"/(?:e|v|embed|player|play|videoembed|share|iframe|dplayer|jiexi)(?:/|\.php|\.html|-|$|\?)|[?&](?:url|vid|v|id|hash|file|src)=|/embed-",
    re.IGNORECASE,
)
_xfs = re.compile(r"/(?P<id>[a-z0-9]{12})(?P<rest>$|/[^/?#]+$|\.html?$|[?#])")
_digit_runs = re.compile(r"\d+")
_letter_run = re.compile(r"[A-Za-z]+")
_vowelless = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}", re.IGNORECASE)
_case_change = re.compile(r"[a-z][A-Z]")


def extension_kind(tail: str) -> str | None:
    """``torrent``, ``stream``, ``file`` or ``picture`` by the path's file extension; None when it tells nothing."""
    path = unquote(re.split(r"[?#]", tail, maxsplit=1)[0])
    match = _extension.search(path.rstrip("/").removesuffix(".html").removesuffix(".htm"))
    if match is None or "/" not in path:
        return None
    extension = match[1].lower()
    if extension in _PICTURES and not path.endswith((".html", ".htm")):
        return "picture"
    return _kinds.get(extension)


def is_opaque(word: str) -> bool:
    """Whether a word looks like an id that a machine made, not like a word that a person wrote."""
    digits = len(_digit_runs.findall(word))
    letters = [len(run) for run in _letter_run.findall(word)]
    if not letters:
        return False
    if (
        "-" in word.strip("-")
        and all(part.isalpha() or part.isdigit() for part in word.split("-") if part)
        and word.islower()
    ):
        return False
    if digits and (digits + len(letters) >= 4 or max(letters) <= 4 or len(_case_change.findall(word)) >= 2):
        return True
    return len(_case_change.findall(word)) >= 2 or _vowelless.search(word) is not None


def share_kind(tail: str) -> str | None:
    """``cloud_drive``, ``locker`` or ``player`` when the path has the shape of a share with an opaque id."""
    if match := _share.match(tail):
        word, name = match["word"].lower(), match["id"]
        if is_opaque(name) and not (match["rest"] == "." and extension_kind(tail) == "picture"):
            if word in ("s", "share", "k", "box", "lc"):
                return "cloud_drive"
            return "player" if word in ("e", "v", "embed") else "locker"
        return None
    match = _xfs.match(tail)
    return "locker" if match and is_opaque(match["id"]) and extension_kind(tail) != "picture" else None


def plays(tail: str) -> bool:
    """Whether a path looks like an embedded player's."""
    return _player.search(tail) is not None or share_kind(tail) is not None
