"""The calibre content server: every book with its files by one answer of its JSON interface, else by its OPDS catalogue.

Its pages are drawn by a script and hold nothing for other readers; where both ways are closed they are read in the browser.
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from crawler.json_text import data_of
from crawler.reading import Link, Reading
from spiders.books import Book, BookFile, listing_of, plain
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.engines import opds
from spiders.page import FetchedPage
from spiders.posts import words
from spiders.recognition import Basis, Sign
from spiders.walls import state_without_content
from spiders.xpath import Elements, Strings, Text

BASIS = Basis("pages", "calibre content server 6.13")
HINTS = ("calibre",)
SIGNS = (
    Sign("header", re.compile(r"^server: calibre \d", re.I), 0.6),
    Sign("header", re.compile(r"^calibre-instance-id:", re.I), 0.5),
    Sign("html", re.compile(r"<title[^>]*>\s*calibre\b", re.I), 0.3),
    Sign("html", re.compile(r"calibre-navcatalog:|urn:calibre:main"), 0.6),
    Sign("html", re.compile(r"/interface-data/|calibre-content-server|calibre-ebook\.com", re.I), 0.3),
)

_EARLIEST = 1000
"""calibre writes the year 101 for a date that nobody set."""
_LIBRARY = re.compile(r"/get/\w+/\d+/([^/?\s]+)")
_OTHER_LIBRARY = re.compile(r"calibre-library:([^<]+)</id>")
_LIBRARY_KEY = re.compile(r"library_id=([^&<\"']+)")
_HOME = "#panel=home"
_SHOWN = re.compile(r"#.*\bpanel=")
_LIBRARIES = Strings("//a[@data-lid]/@data-lid")
_SHELF = Strings("//a[contains(@href,'panel=book_details')]/@href")
_COUNT = Text("//*[starts-with(@title,'Total number of books: ')][1]/@title")
_TITLE = Elements("//*[contains(concat(' ',@class,' '),' top-bar-title ')]")
_FILES = Elements("//a[@download][contains(@href,'/get/')]")
_ROWS = Elements("//table[contains(@class,'metadata')]//tr")
_HINTS = Strings("//table[contains(@class,'metadata')]//a/@title")
_DATED = re.compile(r"(Published|Date): (\d{4}-\d\d-\d\dT\S+)")
_FORMAT = re.compile(r"/get/(\w+)/")


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """The server's own pages lead to its interface; as the browser shows them they lead to the books, and hold them."""
    calibration = calibration if calibration is not None else Calibration()
    if page.status >= 400:
        state, notes = state_without_content(page)
        return Reading(state, page.role, canonical(page.url), title=page.title, notes=notes)
    if page.rendered_at is not None:
        return _screen(page)
    if _SHOWN.search(page.url):
        return Reading("ok", page.role, page.url, title=page.title)
    return Reading("ok", page.role, canonical(page.url), title=page.title, links=_ways(page, calibration, ()))


