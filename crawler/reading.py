"""What is passed on while a site is read: the visit, its pages, what was read on them, and the item that carries it.

    visit -> page -> link, reading (listing) -> hit -> page read

All times are timezone-aware UTC.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from crawler.model import Listing, Match, Site

PageRole = Literal["entry", "list", "topic", "feed", "search", "robots", "picture", "other"]

PageState = Literal[
    "ok",
    "empty",
    "login_wall",
    "challenge",
    "blocked",
    "parked",
    "missing",
    "redirect",
    "not_modified",
    "failed",
    "refused",
]

Unread = Literal["needs-browser", "renderings-spent", "not-rendered"]
"""There is no browser, or none may be used; the visit's renderings are spent; the browser could not read the page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a spider gets from the engine for one site and one run."""

    run_id: str
    site: Site
    titles: tuple[str, ...] = ()
    """Watched titles that on-site search may look for."""
    clock: str | None = None
    """What an earlier part of this visit learned of the site's clock; the spider's own words."""
    clock_before: str | None = None
    """What an earlier visit knew of it at its end."""
    render: "Renderer | None" = field(default=None, repr=False, compare=False)
    """Shows a page in the browser; None where the configuration says that no page is rendered."""
    renders: bool = False
    """Whether pages of the site were rendered before, and could be read then."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a site as the page table knows it, on its way to be fetched."""

    page_id: int
    site_id: str
    url: str
    role: PageRole = "other"
    depth: int = 0
    priority: int = 0
    attempts: int = 0
    hop: int = 0
    via: str | None = None
    """The exchange whose page named it."""
    via_page_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    mark: str | None = None
    number: int | None = None
    """Of a further page of a list or topic."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one page to another that is worth following."""

    url: str
    """Absolute and canonical."""
    role: PageRole
    mark: str | None = None
    """What the linking page says of the target's state (replies, last post, its time); when it tells anything new
    (`crawler.engine.news`), the target is due."""
    priority: int = 0
    """Higher is sooner."""
    number: int | None = None
    """Of a further page of the same list or topic: its number or offset; None for every other link."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a spider read on one page: listings, the ways onward, and in what state the page was."""

    state: PageState
    role: PageRole = "other"
    canonical_url: str | None = None
    engine: str | None = None
    """The site software that was recognised."""
    title: str = ""
    listings: tuple[Listing, ...] = ()
    links: tuple[Link, ...] = ()
    redirect_to: str | None = None
    notes: tuple[str, ...] = ()
    """Plain facts for the record: a login wall's words, a layout warning."""
    front: str | None = None
    """The first page of the list that this page is part of; None for a page that is none."""
    number: int = 1
    """The page's own number or offset in its list."""
    search: str | None = None
    """The address of the site's search, with ``{title}`` where the title goes; None when the page shows none."""
    software: str | None = None
    """The site software whose mark an entry page bears, whatever the site was taken for before."""
    fell_back: bool = False
    """The reader of the site's software found nothing, and the page was read by its structure."""
    shape: str | None = None
    """The likeness of an entry page's template (`crawler.health.likeness`)."""
    icon: str | None = None
    """SHA-256 of the icon that an entry page carries in itself."""
    leads: str | None = None
    """What stands where a redirect led that left the site: moved, login-wall, challenge or parked."""
    unread: "Unread | None" = None
    """Why a page that needs JavaScript was not read; None for every other page."""
    away: str | None = None
    """The address to which that redirect led."""

    @property
    def words(self) -> str:
        """What tells a page's text from that of others: SHA-256 of what was read, or of its title; empty for neither."""
        said = [listing.passage.text for listing in self.listings] or [self.title]
        return sha256("\n".join(said).encode()).hexdigest() if any(said) else ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a browser made of a page that needs JavaScript."""

    dom: bytes = field(default=b"", repr=False)
    """The DOM after scripts ran, serialised, UTF-8; empty where there is none."""
    unread: Unread | None = None
    why: str = ""
    """Why there is no DOM, in a sentence."""
    url: str | None = None
    """What the page called itself."""
    notes: tuple[str, ...] = ()
    """What a reader of the DOM must know: what was not scrolled, or still going on."""
    failures: tuple[str, ...] = ()
    """The data and scripts that it asked for and did not get, the first few."""
    record: object = field(default=None, repr=False)
    """The capture on its way to the record, the engine's own."""


Renderer = Callable[["Page", str], Awaitable[Rendered]]
"""Shows the page that an exchange (its id) brought; never raises for what the page does."""


@dataclass(frozen=True, slots=True)
class PictureMissing:
    """Why the page of a hit has no picture."""

    reason: Literal[
        "disabled",
        "below-threshold",
        "no-answer",
        "no-browser",
        "stopped",
        "crashed",
        "time-limit",
        "not-shown",
        "fault",
    ]
    why: str
    """A sentence with the particulars."""

    def as_dict(self) -> dict[str, str]:
        """The form in the ledger."""
        return {"reason": self.reason, "why": self.why}


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that offers a watched work, with the reasons."""

    listing: Listing
    match: Match


@dataclass(frozen=True, slots=True)
class PageRead:
    """The one item that a spider yields per page; the pipelines fill in the rest."""

    page: Page
    exchange_id: str | None
    """None when the page was refused before any connection."""
    reading: Reading
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    hits: tuple[Hit, ...] = ()
    error: str | None = None
    """``site: ...`` or ``ours: ...``: a site's fault and our bug never look the same."""
    retry_after: float | None = None
    """Seconds until the page may be tried again, for a passing fault."""
    clock: str | None = None
    """What the visit knows of the site's clock by now; the spider's own words."""
    rendered: Rendered | None = None
    """What the page was read from, where that was not the response itself."""
    postponed: bool = False
    """The visit ended before the page's turn came; nothing was sent and the page stays due."""
