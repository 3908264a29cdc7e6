"""A real calibre content server: a library of invented books made here, served on loopback."""

import contextlib
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from tests.crawl.folders import free_port
from tests.sites.serving import running
from tests.sites.software import program

CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"><dc:title>{title}</dc:title>
<dc:creator opf:role="aut">{author}</dc:creator><dc:language>{language}</dc:language><dc:date>{date}</dc:date>
<dc:identifier id="id">urn:invented:{number}</dc:identifier></metadata>
<manifest><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/></spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head>
<body><h1>{title}</h1><p>A lamp, a rope, and nothing else.</p></body></html>"""


@dataclass(frozen=True, slots=True)
class Book:
    """An invented book."""

    title: str
    author: str
    published: datetime


class CalibreShelf:
    """A library in a folder; `add` may be called while it is served."""

    def __init__(self, folder: Path) -> None:
        self.command, self.server = program("calibredb", "calibre"), program("calibre-server", "calibre")
        self.folder = folder
        folder.mkdir()
        (folder / "files").mkdir()
        self.library = folder / "shelf"
        self.url = ""
        self._made = 0
        self._served = False

    def add(self, books: Sequence[Book]) -> None:
        """Put books into the library."""
        files = []
        for book in books:
            self._made += 1
            path = self.folder / "files" / f"{self._made:03d}.epub"
            path.write_bytes(_epub(book, self._made))
            files.append(str(path))
        self._run("add", *files)

    def addresses(self) -> dict[str, str]:
        """Title -> the address of the book's file below the base."""
        rows = json.loads(self._run("list", "--for-machine", "--fields", "title"))
        return {row["title"]: f"get/EPUB/{row['id']}/{self.library.name}" for row in rows}

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; gives the base address."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        command = [self.server, "--listen-on", "127.0.0.1", "--port", str(port), "--disable-use-bonjour", "--enable-local-write",
                   "--disable-fallback-to-detected-interface", str(self.library)]  # fmt: skip
        with running(command, self.folder, self.url, self._environment()):
            self._served = True
            yield self.url
        self._served = False

    def _environment(self) -> dict[str, str]:
        own = {
            "HOME": str(self.folder),
            "CALIBRE_CONFIG_DIRECTORY": str(self.folder / "settings"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        return {**os.environ, **own, "TZ": "UTC", "LANG": "C.UTF-8"}

    def _run(self, *words: str) -> str:
        library = f"{self.url}#{self.library.name}" if self._served else str(self.library)
        done = subprocess.run(
            [self.command, *words, "--with-library", library], env=self._environment(), capture_output=True, text=True, check=False,
            timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _epub(book: Book, number: int) -> bytes:
    facts = {
        "title": escape(book.title), "author": escape(book.author), "number": number, "date": book.published.isoformat(),
        "language": "en" if book.title.isascii() else "zh",
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, text in (
            ("META-INF/container.xml", CONTAINER),
            ("book.opf", PACKAGE.format(**facts)),
            ("one.xhtml", CHAPTER.format(**facts)),
        ):
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
    return made.getvalue()
