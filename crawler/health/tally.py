"""Counts what a visit observes, page by page."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from crawler.health.observed import UNREAD, Fields, Observed
from crawler.model import Listing
from crawler.reading import PageRead

LISTS = frozenset({"entry", "list", "feed"})
BLOCKING = frozenset({401, 403, 405, 418, 429, 444, 451})
"""Statuses that keep a visitor out; 404 and 410 are pages that are not there."""
SHUTTING = frozenset({"challenge", "blocked", "parked"})
FEW, MANY = 3, 12
"""Pages in a row behind the same obstacle after which a site is not asked further: at a visit's begin, and later on."""
_WORDS = 300
_PLACES = 20
_STATES = {"challenge": "challenge", "blocked": "blocked", "login_wall": "login-wall", "parked": "parked"}


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of a page before the visit."""

    rows: Collection[int] = frozenset()
    """The pages that it showed, by id, if it is a list."""
    offers: int = 0
    digest: str | None = None
    """Of the listings that it held."""
    lost: bool = False
    """It could not be read the last time that it was asked for."""
    missing: bool = False
    """It was not there the last time."""


@dataclass(slots=True)
class Tally:
    """What a visit has observed so far."""

    answers: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    words: dict[str, str] = field(default_factory=dict)
    entry: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    on_topics: Counter[str] = field(default_factory=Counter)
    on_lists: Counter[str] = field(default_factory=Counter)
    software: str | None = None
    shape: str | None = None
    icon: str | None = None
    away: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    """What pages that are no lists said, and how many said it."""
    in_a_row: int = 0
    """Pages since the last one that ended otherwise."""
    _last: str = ""

    @property
    def shut(self) -> str | None:
        """What stands before every page that was asked for lately, once it is plain that it stands before them all."""
        if self._last not in SHUTTING:
            return None
        enough = MANY if self.answers["ok"] or self.answers["unchanged"] else FEW
        return self._last if self.in_a_row >= enough else None

    @property
    def alike(self) -> frozenset[str]:
        """The texts that stood on several pages: what a site shows in the place of any of them."""
        return frozenset(words for words, count in self.texts.items() if count > 1)

    def attempt(self, read: PageRead) -> None:
        """Count a page that will be asked for again."""
        self._status(read)
        self.words.setdefault(_ending(read), _said(read))

    def stopped(self, kind: str, why: str) -> None:
        """Keep why the visit ended early, where no page has said more of it."""
        self.words[kind] = self.words.get(kind) or " ".join(why.split())[:_WORDS]

    def page(self, read: PageRead, before: Before, rows: Collection[int], digest: str | None = None) -> None:
        """Count a page as it ended; `rows` are the pages that it shows as a list, by id, `digest` is of its listings."""
        self._status(read)
        if read.page.role == "picture":
            # The site's icon says nothing of how the site is.
            self.icon = read.reading.icon or self.icon
            return
        ending = _ending(read)
        self.answers[ending] += 1
        self.in_a_row = self.in_a_row + 1 if ending == self._last else 1
        self._last = ending
        if ending != "ok":
            self.words.setdefault(ending, _said(read))
        reading, page = read.reading, read.page
        if reading.away and (reading.away in self.away or len(self.away) < _PLACES):
            self.away[reading.away] += 1
        if page.role == "entry":
            self._entry(read, ending)
        self.counts["links"] += len(reading.links)
        # A search shows what was asked for, which says nothing of the site.
        if page.role == "search":
            return
        # What was missing the last time, too, says nothing of this visit.
        if before.offers and ending != "redirect" and not (before.missing and ending == "missing"):
            self._canary(read, ending)
            if ending == "ok" and before.digest and read.reading.listings:
                self.counts["canaries_same" if digest == before.digest else "canaries_other"] += 1
        if before.rows or (before.offers and page.role in LISTS):
            self._standing(read, ending, before)
        if ending == "unchanged" and page.role in LISTS:
            self.counts["rows_unchanged"] += len(before.rows) + before.offers
        if ending != "ok":
            return
        self.counts["fell_back"] += reading.fell_back
        if page.role not in LISTS and reading.words:
            self.texts[reading.words] += 1
        # What was named as a topic and looks like a list is a topic that could not be read.
        if page.role == "topic" or (page.role not in LISTS and reading.role == "topic"):
            self.counts["topics"] += 1
            self.counts["topics_with_listings"] += bool(reading.listings)
            _count(self.on_topics, reading.listings)
        elif page.role in LISTS or reading.role in ("list", "feed"):
            self._list(read, before, rows)

    def observed(self, requests: int, stopped: str | None, had_rows: bool) -> Observed:
        """The visit's facts; `stopped` is why the site itself ended it."""
        return Observed(
            requests=requests,
            answers=dict(self.answers),
            statuses=dict(self.statuses),
            words=dict(self.words),
            entry=self.entry,
            stopped=stopped,
            on_topics=Fields(**self.on_topics),
            on_lists=Fields(**self.on_lists),
            software=self.software,
            shape=self.shape,
            icon=self.icon,
            away=dict(self.away),
            had_rows=had_rows,
            **self.counts,
        )

    def _status(self, read: PageRead) -> None:
        if read.status is not None:
            self.statuses[str(read.status)] += 1

    def _entry(self, read: PageRead, ending: str) -> None:
        # Where an entry page is not there, another address is tried; one that is read well stands for all.
        if ending != "redirect" and self.entry not in ("ok", "unchanged"):
            self.entry = ending
        reading = read.reading
        if ending == "ok":
            self.software = reading.software or self.software
            self.shape = self.shape if reading.shape is None else reading.shape
            self.icon = reading.icon or self.icon
            self.counts["marked"] += reading.software is not None

    def _standing(self, read: PageRead, ending: str, before: Before) -> None:
        """Whether a list that had rows is there; one that became shorter has lost its last pages."""
        if ending in ("ok", "unchanged", "redirect"):
            self.counts["lists_found"] += before.lost
        elif ending not in UNREAD and not (ending == "missing" and (read.page.number or 1) > 1):
            self.counts["lists_lost"] += 1

    def _canary(self, read: PageRead, ending: str) -> None:
        self.counts["canaries"] += 1
        if ending == "unchanged" or (ending == "ok" and read.reading.listings):
            self.counts["canaries_held"] += 1
        elif ending == "ok":
            self.counts["canaries_mute"] += 1
        elif ending == "missing":
            self.counts["canaries_gone"] += 1

    def _list(self, read: PageRead, before: Before, rows: Collection[int]) -> None:
        reading, counts = read.reading, self.counts
        _count(self.on_lists, reading.listings)
        shown = len(rows) + len(reading.listings)
        counts["lists"] += 1
        counts["lists_with_rows"] += bool(shown)
        counts["rows"] += shown
        was = len(before.rows) + before.offers
        if was:
            counts["reread"] += 1
            counts["rows_before"] += was
            counts["rows_now"] += shown
            counts["rows_kept"] += len(set(before.rows) & set(rows)) + min(before.offers, len(reading.listings))
            counts["dry"] += not shown


