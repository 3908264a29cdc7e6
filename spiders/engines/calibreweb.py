"""Calibre-Web: all books by its catalogue's newest feed where that answers guests, else by their own pages."""

import re
from urllib.parse import urlsplit

from crawler.reading import Link, Reading
from spiders.books import Book, BookFile, listing_of
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.page import FetchedPage
from spiders.posts import words
from spiders.recognition import Basis, Sign
from spiders.walls import state_without_content
from spiders.ways import within
from spiders.xpath import Elements, Strings, Text

BASIS = Basis("pages", "Calibre-Web 0.6")
HINTS = ("calibre-web", "caliblur", "bookdetailsmodal")
SIGNS = (
    Sign("html", re.compile(r"<title>\s*Calibre-Web\b", re.I), 0.5),
    Sign("html", re.compile(r"id=\"bookDetailsModal\"|#bookDetailsModal", re.I), 0.4),
    Sign("html", re.compile(r"href=\"[^\"]*/book/\d+\""), 0.2),
    Sign("html", re.compile(r"caliBlur|janeczku/calibre-web", re.I), 0.4),
    Sign("html", re.compile(r"/download/\d+/\w+/\d+\.\w+"), 0.3),
)

_HREFS = Strings("//body//a/@href")
_TITLE = Elements("//h2[@id='title']")
_AUTHORS = Elements("//p[contains(@class,'author')]//a")
_DETAILS = Elements("//div[contains(@class,'book-meta')] | //div[contains(@class,'comments')]")
_DOWNLOADS = Strings(
    "//a[contains(@href,'/download/')]/@href | //*[@data-href][contains(@data-href,'/download/')]/@data-href"
)
_COVER_TITLE = Text("//meta[@property='og:title'][1]/@content")
_BOOK = re.compile(r"^(.*)/book/(\d+)/?$")
_PAGE = re.compile(r"/page/\d+/?$")
_FILE = re.compile(r"/download/\d+/(\w+)")


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a book's own page, or a list of books; the front page leads to the catalogue first."""
    calibration = calibration if calibration is not None else Calibration()
    here = canonical(page.url)
    if page.status < 400 and _BOOK.match(urlsplit(here).path):
        book = _book(page, here)
        made = listing_of(page, book) if book else None
        if book:
            return Reading("ok", "topic", here, title=book.title, listings=(made,) if made else ())
    links = _links(page, here) if page.status < 400 else ()
    if not links:
        state, notes = state_without_content(page)
        return Reading(state, page.role, here, title=page.title, notes=notes)
    own = next((found for link in links if (found := _BOOK.match(link.url))), None)
    if page.role == "entry" and own:
        links = calibration.rather(Link(f"{own[1]}/opds/new", "list", priority=30), links)
    return Reading("ok", "list", here, title=page.title, links=links)


def _links(page: FetchedPage, here: str) -> tuple[Link, ...]:
    lists: dict[str, Link] = {}
    books: dict[str, Link] = {}
    for href in dict.fromkeys(_HREFS(page.root)):
        url = canonical_link(page, href)
        if url is None or not within(page.site, url) or urlsplit(url).query:
            continue
        if _BOOK.match(url):
            books.setdefault(url, Link(url, "topic", priority=10))
        elif _PAGE.search(url) and url != here:
            lists.setdefault(url, Link(url, "list", priority=20))
    return (*lists.values(), *books.values())


def _book(page: FetchedPage, here: str) -> Book | None:
    heading = _TITLE.first(page.root)
    title = words(heading) or _COVER_TITLE(page.root)
    if not title:
        return None
    files: dict[str, BookFile] = {}
    for href in _DOWNLOADS(page.root):
        url, found = page.resolve(href), _FILE.search(href)
        if url and found:
            files.setdefault(url, BookFile(url, found[1]))
    authors = " & ".join(words(author) for author in _AUTHORS(page.root))
    about = " ".join(words(part) for part in _DETAILS(page.root))[:4000]
    return Book(here, title, (authors,) if authors else (), about, tuple(files.values()))
