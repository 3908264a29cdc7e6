"""The frozen dataclasses that cross layers, in the order of the story.

    work -> site -> page -> listing -> hit -> decision -> case -> bundle -> referral
                      |                  |
                   exchange  ------->  exhibit

All times are timezone-aware UTC. All spans are half-open and count Unicode code points
of the text that the field beside them names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.description import Description

WORK_KINDS = ("film", "series", "book", "audiobook", "music", "software", "game", "disc")
POLICIES = ("default", "strict", "review", "off")
"""How far a match of a work is trusted: as scored; only when borne out; never by itself; not looked for."""
VERDICTS = (
    "infringing",
    "not_infringing",
    "licensed",
    "same_title_other_work",
    "review_news",
    "unclear",
)
TRACKS = ("administrative", "criminal", "civil")
ACTIONS = (*TRACKS, "intermediary-notice", "list-nomination")
"""What may be done on a case's way: its tracks, a notice to who carries the copies, a nomination to a list."""


@dataclass(frozen=True, slots=True)
class Work:
    """A protected work on the watchlist, under all its names."""

    work_id: str
    title: str
    kind: str | None = None
    year: int | None = None
    language: str | None = None
    aliases: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    licensed_domains: tuple[str, ...] = ()
    """Licences as crawler.licence writes them: a host, perhaps with territories and dates in brackets."""
    identifiers: tuple[str, ...] = ()
    # Not in the repr, from which ids are made in need: an id stays when the policy changes.
    policy: str = field(default="default", repr=False)
    """One of POLICIES."""
    publishers: tuple[str, ...] = field(default=(), repr=False)
    """Who publishes, releases or distributes it."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that may be visited: an identity and its list of host:port, never a registrable domain."""

    site_id: str
    url: str
    """The entry point, as it was added."""
    hosts: tuple[str, ...]
    """``host:port``, lower case, port always written; IPv6 in brackets."""
    engine: str | None = None
    """The site software's name; None until it is recognised."""
    engine_named: bool = False
    """True when a person named the engine; recognition then never changes it."""
    robots: Literal["obey", "ignore"] = "obey"
    authority: str | None = None
    """The reference of the authority that allows ``robots = ignore``."""
    description: Description | None = None
    """What its site file says; None for a site that was added by its address alone."""


@dataclass(frozen=True, slots=True)
class Tls:
    """What the TLS connection of one exchange said of itself."""

    version: str
    cipher: str
    server_name: str
    chain: tuple[bytes, ...]
    """The peer's certificates, DER, as the peer sent them, leaf first."""
    verify_error: str | None
    """Why the chain does not verify for the server name; None when it does."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, byte for byte, on one connection.

    A fetch that failed is an exchange too: `error` names the failure, and `response`
    holds whatever had arrived.
    """

    exchange_id: str
    run_id: str
    site_id: str
    url: str
    method: str
    request: bytes
    """The bytes sent, above TLS."""
    response: bytes | memoryview
    """The bytes received, above TLS, as they came; of a long response a view into a file."""
    started_at: datetime
    finished_at: datetime
    monotonic_ns: int
    """Of the start."""
    first_byte_at: datetime | None = None
    address: str | None = None
    """The peer's address on this very connection."""
    port: int | None = None
    tls: Tls | None = None
    resolved: tuple[str, ...] = ()
    """All addresses that the resolver gave for the host."""
    status: int | None = None
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None = None
    """The WARC-Truncated reason (WARC 1.1, 5.13); None for a whole response."""
    error: str | None = None
    """``kind: detail`` in plain words; kinds: refused-address, dns, connect, tls, timeout, reset, too-large, protocol,
    storage (the disk refused), ours (a fault of this software)."""
    purpose: Literal["page", "robots", "picture", "part", "probe", "landing", "attribution"] = "page"
    """``attribution``: what a registry was asked about a host; ``part``: what a page that needs JavaScript asked for while
    it was shown to be read."""
    via: str | None = None
    """The exchange whose page or redirect led here."""
    hop: int = 0
    """How many redirects led here."""


TargetKind = Literal["magnet", "torrent", "ed2k", "cloud_drive", "locker", "stream", "player", "file", "disc", "link"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the offered copy sits."""

    kind: str
    """One of TargetKind."""
    url: str
    """As a person would type it: base64, thunder and defanging undone, query kept, nothing else changed."""
    object: str | None
    """``btih:<40 hex>``, ``ed2k:<32 hex>``, ``share:<family>/<id>``, ``file:<family>/<id>`` ...; None when unknown."""
    as_written: str
    """The characters on the page."""
    access_code: str | None = None
    family: str | None = None
    where: Literal["text", "href", "attribute"] = "text"
    span: tuple[int, int] | None = None
    """Into the passage's text."""
    damaged: bool = False
    """The site's software spoiled the link (a smiley inside a hash, a lower-cased base64)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute value that may hold a target, at its place in the passage's text."""

    element: str
    name: str
    value: str
    start: int
    end: int
    """The span of the element's own text; equal to start when it has none."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a page as one person wrote it: its text, and attribute values with their places.

    Block elements end a line; inline elements join without a space; quoted posts are left out.
    """

    text: str
    attributes: tuple[Attribute, ...] = ()


ReadFrom = Literal["response", "rendered-dom"]
"""What a listing was read from: the bytes from the wire, or what a browser made of them."""

CounterName = Literal["views", "seeders", "leechers", "downloads", "sold"]


@dataclass(frozen=True, slots=True)
class Counter:
    """How often something was seen, fetched, shared or sold, by what the page says."""

    name: CounterName
    shown: str
    """As displayed: 1.2k, 1.2万."""
    number: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One offer (or a post that may be one) on its own canonical URL."""

    url: str
    page_url: str
    """The page on which it was read, as fetched."""
    title: str
    passage: Passage
    targets: tuple[Target, ...] = ()
    posted_at: datetime | None = None
    posted_at_text: str | None = None
    """The time as the page shows it."""
    posted_at_basis: str | None = None
    """How the absolute time was found: datetime-attribute, title-attribute, page-zone, date-header, feed,
    software-default (documented, not told by the site), site-file (a person's word); None when unknown."""
    posted_by: str | None = None
    hidden: str | None = None
    """The page's words for a block hidden from guests, when there is one."""
    players: tuple[str, ...] = ()
    """Addresses of embedded players."""
    price: str | None = None
    is_reply: bool = False
    counters: tuple[Counter, ...] = ()
    read_from: "ReadFrom" = "response"

    @property
    def has_offer(self) -> bool:
        """True for a target, a player, a price or a block hidden from guests; words that offer are the matcher's."""
        return bool(self.targets or self.players or self.price or self.hidden)


@dataclass(frozen=True, slots=True)
class Reason:
    """One named, weighted piece of evidence for or against a match."""

    rule: str
    weight: float
    text: str
    """A sentence that a judge can follow."""
    where: Literal["title", "body", "target"]
    span: tuple[int, int] | None = None
    """Into the listing's title, its passage's text, or the target's url."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the sentence was made from, so that it can be said in another language."""


@dataclass(frozen=True, slots=True)
class Match:
    """A listing judged to offer a watched work."""

    work_id: str
    score: float
    """0 to 1."""
    reasons: tuple[Reason, ...]
    spans: tuple[tuple[int, int], ...] = ()
    """The matched title, in the text of the first reason's `where`."""
    rules_version: str = ""


State = Literal["pass", "fail", "not_checked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, or one check passed, as data (the contract's line of `verify --json`)."""

    check: str
    object: str
    state: State
    expected: str | None = None
    found: str | None = None
    why: str = ""
