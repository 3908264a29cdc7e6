"""The ways into a site beside its entry page: its own interface, and a customary address that was tried and found."""

import re

from crawler import clock
from crawler.engine import rhythm
from crawler.engine.outlook import PASSES
from crawler.reading import Link
from crawler.store import Store, health, lists, pages
from crawler.store.pages import Known

_INTERFACE = re.compile(r"/(?:wp-json|api|api\.php|ajax|opds)(?:[/?]|$)|[?&]rest_route=", re.I)
"""An address that answers programs."""


def interface(store: Store, known: Known) -> str | None:
    """The address of the site's own interface, where the entry page only led there: it is asked in its place for some days."""
    rows = lists.on_page(store, known.page.page_id, 1) if known.list_id == known.page.page_id else []
    if len(rows) != 1 or not known.last_fetched:
        return None
    led = pages.by_id(store, rows[0].page_id)
    rested = clock.parse(known.last_fetched) + rhythm.FURTHER_PAGES > clock.now()
    return led.page.url if rested and led is not None and _INTERFACE.search(led.page.url) else None


def found(store: Store, site_id: str) -> list[Known]:
    """The addresses that were tried when the entry page was missing, and that held something: due in every visit."""
    return pages.entrances(store, site_id)


def may_try(store: Store, site_id: str, link: Link) -> bool:
    """Whether a customary address is tried: on a site of which nothing was ever read, and no address twice."""
    return pages.known(store, site_id, link.url) is None and not health.had_rows(store, site_id)


def was_read(known: Known | None, since: str) -> bool:
    """Whether a page was read since a moment (`clock.stamp`), and not something in its place."""
    return known is not None and known.reading not in PASSES and (known.last_fetched or "") >= since
