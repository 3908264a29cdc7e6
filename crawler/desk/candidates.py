"""Candidates for sites, from what the workspace has on record; nothing is visited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from crawler.casework.candidates import Candidate, Candidates
from crawler.health.history import past_of
from crawler.health.likeness import ALIKE, likeness
from crawler.health.observed import Observed, restored
from crawler.licence import recorded
from crawler.store import Store, health, pointing, sites

MANY = 5
"""Listings in common that are no accident."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two watched sites that seem to be one."""

    one: str
    other: str
    alike: int
    """Percent of the front pages' template that they have in common."""
    same_icon: bool
    same_titles: int
    """Listings of the one whose title and words stand on the other, too."""


def candidates(store: Store, country: str = "") -> list[Candidate]:
    """The hosts that are proposed as sites, the most telling first.

    Where a work is licensed is no candidate while the licence holds in `country` (ISO 3166-1 alpha-2), from which pages are seen.
    """
    licensed, own = pointing.reserved(store)
    licences = (licence for written in licensed for licence in recorded((written,)))
    found = Candidates(own, licences, pointing.addresses(store), country)
    for pointer in (*pointing.links(store), *pointing.forwards(store)):
        found.pointed(pointer.site_id, pointer.listing_url, pointer.url, pointer.is_hit, pointer.last_seen)
    for pointer, text in pointing.texts(store):
        found.written(pointer.site_id, pointer.listing_url, text, pointer.is_hit, pointer.last_seen)
    for host, names in pointing.certificates(store):
        found.certified(host, names)
    for site in sites.every(store):
        for url, pages in _last(store, site.site_id).away.items():
            found.led(site.site_id, url, pages)
    return found.proposed()


def twins(store: Store) -> list[Twins]:
    """Pairs of watched sites that look like mirrors: the same icon or listings, or a template and listings alike."""
    shown = {site.site_id: _good(store, site.site_id) for site in sites.every(store)}
    shared = {(one, other): count for one, other, count in pointing.same_listings(store)}
    icons: dict[str, list[str]] = {}
    for site_id, seen in shown.items():
        if seen.icon is not None:
            icons.setdefault(seen.icon, []).append(site_id)
    pairs = {*shared, *(pair for found in icons.values() for pair in combinations(sorted(found), 2))}
    twins = []
    for one, other in sorted(pairs):
        alike = likeness(shown[one].shape, shown[other].shape)
        same_icon = shown[one].icon is not None and shown[one].icon == shown[other].icon
        titles = shared.get((one, other), 0)
        # Common software brings an icon and a template of its own: there both say something only beside a listing.
        by_icon = same_icon and alike >= ALIKE / 2 and (titles or not shown[one].software)
        if by_icon or titles >= MANY or (alike >= ALIKE and titles):
            twins.append(Twins(one, other, round(100 * alike), same_icon, titles))
    return twins


def _last(store: Store, site_id: str) -> Observed:
    last = health.latest(store, site_id)
    return restored(last["observed"]) if last else Observed()


def _good(store: Store, site_id: str) -> Observed:
    good: Sequence[Observed] = past_of(health.earlier(store, site_id)).good
    # The icon is looked at in one visit of many.
    icon = next((one.icon for one in good if one.icon), None)
    return replace(next((one for one in good if one.shape), Observed()), icon=icon)
