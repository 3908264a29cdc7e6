"""What one site has told about its clock so far, so that pages which tell nothing can be read too."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler import clock
from spiders.moments import DayOrder, Shown, has_numeric_date, shown
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

    _page: FetchedPage | None = None

    def told(self) -> str | None:
        """What is known, as text for `restored`; None when nothing is."""
        if self.zone is None and self.order is None and not self.feed_times:
            return None
        zone = None
        if self.zone is not None:
            seconds = None if self.zone.offset is None else self.zone.offset.total_seconds()
            zone = [self.zone.basis, seconds, self.zone.name]
        times = {url: sorted(map(clock.stamp, moments)) for url, moments in sorted(self.feed_times.items())}
        return json.dumps({"zone": zone, "order": self.order, "feed": times})

    @classmethod
    def restored(cls, told: str | None) -> "Calibration":
        """What an earlier part of the visit told; a fresh one for None."""
        if told is None:
            return cls()
        facts = json.loads(told)
        zone = None
        if facts["zone"]:
            basis, seconds, name = facts["zone"]
            zone = Zone(basis, None if seconds is None else timedelta(seconds=seconds), name)
        return cls(zone, facts["order"], {url: set(map(clock.parse, times)) for url, times in facts["feed"].items()})

    def learn(self, page: FetchedPage) -> None:
        """Take the zone from a page that tells it; its dates settle the order of day and month when one needs it."""
        self._page = page
        if self.zone is None or (self.zone.basis == "feed" and page.depth < 2):
            self.zone = zone_of(page, self.order) or self.zone

    def forget_page(self) -> None:
        """Let go of the page that `learn` took; what it told stays."""
        self._page = None

    def read(self, text: str) -> Shown | None:
        """The displayed time in a text, by the site's order of day and month."""
        time = shown(text, self.order)
        if time is None and self.order is None and self._page is not None and has_numeric_date(text):
            page, self._page = self._page, None
            self.order = day_order(page)
            time = shown(text, self.order) if self.order else None
        return time

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
