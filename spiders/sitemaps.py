"""A site's sitemap (sitemaps.org 0.9): its pages, each with the day of its last change where it says so."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from crawler.reading import Link, Reading
from spiders.canonical import canonical
from spiders.page import FetchedPage
from spiders.ways import first_page, kind_of, split_page, within

MOST_CHILDREN = 20
"""Sitemaps that one index leads to in a visit: the last, which hold what is new."""
LATE = -50
"""A sitemap is read after everything that lists lead to: what it names then is what they do not show."""
_ENTRIES = re.compile(
    r"post(?!s?-page)|topic|thread|entr|product|article|video|vod|movie|book|news|item|detail|torrent|release", re.I
)
_ASIDE = re.compile(
    r"page-sitemap|posts?-page|user|author|member|tag|categor|taxonom|image|archive|attachment|forum-?\d*\.|static",
    re.I,
)


def is_sitemap(page: FetchedPage) -> bool:
    """Whether a response is a sitemap or an index of sitemaps."""
    head = page.body[:2000].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def read(page: FetchedPage) -> Reading:
    """The sitemap's addresses that may be entries of this site; an index gives the sitemaps that it names."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(page.body, parser)
    links: list[Link] = []
    if root is not None and etree.QName(root).localname == "sitemapindex":
        children = [link for link in _children(page, root) if not _ASIDE.search(urlsplit(link.url).path)]
        named = [link for link in children if _ENTRIES.search(urlsplit(link.url).path)]
        links = (named or children)[-MOST_CHILDREN:]
    elif root is not None:
        links = list(_pages(page, root))
    return Reading(
        state="ok" if links else "empty",
        role="feed",
        canonical_url=canonical(page.url),
        links=tuple(links),
        front=canonical(page.url),
    )


def _rows(page: FetchedPage, root: etree._Element, name: str) -> Iterator[tuple[str, str | None]]:
    for row in root.iter(f"{{*}}{name}"):
        told = {etree.QName(child).localname: (child.text or "").strip() for child in row if isinstance(child.tag, str)}
        address = page.resolve(told.get("loc"))
        if address and within(page.site, address):
            yield canonical(address), told.get("lastmod") or None


def _children(page: FetchedPage, root: etree._Element) -> Iterator[Link]:
    for url, changed in _rows(page, root, "sitemap"):
        yield Link(url, "feed", mark=changed, priority=LATE)


def _pages(page: FetchedPage, root: etree._Element) -> Iterator[Link]:
    entries = _ENTRIES.search(urlsplit(page.url).path) is not None
    home = first_page(canonical(page.site.url))
    for url, changed in _rows(page, root, "url"):
        kind = kind_of(url)
        if url != home and split_page(url)[1] is None and (kind == "topic" or (kind == "unknown" and entries)):
            yield Link(url, "topic", mark=changed, priority=8)
