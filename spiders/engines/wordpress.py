"""WordPress and the blogs built on it: the posts by its REST interface where that answers, else by structure.

A post is read on its own page; the interface says which posts there are and when each was changed.
"""

import re
from typing import Any

from crawler.json_text import data_of
from crawler.reading import Link, Reading
from spiders.calibration import Calibration
from spiders.canonical import canonical_link
from spiders.engines import generic
from spiders.page import FetchedPage
from spiders.recognition import Basis, Sign
from spiders.ways import within
from spiders.xpath import Text

BASIS = Basis("pages", "WordPress 6.1")
HINTS = ("wp-content", "wp-json", "wp-includes", "wordpress")
SIGNS = (
    Sign("html", re.compile(r"<meta[^>]+name=[\"']generator[\"'][^>]+content=[\"']WordPress", re.I), 0.6),
    Sign("header", re.compile(r"^link: .*rel=\"https://api\.w\.org/\"", re.I), 0.6),
    Sign("html", re.compile(r"<link[^>]+rel=[\"']https://api\.w\.org/", re.I), 0.6),
    Sign("html", re.compile(r"/wp-content/(?:themes|plugins|uploads)/"), 0.4),
    Sign("html", re.compile(r"/wp-includes/"), 0.3),
    Sign("header", re.compile(r"^x-pingback: .*xmlrpc\.php", re.I), 0.3),
)

_API = Text("//link[@rel='https://api.w.org/'][1]/@href")
_API_FIELD = re.compile(r"<([^>]+)>;\s*rel=\"https://api\.w\.org/\"")
_POSTS = "wp/v2/posts"
_PER_PAGE = re.compile(r"([?&]page=)(\d+)")
_LEAST_KNOWN = 0.5
"""Of the posts that the front page shows, how many the interface must know to stand for the whole site."""


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a blog's page by structure; a front page that names its interface leads there before anywhere else."""
    calibration = calibration if calibration is not None else Calibration()
    reading = generic.read(page, calibration)
    interface = _interface(page) if page.role == "entry" and reading.state == "ok" and not reading.listings else None
    if interface is None or not reading.links:
        return reading
    posts = f"{interface}{_POSTS}{'&' if '?' in interface else '?'}per_page=100&page=1"
    links = calibration.rather(Link(posts, "list", priority=30), reading.links)
    return Reading("ok", reading.role, reading.canonical_url, title=reading.title, links=links)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read a page of posts from the REST interface: a link for each post, marked with its last change."""
    if page.status >= 400 or page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"[":
        return None
    try:
        told: Any = data_of(page.text)
    except ValueError:
        return None
    posts = [post for post in told if _is_post(post)]
    if not posts:
        return None
    links = {link.url: link for link in (_post(page, post) for post in posts) if link is not None}
    if not _is_whole(page.url, links, calibration):
        return None
    return Reading(
        "ok",
        "list",
        page.url,
        title="posts",
        links=(*_further(page), *links.values()),
    )


def _interface(page: FetchedPage) -> str | None:
    """The address of the REST interface that a page names in its head or its header, on the same site."""
    named = next((found[1] for field in page.headers.every("link") if (found := _API_FIELD.search(field))), None)
    address = page.resolve(named or _API(page.root))
    if address is None or not within(page.site, address):
        return None
    return address if address.endswith("/") or "rest_route=" in address else f"{address}/"


def _is_post(post: object) -> bool:
    return (
        isinstance(post, dict) and isinstance(post.get("link"), str) and ("modified_gmt" in post or "date_gmt" in post)
    )


def _post(page: FetchedPage, post: dict[str, Any]) -> Link | None:
    url = canonical_link(page, post["link"])
    if url is None or not within(page.site, url):
        return None
    return Link(url, "topic", mark=str(post.get("modified_gmt") or post.get("date_gmt")), priority=10)


def _is_whole(url: str, posts: dict[str, Link], calibration: Calibration) -> bool:
    """Whether the newest posts hold most of what the front page shows; some themes keep their works elsewhere."""
    if url not in calibration.aside:
        return True
    shown = [link.url for link in calibration.aside[url] if link.role == "topic"]
    return not shown or sum(each in posts for each in shown) >= _LEAST_KNOWN * len(shown)


def _further(page: FetchedPage) -> list[Link]:
    """The interface's further pages, named by the first one."""
    found = _PER_PAGE.search(page.url)
    total = page.headers.get("x-wp-totalpages", "")
    if found is None or found[2] != "1" or not total.isdigit():
        return []
    return [
        Link(f"{page.url[: found.start(2)]}{number}{page.url[found.end(2) :]}", "list", priority=30)
        for number in range(2, int(total) + 1)
    ]
