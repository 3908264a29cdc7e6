"""Views of a text in which disguises of single characters are undone, with the way back to the page's own characters."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
_invisible = re.compile(f"[{_INVISIBLE}]+")
_SENTENCE_MARKS = frozenset("，。！？；：（）【】［］｛｝＜＞＂＇")
_LOOKALIKES = dict(
    zip(
        "асԁеһіјӏորрԛѕԝхуᴀᴄᴅᴇᴏᴛοА\u0412СЕНІЈКМОРЅТХ",
        "acdehijlonppqswxyacdeotoABCEHIJKMOPSTX",
        strict=False,
    )
)


def _folding() -> dict[int, str]:
    table: dict[int, str] = {}
    for first, last in ((0xFF01, 0xFF5E), (0x1D400, 0x1D7FF), (0x2460, 0x24FF), (0x2070, 0x209C), (0x1F130, 0x1F149)):
        for number in range(first, last + 1):
            folded = unicodedata.normalize("NFKC", chr(number))
            if len(folded) == 1 and " " < folded < "\x7f" and chr(number) not in _SENTENCE_MARKS:
                table[number] = folded
    table.update({0x3000: " ", 0xA0: " ", ord("？"): "?", ord("∕"): "/", ord("⁄"): "/", ord("․"): ".", ord("﹒"): "."})
    return table


_folding_table = _folding()
_lookalike_table = {ord(sign): plain for sign, plain in _LOOKALIKES.items()}
_has_lookalike = re.compile(f"[{''.join(_LOOKALIKES)}]")
_mixed_word = re.compile(f"(?:[A-Za-z][{''.join(_LOOKALIKES)}]|[{''.join(_LOOKALIKES)}][A-Za-z])")
_mark_in_link = re.compile(r"(?<=#)！|(?<=#F)！|(?<=[A-Za-z0-9_-])！(?=[A-Za-z0-9_-]{15})")
"""The exclamation marks of MEGA and OneDrive links."""


@dataclass(frozen=True, slots=True)
class View:
    """A text made from another, and for each of its characters the place in the other that it came from."""

    text: str
    origin: str
    places: tuple[int, ...] | None
    """One per character and one for the end; None when nothing has moved."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the origin that a non-empty span of the view came from."""
        if self.places is None:
            return start, end
        return self.places[start], (self.places[end - 1] + 1 if end > start else self.places[start])

    def written(self, start: int, end: int) -> str:
        """The origin's characters behind a span of the view."""
        first, last = self.span(start, end)
        return self.origin[first:last]

    def replaced(self, pattern: re.Pattern[str], by: str | Callable[[re.Match[str]], str]) -> "View":
        """A further view with every match replaced; the replacement's characters stand where the match began."""
        matches = list(pattern.finditer(self.text))
        if not matches:
            return self
        places = self.places or tuple(range(len(self.text) + 1))
        parts: list[str] = []
        kept: list[int] = []
        done = 0
        for match in matches:
            put = by if isinstance(by, str) else by(match)
            parts += (self.text[done : match.start()], put)
            kept += places[done : match.start()]
            kept += [places[match.start()]] * len(put)
            done = match.end()
        parts.append(self.text[done:])
        kept += places[done:]
        return View("".join(parts), self.origin, tuple(kept))

    def without_blanks(self, pattern: re.Pattern[str]) -> "View":
        """A further view in which the blanks inside every match are gone."""
        dropped = {
            place for match in pattern.finditer(self.text) for place in range(*match.span()) if self.text[place] == " "
        }
        if not dropped:
            return self
        places = self.places or tuple(range(len(self.text) + 1))
        kept = [place for place in range(len(self.text)) if place not in dropped]
        return View("".join(self.text[at] for at in kept), self.origin, (*(places[at] for at in kept), places[-1]))


def plain(text: str) -> View:
    """Full-width and styled letters folded to ASCII, look-alike letters inside Latin words too, invisible signs dropped.

    Sentence marks and every other character stay as they are.
    """
    if text.isascii():
        return View(text, text, None)
    folded = text.translate(_folding_table)
    if "！" in folded:
        folded = _mark_in_link.sub("!", folded)
    if _has_lookalike.search(folded) and _mixed_word.search(folded):
        folded = folded.translate(_lookalike_table)
    return View(folded, text, None).replaced(_invisible, "")
