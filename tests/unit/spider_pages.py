"""Invented pages for the readers' tests."""

from pathlib import Path

from crawler.hosts import host_port
from crawler.model import Site
from crawler.reading import PageRole
from spiders.page import FetchedPage

FOLDER = Path(__file__).parent.parent / "pages"
NOON = "Mon, 02 Mar 2026 06:31:20 GMT"


def fetched(
    source: str | bytes,
    url: str,
    role: PageRole = "topic",
    *,
    status: int = 200,
    date: str | None = NOON,
    content_type: str = "text/html; charset=utf-8",
    cookies: tuple[str, ...] = (),
    encoding: str = "utf-8",
) -> FetchedPage:
    """A page of tests/pages (by file name) or of the given bytes, as if it had been fetched from ``url``."""
    body = source if isinstance(source, bytes) else (FOLDER / source).read_text("utf-8").encode(encoding)
    headers = [("Content-Type", content_type), *(("Set-Cookie", cookie) for cookie in cookies)]
    if date:
        headers.append(("Date", date))
    site = Site("site", url, (host_port(url),))
    return FetchedPage(url, status, headers, body, site, role)
