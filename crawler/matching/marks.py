"""The marks 《 》, which hold the name of a work and nothing else: what else they hold beside a watched title."""

import re

from crawler.matching.lexicon import FORMATS, OFFERING, spoken
from crawler.matching.line import EPISODE, YEAR
from crawler.matching.surroundings import Surroundings
from crawler.text import IDEOGRAPH, classes_of, spelled

_LONGEST = 40
_OPEN, _CLOSE = "《『", "》』"
_BREAK = re.compile(r"[/|、,，&+;；\s]")
_NO_NAME = frozenset((*FORMATS, *OFFERING, "edition"))
_NUMBERED = re.compile(r"第?[0-9一二三四五六七八九十]+[部季册卷集辑本]?|[上中下全][部册卷集]?")


# "Title: its subtitle.azw3": the name of a book's file has the whole title.
_SUBTITLED_FILE = re.compile(r"\s*[:：][^:：/\\]{2,40}\.(?:epub|azw3?|mobi|pdf|txt|djvu)\s*$")


def longer_name(near: Surroundings) -> str:
    """The name inside the marks when it is longer than the title by more than tags; empty otherwise."""
    text, first, last = near.view.text, near.first, near.last
    start = max(text.rfind(mark, max(0, first - _LONGEST), first) for mark in _fold(_OPEN))
    if start < 0 or any(mark in text[start + 1 : first] for mark in _fold(_CLOSE)):
        return ""
    ends = [at for mark in _fold(_CLOSE) if (at := text.find(mark, last, last + _LONGEST)) >= 0]
    if not ends:
        return ""
    end = min(ends)
    if _SUBTITLED_FILE.match(text[last:end]):
        return ""
    left = _beyond_tags(text[start + 1 : first], at_end=True) + _beyond_tags(text[last:end], at_end=False)
    return text[start + 1 : end] if left else ""


def _fold(marks: str) -> str:
    return marks + "".join({"『": "「", "』": "」"}.get(mark, "") for mark in marks)


def _beyond_tags(part: str, *, at_end: bool) -> str:
    """The Chinese characters of the part next to the title that no tag, number or year explains."""
    pieces = _BREAK.split(part)
    nearest = pieces[-1] if at_end else pieces[0]
    stretch = f" {spelled(nearest)} "
    for word in sorted(spoken(stretch), key=lambda word: -word.end):
        if not word.groups.isdisjoint(_NO_NAME):
            stretch = stretch[: word.start] + " " * (word.end - word.start) + stretch[word.end :]
    stretch = _NUMBERED.sub(" ", EPISODE.sub(" ", YEAR.sub(" ", stretch)))
    return "".join(char for char, kind in zip(stretch, classes_of(stretch), strict=True) if kind == IDEOGRAPH)
