"""The practice sites' content: content.toml read into frozen dataclasses.

Bodies and link addresses are jinja2 templates; what they make (infohashes, disguised links) is
derived from invented names, so no real copy can ever stand behind one.
"""

import base64
import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from crawler.model import Work


@dataclass(frozen=True, slots=True)
class OfferLink:
    """A link that a perfect reader finds, undisguised."""

    url: str
    object: str
    """``btih:<40 hex>`` for a magnet or bare infohash, the undisguised URL for everything else."""
    access_code: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A copy of a watched work offered in a post; without links when they are hidden or only promised."""

    work_id: str
    links: tuple[OfferLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """What one author wrote at one time, as HTML."""

    author: str
    at: datetime
    body: Markup
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic or a blog entry; `posts[0]` opens it."""

    number: int
    place: str
    """The slug of its board or shelf."""
    slug: str
    title: str
    posts: tuple[Post, ...]
    sticky: bool = False
    trap: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A board of the forum or a shelf of the blog."""

    slug: str
    name: str
    about: str = ""
    language: str = "en"
    members_only: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that both sites hold."""

    works: tuple[Work, ...]
    boards: tuple[Place, ...]
    topics: tuple[Topic, ...]
    shelves: tuple[Place, ...]
    entries: tuple[Topic, ...]


def infohash(name: str) -> str:
    """An infohash of 40 hex digits that stands for nothing but its invented name."""
    return hashlib.sha1(f"titlewatch practice: {name}".encode(), usedforsecurity=False).hexdigest()


def infohash32(name: str) -> str:
    """The same infohash in the base32 notation (32 letters)."""
    return base64.b32encode(bytes.fromhex(infohash(name))).decode()


def magnet(name: str, shown: str) -> str:
    """A magnet link with a display name."""
    return f"magnet:?xt=urn:btih:{infohash(name)}&dn={quote(shown)}"


def ed2k(file_name: str, size: int) -> str:
    """An ed2k file link whose hash stands for nothing but its invented file name."""
    digest = hashlib.md5(f"titlewatch practice: {file_name}".encode(), usedforsecurity=False).hexdigest()
    return f"ed2k://|file|{quote(file_name)}|{size}|{digest}|/"


def base64_link(url: str) -> str:
    """A link as base64 text."""
    return base64.b64encode(url.encode()).decode()


def thunder(url: str) -> str:
    """A link in the thunder:// wrapping."""
    return "thunder://" + base64.b64encode(f"AA{url}ZZ".encode()).decode()


def link_object(url: str) -> str:
    """``btih:<40 hex, lower case>`` of a magnet, the URL itself otherwise."""
    found = re.search(r"urn:btih:([0-9a-fA-F]{40}|[A-Za-z2-7]{32})(?![0-9A-Za-z])", url)
    if not found:
        return url
    spelled = found.group(1)
    return "btih:" + (spelled.lower() if len(spelled) == 40 else base64.b32decode(spelled.upper()).hex())


_MAKERS = {
    "magnet": magnet,
    "infohash": infohash,
    "infohash32": infohash32,
    "ed2k": ed2k,
    "base64": base64_link,
    "thunder": thunder,
}


@cache
def load() -> Content:
    """Read content.toml. Raises ValueError, KeyError or a jinja2 error for a fault in it."""
    raw = tomllib.loads(files("crawler.practice").joinpath("content.toml").read_text("utf-8"))
    plain = Environment(undefined=StrictUndefined, autoescape=False)
    plain.globals.update(_MAKERS)
    escaping = Environment(undefined=StrictUndefined, autoescape=True)
    escaping.globals.update(_MAKERS)

    def post(row: dict[str, Any]) -> Post:
        offers = []
        for offer in row.get("offers", ()):
            links = []
            for link in offer["links"]:
                url = plain.from_string(link["url"]).render()
                links.append(OfferLink(url, link_object(url), link.get("code")))
            offers.append(Offer(offer["work"], tuple(links)))
        body = Markup(escaping.from_string(row["body"]).render().strip())
        return Post(row["author"], row["at"].astimezone(UTC), body, tuple(offers))

    works = tuple(
        Work(
            work_id=row["id"],
            title=row["title"],
            kind=row["kind"],
            year=row["year"],
            language=row["language"],
            aliases=tuple(row.get("aliases", ())),
            creators=tuple(row.get("creators", ())),
            licensed_domains=tuple(row.get("licensed_domains", ())),
            identifiers=tuple(row.get("identifiers", ())),
        )
        for row in raw["works"]
    )
    topics = tuple(
        Topic(
            row["number"],
            row["board"],
            row["slug"],
            row["title"],
            tuple(post(each) for each in row["posts"]),
            row.get("sticky", False),
            row.get("trap"),
            row.get("why", ""),
        )
        for row in raw["topics"]
    )
    entries = tuple(
        Topic(number, row["shelf"], row["slug"], row["title"], (post(row),), False, row.get("trap"), row.get("why", ""))
        for number, row in enumerate(raw["entries"], 1)
    )
    boards = tuple(Place(**row) for row in raw["boards"])
    shelves = tuple(Place(**row) for row in raw["shelves"])
    return Content(works, boards, topics, shelves, entries)
