"""Books of a library or a catalogue: what is said of one, the files that it can be had as, and its listing."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from lxml import html as markup

from crawler import targets
from crawler.model import Attribute, Listing, Passage, Target
from spiders.page import FetchedPage

_LONGEST_ABOUT = 4000


@dataclass(frozen=True, slots=True)
class BookFile:
    """One file of a book."""

    url: str
    kind: str
    """EPUB, PDF and so on, as the catalogue names it."""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """What a catalogue says of one book."""

    url: str
    """The book's own page."""
    title: str
    facts: tuple[str, ...] = ()
    """Authors first, then series, publisher, languages, tags."""
    about: str = ""
    files: tuple[BookFile, ...] = ()
    posted_at: datetime | None = None
    posted_at_text: str | None = None
    posted_by: str | None = None


def plain(source: str) -> str:
    """A description without its markup, at most 4000 characters."""
    if "<" not in source:
        return " ".join(source.split())[:_LONGEST_ABOUT]
    try:
        root = markup.fromstring(f"<div>{source}</div>")
    except etree.ParserError:
        return ""
    return " ".join(" ".join(str(piece) for piece in root.itertext()).split())[:_LONGEST_ABOUT]


def listing_of(page: FetchedPage, book: Book) -> Listing | None:
    """The listing of a book; None when the catalogue offers no file of it."""
    if not book.files:
        return None
    lines = [book.title, *book.facts]
    if book.about and book.about != book.title:
        lines.append(book.about)
    place = sum(len(line) + 1 for line in lines)
    attributes: list[Attribute] = []
    offered: list[Target] = []
    for file in book.files:
        label = f"{file.kind.upper()} {file.size} bytes" if file.size else file.kind.upper()
        span = (place, place + len(label))
        attributes.append(Attribute("a", "href", file.url, *span))
        offered.append(Target("file", file.url, None, file.url, where="href", span=span))
        lines.append(label)
        place += len(label) + 1
    said = Passage("\n".join(lines), tuple(attributes))
    known = {target.url for target in offered}
    offered += [target for target in targets.find(said, page.base_url) if target.url not in known]
    return Listing(
        book.url,
        page.url,
        book.title,
        said,
        tuple(offered),
        posted_at=book.posted_at,
        posted_at_text=book.posted_at_text,
        posted_at_basis="datetime-attribute" if book.posted_at else None,
        posted_by=book.posted_by,
    )
