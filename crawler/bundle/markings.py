"""Text from a page made safe to print: control characters and direction overrides are shown, never obeyed."""

import re
import unicodedata

_INVISIBLE = {
    "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u2060": "WJ", "\ufeff": "BOM", "\u00ad": "SHY",
    "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
    "\u2028": "LS", "\u2029": "PS",
}  # fmt: skip
_LINE_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\x85")


def shown(character: str) -> str:
    """How one character is printed: itself, or ``[RLO]``, ``[U+0007]`` for what has no shape or turns the text."""
    if character in "\n\t":
        return character
    if character in _INVISIBLE:
        return f"[{_INVISIBLE[character]}]"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return f"[U+{ord(character):04X}]"
    return character


def printable(text: str) -> str:
    """The text with every hidden character shown."""
    if text.isprintable():
        return text
    return "".join(map(shown, text))


def one_line(text: str) -> str:
    """Printable text on one line, so that it cannot pass for a line of our own."""
    return printable(" ".join(_LINE_BREAKS.sub(" ", text).split()))


def marked(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The printable pieces of a text with the ones inside the spans (code points, half-open) flagged."""
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in merged(spans, len(text)):
        if start > place:
            pieces.append((printable(text[place:start]), False))
        pieces.append((printable(text[start:end]), True))
        place = end
    if place < len(text):
        pieces.append((printable(text[place:]), False))
    return pieces


def merged(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans in order, clipped to the text, overlaps joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, s), min(length, e)) for s, e in spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def excerpt(text: str, spans: list[tuple[int, int]], around: int = 400) -> list[tuple[str, bool]]:
    """The part of a long text around its spans, marked; what is left out is said as ``[... n ...]``."""
    if len(text) <= 3 * around:
        return marked(text, spans)
    windows = merged(
        [(max(0, s - around), min(len(text), e + around)) for s, e in spans] or [(0, 2 * around)], len(text)
    )
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in windows:
        if start > place:
            pieces.append((f" [… {start - place} …] ", False))
        inside = [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start]
        pieces += marked(text[start:end], inside)
        place = end
    if place < len(text):
        pieces.append((f" [… {len(text) - place} …]", False))
    return pieces
