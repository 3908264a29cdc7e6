"""What an exhibit rests on: the exchanges that led to a hit, and the listing as its page showed it."""

from dataclasses import dataclass
from typing import Any

from crawler import clock
from crawler.reading import Hit
from crawler.store.listings import reason_facts


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit of the batch under way."""

    hit_id: str
    hit: Hit
    snapshot: str | None
    """The listing as canonical JSON; None when the known exhibit still shows it as it is."""


def snapshot_of(hit: Hit) -> dict[str, Any]:
    """What an exhibit says of its hit: the listing as the page showed it, and the match with its reasons."""
    listing, match = hit.listing, hit.match
    # Said of a rendered page alone: what was recorded of all others stays as it was recorded.
    rendered = {} if listing.read_from == "response" else {"read_from": listing.read_from}
    return rendered | {
        "url": listing.url,
        "page_url": listing.page_url,
        "title": listing.title,
        "text": listing.passage.text,
        "posted_at": clock.stamp(listing.posted_at) if listing.posted_at else None,
        "posted_at_text": listing.posted_at_text,
        "posted_at_basis": listing.posted_at_basis,
        "posted_by": listing.posted_by,
        "hidden": listing.hidden,
        "players": list(listing.players),
        "price": listing.price,
        "is_reply": listing.is_reply,
        "links": [
            {
                "kind": target.kind,
                "family": target.family,
                "url": target.url,
                "object": target.object,
                "access_code": target.access_code,
                "as_written": target.as_written,
                "damaged": target.damaged,
            }
            for target in listing.targets
        ],
        "match": {
            "work_id": match.work_id,
            "score": match.score,
            "rules_version": match.rules_version,
            "reasons": [reason_facts(reason) for reason in match.reasons],
        },
    }
