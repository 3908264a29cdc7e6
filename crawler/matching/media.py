"""What the files say that an offer's links lead to: a film is not offered as a PDF."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawler.matching.evidence import Evidence, rule
from crawler.model import Target, Work

DOCUMENTS = frozenset(
    ["pdf", "epub", "mobi", "azw", "azw3", "djvu", "txt", "doc", "docx", "rtf", "fb2", "chm", "cbz", "cbr"]
)
VIDEOS = frozenset(["mkv", "mp4", "avi", "mov", "wmv", "m2ts", "rmvb", "webm", "m3u8", "mpd"])
SOUNDS = frozenset(["mp3", "flac", "m4a", "m4b", "ape", "ogg", "opus", "wav"])
OTHERS = {
    "film": DOCUMENTS | SOUNDS,
    "series": DOCUMENTS | SOUNDS,
    "music": DOCUMENTS,
    "game": DOCUMENTS | SOUNDS,
    "software": DOCUMENTS | SOUNDS,
}
"""Endings that are another medium than the kind's; books come as sound and, mislabelled, as anything."""


def file_rules(targets: Sequence[Target], work: Work) -> Iterator[Evidence]:
    """Every file that the links name is of another medium than the work."""
    other = OTHERS.get(work.kind or "", frozenset())
    endings = [_ending(target) for target in targets]
    if endings and all(ending in other for ending in endings):
        yield rule("other-medium", -4.0, None, form=f".{endings[0]}", kind=work.kind)


def _ending(target: Target) -> str:
    """The ending of the file name in a link; empty when it names no file."""
    try:
        name = urlsplit(target.url).path.rpartition("/")[2]
    except ValueError:
        return ""
    return name.rpartition(".")[2].lower() if "." in name else ""
