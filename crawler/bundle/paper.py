"""A form as one HTML page that every machine opens, prints and lets a word processor edit."""

import re
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`|\[\]<>*_#&])")
# Only what our own forms use: text from a page can become neither a link, nor an image, nor markup.
_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "table", "list", "blockquote", "backticks", "escape"]
)


def quiet(text: str) -> str:
    """Text from outside for a form's Markdown: it is printed as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def sheets(*forms: tuple[str, str]) -> bytes:
    """Forms, each a language tag and Markdown, as one HTML page; every form begins on a new sheet of paper."""
    folder = files("crawler.bundle") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    template = environment.from_string((folder / "form.html.j2").read_text(encoding="utf-8"))
    rendered = [(language, Markup(_MARKDOWN.render(text.strip()))) for language, text in forms]
    title = forms[0][1].strip().splitlines()[0].lstrip("# ")
    return template.render(forms=rendered, title=title).encode("utf-8")
