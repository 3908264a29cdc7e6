"""What an entry page's template is like, and the icon that it carries: told apart from its content."""

import re
from base64 import b64decode
from hashlib import sha256
from urllib.parse import unquote_to_bytes, urlsplit

from lxml.html import HtmlElement

from crawler.health.likeness import sketch
from spiders.canonical import canonical
from spiders.page import FetchedPage
from spiders.ways import within
from spiders.xpath import Strings

_NUMBERS = re.compile(r"\d+|[0-9a-f]{8,}")
_OF_CONTENT = re.compile(r"(?:tag|category|post|postid|author|term|slug|page-id|user|topic|thread)[-_]", re.I)
"""Names that say what a page holds."""
_FILES = Strings("//link[@href and contains(@rel,'stylesheet')]/@href | //script/@src")
_ICONS = Strings("//link[contains(translate(@rel,'ICON','icon'),'icon')]/@href")
_INLINE = frozenset({"b", "i", "em", "strong", "br", "u", "s", "small", "wbr", "option", "path"})
"""Elements that writers use as they like."""


def shape_of(page: FetchedPage) -> str:
    """The sketch of a page's names, of what stands in and after what, and of the files of its styles and scripts."""
    names: set[str] = set()
    for element in page.elements:
        if not isinstance(element.tag, str) or element.tag in _INLINE:
            continue
        name = _name(element)
        names.add(name)
        parent, before = element.getparent(), element.getprevious()
        if parent is not None:
            names.add(f"{_name(parent)}>{name}")
        if before is not None and isinstance(before.tag, str):
            names.add(f"{_name(before)}+{name}")
    for href in _FILES(page.root):
        names.add(f"file {_NUMBERS.sub('0', urlsplit(href).path.rpartition('/')[2])}")
    return sketch(names)


def _name(element: HtmlElement) -> str:
    """An element's tag, classes and id, without what in them is of the content."""
    words = [word for word in (element.get("class") or "").split() if not _OF_CONTENT.match(word)]
    told = ".".join([str(element.tag), *(_NUMBERS.sub("0", word) for word in sorted(words))])
    identity = element.get("id")
    return f"{told}#{_NUMBERS.sub('0', identity)}" if identity else told


def icon_of(page: FetchedPage) -> str | None:
    """SHA-256 of the icon that a page carries in itself (RFC 2397); None where it names a file."""
    for href in _ICONS(page.root):
        head, comma, data = href.partition(",")
        if comma and head.lower().startswith("data:"):
            try:
                content = (
                    b64decode(unquote_to_bytes(data)) if head.lower().endswith(";base64") else unquote_to_bytes(data)
                )
            except ValueError:
                continue
            return sha256(content).hexdigest()
    return None


def icon_named(page: FetchedPage) -> str | None:
    """The canonical address of the icon that a page names on its own site; None where it names none there."""
    for href in _ICONS(page.root):
        if href.strip().lower().startswith("data:"):
            return None
        url = page.resolve(href)
        if url is not None and url.startswith(("http://", "https://")) and within(page.site, url):
            return canonical(url)
    return None


def icon_in(content_type: str, body: bytes) -> str | None:
    """SHA-256 of a picture that came from such an address; None for what is no picture."""
    return sha256(body).hexdigest() if body and content_type.lower().startswith(("image/", "application/ico")) else None
