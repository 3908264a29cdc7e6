"""What a page's reading means for later visits: when it is due again, and what is known of it by then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from crawler import clock
from crawler.engine import rhythm
from crawler.reading import PageRead
from crawler.store.pages import Known

WITHOUT_CONTENT = frozenset({"not_modified", "failed", "refused", "challenge", "blocked", "parked"})
PASSES = frozenset({"failed", "challenge", "blocked", "parked"})
"""What stands in a page's place for a while; it is asked for once in the next visit."""

LOST = frozenset({"missing", "login_wall"})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a page's reading means for later visits."""

    next_due: datetime | None
    offers: int | None
    """None when the answer does not say, and what was known stays."""
    list_id: int | None = None
    changed_at: datetime | None = None
    digest: str | None = None


def of_list(
    read: PageRead, at: datetime, known: Known | None, recheck: timedelta, part_of: int | None, showed_news: bool
) -> Outlook:
    """The outlook of a list, a feed or an entry page, by how long it has been silent.

    `part_of` is the first page of the list that it is part of, None where the answer holds no list.
    """
    state = read.reading.state
    if read.page.role == "entry" and read.page.depth and (known is None or known.list_id is None) and state != "ok":
        # A customary address that was tried in vain is not tried again.
        return Outlook(None, None)
    if state in PASSES:
        return Outlook(at, None)
    if state not in ("ok", "empty", "not_modified"):
        # A list that is missing, or behind a wall, may come back: one that had rows is asked for in every visit until it
        # does, its further pages once more, since a list that became shorter has fewer of them.
        stood = known is not None and known.list_id is not None
        again = stood and state in LOST and (read.page.number is None or (known and known.reading not in LOST))
        return Outlook(at if again else at + recheck, offers_of(read), known.list_id if known else None)
    first_time = known is None or known.changed_at is None
    # Of files and of interfaces the list is where the listings stand.
    digest = digest_of(read) if read.reading.listings else None
    changed = first_time or showed_news or (digest is not None and known is not None and digest != known.digest)
    list_id = part_of or (known.list_id if known else None) or read.page.page_id
    pace = rhythm.front if list_id == read.page.page_id else rhythm.further
    offers = offers_of(read)
    due = pace(at, at if changed else _changed_at(known, at), recheck)
    if read.page.mark is not None and read.page.depth > 1:
        # The list above shows when this one changes, as a folder's row shows its folder's time.
        due = at + recheck
    return Outlook(due, offers, list_id, at if changed else None, digest)


def of_page(
    read: PageRead, at: datetime, known: Known | None, recheck: timedelta, is_hit: bool, is_listed: bool = False
) -> Outlook:
    """The outlook of any other page: one with hits by how long it has been as it is, a known listing after `recheck`.

    An answer without content leaves known what was known. A page that failed, or in whose place a challenge stood, is asked once in the next visit: the list
    that named it may not change for months. One that was never there is asked for as long as a list vouches for it: an
    interface may name a page before it can be seen. A page whose offers are gone is looked at again: some come back. One with
    hits that a list still shows (`is_listed`) is looked at in the next visit: the list may be right.
    """
    state = read.reading.state
    if read.page.role == "picture":
        # The site's icon: one look in each round, whatever came of it.
        return Outlook(at + recheck, 0)
    never_there = state == "missing" and read.page.mark is not None and (known is None or _is_unseen(known))
    if state in PASSES:
        return Outlook(at, None)
    if never_there and (is_listed or known is None or known.last_fetched is None):
        return Outlook(rhythm.lost(at, _changed_at(known, at), recheck), None, None, _changed_at(known, at))
    held = known is not None and known.offers > 0
    offers = None if read.page.role == "search" or state == "redirect" else offers_of(read)
    if not offers and not held:
        return Outlook(None, offers)
    digest = digest_of(read) if offers is not None else None
    changed = digest is not None and (known is None or known.digest != digest)
    since = at if changed else _changed_at(known, at)
    lost = state != "not_modified" and not offers
    pace = rhythm.lost if lost and is_listed else rhythm.known_hit
    due = pace(at, since, recheck) if is_hit else at + recheck
    return Outlook(due, offers or None, None, at if changed else None, digest)


def rests(known: Known, now: datetime, recheck: timedelta) -> bool:
    """Whether a list that is due may wait, since another way shows all that it shows."""
    if not known.last_fetched:
        return False
    read_at = clock.parse(known.last_fetched)
    return now < rhythm.further(read_at, _changed_at(known, read_at), recheck)


def _is_unseen(known: Known) -> bool:
    return known.digest is None and known.reading in (None, "missing", *PASSES)


def _changed_at(known: Known | None, at: datetime) -> datetime:
    return clock.parse(known.changed_at) if known and known.changed_at else at


def digest_of(read: PageRead) -> str:
    """What tells a page's listings from those that it held before."""
    told = [
        (one.url, one.title, one.passage.text, [target.url for target in one.targets], one.price)
        for one in read.reading.listings
    ]
    return sha256(repr(told).encode()).hexdigest()[:32]


def offers_of(read: PageRead) -> int | None:
    """How many offers a page held; None when its answer does not say."""
    if read.reading.state in WITHOUT_CONTENT:
        return None
    return sum(listing.has_offer for listing in read.reading.listings)
