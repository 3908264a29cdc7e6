"""What one site has told about its clock so far, so that pages which tell nothing can be read too."""

from dataclasses import dataclass, field
from datetime import datetime

from spiders.moments import DayOrder, Shown
from spiders.page import FetchedPage
from spiders.zones import Zone, day_order, from_feed, zone_of


@dataclass(slots=True)
class Calibration:
    """Kept for a site while it is visited; every page may add to it."""

    zone: Zone | None = None
    order: DayOrder | None = None
    feed_times: dict[str, set[datetime]] = field(default_factory=dict)
    """Canonical topic URL -> moments that the site's feed gives for it."""
    pairs: list[tuple[datetime, Shown]] = field(default_factory=list)

    def learn(self, page: FetchedPage) -> None:
        """Take the zone and the order of day and month from a page that tells them."""
        if self.order is None:
            self.order = day_order(page)
        if self.zone is None or (self.zone.basis == "feed" and page.depth < 2):
            self.zone = zone_of(page, self.order) or self.zone

    def compare(self, topic_url: str, time: Shown, now: datetime | None) -> None:
        """Hold a displayed time against the feed's times of the same topic; enough agreement gives the zone."""
        if self.zone is not None or topic_url not in self.feed_times:
            return
        for moment in self.feed_times[topic_url]:
            if (moment, time) not in self.pairs:
                self.pairs.append((moment, time))
        self.zone = from_feed(self.pairs, now)

    def moment(self, time: Shown, now: datetime | None) -> tuple[datetime | None, str | None]:
        """The moment in UTC and how it was found; both None without a zone."""
        if time.utc is not None:
            return time.utc, "datetime-attribute"
        if time.ago is not None:
            moment = time.at(None, now)
            return moment, "date-header" if moment else None
        if self.zone is None:
            return None, None
        moment = time.at(self.zone.offset_at(time, now), now)
        return moment, self.zone.basis if moment else None
