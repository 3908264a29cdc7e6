"""Works into a file that `importing` reads back without loss."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import WatchlistError
from crawler.model import Work
from crawler.watchlist.cell import COLUMNS, cells, guarded, record
from crawler.watchlist.importing import FORMATS
from crawler.whole_file import hand_out


def write(works: Sequence[Work], path: Path) -> None:
    """Write a .csv, .tsv, .xlsx, .json or .jsonl file, replacing what was there.

    CSV is UTF-8 with a byte-order mark, which spreadsheets need for Chinese; a cell that a
    spreadsheet would take for a formula carries an apostrophe. Raises WatchlistError for
    another format, StorageError when the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise WatchlistError("not a format that can be written", str(path), f"name it {' '.join(FORMATS)}")
    if suffix == ".xlsx":
        data = _workbook(works)
    elif suffix == ".json":
        data = (json.dumps([record(work) for work in works], ensure_ascii=False, indent=1) + "\n").encode()
    elif suffix == ".jsonl":
        data = "".join(json.dumps(record(work), ensure_ascii=False) + "\n" for work in works).encode()
    else:
        data = _separated(works, "\t" if suffix == ".tsv" else ",").encode("utf-8-sig")
    hand_out(path, data)


def _separated(works: Sequence[Work], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in cells(work)] for work in works)
    return out.getvalue()


def _workbook(works: Sequence[Work]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("works")
    sheet.append(list(COLUMNS))
    for work in works:
        row = []
        for text in cells(work):
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"
            cell.number_format = "@"
            row.append(cell)
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
