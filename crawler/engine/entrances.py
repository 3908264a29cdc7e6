"""The ways into a site beside its entry page: its own interface, and a customary address that was tried and found."""

import re
from collections.abc import Container
from dataclasses import dataclass

from crawler import clock
from crawler.engine import rhythm
from crawler.engine.outlook import PASSES
from crawler.reading import Link, Page
from crawler.store import Store, health, lists, pages
from crawler.store.pages import Known

_INTERFACE = re.compile(r"/(?:wp-json|api|api\.php|ajax|opds)(?:[/?]|$)|[?&]rest_route=", re.I)
"""An address that answers programs."""


@dataclass(frozen=True, slots=True)
class Entering:
    """How a visit begins."""

    asked: tuple[Known, ...] = ()
    """Addresses that were tried when the entry page was missing, and that held something."""
    resting: Page | None = None
    """The entry page, or one of those addresses, while `by` is asked in its place: to be asked where that fails."""
    by: str | None = None


def entering(store: Store, site_id: str, known: Known | None, queued: Container[str]) -> Entering:
    """The ways in that a visit asks. `known` is the entry page, `queued` holds the addresses that are asked anyway."""
    if known and (led := _interface(store, known)) in queued:
        return Entering((), known.page, led)
    ways = pages.entrances(store, site_id)
    asked = []
    resting, by = None, None
    for way in ways:
        if (led := _interface(store, way)) in queued:
            resting, by = way.page, led
        else:
            asked.append(way)
    served = [way.page.url for way in ways if way.reading in ("ok", "not_modified")]
    if known is None or known.reading != "missing" or not served or not _is_fresh(known):
        return Entering(tuple(ways))
    return Entering(tuple(asked), resting or known.page, by or served[0])


def _interface(store: Store, known: Known) -> str | None:
    """The address of the site's own interface, where a page only led there: it is asked in its place for some days."""
    rows = lists.on_page(store, known.page.page_id, 1) if known.list_id == known.page.page_id else []
    if len(rows) != 1 or not _is_fresh(known):
        return None
    led = pages.by_id(store, rows[0].page_id)
    return led.page.url if led is not None and _INTERFACE.search(led.page.url) else None


def _is_fresh(known: Known) -> bool:
    return bool(known.last_fetched) and clock.parse(str(known.last_fetched)) + rhythm.FURTHER_PAGES > clock.now()


def may_try(store: Store, site_id: str, link: Link) -> bool:
    """Whether a customary address is tried: on a site of which nothing was ever read, and no address twice."""
    return pages.known(store, site_id, link.url) is None and not health.had_rows(store, site_id)


def was_read(known: Known | None, since: str) -> bool:
    """Whether a page was read since a moment (`clock.stamp`), and not something in its place."""
    return known is not None and known.reading not in PASSES and (known.last_fetched or "") >= since
