"""Files of works as tables: a header, and numbered rows, out of CSV, TSV and XLSX."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import WatchlistError
from crawler.watchlist.cell import unguarded

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis", "euc-kr")
CELL_LIMIT = 1 << 24


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

    Raises WatchlistError for what is no workbook.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, EOFError) as error:
        raise WatchlistError(f"not a workbook ({error})", name, "save it again as .xlsx") from None
    for number, row in enumerate(rows, 1):
        if any(value is not None and str(value).strip() for value in row):
            yield number, row


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
