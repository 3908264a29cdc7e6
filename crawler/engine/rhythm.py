"""When a page is read again: the longer nothing changed, the longer it may wait, within bounds."""

from datetime import datetime, timedelta

FURTHER_PAGES = timedelta(days=3)
"""The shortest rest of a list's further pages, and of lists whose rows stand on the entry page's list too."""


def front(at: datetime, changed_at: datetime, recheck: timedelta) -> datetime:
    """When the first page of a list is due: in the next visit while it changed lately, later after long silence."""
    return at + min((at - changed_at) / 10, recheck / 4)


def further(at: datetime, changed_at: datetime, recheck: timedelta) -> datetime:
    """When a further page of a list is due even if the page before it shows nothing new."""
    return at + min(max(FURTHER_PAGES, at - changed_at), recheck)


def known_hit(at: datetime, changed_at: datetime, recheck: timedelta) -> datetime:
    """When a page with a hit is due: soon after it was found or changed, then ever later, at the latest after `recheck`."""
    return at + min(max(recheck / 4, at - changed_at), recheck)


def lost(at: datetime, changed_at: datetime, recheck: timedelta) -> datetime:
    """When a page that lost its hits is due while a list still shows it: in the next visit, ever later after that."""
    return at + min((at - changed_at) / 10, recheck)
