"""What one visit observed of a site: counts and shares that say whether it was read as before."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

OBSTACLES = ("robots-forbidden", "challenge", "blocked", "login-wall", "parked", "moved", "down")
"""What may stand in a page's place, by the states that they make of a site."""
UNREAD = ("needs-browser", "renderings-spent", "not-rendered")
"""Why a page that needs JavaScript was not read: there was no browser, its turn did not come, the browser failed on it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Listings read, and how many of them carried each of the fields that a listing should."""

    listings: int = 0
    titled: int = 0
    posters: int = 0
    dates: int = 0
    offers: int = 0
    """With a target, a player, a price or a hidden block."""

    def share(self, name: str) -> float:
        """The share of listings with a field."""
        return float(getattr(self, name)) / self.listings if self.listings else 0.0


@dataclass(frozen=True, slots=True)
class Observed:
    """The facts of one visit. Pages are counted once, as they ended; attempts that were repeated are `passing`."""

    requests: int = 0
    answers: Mapping[str, int] = field(default_factory=dict)
    """How pages ended -> how many: ok, unchanged, redirect, missing, refused, ours, one of OBSTACLES or of UNREAD."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """HTTP status -> answers, repeated attempts included."""
    words: Mapping[str, str] = field(default_factory=dict)
    """How pages ended -> what the first such page said of it."""
    entry: str | None = None
    """How the entry page ended, its redirects followed; None when it was not asked for."""
    stopped: str | None = None
    """One of OBSTACLES, when the site itself ended the visit."""
    lists: int = 0
    """Lists and feeds that were read in full."""
    lists_with_rows: int = 0
    rows: int = 0
    """Ways to pages that they showed, and listings on them."""
    reread: int = 0
    """Lists among them that had shown rows before."""
    rows_before: int = 0
    """What these showed then."""
    rows_kept: int = 0
    """Of that, what they show still."""
    rows_now: int = 0
    """What these show now."""
    dry: int = 0
    """Lists that had shown rows before and show none."""
    lists_lost: int = 0
    """Lists that had shown rows before and could not be read at all: missing, behind a wall, failing."""
    lists_found: int = 0
    """Lists that were lost at an earlier visit and are there again."""
    scripted_anew: int = 0
    """Pages that need JavaScript on a site that needed none before; they were not shown in the browser."""
    rows_unchanged: int = 0
    """What lists had shown that answered that they are as they were."""
    links: int = 0
    """All links worth following, on every page."""
    topics: int = 0
    """Topic pages that were read in full."""
    topics_with_listings: int = 0
    canaries: int = 0
    """Pages that had held an offer before and were asked for again."""
    canaries_held: int = 0
    """Of these, those that hold one still or answered that nothing changed."""
    canaries_gone: int = 0
    """Of these, those that are missing or deleted."""
    canaries_mute: int = 0
    """Of these, those that answered well and on which no listing could be read."""
    canaries_same: int = 0
    """Of those read in full, those whose listings are word for word what they were."""
    canaries_other: int = 0
    """Of those read in full, those whose listings differ."""
    fell_back: int = 0
    """Pages on which the reader of the site's software found nothing, so that they were read by structure."""
    on_topics: Fields = field(default_factory=Fields)
    on_lists: Fields = field(default_factory=Fields)
    marked: int = 0
    """Entry pages that bore the mark of a site software."""
    software: str | None = None
    """The site software whose mark the entry page bore."""
    shape: str | None = None
    """The likeness of the entry page's template (`crawler.health.likeness`)."""
    icon: str | None = None
    """SHA-256 of an icon that the entry page carried in itself."""
    away: Mapping[str, int] = field(default_factory=dict)
    """Addresses off the site to which it redirected, and from how many pages."""
    had_rows: bool = False
    """Whether any earlier visit had read a row or a listing."""

    @property
    def pages(self) -> int:
        """Pages that came to an end."""
        return sum(self.answers.values())

    @property
    def good(self) -> bool:
        """Whether anything was read that a site is visited for, or is known to stand there still."""
        return self.rows > 0 or self.on_topics.listings > 0 or self.canaries_held > 0

    def as_dict(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return asdict(self)


def restored(stored: Mapping[str, Any]) -> Observed:
    """What `as_dict` gave; fields of a later version are left out, missing ones have their defaults."""
    names = {one.name for one in fields(Observed)}
    known = {name: value for name, value in stored.items() if name in names}
    for name in ("on_topics", "on_lists"):
        if name in known:
            inner = {one.name for one in fields(Fields)}
            known[name] = Fields(**{key: value for key, value in known[name].items() if key in inner})
    return Observed(**known)
