"""What both practice sites share: templates, pages of a list, an answer with its validator, and changes made by tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.practice.content import Post
from crawler.practice.server import Answer, Heard

_Row = TypeVar("_Row")


@dataclass(slots=True)
class Changes:
    """What was changed on a site since it began: paths hidden, posts amended, replies added. Keys are topic paths."""

    hidden: set[str] = field(default_factory=set)
    amended: dict[str, list[str]] = field(default_factory=dict)
    replies: dict[str, list[Post]] = field(default_factory=dict)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("crawler.practice"), autoescape=True, undefined=StrictUndefined)


def render(template: str, **facts: Any) -> bytes:
    """A template's text, UTF-8."""
    facts = {"canonical": None, "next_page": None, "zh": False, "title": "", **facts}
    return _environment().get_template(template).render(**facts).encode()


def resource(name: str) -> bytes:
    """A file beside the templates, as it is."""
    source, _, _ = PackageLoader("crawler.practice").get_source(_environment(), name)
    return source.encode()


def page_of(rows: Sequence[_Row], number: int, size: int) -> tuple[Sequence[_Row], int]:
    """The rows of page `number` (from 1) and the last page's number."""
    return rows[(number - 1) * size : number * size], max(1, -(-len(rows) // size))


def answer(heard: Heard, body: bytes, content_type: str = "text/html; charset=utf-8", status: int = 200) -> Answer:
    """An answer that carries an ETag, or 304 when the request already names it."""
    validator = f'"{sha256(body).hexdigest()[:20]}"'
    headers = (("Server", "practice"), ("ETag", validator))
    if status == 200 and heard.header("if-none-match") == validator:
        return Answer(304, b"", content_type, headers)
    return Answer(status, body, content_type, headers)
