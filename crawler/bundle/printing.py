"""The reports as HTML and PDF: one template, no request ever leaves while it is laid out."""

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from crawler.bundle.report import Document
from crawler.errors import EnvironmentProblem

REMEDY = "install the PDF libraries: pip install 'titlewatch[reports]' and apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
PART_STYLE = """@page { @bottom-left { content: none; } @bottom-right { content: none; } }
h3 { bookmark-level: none; }
"""
"""A part has no page numbers before all parts are printed, and only its headings stand in the outline."""
NUMBERING = "var(--footer-start) counter(page) var(--footer-middle) var(--footer-total) var(--footer-end)"
ELSEWHERE = "exhibit:"
"""Begins a link to an exhibit that may stand in another part."""
ASPECT = 0.95
"""Height of the shown part of a picture, by its width."""
PRINT_WIDTH = 1100


@dataclass(frozen=True, slots=True)
class Part:
    """What of a report is shown: its front with the contents, the exhibits from `first` up to `last`, its end."""

    front: bool
    first: int
    last: int | None
    closing: bool


WHOLE = Part(front=True, first=0, last=None, closing=True)


def html(documents: Sequence[Document], case: Any, footer: bool = False, part: Part = WHOLE) -> str:
    """The report's HTML, or a part of it for the press; everything that comes from a page is escaped."""
    folder = files("crawler.bundle") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    style = (folder / "report.css").read_text(encoding="utf-8")
    # The printer knows no media queries and would warn of them.
    if part is not WHOLE:
        style += _fonts(documents[0]) + PART_STYLE
    else:
        narrow = (folder / "narrow.css").read_text(encoding="utf-8")
        style += _footer(documents[0], str(case.case_id)) if footer else narrow
    elsewhere = "#" if part is WHOLE else ELSEWHERE
    return template.render(documents=documents, case=case, style=Markup(style), part=part, elsewhere=elsewhere)


def footers(document: Document, case: Any, first: int, count: int, most: int) -> str:
    """Empty pages that carry nothing but the footers of the pages from `first` on, at most `most` of `count`."""
    style = (files("crawler.bundle") / "templates" / "report.css").read_text(encoding="utf-8")
    style += _footer(document, str(case.case_id), total=count)
    style += f"@page :first {{ counter-set: page {first}; @bottom-left {{ content: 'titlewatch'; }} @bottom-right {{ content: {NUMBERING}; }} }}"
    pages = "<div>&nbsp;</div>" * (min(first + most, count + 1) - first)
    return (
        f'<!DOCTYPE html><html lang="{document.lang}"><meta charset="utf-8"><style>{style}\n'
        f"html {{ background: none; }} div + div {{ break-before: page; }}</style><body>{pages}</body></html>"
    )


def _footer(document: Document, case_id: str, total: int | None = None) -> str:
    parts = {
        "start": css_string(document.t("page_of", case_id=case_id)),
        "middle": css_string(document.t("page_end")),
        "total": "counter(pages)" if total is None else css_string(str(total)),
        "end": css_string(document.t("page_last")),
    }
    rules = " ".join(f"--footer-{name}: {text};" for name, text in parts.items())
    return f":root {{ {rules} }}\n" + _fonts(document)


def _fonts(document: Document) -> str:
    family = '"Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
    return f":root {{ --sans: {family}; }}\n" if document.language == "zh" else ""


def css_string(text: str) -> str:
    """Text as a string of a style sheet."""
    return '"' + "".join(c if c.isalnum() or c in " -_·" else f"\\{ord(c):x} " for c in text) + '"'


def prepare() -> None:
    """Load what prints. Raises EnvironmentProblem when weasyprint or its libraries are missing."""
    try:
        import weasyprint  # noqa: F401 - whether it can be imported is the question
    except (ImportError, OSError) as error:
        raise EnvironmentProblem(f"reports cannot be printed as PDF ({error})", "weasyprint", REMEDY) from error


def pdf(
    text: str, pictures: Mapping[str, Path], tags: bool = True, drawings: Mapping[str, bytes] | None = None
) -> bytes:
    """The HTML as an A4 PDF without times or random ids; `tags` name its structure for readers of screens.

    `pictures` maps ``report:<exhibit>`` sources to files, `drawings` other sources to SVG of our own; nothing else can
    be loaded. Raises EnvironmentProblem when weasyprint or its libraries are missing.
    """
    prepare()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyPictures(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        """Hands out the exhibits' pictures and refuses everything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if drawings and url in drawings:
                return URLFetcherResponse(url, body=drawings[url], headers={"Content-Type": "image/svg+xml"})
            path = pictures.get(url)
            if path is None:
                raise ValueError(f"the report loads nothing from {url}")
            return URLFetcherResponse(url, body=print_picture(path), headers={"Content-Type": "image/jpeg"})

    os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")
    document = HTML(string=text, url_fetcher=OnlyPictures(), base_url="report:")
    written = document.write_pdf(pdf_identifier=b"titlewatch", pdf_tags=tags, dpi=220)
    assert isinstance(written, bytes)
    return written


def print_picture(path: Path) -> bytes:
    """The top of a screenshot as JPEG, small enough to print a thousand of."""
    from PIL import Image

    with Image.open(path) as picture:
        width, height = picture.size
        top = picture.crop((0, 0, width, min(height, int(width * ASPECT)))).convert("RGB")
    if top.width > PRINT_WIDTH:
        top = top.resize((PRINT_WIDTH, round(top.height * PRINT_WIDTH / top.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    top.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def png_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG from its first bytes; (0, 0) when it is none."""
    with path.open("rb") as file:
        head = file.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
