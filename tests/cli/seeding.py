"""A workspace with hits in it, as a crawl would have left them."""

from datetime import UTC, datetime
from pathlib import Path

from crawler import clock
from crawler.model import Listing, Match, Passage, Reason, Site, Target, Work
from crawler.store import Store, listings, sites, works

SEEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def seed(workspace: Path, scores: tuple[float, ...] = (0.97, 0.8, 0.4)) -> list[str]:
    """One site, two works, and a hit of each score on the first work; returns the hit ids."""
    store = Store.open(workspace / "titlewatch.db")
    works.save(store, [Work("salt", "The Salt Lantern", "film", 2024), Work("fog", "雾港长河")])
    sites.add(store, Site("forum", "http://forum.example/", ("forum.example:80",)), "test")
    made = []
    for number, score in enumerate(scores):
        target = Target(
            "cloud_drive", f"https://pan.example/s/FAKE{number}", f"share:pan/FAKE{number}", "hxxps://pan", "a1b2"
        )
        listing = Listing(
            f"http://forum.example/t/{number}", "http://forum.example/t", f"The Salt Lantern 第{number}集",
            Passage("The Salt Lantern"), (target,), SEEN, posted_by="tern",
        )  # fmt: skip
        reason = Reason("title", 1.5, "The watched title stands here.", "title", (0, 16))
        hit_id = clock.new_id()
        with store.transaction() as connection:
            listing_id = listings.write_listing(connection, "forum", listing, "Topics", SEEN, "exchange")
            listings.write_hit(
                connection, hit_id, listing_id, listing.url, Match("salt", score, (reason,), ((0, 16),), "1"), SEEN
            )
        made.append(hit_id)
    store.close()
    return made
