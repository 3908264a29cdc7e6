"""A fetched page as the readers see it: decoded once, parsed once, its links resolved."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.model import Site
from crawler.reading import PageRole
from spiders.charset import codec, decode
from spiders.xpath import Text

if TYPE_CHECKING:
    from spiders.posts import Post

_BASE = Text("//base/@href")
_TITLE = Text("//title")
_CANONICAL = Text("//link[@rel='canonical']/@href")
# Elements without a class for each tag: the readers need none, and they are made several times faster.
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
_TAG = re.compile(
    r"<(?:script|style)\b[^<]*+(?:<(?!/(?:script|style))[^<]*+)*+|<[a-z](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+",
    re.IGNORECASE,
)
"""A tag up to its end, with what its quotes hold; a script or style whole, since nothing in it is a tag."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_MOST_ATTRIBUTES = 2_000
_BESIDE = re.compile(r"\./([\w-][\w.-]*(?:\?[^\s#]+)?(?:#\S+)?)", re.A)
_WHOLE = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?/[^\s?#;]*(?:\?[^\s#]+)?(?:#\S+)?", re.A)
ROUTES = ("/", "!/")
"""How a fragment begins that is a route of a page's own scripts; only those make anything of it."""
_NOT_FOLLOWED = ("javascript:", "mailto:", "data:", "tel:", "about:", "#")


class Headers(Mapping[str, str]):
    """HTTP header fields: names in any case, several values each, the last one counts unless all are asked for."""

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a field, in order of arrival."""
        return tuple(self._values.get(name.lower(), ()))


class FetchedPage:
    """One response of a site: its bytes, and what was asked for."""

    def __init__(
        self,
        url: str,
        status: int,
        headers: Mapping[str, str] | Iterable[tuple[str, str]],
        body: bytes,
        site: Site,
        role: PageRole = "other",
        depth: int = 0,
        rendered_at: str | None = None,
    ) -> None:
        self.url = url
        self.rendered_at = rendered_at
        """What the page called itself, when its body is the DOM that a browser made of it; None for a response's body."""
        self.status = status
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.body = body
        self.site = site
        self.role: PageRole = role
        self.depth = depth
        self.refine: Callable[[Post], Post] | None = None
        """What a site file changes in a post that a reader found."""

    @cached_property
    def text(self) -> str:
        """The decoded body."""
        if self.rendered_at is not None:
            return self.body.decode("utf-8", "replace")
        hint = self.site.description.charset if self.site.description else None
        if hint:
            try:
                return self.body.decode(codec(hint) or hint)
            except UnicodeDecodeError:
                # Not every page of a site is written in its usual encoding.
                pass
        return decode(self.body, self.headers.get("content-type"))

    @cached_property
    def root(self) -> HtmlElement:
        """The parsed document; an empty ``html`` element when the body holds no markup."""
        source = _TAG.sub(_bounded, self.text.replace("\0", "")).encode("utf-8", "replace")
        try:
            root = etree.fromstring(source, _PARSER) if source.strip() else None
        except etree.ParserError:
            root = None
        return root if root is not None else etree.fromstring("<html><body></body></html>", _PARSER)

    @cached_property
    def elements(self) -> list[HtmlElement]:
        """Every element in document order; while this list lives, no walk has to make them again."""
        return list(self.root.iter())

    @cached_property
    def base_url(self) -> str:
        """The address that relative links start from."""
        declared = _BASE(self.root)
        here = self.rendered_at or self.url
        try:
            return urljoin(here, declared) if declared else here
        except ValueError:
            return here

    @cached_property
    def _origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def _folder(self) -> str:
        return f"{self._origin}{urlsplit(self.base_url).path.rpartition('/')[0]}/"

    @cached_property
    def title(self) -> str:
        """The document's title, whitespace folded."""
        return _TITLE(self.root)

    @cached_property
    def declared_canonical(self) -> str | None:
        """What the page says is its canonical address, absolute; None when it says nothing."""
        return self.resolve(_CANONICAL(self.root))

    @cached_property
    def response_date(self) -> datetime | None:
        """The server's clock (Date header), UTC; None when absent or unreadable."""
        try:
            moment = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def resolve(self, link: str | None) -> str | None:
        """The absolute http(s) address of a link on this page; None for what leads to no page."""
        link = (link or "").strip()
        if "#" in link and link.partition("#")[2].startswith(ROUTES):
            if self.rendered_at is None:
                link = link.partition("#")[0]
            elif link[0] == "#":
                return urldefrag(self.base_url)[0] + link
        if not link or link.lower().startswith(_NOT_FOLLOWED):
            return None
        if "." != link[0] != "/" and "/." not in link and ":" not in link and link[0] not in "?#;":
            # Most links of a page are plain names beside it; urljoin takes ten times as long for them.
            return self._folder + link
        beside = _BESIDE.fullmatch(link)
        if beside:
            return self._folder + beside[1]
        if _WHOLE.fullmatch(link):
            return link
        if link[0] == "/" and link[1:2] != "/" and "/." not in link:
            return self._origin + link
        try:
            absolute = urljoin(self.base_url, link)
            parts = urlsplit(absolute)
            return absolute if parts.scheme in ("http", "https") and parts.hostname else None
        except ValueError:
            return None


def _bounded(tag: re.Match[str]) -> str:
    """A tag without its attributes where they are so many that parsing them, which grows with their square, would hold everybody up."""
    written = tag[0]
    if len(written) < 2 * _MOST_ATTRIBUTES or written[1:7].lower() == "script" or written[1:6].lower() == "style":
        return written
    bare = _QUOTED.sub(" ", written)
    return written if len(bare.split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else bare.split(None, 1)[0]
