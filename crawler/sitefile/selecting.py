"""Selectors of a site file: CSS, or XPath when it begins with ``/``, ``./`` or ``(``; compiled once."""

import re
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.errors import UsageError

_XPATH = ("/", "./", "(")
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


@lru_cache(maxsize=4096)
def compiled(selector: str) -> etree.XPath:
    """The selector as XPath, counted from the element that it is asked of.

    ``//x`` means the same as ``.//x``. parsel's ``::attr(name)`` and ``::text`` are understood. Raises UsageError for
    what is neither CSS nor XPath.
    """
    try:
        if selector.startswith(_XPATH):
            path = f".{selector}" if selector.startswith("//") else selector
        else:
            path = HTMLTranslator().css_to_xpath(selector)
        made = etree.XPath(path, smart_strings=False)
        # Unknown functions and prefixes show only when it is asked, of elements that it names.
        sample = etree.Element("html")
        for name in set(_NAME.findall(path)):
            etree.SubElement(sample, name)
        found = made(sample)
    except (SelectorError, etree.XPathError, ValueError, TypeError) as error:
        remedy = "write CSS, or XPath beginning with //"
        raise UsageError(f"not a selector ({error})", selector, remedy) from None
    if not isinstance(found, list | str):
        raise UsageError("a selector that finds no elements", selector, "let it name elements, attributes or texts")
    return made


def elements(selector: str | None, within: HtmlElement) -> list[HtmlElement]:
    """The elements that a selector finds, in document order; those of whose attributes or texts it speaks."""
    return [found for found in _found(selector, within) if isinstance(found, etree._Element)]


def texts(selector: str | None, within: HtmlElement) -> list[str]:
    """The texts that a selector finds, whitespace folded, empty ones left out: of elements all they hold."""
    told = (
        found if isinstance(found, str) else "".join(map(str, found.itertext()))
        for found in _found(selector, within)
        if isinstance(found, str | etree._Element)
    )
    return [text for text in (" ".join(one.split()) for one in told) if text]


def _found(selector: str | None, within: HtmlElement) -> list[object]:
    if selector is None:
        return []
    found: object = compiled(selector)(within)
    return list(found) if isinstance(found, list) else [found] if isinstance(found, str) else []
