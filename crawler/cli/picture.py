"""A piece of text as a terminal shows it: its line, and marks under the span."""

import unicodedata

from crawler.cli import voice

COLUMNS = 72
_LINES = 3
_BEFORE = 0.4
"""How much of the room stands before the span, where the line is too long."""


def picture(text: str, span: tuple[int, int], columns: int = COLUMNS) -> list[str]:
    """The line of a span and a line of marks under it, by turns; long lines are cut around the span.

    A Chinese character takes two columns and two marks, a combining mark none.
    """
    drawn: list[str] = []
    start, end = span
    while start < end and len(drawn) < 2 * _LINES:
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", start)
        last = len(text) if last < 0 else last
        if start < last:
            drawn += _line(text[first:last], start - first, min(end, last) - first, columns)
        start = last + 1
    return drawn


def _line(line: str, start: int, end: int, columns: int) -> list[str]:
    shown = voice.shown(line)
    first, last = start, start
    room = columns - 4
    while last < min(end, len(shown)) and width(shown[first : last + 1]) <= room:
        last += 1
    before = max(int((room - width(shown[first:last])) * _BEFORE), 0)
    while first > 0 and width(shown[first - 1 : start]) <= before:
        first -= 1
    while last < len(shown) and width(shown[first : last + 1]) <= room:
        last += 1
    while first > 0 and width(shown[first - 1 : last]) <= room:
        first -= 1
    head, tail = "… " if first > 0 else "", " …" if last < len(shown) else ""
    piece = head + shown[first:last] + tail
    marks = " " * (width(head) + width(shown[first:start])) + "^" * max(width(shown[start : min(end, last)]), 1)
    return [piece.rstrip(), marks]


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return voice.wide("".join(c for c in text if not unicodedata.combining(c)))
