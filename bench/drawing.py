"""Lines over one axis as a small SVG that needs nothing to be drawn."""

from collections.abc import Sequence
from html import escape
from math import log10

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 46, 56
COLOURS = ("#1f5fa8", "#c2571a", "#3b7d3b", "#7a3b8f")
Points = Sequence[tuple[float, float]]


def drawn(title: str, across: str, up: str, lines: dict[str, Points]) -> str:
    """An SVG of named lines; both axes begin at 0 and are marked at round numbers."""
    widest = max(x for points in lines.values() for x, _ in points) or 1.0
    highest = max(y for points in lines.values() for _, y in points) or 1.0
    step_x, step_y = _step(widest), _step(highest)
    top = step_y * -(-highest // step_y)

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + x / widest * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
    ]
    for mark in _marks(top, step_y):
        x, y = at(0, mark)
        parts.append(f'<path d="M{x:.0f} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 6:.0f}" y="{y + 4:.1f}" text-anchor="end">{mark:,.0f}</text>')
    for mark in _marks(widest, step_x):
        x, y = at(mark, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 16:.0f}" text-anchor="middle">{mark:,.0f}</text>')
    parts.append(f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>')
    parts.append(f'<text x="{LEFT}" y="38" fill="#555">{escape(up)}</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts.append(
            f'<text x="{WIDTH - RIGHT}" y="{20 + 16 * number}" text-anchor="end" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _step(most: float) -> float:
    """A round step that makes four to ten marks up to `most`."""
    decade = 10 ** int(log10(most)) if most >= 1 else 0.1
    return next(decade * part for part in (0.1, 0.2, 0.5, 1, 2) if most / (decade * part) <= 10)


def _marks(most: float, step: float) -> list[float]:
    return [step * number for number in range(int(most / step + 1e-9) + 1)]
