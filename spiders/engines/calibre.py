"""The calibre content server: every book with its files by one answer of its JSON interface, else by its OPDS catalogue.

Its pages are drawn by a script and hold nothing for other readers.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.model import Link, Reading
from spiders.books import Book, BookFile, listing_of, plain
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.engines import opds
from spiders.page import FetchedPage
from spiders.recognition import Basis, Sign
from spiders.walls import state_without_content

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


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """The server's own pages lead to its interface; there is nothing else to read on them."""
    calibration = calibration if calibration is not None else Calibration()
    if page.status >= 400:
        state, notes = state_without_content(page)
        return Reading(state, page.role, canonical(page.url), title=page.title, notes=notes)
    return Reading("ok", page.role, canonical(page.url), title=page.title, links=_ways(page, calibration, ()))


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read all books of a library (``/ajax/books``), or the top of the server's catalogue; None for another document."""
    if page.status >= 400:
        return None
    if b"urn:calibre:main" in page.body[:3000] and b"calibre-navcatalog:" in page.body:
        reading = opds.read_document(page, calibration)
        links = reading.links if reading is not None else ()
        return Reading("ok", "list", canonical(page.url), title="catalogue", links=_ways(page, calibration, links))
    try:
        told: Any = json.loads(page.text) if page.body[:1] == b"{" else None
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
        return calibration.rather(
            Link(urljoin(root, "ajax/books"), "list", priority=30), (Link(urljoin(root, "opds"), "list", priority=20),)
        )
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
