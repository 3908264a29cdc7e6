"""Where on a page the words against stand: in which segment, and how many of a group in all."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from crawler.matching.lexicon import AGAINST, Word
from crawler.matching.segments import Segments
from crawler.text import View

_AGAINST = frozenset(AGAINST)
_PARTED = re.compile(r"/|[?!]\s|[。！？]")
_REST_OF_HOST = re.compile(r"-[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w.])")


class Said(NamedTuple):
    """A phrase of the lexicon at its place on the page."""

    start: int
    end: int
    """Raw span."""
    text: str
    """As the words view has it."""
    ahead: str
    """The words view of what stands before it."""
    behind: str
    sign: str
    """The last sign before it that is no space, as written."""


class Spread:
    """The words against of one page by segment and group, read once for all titles on it."""

    def __init__(self, raw: str, said: Sequence[Word], words: View, segments: Segments) -> None:
        self.by_segment: dict[int, dict[str, list[Said]]] = {}
        self.by_group: dict[str, list[Said]] = {}
        self.in_title: dict[str, list[Said]] = {}
        for word in said:
            groups = word.groups & _AGAINST
            if not groups:
                continue
            start, end = words.span(word.start, word.end)
            if _PARTED.search(raw, start, end) or _is_in_host(raw, start, end):
                # Words on both sides of a stroke or of a question's end are no phrase; those of a host's name say nothing.
                continue
            one = Said(
                start,
                end,
                words.text[word.start : word.end],
                words.text[max(0, word.start - 30) : word.start],
                words.text[word.end : word.end + 30],
                raw[max(0, start - 4) : start].rstrip()[-1:],
            )
            inside = segments.within(start)
            number = segments.number_of(start) if inside else -1
            for group in groups:
                self.by_group.setdefault(group, []).append(one)
                if inside:
                    self.by_segment.setdefault(number, {}).setdefault(group, []).append(one)
                elif start < segments.body[0]:
                    self.in_title.setdefault(group, []).append(one)


def _is_in_host(raw: str, start: int, end: int) -> bool:
    """Whether a word is the beginning of a host's name, parted by a hyphen from the rest."""
    return raw[end : end + 1] == "-" and " " not in raw[start:end] and _REST_OF_HOST.match(raw, end) is not None
