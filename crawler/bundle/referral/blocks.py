"""The parts of a sheet as plain data, so that paper and word processors are written from the same.

All text is plain: whatever writes it escapes it, shows hidden characters, and makes no link of an address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cell:
    """Text in a table or beside a label."""

    text: str
    style: Literal["plain", "mono", "url", "strong", "small"] = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a sheet."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    style: Literal["plain", "small", "strong", "large"] = "plain"


@dataclass(frozen=True, slots=True)
class Box:
    """A notice that nobody may overlook."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    lines: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels, each with its value and the short names of what that rests on."""

    rows: tuple[tuple[str, Cell | str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; `widths` in per cent of the line, one for each column."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """Places that a person fills in: label and height in lines."""

    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of our own as SVG, and the same in words."""

    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Text | Box | Bullets | Pairs | Table | Blanks | Picture | NewPage


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of a package."""

    name: str
    """Of its file, without an ending."""
    title: str
    blocks: tuple[Block, ...]
    shape: Literal["portrait", "landscape", "fax"] = "portrait"
    """``fax`` is one page in black and white that a fax machine can carry."""


def pairs(*rows: tuple[str, Cell | str, str] | None) -> Pairs:
    """Labels with their values; None, and what has no value, is left out."""
    return Pairs(tuple(row for row in rows if row is not None and _text(row[1])))


def table(head: Sequence[str], rows: Sequence[Sequence[Cell | str]], widths: Sequence[int]) -> Table:
    """A table. Raises ValueError where a row or the widths do not fit its head."""
    if any(len(row) != len(head) for row in rows) or len(widths) != len(head):
        raise ValueError(f"a table of {len(head)} columns has another number of cells or widths")
    return Table(tuple(head), tuple(tuple(row) for row in rows), tuple(widths))


def _text(value: Cell | str) -> str:
    return value.text if isinstance(value, Cell) else value
