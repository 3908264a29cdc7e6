"""Libraries and catalogues: a book is offered by its files, on its own page."""

import json
from datetime import UTC, datetime

from crawler.matching import Matcher
from crawler.matching.offer import offer_of
from crawler.model import Work
from crawler.reading import Reading
from spiders.calibration import Calibration
from spiders.page import FetchedPage
from spiders.read import read
from tests.unit.spider_pages import fetched

ROOT = "http://shelf.example/"
ATOM = "application/atom+xml;profile=opds-catalog"


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.links]


def catalogue(*entries: str, url: str = f"{ROOT}opds", head: str = "") -> FetchedPage:
    source = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:opds="http://opds-spec.org/2010/catalog">
    <title>Shelf</title>{head}{"".join(entries)}</feed>"""
    return fetched(source.encode(), url, "list", content_type=ATOM)


def way(title: str, href: str) -> str:
    return f'<entry><title>{title}</title><id>{href}</id><link type="{ATOM}" href="{href}"/></entry>'


def book(title: str, href: str, more: str = "") -> str:
    return f"""<entry><title>{title}</title><author><name>Ada Moor</name></author><published>2026-02-03T00:00:00+00:00</published>
    <content type="text">A lamp.</content><link rel="http://opds-spec.org/acquisition" type="application/epub+zip" href="{href}" length="4096"/>{more}</entry>"""


def test_a_catalogue_is_entered_by_the_way_that_holds_every_book() -> None:
    ways = [
        way("By Authors", "/opds/authors"),
        way("By Newest", "/opds/newest"),
        way("Random books", "/opds/random"),
        way("By Title", "/opds/titles"),
    ]
    assert urls(read(catalogue(*ways))) == [f"{ROOT}opds/newest"]
    assert urls(read(catalogue(ways[0], ways[3]))) == [f"{ROOT}opds/titles"]
    assert urls(read(catalogue(way("Shelf of Ada", "/opds/a"), way("By Authors", "/opds/b")))) == [
        f"{ROOT}opds/a",
        f"{ROOT}opds/b",
    ]


def test_a_catalogues_book_is_offered_by_its_files() -> None:
    page = '<link rel="alternate" type="text/html" href="/books/12"/>'
    further = f'<link rel="next" type="{ATOM}" href="/opds/newest?offset=60"/>'
    reading = read(catalogue(book("The Lamp of June", "/files/12.epub", page), url=f"{ROOT}opds/newest", head=further))
    (found,) = reading.listings
    assert (found.url, found.title) == (f"{ROOT}books/12", "The Lamp of June")
    assert [(target.kind, target.url) for target in found.targets] == [("file", f"{ROOT}files/12.epub")]
    assert found.posted_at == datetime(2026, 2, 3, tzinfo=UTC)
    assert found.passage.text.split("\n") == ["The Lamp of June", "Ada Moor", "A lamp.", "EPUB 4096 bytes"]
    assert urls(reading) == [f"{ROOT}opds/newest?offset=60"]


def test_a_servers_files_tell_the_page_of_their_book() -> None:
    entries = [book("One", "/opds/download/7/epub/"), book("Two", "/get/epub/8/main"), book("Three", "/f/9.epub")]
    found = read(catalogue(*entries, url=f"{ROOT}opds/new")).listings
    assert [listing.url for listing in found] == [
        f"{ROOT}book/7",
        f"{ROOT}#book_id=8&library_id=main&panel=book_details",
        f"{ROOT}f/9.epub",
    ]


def test_a_feed_of_entries_is_no_catalogue() -> None:
    page = fetched("feed.xml", "http://cellar.example/feed", "feed", content_type="application/rss+xml")
    assert read(page).listings == ()


def test_the_second_version_is_read_as_well() -> None:
    told = {
        "metadata": {"title": "Shelf"},
        "links": [{"rel": "next", "href": "/opds/v2?page=2", "type": "application/opds+json"}],
        "publications": [
            {
                "metadata": {"title": "The Lamp of June", "author": [{"name": "Ada Moor"}], "published": "2026-02-03T00:00:00Z"},
                "links": [{"rel": "http://opds-spec.org/acquisition", "href": "/f/12.pdf", "type": "application/pdf"}],
            },
            {"metadata": {"title": "Not to be had"}, "links": []},
        ],
    }  # fmt: skip
    page = fetched(json.dumps(told).encode(), f"{ROOT}opds/v2", "list", content_type="application/opds+json")
    reading = read(page)
    assert [listing.url for listing in reading.listings] == [f"{ROOT}f/12.pdf"]
    assert urls(reading) == [f"{ROOT}opds/v2?page=2"]


def test_a_calibre_server_gives_all_books_at_once() -> None:
    clock = Calibration()
    top = catalogue(
        "<id>urn:calibre:main</id>",
        way("By Newest", "/opds/navcatalog/4e?library_id=main").replace("<id>", "<id>calibre-navcatalog:"),
        "<entry><title>Library: main</title><id>calibre-library:main</id></entry>",
        "<entry><title>Library: old</title><id>calibre-library:old</id></entry>",
    )
    assert urls(read(top, None, clock)) == [f"{ROOT}ajax/books", f"{ROOT}ajax/books/old"]
    told = {
        "12": {
            "title": "The Lamp of June", "authors": ["Ada Moor"], "formats": ["epub", "pdf"], "tags": ["novel"],
            "pubdate": "2026-02-03T00:00:00+00:00", "timestamp": "2026-02-20T10:00:00+00:00", "comments": "<p>A lamp.</p>",
            "main_format": {"epub": "/get/epub/12/main"}, "other_formats": {"pdf": "/get/pdf/12/main"},
            "format_metadata": {"epub": {"size": 4096}}, "thumbnail": "/get/thumb/12/main",
        },
        "13": {
            "title": "Undated", "authors": [], "formats": ["epub"], "pubdate": "0101-01-01T00:00:00+00:00",
            "timestamp": "2026-02-20T10:00:00+00:00", "main_format": {"epub": "/get/epub/13/main"}, "other_formats": {},
        },
        "14": {"title": "Without a file", "authors": [], "formats": []},
    }  # fmt: skip
    page = fetched(json.dumps(told).encode(), f"{ROOT}ajax/books", "list", content_type="application/json")
    reading = read(page, "calibre", clock)
    assert [listing.url for listing in reading.listings] == [
        f"{ROOT}#book_id={number}&library_id=main&panel=book_details" for number in (12, 13)
    ]
    assert [target.url for target in reading.listings[0].targets] == [
        f"{ROOT}get/epub/12/main",
        f"{ROOT}get/pdf/12/main",
    ]
    assert [listing.posted_at for listing in reading.listings] == [
        datetime(2026, 2, 3, tzinfo=UTC),
        datetime(2026, 2, 20, 10, tzinfo=UTC),
    ]


def test_a_calibre_servers_script_page_leads_to_its_interface_and_a_refusal_to_its_catalogue() -> None:
    clock = Calibration()
    page = fetched(b"<html><head><title>calibre</title></head><body></body></html>", ROOT, "entry")
    page.headers = type(page.headers)([*page.headers.items(), ("Server", "calibre 6.13.0")])
    assert urls(read(page, None, clock)) == [f"{ROOT}ajax/books"]
    refused = fetched(b"Unauthorized", f"{ROOT}ajax/books", "list", status=401)
    assert urls(read(refused, "calibre", clock)) == [f"{ROOT}opds"]


def test_calibre_web_leads_to_its_newest_feed_and_reads_its_own_pages_where_that_is_closed() -> None:
    clock = Calibration()
    source = """<html><head><title>Calibre-Web | Books</title></head><body><a href="/book/7" data-target="#bookDetailsModal">One</a>
    <a href="/book/8">Two</a><a href="/page/2">2</a><a href="/author/stored/1">Ada</a><a href="/login">Login</a></body></html>"""
    entry = read(fetched(source.encode(), ROOT, "entry"), None, clock)
    assert (entry.engine, urls(entry)) == ("calibreweb", [f"{ROOT}opds/new"])
    refused = fetched(b"Unauthorized", f"{ROOT}opds/new", "list", status=401)
    assert urls(read(refused, "calibreweb", clock)) == [f"{ROOT}page/2", f"{ROOT}book/7", f"{ROOT}book/8"]
    own = """<html><head><title>Calibre-Web | One</title></head><body><h2 id="title">One</h2><p class="author"><a href="/author/stored/1">Ada Moor</a></p>
    <a href="/download/7/epub/7.epub">EPUB</a><div class="comments"><p>A lamp.</p></div></body></html>"""
    (found,) = read(fetched(own.encode(), f"{ROOT}book/7"), "calibreweb", clock).listings
    assert (found.url, found.title) == (f"{ROOT}book/7", "One")
    assert [target.url for target in found.targets] == [f"{ROOT}download/7/epub/7.epub"]


def test_a_book_is_a_hit_though_its_title_stands_alone_twice() -> None:
    told = {
        "1": {"title": "A Ledger of Small Herons", "authors": ["Ines Quell"], "formats": ["epub"], "languages": ["eng"]}
    }
    page = fetched(json.dumps(told).encode(), f"{ROOT}ajax/books", "list", content_type="application/json")
    (listing,) = read(page, "calibre", Calibration()).listings
    matcher = Matcher([Work("herons", "A Ledger of Small Herons", "book")])
    assert [match.work_id for match in matcher.match(offer_of(listing)) if match.score >= 0.5] == ["herons"]


def test_a_calibre_server_that_is_closed_to_readers_leads_to_its_screens() -> None:
    clock = Calibration()
    page = fetched(b"<html><head><title>calibre</title></head><body></body></html>", ROOT, "entry")
    page.headers = type(page.headers)([*page.headers.items(), ("Server", "calibre 6.13.0")])
    read(page, None, clock)
    for way, beyond in (("ajax/books", "opds"), ("opds", "#panel=home")):
        refused = fetched(b"Forbidden", f"{ROOT}{way}", "list", status=403)
        assert urls(read(refused, "calibre", clock)) == [f"{ROOT}{beyond}"]


def screen(body: str, route: str) -> Reading:
    """A page of the server as the browser shows it."""
    page = fetched(
        f"<html><head><title>calibre</title></head><body>{body}</body></html>".encode(), f"{ROOT}#{route}", "list"
    )
    page.rendered_at = page.url
    return read(page, "calibre", Calibration())


def test_a_calibre_servers_screens_lead_to_libraries_to_books_and_to_files() -> None:
    assert urls(screen('<a data-lid="old shelf" href="javascript: void(0)">old shelf</a>', "panel=home")) == [
        f"{ROOT}#library_id=old%20shelf&panel=book_list"
    ]
    place = "book_id=7&library_id=shelf&panel=book_details"
    grid = screen(
        f'<span title="Total number of books: 80">shelf</span><a data-book-id="7" href="/#{place}"></a>',
        "library_id=shelf&panel=book_list",
    )
    assert urls(grid) == [f"{ROOT}#{place}"]
    assert "1 of 80 books" in grid.notes[0]
    (listing,) = screen(
        """<span class="top-bar-title">The Lamp of June</span><a download="x.epub" href="/get/EPUB/7/shelf">Download</a>
        <table class="metadata"><tr><td>Authors:</td><td><a title="Click to see books with Authors: Ada Moor">Ada Moor</a></td></tr>
        <tr><td>Published:</td><td><a title="Click to see books with Published: 2024-05-06T00:00:00+00:00">May 2024</a></td></tr></table>""",
        place,
    ).listings
    assert (listing.url, listing.title) == (f"{ROOT}#{place}", "The Lamp of June")
    assert [target.url for target in listing.targets] == [f"{ROOT}get/EPUB/7/shelf"]
    assert listing.posted_at == datetime(2024, 5, 6, tzinfo=UTC)
