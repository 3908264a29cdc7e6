"""A form as one HTML page that every machine opens, prints and lets a word processor edit."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

Form = tuple[str, str]
"""A language tag and Markdown."""
LONG_PART = "\ue000"
"""Stands for a part with a line for each exhibit, which Markdown would be slow to read; no text from outside holds it."""
_SPECIAL = re.compile(r"([\\`|\[\]<>*_#&])")
# Only what our own forms use: text from a page can become neither a link, nor an image, nor markup.
_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "table", "list", "blockquote", "backticks", "escape"]
)


def quiet(text: str) -> str:
    """Text from outside for a form's Markdown: it is printed as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def numbered(lines: Iterable[str]) -> str:
    """Lines of text as a numbered list in HTML."""
    return "<ol>\n" + "".join(f"<li>{escape(line)}</li>\n" for line in lines) + "</ol>\n"


def grid(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text as a table in HTML; the first row is its head."""
    head, *rest = rows
    lines = ["<table>\n<thead>\n<tr>", *(f"<th>{escape(text)}</th>" for text in head), "</tr>\n</thead>\n<tbody>\n"]
    for row in rest:
        lines += ["<tr>", *(f"<td>{escape(text)}</td>" for text in row), "</tr>\n"]
    return "".join([*lines, "</tbody>\n</table>\n"])


def sheets(*forms: Form, long_part: str = "") -> bytes:
    """Forms as one HTML page, each on a new sheet of paper; `long_part` is HTML for the place marked LONG_PART."""
    folder = files("crawler.bundle") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    template = environment.from_string((folder / "form.html.j2").read_text(encoding="utf-8"))
    pages = [(language, _MARKDOWN.render(text.strip())) for language, text in forms]
    rendered = [(language, Markup(page.replace(f"<p>{LONG_PART}</p>\n", long_part))) for language, page in pages]
    title = forms[0][1].strip().splitlines()[0].lstrip("# ")
    return template.render(forms=rendered, title=title).encode("utf-8")
