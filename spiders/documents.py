"""Pages that were made for programs, and who reads them."""

from collections.abc import Callable

from crawler.reading import Reading
from spiders.calibration import Calibration
from spiders.engines import calibre, directory, maccms, opds, wordpress
from spiders.page import FetchedPage

Reader = Callable[[FetchedPage, Calibration], Reading | None]

READERS: dict[str, Reader] = {
    "wordpress": wordpress.read_document,
    "maccms": maccms.read_document,
    "calibre": calibre.read_document,
    "opds": opds.read_document,
    "directory": directory.read_document,
}
"""Engine name -> reads a document of its own kind; None for another's."""


def is_document(page: FetchedPage) -> bool:
    """Whether a response is JSON or XML by its first characters, whatever its content type says."""
    head = page.body[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (
        head[:1] in (b"{", b"[") or head[:5].lower() == b"<?xml" or head[:5].lower() in (b"<feed", b"<rss ", b"<rss>")
    )
