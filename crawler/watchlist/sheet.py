"""Files of works as tables: a header, and numbered rows, out of CSV, TSV and XLSX."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import WatchlistError
from crawler.watchlist.cell import unguarded

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis", "euc-kr")
CELL_LIMIT = 1 << 24
UNPACKED = 512 * 1024 * 1024
"""Bytes that a workbook may unpack to."""
ROWS, COLUMNS, CELLS = 1 << 20, 256, 1 << 25
"""Of a workbook's sheet that are read: rows, columns in use, and cells with the empty ones that fill its rows."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and how it was decoded."""

    text: str
    encoding: str


def decode(data: bytes, which: str, encoding: str | None = None) -> Text:
    """The text of a file: as named, by its byte-order mark, UTF-8, or GB18030 where it plainly is that.

    Raises WatchlistError when the encoding is in doubt: a title read wrongly would be watched in vain.
    """
    if encoding is None:
        encoding = _recognised(data)
    if encoding is None:
        raise WatchlistError("the encoding is in doubt", which, f"name it with --encoding: {', '.join(ENCODINGS)}")
    try:
        return Text(data.decode(encoding).removeprefix("\ufeff"), encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise WatchlistError(
            f"not {encoding} ({error})", which, f"name the encoding with --encoding: {', '.join(ENCODINGS)}"
        ) from None


def _recognised(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[1:2] == b"\x00" or data[:1] == b"\x00":
        return "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    # Chinese in GB2312 is pairs of high bytes; a Western or Big5 file has many high bytes before ASCII ones.
    high = len(re.findall(rb"[\x80-\xff]", data))
    paired = 2 * len(re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", data))
    return "gb18030" if high and paired >= 0.9 * high else None


def separated(text: str, which: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of CSV or TSV text with the numbers that a spreadsheet shows, blank rows left out.

    Raises WatchlistError for quotation marks that do not close.
    """
    csv.field_size_limit(CELL_LIMIT)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if delimiter == "," and "," not in first:
        delimiter = next((d for d in ("\t", ";") if d in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise WatchlistError(
                f"broken CSV ({error})", f"{which} row {number + 1} (line {reader.line_num})",
                "correct its quotation marks; nothing was imported",
            ) from None  # fmt: skip
        number += 1
        if any(cell.strip() for cell in row):
            yield number, [unguarded(cell) for cell in row]


def workbook(data: bytes, name: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of an XLSX file's first sheet with their numbers; a formula counts as its last result.

    Raises WatchlistError for what is no workbook, or is larger than a workbook that people fill.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNPACKED:
                raise _too_large(f"it unpacks to more than {UNPACKED >> 20} MB", name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from _filled(sheet.iter_rows(), name)
        finally:
            book.close()
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, SyntaxError,
        ArithmeticError, RuntimeError, OSError, EOFError,
    ) as error:  # fmt: skip
        raise WatchlistError(f"not a workbook ({error})", name, "save it again as .xlsx") from None


def _filled(rows: Iterable[Sequence[Any]], name: str) -> Iterator[tuple[int, list[Any]]]:
    cells = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if number > ROWS or cells > CELLS:
            raise _too_large(f"its sheet has more than {ROWS} rows or {CELLS} cells", name)
        values = [_value(cell) for cell in row]
        while values and (values[-1] is None or not str(values[-1]).strip()):
            values.pop()
        if len(values) > COLUMNS:
            raise _too_large(f"more than {COLUMNS} columns are in use", f"{name} row {number}")
        if values:
            yield number, values


def _too_large(what: str, which: str) -> WatchlistError:
    return WatchlistError(what, which, "split it, or save the rows alone as .xlsx or .csv")


def _value(cell: Any) -> Any:
    return f"\ufffd{cell.value}" if cell.data_type == "e" else cell.value


def letter(index: int) -> str:
    """A column's letter as a spreadsheet shows it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def header(cells: Sequence[Any]) -> list[str]:
    """Column names as written in a header row, case and blanks forgiven."""
    return [re.sub(r"[\s_-]+", "_", str(cell or "").strip().lower()) for cell in cells]
