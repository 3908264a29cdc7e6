"""Looking for titles that came onto the watchlist after a site was read: on-site search, and what is on record."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from crawler.reading import Page
from crawler.store import Store, pages, searches, timeline

TITLES = 25
"""Titles that one visit looks for; the others' turn comes in the next."""
_SLOT = re.compile(r"\{title(?::([\w-]+))?\}")


class Looking:
    """One visit's search for new titles at one site."""

    RESULTS = 10
    """Pages that are read of what a search finds."""

    def __init__(self, store: Store, site_id: str) -> None:
        self._store = store
        self._site_id = site_id
        self._titles = searches.unasked(store, site_id, TITLES)
        self._asked: dict[int, tuple[tuple[str, str], ...]] = {}
        """Page id of a search -> work and title."""
        self._entered_by: str | None = None
        self._looked_back: tuple[tuple[str, str], ...] = ()

    def pages(self, fresh_id: Callable[[], int], entered_by: str) -> Iterator[Page]:
        """The searches to make, and the known pages on which a new title stands; `entered_by` is the visit's way in."""
        self._entered_by = entered_by
        if not self._titles:
            return
        address = searches.address(self._store, self._site_id)
        for work_id, title in self._titles:
            yield from searches.on_record(self._store, self._site_id, title)
            if address is None:
                self._looked_back += ((work_id, title),)
                continue
            url = search_url(address, title)
            known = pages.known(self._store, self._site_id, url)
            page_id = known.page.page_id if known else fresh_id()
            self._asked[page_id] = ((work_id, title),)
            yield Page(page_id, self._site_id, url, role="search", depth=1, priority=900)

    def asked(self, page: Page) -> tuple[tuple[str, str], ...]:
        """Work and title that the record of a page settles."""
        if page.role == "entry" or page.url == self._entered_by:
            told, self._looked_back = self._looked_back, ()
            return told
        return self._asked.get(page.page_id, ())

    def is_hit(self, page_url: str) -> bool:
        """Whether hits are known on a page."""
        return timeline.hits_on(self._store, page_url)


def search_url(address: str, title: str) -> str:
    """The address of a search for a title, in the characters that the site expects."""
    return _SLOT.sub(lambda slot: quote(title.encode(slot[1] or "utf-8", "replace"), safe=""), address)
