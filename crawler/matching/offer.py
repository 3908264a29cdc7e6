"""The text that is asked: does it offer a watched work?"""

from dataclasses import dataclass
from datetime import datetime

from crawler.model import Target


@dataclass(frozen=True, slots=True)
class Offer:
    """One post or entry as a reader found it; spans of a match point into its title, its body or a target's URL."""

    title: str
    body: str
    targets: tuple[Target, ...] = ()
    hidden: str | None = None
    """The page's words for a block hidden from guests."""
    players: tuple[str, ...] = ()
    """Addresses of embedded players."""
    price: str | None = None
    host: str = ""
    """Where the page is, ``host`` or ``host:port``; empty when unknown."""
    posted_at: datetime | None = None