def _ending(read: PageRead) -> str:
    """How a page ended: ok, unchanged, redirect, missing, refused, ours, or what stood in its place."""
    reading, error, status = read.reading, read.error or "", read.status
    if reading.unread is not None:
        return reading.unread
    if reading.state in _STATES:
        return _STATES[reading.state]
    if error.startswith("ours:"):
        return "ours"
    if reading.state == "refused":
        return _refusal(error)
    if reading.state in ("not_modified", "missing"):
        return "unchanged" if reading.state == "not_modified" else "missing"
    if reading.state == "redirect":
        # One that leads off the site has lost its target, and says where it led.
        return "redirect" if reading.redirect_to else (reading.leads or "moved")
    if status is None or status >= 500 or (reading.state == "failed" and status < 400):
        return "down"
    if reading.state == "failed":
        return "blocked" if status in BLOCKING else "missing"
    return "ok"


def _refusal(error: str) -> str:
    return "robots-forbidden" if "robots.txt forbids" in error else "refused"


def _said(read: PageRead) -> str:
    said = read.error or "; ".join(read.reading.notes) or (f"status {read.status}" if read.status else "")
    for kind in ("site: ", "challenge: ", "blocked: ", "parked: ", "login wall: ", "maintenance: "):
        said = said.removeprefix(kind)
    return " ".join(said.split())[:_WORDS]


def _count(fields: Counter[str], listings: Collection[Listing]) -> None:
    fields["listings"] += len(listings)
    for listing in listings:
        fields["titled"] += bool(listing.title.strip())
        fields["posters"] += bool(listing.posted_by)
        fields["dates"] += listing.posted_at is not None
        fields["offers"] += listing.has_offer
