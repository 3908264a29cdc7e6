"""What a landing page shows without a script having run: its text, and the part of it that is the page's message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lxml import etree, html

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "option"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|hide|d-none|is-hidden|invisible)(?:\s|$)", re.IGNORECASE)
_MESSAGE = re.compile(
    r"error|alert|message|notice|warn|(?:^|[-_ ])msg|(?:^|[-_ ])tips?(?:$|[-_ ])|empty|expire|invalid|deleted|removed|(?:^|[-_ ])off(?:\d|$|[-_ ])|not-?found|offline|password|access-?code|verify",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "legend", "center"})
_LONG_TAG = re.compile(r"<[^<>]{16384,}>?")
_FURNITURE = re.compile(
    r"copyright|footer|terms|legal|policy|polic(?:y|ies)|(?:^|[-_ ])(?:tos|faq|rules|help|nav|menu|sidebar)(?:$|[-_ ])",
    re.IGNORECASE,
)
_FURNITURE_TAGS = frozenset({"footer", "nav", "aside"})
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "td",
        "section",
        "article",
        "main",
        "center",
        "span",
        "strong",
        "b",
        "font",
        "label",
        "dd",
        "form",
        "pre",
    }
)
_LONGEST_MESSAGE = 600
_MOST_MESSAGES = 100
_MOST_PARTS = 1_000
"""Elements inside one message; what holds more is no message but the page."""
_SHORT_PAGE = 1_500
_FILE_NAME = re.compile(
    r"[^\n]{0,300}\.(?:rar|zip|7z|tar|gz|mkv|mp4|avi|mov|wmv|flv|ts|rmvb|mp3|flac|wav|m4a|m4b|epub|mobi|azw3?|pdf|txt|djvu|cbz|cbr|iso|exe|apk|dmg)(?![a-z0-9])",
    re.IGNORECASE,
)
"""A name that somebody gave to a file may say anything: only what stands beside it is the page's word."""
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A page of HTML as its reader sees it before any script."""

    source: str

    @cached_property
    def root(self) -> html.HtmlElement | None:
        """The parsed page; None where there is nothing to parse."""
        try:
            # The time to parse a tag grows with the square of its attributes.
            source = _LONG_TAG.sub(" ", self.source.replace("\x00", ""))
            return html.document_fromstring(source.encode("utf-8", "replace"), parser=_parser())
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None

    @cached_property
    def page(self) -> str:
        """All text that is shown, blanks made single."""
        return _single(" ".join(self._texts(self.root))) if self.root is not None else ""

    @cached_property
    def messages(self) -> tuple[str, ...]:
        """Title, headings and messages, and on a page that shows hardly more, each block; names of files and furniture left out."""
        if self.root is None:
            return ()
        found: list[str] = []
        short = len(self.page) <= _SHORT_PAGE
        for element in self.root.iter(etree.Element):
            if len(found) >= _MOST_MESSAGES:
                break
            told = f"{element.get('class') or ''} {element.get('id') or ''}"
            speaks = element.tag in _HEADINGS or (
                told != " " and _MESSAGE.search(told) and element.tag not in ("body", "html")
            )
            # On a page that shows hardly more, each block that holds words of its own is its word too.
            if not speaks and not (short and element.tag in _BLOCKS and (element.text or "").strip()):
                continue
            if _is_furniture(element) or sum(1 for _ in islice(element.iter(), _MOST_PARTS)) == _MOST_PARTS:
                continue
            text = _single(" ".join(self._texts(element, whole=element.tag == "title")))
            if text and len(text) <= _LONGEST_MESSAGE and _is_seen(element):
                found.append(text)
        body = self.root.find("body")
        if short and body is not None:
            found += filter(None, map(_single, (body.text or "", *(child.tail or "" for child in body))))
        return tuple(dict.fromkeys(_FILE_NAME.sub("file", text) for text in found))

    @property
    def refresh(self) -> str | None:
        """Where the page itself sends its reader at once (``<meta http-equiv="refresh">``), as written."""
        for element in self.root.iter("meta") if self.root is not None else ():
            if (element.get("http-equiv") or "").lower() == "refresh":
                found = _REFRESH.match(element.get("content") or "")
                return found[1] if found else None
        return None

    @property
    def links(self) -> Iterator[str]:
        """Where the page's links lead, as written."""
        for element in self.root.iter("a") if self.root is not None else ():
            if href := (element.get("href") or "").strip():
                yield href

    def _texts(self, element: html.HtmlElement, whole: bool = False) -> Iterator[str]:
        """The texts of an element and of what it holds, in their order, without what is not shown."""
        leaving = None
        for event, one in etree.iterwalk(element, events=("start", "end", "comment")):
            if event == "comment":
                if leaving is None and one is not element and one.tail:
                    yield one.tail
            elif event == "start":
                if leaving is None and not whole and (one.tag in _UNSEEN or _is_hidden(one)):
                    leaving = one
                elif leaving is None and one.text:
                    yield one.text
            else:
                if leaving is one:
                    leaving = None
                if leaving is None and one is not element and one.tail:
                    yield one.tail


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", remove_pis=True)


def _is_hidden(element: html.HtmlElement) -> bool:
    return (
        element.get("hidden") is not None
        or _HIDDEN.search(element.get("style") or "") is not None
        or _HIDDEN_CLASS.search(element.get("class") or "") is not None
    )


def _is_furniture(element: html.HtmlElement) -> bool:
    """Whether an element belongs to what stands on every page of its site, such as rules and ways to report abuse."""
    return any(
        one.tag in _FURNITURE_TAGS or _FURNITURE.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        for one in (element, *element.iterancestors())
    )


def _is_seen(element: html.HtmlElement) -> bool:
    if element.tag == "title":
        return True
    return not any(one.tag in _UNSEEN or _is_hidden(one) for one in (element, *element.iterancestors()))


def _single(text: str) -> str:
    return " ".join(text.split())
