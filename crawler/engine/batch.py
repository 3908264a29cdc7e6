"""What the wire and the pipelines hand to the recorder, gathered until its next commit."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.engine.exhibits import ExhibitMade, Sighting
from crawler.evidence.warc import Placement, Record
from crawler.model import Exchange
from crawler.reading import Hit, Page, PageRead, PictureMissing
from crawler.store import lists, pages
from crawler.store.listings import ExhibitDue

Observation = tuple[str, str, str, str, str, str | None, str | None, str]
"""A row of `net_observations`."""
Write = Callable[[sqlite3.Connection, int], None]
"""Writes the rows that go with a ledger entry of a number."""


@dataclass(frozen=True, slots=True)
class PictureTaken:
    """A browser capture on its way to the record."""

    capture_id: str
    exchange_id: str
    url: str
    captured_at: datetime
    facts: Mapping[str, Any]
    records: tuple[Record, ...]
    files: Mapping[str, bytes]
    pictures: tuple[str, ...]
    """The exchanges that brought what the picture shows."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """All that one page brought, to be recorded in one transaction."""

    site_id: str
    read: PageRead
    outcome: pages.Outcome
    visit: Mapping[str, Any]
    """The counts of the site's visit so far."""
    fresh: tuple[Page, ...] = ()
    hits: tuple[Hit, ...] = ()
    """Hits and matches in the review band."""
    engine: str | None = None
    new_host: str | None = None
    robots_exchange: str | None = None
    refusals: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    rows: tuple[lists.ListRow, ...] = ()
    """What a list shows."""
    rows_left: tuple[tuple[int, int], ...] = ()
    """What it shows no longer: list and page."""
    keep: bool = False
    """The bytes matter although the page shows no hit: a hit that it held is gone."""
    search: str | None = None
    searched: tuple[tuple[str, str], ...] = ()
    """Work and title that the page's search was for."""
    rendered: PictureTaken | None = None
    """What a browser made of the page, when it was read from that."""
    renders: bool = False
    """Whether that held something: the site is remembered as one that is rendered."""


@dataclass(slots=True)
class Batch:
    """What the next commit makes durable."""

    taken: dict[str, Exchange] = field(default_factory=dict)
    keep: set[str] = field(default_factory=set)
    outcomes: list[PageOutcome] = field(default_factory=list)
    chains: list[dict[str, str]] = field(default_factory=list)
    """For each outcome: the exchanges that its exhibits rest on, and their roles."""
    now: dict[str, Placement] = field(default_factory=dict)
    late: dict[str, Placement] = field(default_factory=dict)
    rendered: dict[str, PictureTaken] = field(default_factory=dict)
    """Exchange id -> what a browser made of its page so that it could be read."""
    captures: dict[str, Placement] = field(default_factory=dict)
    sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    """URL and work -> the hit as it is being recorded."""
    pictured: dict[str, PictureTaken | None] = field(default_factory=dict)
    """Exchange id -> the picture of its page; None when there will be none."""
    missing: dict[str, PictureMissing] = field(default_factory=dict)
    """Exchange id -> why its page has no picture."""
    exhibits: list[ExhibitMade] = field(default_factory=list)
    long: int = 0
    """Quarters of a mebibyte in the pages of `outcomes`: what was read of long ones is let go of soon."""
    more: list[tuple[Mapping[str, Any], Write]] = field(default_factory=list)
    """Further ledger entries, and what writes the rows that go with each."""
    hashes: dict[str, str] = field(default_factory=dict)
    """Exchange id -> SHA-256 of its response, taken once for ledger, records and index."""
    seqs: dict[str, int] = field(default_factory=dict)
    """Id of an exchange, capture or exhibit -> its ledger number."""

    @property
    def shown(self) -> list[PictureTaken]:
        """What the browser made, the DOM that a page was read from before its picture."""
        return [*self.rendered.values(), *(taken for taken in self.pictured.values() if taken)]

    def due(self) -> dict[str, list[ExhibitDue]]:
        """The exhibits that the pages of `outcomes` make due, by exchange; `chains` and `sightings` are known by then."""
        due: dict[str, list[ExhibitDue]] = {}
        for outcome, chain in zip(self.outcomes, self.chains, strict=True):
            for hit in outcome.hits:
                key = (hit.listing.url, hit.match.work_id)
                sighting = self.sightings[key]
                if sighting.hit is hit and sighting.snapshot is not None and outcome.read.exchange_id:
                    item = ExhibitDue(sighting.hit_id, *key, sighting.snapshot, chain)
                    due.setdefault(outcome.read.exchange_id, []).append(item)
        return due
