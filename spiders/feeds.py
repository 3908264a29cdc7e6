"""A site's feed: what is new or edited, and absolute times, which give the zone of the site's clock."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from lxml import etree

from crawler.reading import Link, Reading
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.page import FetchedPage
from spiders.ways import first_page, kind_of, within, without_post
from spiders.xpath import Elements, Strings

_FEEDS = Strings("//link[@rel='alternate' and (contains(@type,'atom') or contains(@type,'rss'))]/@href")
_ANCHORS = Elements("//body//a[@href]")
_FEED_PATH = re.compile(r"(?:^|[/?&;=._-])(?:rss2?|atom|feeds?|syndication|rdf)(?:[/?&;=.]|$)", re.I)
_FEED_WORDS = re.compile(r"\b(?:rss|atom)\b|\bfeed\b|订阅|訂閱", re.I)
_KINDS = ("application/atom+xml", "application/rss+xml", "application/xml", "text/xml")
_ACTION = re.compile(r"[?&;]action=\w+$")
_TOLD = frozenset(
    ("title", "published", "updated", "pubdate", "date", "issued", "description", "summary", "content", "encoded")
)
_MOMENTS = ("published", "updated", "pubdate", "date", "issued")


def of(page: FetchedPage) -> str | None:
    """The address of the page's own feed, as written; None when it names none on the same site."""
    for href in (*_FEEDS(page.root), *_shown_feeds(page)):
        address = page.resolve(href)
        if address and within(page.site, address) and "comment" not in urlsplit(address).path:
            return address
    return None


def _shown_feeds(page: FetchedPage) -> Iterator[str]:
    """The links for people that lead to a feed by both their address and their words or their picture's."""
    for anchor in _ANCHORS(page.root):
        href = anchor.get("href") or ""
        parts = urlsplit(href)
        if not _FEED_PATH.search(f"{parts.path}?{parts.query}"):
            continue
        inner = (each.get(name) or "" for each in anchor.iter() for name in ("title", "aria-label", "alt", "class"))
        if _FEED_WORDS.search(" ".join((anchor.text_content()[:80], *inner))):
            yield href


def is_feed(page: FetchedPage) -> bool:
    """Whether a response is an RSS or Atom feed."""
    kind = page.headers.get("content-type", "").lower()
    head = page.body[:600].lower()
    return (any(name in kind for name in _KINDS) or head.lstrip().startswith(b"<?xml")) and (
        b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head
    )


def read(page: FetchedPage, calibration: Calibration) -> Reading:
    """The pages of the feed's entries; their times are noted for the site's calibration."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(page.body, parser)
    if root is None:
        return Reading(state="empty", role="feed")
    count = 0
    links: dict[str, Link] = {}
    for entry in root.iter("{*}item", "{*}entry"):
        urls, moments = set(), set()
        for child in entry:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname.lower()
            if name in ("link", "guid", "id"):
                address = page.resolve(child.get("href") or child.text)
                if address:
                    urls.add(topic_key(address))
            elif name in _MOMENTS:
                moment = _moment(child.text or "")
                if moment:
                    moments.add(moment)
        if link := _link(page, entry):
            links.setdefault(link.url, link)
        for url in urls:
            calibration.feed_times.setdefault(url, set()).update(moments)
            count += 1
    return Reading(
        state="ok" if count else "empty",
        role="feed",
        canonical_url=canonical(page.url),
        links=tuple(links.values()),
        notes=(f"{count} feed entries",),
        front=canonical(page.url),
    )


def _link(page: FetchedPage, entry: etree._Element) -> Link | None:
    """The entry's own page, marked by all that the feed says of it: an edit changes the mark."""
    for name in ("link", "guid", "id"):
        for child in entry.iter(f"{{*}}{name}"):
            address = page.resolve(child.get("href") or child.text)
            if child.get("rel") not in (None, "alternate") or not address or not within(page.site, address):
                continue
            url = first_page(without_post(_ACTION.sub("", canonical(address))))
            if kind_of(url) == "topic" or (kind_of(url) == "unknown" and urlsplit(url).path.strip("/")):
                told = "\n".join(" ".join(map(str, one.itertext())) for one in entry.iter("{*}*") if _tells(one))
                return Link(url, "topic", mark=sha256(told.encode()).hexdigest()[:16], priority=10)
    return None


def _tells(element: etree._Element) -> bool:
    return etree.QName(element).localname.lower() in _TOLD


def topic_key(url: str) -> str:
    """The spelling under which a feed's and a list's addresses of one topic meet."""
    parts = urlsplit(canonical(url))
    kept = [piece for piece in parts.query.replace(";", "&").split("&") if piece and not piece.startswith("action=")]
    return f"{parts.netloc}{parts.path.rstrip('/')}?{'&'.join(sorted(kept))}"


def _moment(text: str) -> datetime | None:
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    return moment.astimezone(UTC) if moment.tzinfo else None
