"""Sheets for word processors (DOCX), for those who fill them in: the same blocks, no date of today, equal sheets equal files."""

import io
import zipfile
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from crawler.bundle.referral.blocks import (
    Blanks,
    Block,
    Box,
    Bullets,
    Cell,
    Heading,
    NewPage,
    Pairs,
    Picture,
    Sheet,
    Table,
    Text,
)
from crawler.bundle.referral.press import plain
from crawler.bundle.referral.telling import Telling
from crawler.errors import EnvironmentProblem

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as Grid
    from docx.table import _Cell as Place
    from docx.text.paragraph import Paragraph

LATIN, HAN, MONO = "Arial", "SimSun", "Courier New"
"""Fonts of offices; a machine without them takes its own."""
SIZES = {"plain": 10.0, "small": 8.5, "strong": 10.0, "large": 12.0, "mono": 8.0, "url": 9.0}
"""In points."""
LINE = 8.5
"""Millimetres of a line to be written on by hand."""
PAIRS = (26, 57, 17)
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first time that a ZIP archive can name."""


def write(sheet: Sheet, telling: Telling) -> bytes:
    """A sheet as DOCX. Raises EnvironmentProblem where the library is missing."""
    try:
        import docx
    except ImportError as error:
        raise EnvironmentProblem(
            f"forms cannot be written for word processors ({error})", "python-docx", "pip install 'titlewatch[reports]'"
        ) from error
    document = docx.Document()
    _Writer(document, telling, sheet).whole()
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


class _Writer:
    """Writes the blocks of one sheet."""

    def __init__(self, document: "Document", telling: Telling, sheet: Sheet) -> None:
        self._document, self._telling, self._sheet = document, telling, sheet
        self._foot = telling.say("page.foot", case=telling.dossier.case.case_id, title=sheet.title)
        self._width = 0

    def whole(self) -> None:
        self._properties()
        self._page()
        self._styles()
        self._document.add_heading(plain(self._sheet.title), 1)
        for block, after in pairwise((*self._sheet.blocks, None)):
            assert block is not None
            self._block(block)
            if isinstance(after, Blanks) and isinstance(block, Text | Bullets):
                lines = len(block.lines) if isinstance(block, Bullets) else 1
                for paragraph in self._document.paragraphs[-lines:]:
                    paragraph.paragraph_format.keep_with_next = True
        self._mirror()

    def _properties(self) -> None:
        core = self._document.core_properties
        # The library's template brings its own author, date and picture.
        for child in list(core._element):
            core._element.remove(child)
        relations = self._document.part.package.rels
        for name in [name for name, one in relations.items() if one.reltype.endswith("/thumbnail")]:
            del relations[name]
        core.title, core.language = plain(self._sheet.title)[:255], self._telling.language.tag

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt

        section = self._document.sections[0]
        is_wide = self._sheet.shape == "landscape"
        section.page_width, section.page_height = (Mm(297), Mm(210)) if is_wide else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Mm(17)
        section.top_margin, section.bottom_margin = Mm(17), Mm(20)
        self._width = section.page_width - section.left_margin - section.right_margin
        foot = section.footer.paragraphs[0]
        self._run(foot, self._foot + "   ", "small")
        self._run(foot, self._telling.say("page.number"), "small")
        self._field(foot, "PAGE")
        self._run(foot, self._telling.say("page.of"), "small")
        self._field(foot, "NUMPAGES")
        self._run(foot, self._telling.say("page.end"), "small")
        foot.paragraph_format.space_before = Pt(4)

    def _styles(self) -> None:
        from docx.shared import Pt, RGBColor

        sizes = {"Normal": 10.0, "Heading 1": 17.0, "Heading 2": 12.5, "Heading 3": 10.5}
        for name, size in sizes.items():
            style: ParagraphStyle = self._document.styles[name]
            style.font.size, style.font.name = Pt(size), LATIN
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            _fonts(fonts, LATIN)
            style.paragraph_format.space_after = Pt(4)
            if name != "Normal":
                style.paragraph_format.space_before = Pt(0 if name == "Heading 1" else 9)
                style.paragraph_format.keep_with_next = True
        language = _element("w:lang", val="en-US", eastAsia="zh-CN")
        self._document.styles["Normal"].element.get_or_add_rPr().append(language)

    def _block(self, block: Block) -> None:
        from docx.enum.text import WD_BREAK

        match block:
            case Heading(text, level):
                self._document.add_heading(plain(text), level)
            case Text(text, style):
                self._run(self._document.add_paragraph(), text, style)
            case Box(text):
                self._box(text)
            case Bullets(lines, is_numbered):
                self._bullets(lines, is_numbered)
            case Pairs(rows):
                self._pairs(rows)
            case Table(head, rows, widths):
                self._table(head, rows, widths)
            case Blanks(rows):
                self._blanks(rows)
            case Picture(_, words):
                self._run(self._document.add_paragraph(), words, "small")
            case NewPage():
                self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _box(self, text: str) -> None:
        paragraph = self._document.add_paragraph()
        self._run(paragraph, text, "strong")
        edges = _element("w:pBdr")
        for side in ("top", "left", "bottom", "right"):
            edges.append(_element(f"w:{side}", val="single", sz="12", space="4", color="000000"))
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            edges, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
        paragraph.paragraph_format.keep_together = True

    def _bullets(self, lines: tuple[str, ...], is_numbered: bool) -> None:
        from docx.shared import Mm, Pt

        # The numbers are text: numbering of the library's template would go on from one list to the next.
        for number, line in enumerate(lines, 1):
            paragraph = self._document.add_paragraph()
            shape = paragraph.paragraph_format
            shape.left_indent, shape.first_line_indent, shape.space_after = Mm(7), Mm(-7), Pt(2)
            shape.tab_stops.add_tab_stop(Mm(7))
            paragraph.add_run(f"{number}.\t" if is_numbered else "•\t")
            self._run(paragraph, line, "plain")

    def _pairs(self, rows: tuple[tuple[str, Cell | str, str], ...]) -> None:
        if not rows:
            return
        grid = self._grid(len(rows), PAIRS)
        for row, (label, value, rests) in zip(grid.rows, rows, strict=True):
            first, middle, last = row.cells
            self._fill(first, Cell(label, "strong"))
            if rests:
                self._fill(last, Cell(rests, "small"))
            else:
                middle = middle.merge(last)
            self._fill(middle, value)
        self._after()

    def _table(self, head: tuple[str, ...], rows: tuple[tuple[Cell | str, ...], ...], widths: tuple[int, ...]) -> None:
        grid = self._grid(len(rows) + 1, widths)
        # The rows are taken once: asking the library for them again and again would read the whole table each time.
        places = [tuple(row.cells) for row in grid.rows]
        for place, text in zip(places[0], head, strict=True):
            self._fill(place, Cell(text, "strong"), smaller=True)
        grid.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
        for row, cells in zip(places[1:], rows, strict=True):
            for place, cell in zip(row, cells, strict=True):
                self._fill(place, cell, smaller=True)
        self._after()

    def _blanks(self, rows: tuple[tuple[str, int], ...]) -> None:
        from docx.enum.table import WD_ROW_HEIGHT_RULE
        from docx.shared import Mm

        grid = self._grid(len(rows), (38, 62))
        for row, (label, lines) in zip(grid.rows, rows, strict=True):
            row.height, row.height_rule = Mm(lines * LINE), WD_ROW_HEIGHT_RULE.AT_LEAST
            self._fill(row.cells[0], Cell(label, "strong"))
        for row in grid.rows[:-1]:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        self._after()

    def _grid(self, rows: int, widths: tuple[int, ...]) -> "Grid":
        from docx.shared import Emu

        grid: Grid = self._document.add_table(rows, len(widths), "Table Grid")
        grid.autofit = False
        whole = sum(widths)
        lengths = [Emu(self._width * width // whole) for width in widths]
        for column, length in zip(grid._tbl.tblGrid.gridCol_lst, lengths, strict=True):
            column.w = length
        for row in grid._tbl.tr_lst:
            row.get_or_add_trPr().append(_element("w:cantSplit"))
            for place, length in zip(row.tc_lst, lengths, strict=True):
                place.width = length
        if self._telling.language.is_right_to_left:
            grid._tbl.tblPr.insert(1, _element("w:bidiVisual"))
        return grid

    def _fill(self, place: "Place", cell: Cell | str, *, smaller: bool = False) -> None:
        from docx.shared import Pt

        text, style = (cell.text, cell.style) if isinstance(cell, Cell) else (cell, "plain")
        paragraph = place.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        self._run(paragraph, text, style, smaller=smaller)

    def _run(self, paragraph: "Paragraph", text: str, style: str, *, smaller: bool = False) -> None:
        from docx.shared import Pt

        run = paragraph.add_run(plain(text) if text.strip() == text else text)
        size = SIZES[style]
        run.font.size = Pt(min(size, 8.0) if smaller else size)
        run.bold = True if style == "strong" else None
        if style == "mono":
            run.font.name = MONO
            _fonts(run._r.get_or_add_rPr().get_or_add_rFonts(), MONO)

    def _field(self, paragraph: "Paragraph", name: str) -> None:
        from docx.shared import Pt

        for kind in ("begin", "instruction", "end"):
            run = paragraph.add_run()
            run.font.size = Pt(SIZES["small"])
            if kind == "instruction":
                instruction = _element("w:instrText")
                instruction.text = name
                run._r.append(instruction)
            else:
                run._r.append(_element("w:fldChar", fldCharType=kind))

    def _after(self) -> None:
        """Two tables that touch would be one."""
        from docx.shared import Pt

        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.line_spacing = Pt(6)

    def _mirror(self) -> None:
        """Everything from right to left, where the language is written so."""
        if not self._telling.language.is_right_to_left:
            return
        for paragraph in self._paragraphs():
            properties = paragraph._p.get_or_add_pPr()
            properties.insert_element_before(_element("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:rPr")

    def _paragraphs(self) -> Iterator["Paragraph"]:
        yield from self._document.paragraphs
        for grid in self._document.tables:
            for row in grid.rows:
                for place in row.cells:
                    yield from place.paragraphs


def _element(name: str, **attributes: str) -> "BaseOxmlElement":
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    # The library says the wider class of lxml, and makes its own.
    made = cast("BaseOxmlElement", OxmlElement(name))
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _fonts(fonts: "BaseOxmlElement", name: str) -> None:
    from docx.oxml.ns import qn

    for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{place}"), "")
    for place, font in (("ascii", name), ("hAnsi", name), ("cs", name), ("eastAsia", HAN)):
        fonts.set(qn(f"w:{place}"), font)


def _undated(archive: bytes) -> bytes:
    """The same archive whose files all bear the same time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=partial(str.__ne__, "[Content_Types].xml")):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()
