"""OPDS catalogues of any server (calibre, Calibre-Web, COPS, Kavita, Komga): books with their files, and the ways to all of them.

Read from OPDS 1.2 (Atom) and OPDS 2.0 (JSON).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from crawler.json_text import data_of
from crawler.reading import Link, Reading
from spiders.books import Book, BookFile, listing_of, plain
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.engines import generic
from spiders.page import FetchedPage
from spiders.recognition import Basis, Sign
from spiders.ways import within

BASIS = Basis("pages", "calibre content server 6.13")
HINTS = ("opds",)
SIGNS = (
    Sign("html", re.compile(r"http://opds-spec\.org/|profile=opds-catalog|application/opds\+json"), 0.5),
    Sign("html", re.compile(r"<feed[^>]+http://www\.w3\.org/2005/Atom|\"publications\"\s*:"), 0.3),
)

_ACQUISITION = "http://opds-spec.org/acquisition"
_FEED = re.compile(r"atom\+xml|opds\+json", re.I)
_WHOLE = re.compile(
    r"newest|recent(?:ly added)?$|by title|by newest|\ball\b|alphabetical|titles|最新|全部|所有|书名|書名|新书", re.I
)
_NEWEST = re.compile(r"newest|\bnew\b|4f6e6577657374|opds/new|sort=(?:new|date|added)|最新|新书|新書", re.I)
_PARTIAL = re.compile(
    r"author|writer|categor|genre|tags?\b|rating|rated|publisher|language|format|series|shelf|shelves|random|discover|hot\b|popular"
    r"|read\b|unread|favou?rite|archived|collection|作者|分类|标签|评分|出版|语言|格式|丛书|系列|随机|热门|已读|未读|书架",
    re.I,
)
_OWN_PAGES = (
    (re.compile(r"^(.*?)/opds/download/(\d+)/[^/]+/?.*$"), r"\1/book/\2"),
    (re.compile(r"^(.*?)/(?:legacy/)?get/\w+/(\d+)/([^/?]+).*$"), r"\1/#book_id=\2&library_id=\3&panel=book_details"),
)
"""Where a server's files tell the page of their book: Calibre-Web, calibre."""


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """A page of a catalogue's site that is no catalogue is read by structure."""
    return generic.read(page, calibration)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read a catalogue's page: a listing for each book, else the ways that lead to all books; None for another document."""
    if page.status >= 400:
        return None
    if page.body.lstrip()[:1] == b"{":
        return _from_json(page)
    if b"opds" not in page.body[:20000].lower():
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(page.body.lstrip(), parser)
    if root is None or etree.QName(root).localname != "feed":
        return None
    entries = list(root.iterchildren("{*}entry"))
    books = [book for entry in entries if (book := _book(page, entry)) is not None]
    further = [
        Link(url, "list", priority=20)
        for link in root.iterchildren("{*}link")
        if link.get("rel") == "next" and (url := _address(page, link.get("href")))
    ]
    ways = [way for entry in entries if (way := _way(page, entry)) is not None] if not books else []
    found = [listing_of(page, book) for book in books]
    return Reading(
        "ok" if entries else "empty",
        "list",
        _plainly(page.url),
        title=" ".join((root.findtext("{*}title") or "").split()),
        listings=tuple(each for each in found if each is not None),
        links=(*further, *_chosen(ways)),
    )


def _plainly(url: str) -> str:
    return url.partition("#")[0]


def _address(page: FetchedPage, href: str | None) -> str | None:
    url = page.url if not href else urljoin(page.url, href)
    return _plainly(url) if href and within(page.site, url) else None


def _tail(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]


def _chosen(ways: list[tuple[str, str]]) -> Iterator[Link]:
    """One way that leads to every book where the catalogue has one, newest first; else all ways that are no mere selection."""
    newest = [url for label, url in ways if _NEWEST.search(label) and not re.search(r"\brecent", label, re.I)]
    whole = [url for label, url in ways if _WHOLE.search(label) and not _PARTIAL.search(label)]
    rest = [url for label, url in ways if not _PARTIAL.search(label)]
    for url in dict.fromkeys(newest[:1] or whole[:1] or rest or [url for _, url in ways]):
        yield Link(url, "list", priority=20)


def _way(page: FetchedPage, entry: Any) -> tuple[str, str] | None:
    for link in entry.iterchildren("{*}link"):
        if _FEED.search(link.get("type") or "") and "search" not in (link.get("rel") or ""):
            url = _address(page, link.get("href"))
            if url:
                return " ".join([entry.findtext("{*}title") or "", _tail(url), link.get("rel") or ""]), url
    return None


