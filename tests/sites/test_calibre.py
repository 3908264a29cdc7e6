"""A real calibre content server: every watched book and no other, by its JSON interface and by its catalogue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.crawl.commands import titlewatch, watching
from tests.sites.calibre_shelf import Book, CalibreShelf
from tests.sites.closed_ways import in_front_of
from tests.sites.software import program

pytestmark = [pytest.mark.sites, pytest.mark.timeout(3600)]
BEGAN = datetime(2024, 5, 6, tzinfo=UTC)
WATCHED = {
    "herons": Book("A Ledger of Small Herons", "Ines Quell", BEGAN),
    "snowgate": Book("雪门以西的人", "顾远舟", BEGAN + timedelta(days=40)),
    "orrery": Book("The Brass Orrery of Kell", "Wyn Aldous", BEGAN + timedelta(days=400)),
}
OTHERS = [
    Book(f"Rope and Lamps, volume {number}", "Tobiah Reeve", BEGAN + timedelta(days=number)) for number in range(30)
]
EXCEPTION = ("--robots", "ignore", "--authority", "order 7 of the test")
"""The server's robots.txt forbids everything."""


def files(hits: list[dict[str, object]]) -> dict[str, tuple[str, str]]:
    """Work -> the address of its file as the hit has it, and its time."""
    found = {str(hit["work_id"]): hit for hit in hits}
    assert len(found) == len(hits)
    return {
        work: (unquote(hit["links"][0]["url"]).lower(), hit["posted_at"])  # type: ignore[index]
        for work, hit in found.items()
    }


@pytest.mark.parametrize(("path", "engine"), [("", None), ("opds", "opds")], ids=["json", "catalogue"])
def test_a_library_is_read_whole_and_again_for_little(path: str, engine: str | None, tmp_path: Path) -> None:
    shelf, workspace = CalibreShelf(tmp_path / "calibre"), watching(tmp_path / "workspace")
    *first_books, late = WATCHED.values()
    shelf.add([*first_books, *OTHERS])
    for work, book in WATCHED.items():
        titlewatch(*workspace, "works", "add", book.title, "--id", work, "--kind", "book")
    with shelf.serving() as base:

        def offered(*works: str) -> dict[str, tuple[str, str]]:
            places = shelf.addresses()
            return {
                work: (
                    f"{base}{places[WATCHED[work].title]}".lower(),
                    f"{WATCHED[work].published:%Y-%m-%dT%H:%M:%SZ}",
                )
                for work in works
            }

        named = ("--engine", engine) if engine else ()
        titlewatch(*workspace, "sites", "add", f"{base}{path}", "--id", "shelf", *EXCEPTION, *named)
        (first,) = titlewatch(*workspace, "crawl", "--json")
        assert (first["engine"], first["errors"], first["finished"], first["health"]) == (
            engine or "calibre",
            0,
            True,
            "ok",
        ), first
        assert first["listings"] == len(OTHERS) + 2
        assert first["requests"] <= 4
        assert files(titlewatch(*workspace, "hits", "--json")) == offered("herons", "snowgate")

        (second,) = titlewatch(*workspace, "crawl", "--json")
        assert second["requests"] == 1
        assert second["new_hits"] == 0

        shelf.add([late])
        (third,) = titlewatch(*workspace, "crawl", "--json")
        assert third["new_hits"] == 1
        assert files(titlewatch(*workspace, "hits", "--json")) == offered(*WATCHED)


def test_a_library_that_shows_its_books_to_browsers_alone_is_read_in_one(tmp_path: Path) -> None:
    program("chromium", "chromium")
    shelf, workspace = CalibreShelf(tmp_path / "calibre"), watching(tmp_path / "workspace")
    shelf.add([*WATCHED.values(), *OTHERS[:3]])
    for work, book in WATCHED.items():
        titlewatch(*workspace, "works", "add", book.title, "--id", work, "--kind", "book")
    with shelf.serving() as server, in_front_of(server, ("/ajax/", "/opds", "/mobile")) as base:
        titlewatch(*workspace, "sites", "add", base, "--id", "shelf", *EXCEPTION)
        (visit,) = titlewatch(*workspace, "crawl", "--json")
        places = shelf.addresses()
    assert (visit["engine"], visit["listings"], visit["finished"]) == ("calibre", 6, True), visit
    assert files(titlewatch(*workspace, "hits", "--json")) == {
        work: (f"{base}{places[book.title]}".lower(), f"{book.published:%Y-%m-%dT%H:%M:%SZ}")
        for work, book in WATCHED.items()
    }


def test_a_library_that_asks_not_to_be_read_is_not_read(tmp_path: Path) -> None:
    shelf, workspace = CalibreShelf(tmp_path / "calibre"), watching(tmp_path / "workspace")
    shelf.add(OTHERS[:2])
    with shelf.serving() as base:
        titlewatch(*workspace, "sites", "add", base, "--id", "shelf")
        (visit,) = titlewatch(*workspace, "crawl", "--json")
    assert (visit["requests"], visit["listings"]) == (1, 0)
    assert visit["health"] != "ok"
