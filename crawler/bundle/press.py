"""Long reports as PDF: printed in parts beside each other, put together with running page numbers (format.md 9).

Laying out a report takes memory and time that grow with its pages, so that the parts of a case
of a thousand exhibits are laid out by processes of their own, as many at once as there are cores.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crawler.bundle import printing
from crawler.bundle.printing import Part
from crawler.bundle.report import Document
from crawler.errors import EnvironmentProblem

AT_ONCE = 60
"""Exhibits that are printed in one piece."""
PART = 40
"""Exhibits of one part of a longer report."""
FOOTERS = 400
"""Pages whose footers are printed in one piece."""
AT_MOST = 4
"""Parts that are printed at the same time; each takes some 300 MB."""
REMEDY = "free memory and export again; report.html in the bundle holds the same"


def printed(document: Document, case: Any, pictures: Mapping[str, Path], say: Callable[[str], None]) -> bytes:
    """The report as PDF; `pictures` as in `printing.pdf`, `say` is told how far a long one is.

    Raises EnvironmentProblem when a library is missing or a part cannot be printed.
    """
    name = f"report-{document.language}.pdf"
    if len(document.exhibits) <= AT_ONCE:
        say(name)
        return printing.pdf(printing.html((document,), case, footer=True), pictures)
    _prepare()
    with TemporaryDirectory(prefix="titlewatch-print-") as place:
        folder = Path(place)
        (folder / "pictures.json").write_text(json.dumps({key: str(path) for key, path in pictures.items()}))
        pages = [printing.html((document,), case, part=part) for part in parts(len(document.exhibits))]
        files = _print(folder, "part", pages, lambda done: say(f"{name}: {done} of {len(pages)} parts"))
        count = _count(files)
        feet = [printing.footers(document, case, first, count, FOOTERS) for first in range(1, count + 1, FOOTERS)]
        return _joined(document, files, _print(folder, "feet", feet, lambda done: say(f"{name}: {count} pages")))


def parts(exhibits: int) -> Iterator[Part]:
    """How a report is divided: what stands before the exhibits, `PART` exhibits each, what stands behind them."""
    yield Part(front=True, first=0, last=0, closing=False)
    for first in range(0, exhibits, PART):
        yield Part(front=False, first=first, last=min(first + PART, exhibits), closing=False)
    yield Part(front=False, first=0, last=0, closing=True)


def _prepare() -> None:
    try:
        import pypdf  # noqa: F401 - whether it can be imported is the question
    except ImportError as error:
        raise EnvironmentProblem(
            f"long reports cannot be printed as PDF ({error})", "pypdf", printing.REMEDY
        ) from error


def _print(folder: Path, name: str, pages: Sequence[str], done: Callable[[int], None]) -> list[Path]:
    """Print HTML pages beside each other; their PDFs in order."""
    places = [folder / f"{name}-{number}" for number in range(len(pages))]
    for place, page in zip(places, pages, strict=True):
        place.with_suffix(".html").write_text(page, encoding="utf-8")
    pool = ThreadPoolExecutor(min(AT_MOST, os.cpu_count() or 1))
    try:
        for number, _ in enumerate(pool.map(_printed, places), 1):
            done(number)
    finally:
        pool.shutdown(cancel_futures=True)
    return [place.with_suffix(".pdf") for place in places]


def _printed(place: Path) -> None:
    command = [sys.executable, "-m", "crawler.bundle.leaf"]
    files = [str(place.with_suffix(".html")), str(place.with_suffix(".pdf")), str(place.with_name("pictures.json"))]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        [*command, *files], env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [""])[-1][:200]
        why = f"a part of the report cannot be printed (status {ended.returncode}) {last}".strip()
        raise EnvironmentProblem(why, place.name, REMEDY)


def _count(files: Sequence[Path]) -> int:
    from pypdf import PdfReader

    return sum(len(PdfReader(file).pages) for file in files)


def _joined(document: Document, files: Sequence[Path], feet: Sequence[Path]) -> bytes:
    """One PDF of all parts: outline, links from the contents to the exhibits, a footer on every page but the first."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import Fit, NameObject, NullObject, TextStringObject

    writer = PdfWriter()
    targets: dict[str, int] = {}
    for file in files:
        reader = PdfReader(file)
        start = len(writer.pages)
        for page in reader.pages:
            writer.add_page(page)
        targets |= {
            str(name): start + (reader.get_destination_page_number(place) or 0)
            for name, place in reader.named_destinations.items()
        }
        for entry in _headings(reader.outline):
            at = start + (reader.get_destination_page_number(entry) or 0)
            top = float(entry.top) if entry.top is not None and not isinstance(entry.top, NullObject) else None
            writer.add_outline_item(title=str(entry.title), page_number=at, fit=Fit.xyz(left=0, top=top))
    first = PdfReader(files[0])
    _link(writer, targets)
    number = 0
    for file in feet:
        for foot in PdfReader(file).pages:
            if number:
                _stamp(writer, number, foot)
            number += 1
    writer.metadata = first.metadata
    writer.root_object[NameObject("/Lang")] = TextStringObject(document.lang)
    if preferences := first.root_object.get("/ViewerPreferences"):
        writer.root_object[NameObject("/ViewerPreferences")] = preferences.clone(writer)
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _headings(outline: Sequence[Any]) -> Iterator[Any]:
    """The entries of an outline in order; those of a long report have one level."""
    for entry in outline:
        if isinstance(entry, list):
            yield from _headings(entry)
        else:
            yield entry


def _link(writer: Any, targets: Mapping[str, int]) -> None:
    """Let every ``exhibit:<id>`` link lead to the page on which that exhibit begins."""
    from pypdf.generic import ArrayObject, NameObject, NullObject

    for page in writer.pages:
        for one in page.get("/Annots", ()):
            annotation = one.get_object()
            address = str(annotation.get("/A", {}).get("/URI", ""))
            if address.startswith(printing.ELSEWHERE):
                place = writer.pages[targets[address.removeprefix(printing.ELSEWHERE)]].indirect_reference
                del annotation["/A"]
                null = NullObject()
                annotation[NameObject("/Dest")] = ArrayObject([place, NameObject("/XYZ"), null, null, null])


def _stamp(writer: Any, number: int, foot: Any) -> None:
    """Draw a footer, which is a page of its own, over a page: as one form, so that no name of theirs meets another."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

    # The pages of a part share their resources, so that each footer has a name of its own.
    page, name = writer.pages[number], f"/Footer{number}"
    form = StreamObject()
    form.set_data(foot.get_contents().get_data())
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = foot.mediabox.clone(writer)
    form[NameObject("/Resources")] = foot["/Resources"].clone(writer)
    resources = page["/Resources"].get_object()
    forms = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
    forms[NameObject(name)] = writer._add_object(form.flate_encode())
    before, after = StreamObject(), StreamObject()
    before.set_data(b"q\n")
    after.set_data(f"\nQ\n{name} Do\n".encode())
    contents = page.raw_get("/Contents")
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(before), contents, writer._add_object(after)])