def _book(page: FetchedPage, entry: Any) -> Book | None:
    files, own = [], None
    for link in entry.iterchildren("{*}link"):
        rel, kind, href = link.get("rel") or "", link.get("type") or "", link.get("href")
        if rel.startswith(_ACQUISITION) and href and not kind.startswith("text/html"):
            size = link.get("length") or ""
            files.append(BookFile(urljoin(page.url, href), _kind(kind, href), int(size) if size.isdigit() else None))
        elif rel in ("alternate", "") and kind.startswith("text/html") and href:
            own = _address(page, href)
    if not files:
        return None
    authors = [" ".join((name.text or "").split()) for name in entry.iterfind("{*}author/{*}name")]
    facts = [" & ".join(authors)]
    facts += [" ".join((each.text or "").split()) for each in entry.iterfind("{*}publisher")]
    facts += [each.get("label") or each.get("term") or "" for each in entry.iterfind("{*}category")]
    about = next((node for node in (entry.find("{*}summary"), entry.find("{*}content")) if node is not None), None)
    # calibre writes the day of adding as published, and the book's own day, which others write there, as date.
    dates = [entry.findtext(f"{{*}}{name}") for name in ("date", "issued", "published", "updated")]
    # A book without a day has a year that no library can mean.
    published = next((text for text in dates if text and _moment(text)), next((text for text in dates if text), None))
    return Book(
        own or _page_of(files[0].url),
        " ".join((entry.findtext("{*}title") or "").split()),
        tuple(fact for fact in facts if fact),
        plain(" ".join(str(piece) for piece in about.itertext())) if about is not None else "",
        tuple(files),
        _moment(published),
        published,
    )


def _page_of(file_url: str) -> str:
    for shape, own in _OWN_PAGES:
        if shape.match(file_url):
            return shape.sub(own, file_url)
    return canonical(file_url)


def _kind(media_type: str, href: str) -> str:
    name = re.search(r"\.(\w{2,5})(?:$|\?)", href) or re.search(
        r"/(epub|mobi|azw3?|pdf|cb[zr]|fb2|txt|djvu)(?:/|$)", href, re.I
    )
    if name:
        return name[1]
    return media_type.partition(";")[0].rpartition("/")[2].partition("+")[0].removeprefix("x-") or "file"


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment.year > 1000 else None


def _from_json(page: FetchedPage) -> Reading | None:
    try:
        told: Any = data_of(page.text)
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("metadata"), dict):
        return None
    groups = [told, *(group for group in told.get("groups") or () if isinstance(group, dict))]
    books = [
        book
        for group in groups
        for row in group.get("publications") or ()
        if (book := _book_of_json(page, row)) is not None
    ]
    ways = [
        (f"{link.get('title')} {_tail(url)}", url)
        for group in groups
        for link in group.get("navigation") or ()
        if isinstance(link, dict) and (url := _address(page, link.get("href")))
    ]
    if not books and not ways:
        return None
    further = [
        Link(url, "list", priority=20)
        for link in told.get("links") or ()
        if isinstance(link, dict) and link.get("rel") == "next" and (url := _address(page, link.get("href")))
    ]
    found = [listing_of(page, book) for book in books]
    return Reading(
        "ok",
        "list",
        _plainly(page.url),
        title=str(told["metadata"].get("title") or ""),
        listings=tuple(each for each in found if each is not None),
        links=(*further, *(_chosen(ways) if not books else ())),
    )


def _book_of_json(page: FetchedPage, row: object) -> Book | None:
    if not isinstance(row, dict) or not isinstance(row.get("metadata"), dict):
        return None
    facts, links = row["metadata"], [link for link in row.get("links") or () if isinstance(link, dict)]
    files = tuple(
        BookFile(urljoin(page.url, str(link["href"])), _kind(str(link.get("type") or ""), str(link["href"])))
        for link in links
        if "acquisition" in str(link.get("rel")) and link.get("href")
    )
    if not files:
        return None
    own = next((_address(page, str(link.get("href"))) for link in links if "html" in str(link.get("type"))), None)
    return Book(
        own or _page_of(files[0].url),
        str(facts.get("title") or ""),
        tuple(fact for fact in (_names(facts.get("author")), _names(facts.get("publisher"))) if fact),
        plain(str(facts.get("description") or "")),
        files,
        _moment(str(facts.get("published") or facts.get("modified") or "")),
        str(facts.get("published") or facts.get("modified") or "") or None,
    )


def _names(told: object) -> str:
    if isinstance(told, list):
        return " & ".join(filter(None, map(_names, told)))
    return str(told.get("name") or "") if isinstance(told, dict) else str(told or "")
