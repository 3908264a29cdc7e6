"""Sheets as PDF: black on white, without times, random ids or links, so that equal sheets are equal files."""

import io
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from crawler.bundle import printing
from crawler.bundle.markings import one_line
from crawler.bundle.referral.blocks import Picture, Sheet
from crawler.bundle.referral.language import Language

DRAWING = "drawing:"
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
"""What only a font of pictures holds, which a fax machine or an office may not have."""


def html(sheet: Sheet, language: Language, foot: str) -> str:
    """A sheet as HTML for the press; everything in it is escaped, and hidden characters are shown."""
    style = (files("crawler.bundle") / "templates" / "sheet.css").read_text(encoding="utf-8")
    variables = {
        "foot": foot,
        "foot-page": language.say("page.number"),
        "foot-of": language.say("page.of"),
        "foot-end": language.say("page.end"),
    }
    rules = "".join(f"--{name}: {printing.css_string(text)}; " for name, text in variables.items())
    return _template().render(
        sheet=sheet, language=language, style=Markup(f":root {{ {rules}--fonts: {language.fonts}; }}\n{style}")
    )


def pdf(sheet: Sheet, language: Language, foot: str) -> bytes:
    """A sheet as an A4 PDF. Raises EnvironmentProblem when what prints is missing."""
    drawings = {
        f"{DRAWING}{number}": block.svg.encode("utf-8")
        for number, block in enumerate(one for one in sheet.blocks if isinstance(one, Picture))
    }
    return printing.pdf(html(sheet, language, foot), {}, drawings=drawings)


def pages(document: bytes) -> int:
    """How many pages a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(document)).pages)


def plain(text: str) -> str:
    """Text on one line as any machine prints it: hidden characters shown, pictures (emoji) by their numbers."""
    return _PICTURES.sub(lambda found: f"[U+{ord(found[0]):04X}]", one_line(text))


@cache
def _template() -> Template:
    source = (files("crawler.bundle") / "templates" / "sheet.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    return environment.from_string(source)
