"""First: which listings of a page offer a watched work."""

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler.engine import session as sessions
from crawler.engine.session import SiteSession
from crawler.matching.offer import offer_of
from crawler.model import Listing
from crawler.reading import Hit, PageRead
from crawler.store.sealed import page_is_away


class MatchPipeline:
    """Adds to a page the hits among its listings, those of the review band included."""

    def __init__(self, session: SiteSession) -> None:
        self._session = session
        self._run = session.run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of the crawler's visit."""
        return cls(sessions.of(crawler))

    async def process_item(self, item: PageRead) -> PageRead:
        """The page with its hits, without listings on genuine pages and on pages that were sealed away."""
        listings = tuple(listing for listing in item.reading.listings if not self._is_left_out(listing))
        if len(listings) < len(item.reading.listings):
            item = replace(item, reading=replace(item.reading, listings=listings))
        hits = tuple(
            Hit(listing, match) for listing in listings for match in self._run.matcher.match(offer_of(listing))
        )
        return replace(item, hits=hits) if hits else item

    def _is_left_out(self, listing: Listing) -> bool:
        """A genuine page of a watched work is no listing, whatever stands on it; of what was sealed away nothing is kept again."""
        genuine = listing.url in self._run.reference_urls or listing.page_url in self._run.reference_urls
        return genuine or page_is_away(self._run.store, listing.page_url)
