"""What the database learns of a batch when its bytes and its ledger entries are durable."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.engine.batch import Batch, PageOutcome, PictureTaken
from crawler.evidence import entries
from crawler.evidence.warc import Placement
from crawler.matching.offer import offer_of
from crawler.matching.traces import speaks_of_copy
from crawler.store import exchanges, listings, lists, pages, renderings, runs, searches, sites, timeline
from crawler.store.exchanges import Kept, Spooled


def write_rows(
    connection: sqlite3.Connection, batch: Batch, spooled: Mapping[str, Spooled | None], run_id: str, at: datetime
) -> None:
    """Write every row of a batch within the caller's transaction.

    `spooled` tells of each exchange taken where it waits, if it does.
    """
    for exchange_id, exchange in batch.taken.items():
        placed = batch.now.get(exchange_id)
        exchanges.write(
            connection,
            exchange,
            batch.hashes[exchange_id],
            batch.seqs[exchange_id],
            _kept(placed) if placed else None,
            spooled[exchange_id],
        )
    for exchange_id, placement in batch.late.items():
        exchanges.write_kept(connection, exchange_id, _kept(placement))
    pages.write_new(connection, [page for outcome in batch.outcomes for page in outcome.fresh])
    pages.write_outcomes(connection, [outcome.outcome for outcome in batch.outcomes])
    for outcome in batch.outcomes:
        lists.write(connection, outcome.rows, outcome.rows_left)
    visits: dict[str, Mapping[str, Any]] = {}
    for outcome in batch.outcomes:
        _write_outcome(connection, outcome, batch, at)
        visits[outcome.site_id] = outcome.visit
    for exchange_id, due in batch.due().items():
        if exchange_id not in batch.pictured:
            for item in due:
                listings.write_due(connection, exchange_id, item)
    for taken in batch.shown:
        _write_capture(connection, taken, batch)
    for made in batch.exhibits:
        listings.write_exhibit(
            connection,
            made.exhibit_id,
            made.due.hit_id,
            at,
            batch.seqs[made.exhibit_id],
            made.due.snapshot,
            {e: role for e, role in made.roles.items() if exchanges.is_indexed(connection, e)},
            made.captures,
            made.missing,
        )
    for number, (_, write) in enumerate(batch.more):
        write(connection, batch.seqs[f"more {number}"])
    for site_id, visit in visits.items():
        runs.write_visit(connection, run_id, site_id, visit)


def _write_capture(connection: sqlite3.Connection, taken: PictureTaken, batch: Batch) -> None:
    exchanges.write_capture(
        connection,
        taken.capture_id,
        taken.exchange_id,
        taken.url,
        taken.captured_at,
        taken.facts,
        {name: entries.digest_of(data) for name, data in taken.files.items()},
        _kept(batch.captures[taken.capture_id]),
        batch.seqs[taken.capture_id],
    )


def _write_outcome(connection: sqlite3.Connection, outcome: PageOutcome, batch: Batch, at: datetime) -> None:
    read = outcome.read
    if outcome.engine:
        sites.set_engine(connection, outcome.site_id, outcome.engine)
    if outcome.new_host:
        sites.add_host(connection, outcome.site_id, outcome.new_host, clock.stamp(at))
    exchanges.write_observations(connection, outcome.observations)
    if outcome.renders:
        renderings.write(connection, outcome.site_id, clock.stamp(at))
    searches.write(connection, outcome.site_id, outcome.search, outcome.searched, clock.stamp(at))
    if read.exchange_id is None:
        return
    # A post that only speaks of a copy is kept for titles to come; its history begins when it is a hit.
    before = {
        url: one for url, one in timeline.standing(connection, read).items() if one.is_hit or one.last is not None
    }
    if read.reading.state == "not_modified":
        listings.seen_again(connection, read.page.url, at)
    hit_urls = {hit.listing.url for hit in outcome.hits}
    listing_ids = {
        listing.url: listings.write_listing(
            connection, outcome.site_id, listing, read.reading.title, at, read.exchange_id
        )
        for listing in read.reading.listings
        if listing.has_offer or listing.url in hit_urls
    }
    for post in read.reading.listings:
        if post.url not in listing_ids and speaks_of_copy(offer_of(post)):
            listings.write_listing(connection, outcome.site_id, post, read.reading.title, at, read.exchange_id)
    timeline.record(connection, read, before, listing_ids, clock.stamp(at))
    for hit in outcome.hits:
        sighting = batch.sightings[hit.listing.url, hit.match.work_id]
        if sighting.hit is hit:
            listings.write_hit(
                connection, sighting.hit_id, listing_ids[hit.listing.url], hit.listing.url, hit.match, at
            )


def _kept(placement: Placement) -> Kept:
    return Kept(placement.segment, placement.offset, placement.length, tuple(r.as_dict() for r in placement.records))
