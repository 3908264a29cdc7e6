"""A site's feed: it gives absolute times, and so the zone of the site's clock."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

from crawler.model import Reading
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.page import FetchedPage
from spiders.ways import within
from spiders.xpath import Strings

_FEEDS = Strings("//link[@rel='alternate' and (contains(@type,'atom') or contains(@type,'rss'))]/@href")
_KINDS = ("application/atom+xml", "application/rss+xml", "application/xml", "text/xml")
_MOMENTS = ("published", "updated", "pubdate", "date", "issued")


def of(page: FetchedPage) -> str | None:
    """The address of the page's own feed, as written; None when it names none on the same site."""
    for href in _FEEDS(page.root):
        address = page.resolve(href)
        if address and within(page.site, address) and "comment" not in urlsplit(address).path:
            return address
    return None


def is_feed(page: FetchedPage) -> bool:
    """Whether a response is an RSS or Atom feed."""
    kind = page.headers.get("content-type", "").lower()
    head = page.body[:600].lower()
    return (any(name in kind for name in _KINDS) or head.lstrip().startswith(b"<?xml")) and (
        b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head
    )


def read(page: FetchedPage, calibration: Calibration) -> Reading:
    """Note the feed's times for the site's calibration; a feed is read for nothing else."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(page.body, parser)
    if root is None:
        return Reading(state="empty", role="feed")
    count = 0
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
        for url in urls:
            calibration.feed_times.setdefault(url, set()).update(moments)
            count += 1
    return Reading(
        state="ok" if count else "empty",
        role="feed",
        canonical_url=canonical(page.url),
        notes=(f"{count} feed entries",),
    )


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