def _screen(page: FetchedPage) -> Reading:
    """A book with its files, else the books of a library, else the libraries."""
    root, title = page.url.partition("#")[0], words(_TITLE.first(page.root))
    files = tuple(
        BookFile(url, found[1])
        for link in _FILES(page.root)
        if (url := page.resolve(link.get("href"))) and (found := _FORMAT.search(url))
    )
    if files and title:
        dates = {found[1]: found[2] for hint in _HINTS(page.root) if (found := _DATED.search(hint))}
        told = dates.get("Published") or dates.get("Date")
        facts = tuple(words(row) for row in _ROWS(page.root))
        made = listing_of(page, Book(page.url, title, facts, "", files, _moment(told), told))
        return Reading("ok", "topic", page.url, title=title, listings=(made,) if made else ())
    books = list(dict.fromkeys(f"{root}#{href.partition('#')[2]}" for href in _SHELF(page.root)))
    if books:
        count = _COUNT(page.root).rpartition(" ")[2]
        lacking = count.isdecimal() and int(count) > len(books)
        notes = (f"the page shows {len(books)} of {count} books",) if lacking else ()
        links = tuple(Link(url, "topic", priority=10) for url in books)
        return Reading("ok", "list", page.url, title=title, links=links, notes=notes)
    shelves = dict.fromkeys(_LIBRARIES(page.root))
    lists = tuple(Link(f"{root}#library_id={quote(name)}&panel=book_list", "list", priority=20) for name in shelves)
    return Reading("ok" if lists else "empty", "list", page.url, title=page.title, links=lists)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read all books of a library (``/ajax/books``), or the top of the server's catalogue; None for another document."""
    if page.status >= 400:
        return None
    if b"urn:calibre:main" in page.body[:3000] and b"calibre-navcatalog:" in page.body:
        reading = opds.read_document(page, calibration)
        links = reading.links if reading is not None else ()
        return Reading("ok", "list", canonical(page.url), title="catalogue", links=_ways(page, calibration, links))
    try:
        told: Any = data_of(page.text) if page.body[:1] == b"{" else None
    except ValueError:
        return None
    if not isinstance(told, dict) or not told or not all(map(_is_book, told.values())):
        return None
    books = [_book(page, number, facts) for number, facts in told.items()]
    found = [listing_of(page, book) for book in books]
    return Reading("ok", "list", page.url, title="library", listings=tuple(each for each in found if each is not None))


def _ways(page: FetchedPage, calibration: Calibration, catalogue: tuple[Link, ...]) -> tuple[Link, ...]:
    """To all books of each library at once; the catalogue's pages are set aside for the case that this is refused."""
    root = urljoin(page.url, "./")
    if not catalogue:
        screens = (Link(f"{root}{_HOME}", "list", priority=10),)
        second = calibration.rather(Link(urljoin(root, "opds"), "list", priority=20), screens)
        return calibration.rather(Link(urljoin(root, "ajax/books"), "list", priority=30), second)
    main = _LIBRARY_KEY.search(page.text)
    others = [name for name in dict.fromkeys(_OTHER_LIBRARY.findall(page.text)) if main is None or name != main[1]]
    return (
        *calibration.rather(Link(urljoin(root, "ajax/books"), "list", priority=30), catalogue),
        *(Link(urljoin(root, f"ajax/books/{name}"), "list", priority=25) for name in others),
    )


def _is_book(facts: object) -> bool:
    return isinstance(facts, dict) and "title" in facts and "formats" in facts


def _book(page: FetchedPage, number: str, facts: dict[str, Any]) -> Book:
    root = page.url.partition("ajax/")[0]
    main = facts.get("main_format") if isinstance(facts.get("main_format"), dict) else {}
    other = facts.get("other_formats") if isinstance(facts.get("other_formats"), dict) else {}
    sizes = facts.get("format_metadata") if isinstance(facts.get("format_metadata"), dict) else {}
    addresses = {**(main or {}), **(other or {})}
    library = _LIBRARY.search(" ".join([*map(str, addresses.values()), str(facts.get("thumbnail"))]))
    name = library[1] if library else "calibre"
    files = tuple(
        BookFile(
            urljoin(page.url, str(addresses.get(kind) or f"{urlsplit(root).path}get/{kind}/{number}/{name}")),
            str(kind),
            (sizes or {}).get(kind, {}).get("size"),
        )
        for kind in facts["formats"] or ()
    )
    authors = [str(author) for author in facts.get("authors") or ()]
    series = facts.get("series")
    said = (
        " & ".join(authors),
        f"{series} #{facts.get('series_index')}" if series else "",
        str(facts.get("publisher") or ""),
        " ".join(map(str, facts.get("languages") or ())),
        " ".join(map(str, facts.get("tags") or ())),
        " ".join(f"{key}:{value}" for key, value in (facts.get("identifiers") or {}).items()),
    )
    published, added = _moment(facts.get("pubdate")), _moment(facts.get("timestamp"))
    shown = f"published {facts.get('pubdate')}, added {facts.get('timestamp')}"
    return Book(
        f"{root}#book_id={number}&library_id={name}&panel=book_details",
        str(facts["title"]),
        tuple(line for line in said if line),
        plain(str(facts.get("comments") or "")),
        files,
        published or added,
        shown,
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment.year > _EARLIEST else None
