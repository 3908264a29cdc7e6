"""What a site file says of a site: addresses, hints, manner of visiting, and where things stand on its pages."""

from dataclasses import dataclass, field
from typing import Literal

RestsOn = Literal["pages", "documentation", "structure"]
"""What a reader or a site file was written after: pages that really ran, documentation, or nothing but structure."""


@dataclass(frozen=True, slots=True)
class ListSelectors:
    """Where the rows of a list stand: CSS, or XPath when it begins with ``/``, ``./`` or ``(``."""

    row: str | None = None
    """Each row; without it the block around each `link`."""
    link: str | None = None
    """Within a row: the way to its topic."""
    replies: str | None = None
    """Within a row: what changes when somebody answers."""
    date: str | None = None
    """Within a row: the time of its last change."""
    board: str | None = None
    """Ways to further lists."""
    next: str | None = None
    """Ways to the list's further pages."""


@dataclass(frozen=True, slots=True)
class TopicSelectors:
    """Where the parts of a topic, an article or a product stand."""

    post: str | None = None
    """Each post; without it the block around each `body`."""
    title: str | None = None
    """The heading of the whole."""
    body: str | None = None
    """Within a post: what its writer wrote."""
    poster: str | None = None
    date: str | None = None
    price: str | None = None
    next: str | None = None
    """Ways to the topic's further pages."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where things stand on a site's pages; what is None is left to the site's engine."""

    list: ListSelectors = field(default_factory=ListSelectors)
    topic: TopicSelectors = field(default_factory=TopicSelectors)


@dataclass(frozen=True, slots=True)
class Manner:
    """How the site is visited: never more boldly than the workspace's own settings allow."""

    delay: float | None = None
    """Seconds between two requests."""
    max_requests: int | None = None
    """Of one visit."""
    max_depth: int | None = None
    """Links from the entry point to the farthest page."""


@dataclass(frozen=True, slots=True)
class Description:
    """One site file."""

    id: str
    hosts: tuple[str, ...]
    """``host``, ``host:port`` or ``http://host``; the present address first, then mirrors and earlier homes."""
    name: str = ""
    start: tuple[str, ...] = ("/",)
    """Paths on the present address; the first is the entry point."""
    engine: str | None = None
    language: str | None = None
    """BCP 47; asked of the site (Accept-Language)."""
    charset: str | None = None
    """Tried before what the pages declare."""
    zone: str | None = None
    """IANA name or ``+08:00``, for times whose zone the site does not tell."""
    search: str | None = None
    """Path of the site's search with ``{title}``."""
    skip: tuple[str, ...] = ()
    """Patterns of paths and queries that are never followed (Python's re, searched for)."""
    rests_on: RestsOn = "documentation"
    notes: str = ""
    visit: Manner = field(default_factory=Manner)
    selectors: Selectors = field(default_factory=Selectors)

    @property
    def present(self) -> str:
        """``scheme://host`` of the present address."""
        return self.hosts[0] if "://" in self.hosts[0] else f"https://{self.hosts[0]}"

    def address(self, path: str) -> str:
        """The absolute address of a path on the present address."""
        return f"{self.present}{path}"

    @property
    def starts(self) -> tuple[str, ...]:
        """The absolute addresses of the start pages."""
        return tuple(map(self.address, self.start))
