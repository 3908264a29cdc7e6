"""The text that is asked: does it offer a watched work?"""

from dataclasses import dataclass
from datetime import datetime

from crawler.hosts import host_port
from crawler.model import Listing, Target


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
    seen_at: datetime | None = None
    """When the page was read; None for now. Licences with dates are held against `posted_at`, else against this."""
    references: tuple[str, ...] = ()
    """Addresses of catalogues that the post links to."""


_CATALOGUES = ("imdb.com/", "douban.com/", "steampowered.com/", "steamcommunity.com/", "doi.org/")


def offer_of(listing: Listing, seen_at: datetime | None = None) -> Offer:
    """What a listing asks of the matcher; of one that was seen earlier with the time at which it was."""
    return Offer(
        # A reply that offers nothing itself does not inherit the offer that its topic's title makes.
        title="" if listing.is_reply and not listing.has_offer else listing.title,
        body=listing.passage.text,
        targets=listing.targets,
        hidden=listing.hidden,
        players=listing.players,
        price=listing.price,
        host=host_port(listing.page_url).rsplit(":", 1)[0],
        posted_at=listing.posted_at,
        seen_at=seen_at,
        references=tuple(
            one.value for one in listing.passage.attributes if any(host in one.value for host in _CATALOGUES)
        ),
    )
