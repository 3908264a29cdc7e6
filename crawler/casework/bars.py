"""A bar chart as SVG: figures beside their bars, legible in black and white, the same bytes for the same figures, no script."""

from collections.abc import Sequence
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

WIDTH, LABEL, ROW, BAR, FIGURE = 680, 150, 20, 13, 70
_FONTS = "Noto Sans, Helvetica, Arial, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, SimSun, sans-serif"
_SIZE = 11
_FITS = 22
"""Half-width letters that a label has room for."""


def bars(rows: Sequence[tuple[str, int]], title: str) -> str:
    """The chart of labelled figures, none of them negative; the longest bar is the largest figure."""
    height = ROW * len(rows) + 8
    most = max((figure for _, figure in rows), default=0) or 1
    room = WIDTH - LABEL - FIGURE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
    font = f'font-family="{_FONTS}" font-size="{_SIZE}"'
    parts = [
        f"{head} {font}><title>{escape(_plain(title))}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, (label, figure) in enumerate(rows):
        top = 4 + number * ROW
        line = top + BAR - 2.5
        width = round(room * figure / most, 1)
        parts.append(f'<text x="{LABEL - 8}" y="{line}" text-anchor="end" fill="#111">{escape(_fitting(label))}</text>')
        if figure:
            parts.append(f'<rect x="{LABEL}" y="{top}" width="{max(width, 1)}" height="{BAR}" fill="#444"/>')
        parts.append(f'<text x="{LABEL + width + 6}" y="{line}" fill="#111">{figure:,}</text>')
    parts.append(f'<path d="M{LABEL} 2V{height - 2}" stroke="#111" stroke-width="1"/></svg>')
    return "".join(parts)


def _fitting(label: str) -> str:
    label, width = _plain(label), 0
    for at, character in enumerate(label):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > _FITS:
            return f"{label[: at - 1]}…"
    return label


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
