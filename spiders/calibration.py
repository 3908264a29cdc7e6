"""What one site has told so far, of its clock above all, so that pages which tell nothing can be read too."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler import clock
from crawler.reading import Link
from spiders.ages import zone_of_ages
from spiders.defaults import SoftwareDefault, default_of
from spiders.moments import DayOrder, Shown, has_numeric_date, shown
from spiders.page import FetchedPage
from spiders.zones import Zone, day_order, from_feed, from_file, from_pair, hinted, zone_of

_SKEW = timedelta(minutes=5)
_EASTERNMOST = timedelta(hours=14)


@dataclass(slots=True)
class Calibration:
    """Kept for a site while it is visited; every page may add to it."""

    zone: Zone | None = None
    order: DayOrder | None = None
    feed_times: dict[str, set[datetime]] = field(default_factory=dict)
    """Canonical topic URL -> moments that the site's feed gives for it."""
    pairs: list[tuple[datetime, Shown]] = field(default_factory=list)
    assumed: SoftwareDefault | None = None
    """What the site's software shows where nobody changed it; the last resort, gone once a time disproves it."""
    disproved: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    """What an engine needs to know on later pages, by its own keys."""
    aside: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    """Address of a cheaper way in -> the links that it may save."""

    _page: FetchedPage | None = None

    def told(self) -> str | None:
        """What is known, as text for `restored`; None when nothing is."""
        if self.zone is None and self.order is None and not (self.feed_times or self.facts or self.aside):
            return None
        zone = None
        if self.zone is not None:
            seconds = None if self.zone.offset is None else self.zone.offset.total_seconds()
            zone = [self.zone.basis, seconds, self.zone.name]
        times = {url: sorted(map(clock.stamp, moments)) for url, moments in sorted(self.feed_times.items())}
        aside = {
            url: [[link.url, link.role, link.mark, link.priority] for link in links]
            for url, links in self.aside.items()
        }
        return json.dumps({"zone": zone, "order": self.order, "feed": times, "facts": self.facts, "aside": aside})

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
        return cls(
            zone,
            facts["order"],
            {url: set(map(clock.parse, times)) for url, times in facts["feed"].items()},
            facts=facts.get("facts", {}),
            aside={url: tuple(Link(*link) for link in links) for url, links in facts.get("aside", {}).items()},
        )

    def rather(self, way: Link, links: tuple[Link, ...]) -> tuple[Link, ...]:
        """The links of a page that names a cheaper way in: that way alone, its lists set aside until it has answered."""
        self.aside[way.url] = links
        return (way,)

    def answered(self, url: str, *, well: bool) -> tuple[Link, ...]:
        """What is to be followed now that a way in has answered: what was set aside for it, unless it leads everywhere."""
        links = self.aside.get(url, ())
        if well:
            self.aside.pop(url, None)
            return ()
        return links

    def learn(self, page: FetchedPage) -> None:
        """Take the zone from a page that tells it; its dates settle the order of day and month when one needs it."""
        self._page = page
        hint = page.site.description.zone if page.site.description else None
        if self.zone is None or self.zone.basis == "site-file":
            self.zone = hinted(hint) if hint else None
        if self.zone is None or (self.zone.basis in ("feed", "site-file") and page.depth < 2):
            self.zone = zone_of(page, self.order) or zone_of_ages(page) or self.zone
        if self.zone is None and self.assumed is None and not self.disproved:
            self.assumed = default_of(page)

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
        if (self.zone is not None and self.zone.basis != "site-file") or topic_url not in self.feed_times:
            return
        for moment in self.feed_times[topic_url]:
            if (moment, time) not in self.pairs:
                self.pairs.append((moment, time))
        self.zone = from_feed(self.pairs, now) or self.zone

    def told_by_file(self, shown_text: str, last_modified: str | None) -> None:
        """Take the zone from a file whose time the site shows and the server tells; they must be a zone's distance apart."""
        time = shown(shown_text, self.order)
        if self.zone is None and time is not None and time.local is not None and last_modified:
            self.zone = from_file(time.local, last_modified)

    def same_moment(self, local: datetime, moment: datetime) -> None:
        """Take the zone from one moment that a site's interface gives by its clock and in UTC."""
        if self.zone is None:
            self.zone = from_pair(local, moment)

    def moment(self, time: Shown, now: datetime | None) -> tuple[datetime | None, str | None]:
        """The moment in UTC and how it was found; both None without a zone."""
        if time.utc is not None:
            return time.utc, "datetime-attribute"
        if time.ago is not None:
            moment = time.at(None, now)
            return moment, "date-header" if moment else None
        if self.zone is None:
            moment = self._assumed(time, now)
            return moment, "software-default" if moment else None
        moment = time.at(self.zone.offset_at(time, now), now)
        return moment, self.zone.basis if moment else None

    def _assumed(self, time: Shown, now: datetime | None) -> datetime | None:
        """The moment by the software's default; None without one, and for good once a time would lie ahead of the server's clock."""
        if self.assumed is None or now is None:
            return None
        moment = time.at(self.assumed.offset, now)
        if moment is None or moment <= now + _SKEW:
            return moment
        if moment <= now + _EASTERNMOST:
            # The site's clock runs ahead of the default: its operator chose a zone.
            self.assumed, self.disproved = None, True
        return None
