"""What an entry page's template is like, and the icon that it carries: told apart from its content."""

import re
from base64 import b64decode
from hashlib import sha256
from urllib.parse import unquote_to_bytes, urlsplit

from crawler.health.likeness import sketch
from spiders.page import FetchedPage
from spiders.xpath import Strings

_NUMBERS = re.compile(r"\d+|[0-9a-f]{8,}")
_OF_CONTENT = re.compile(r"(?:tag|category|post|postid|author|term|slug|page-id|user|topic|thread)[-_]", re.I)
"""Names that say what a page holds."""
_FILES = Strings("//link[@href and contains(@rel,'stylesheet')]/@href | //script/@src")
_ICONS = Strings("//link[contains(translate(@rel,'ICON','icon'),'icon')]/@href")
_FEW = 6
"""Names from which on a template can be told from another."""


def shape_of(page: FetchedPage) -> str | None:
    """The sketch of a page's class and id names, and of the files of its styles and scripts; None where it has too few."""
    names: set[str] = set()
    for element in page.elements:
        if not isinstance(element.tag, str):
            continue
        for name in (element.get("class") or "").split():
            if not _OF_CONTENT.match(name):
                names.add(f"{element.tag}.{_NUMBERS.sub('0', name)}")
        if identity := element.get("id"):
            names.add(f"{element.tag}#{_NUMBERS.sub('0', identity)}")
    for href in _FILES(page.root):
        names.add(f"file {_NUMBERS.sub('0', urlsplit(href).path.rpartition('/')[2])}")
    return sketch(names) if len(names) >= _FEW else None


def icon_of(page: FetchedPage) -> str | None:
    """SHA-256 of the icon that a page carries in itself (RFC 2397); None where it names a file, which is not fetched."""
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
