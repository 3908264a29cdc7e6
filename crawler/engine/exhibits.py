"""What an exhibit rests on: the exchanges that led to a hit, and the listing as its page showed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler import clock
from crawler.reading import Hit, PictureMissing
from crawler.store.listings import ExhibitDue, reason_facts


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit of the batch under way."""

    hit_id: str
    hit: Hit
    snapshot: str | None
    """The listing as canonical JSON; None when the known exhibit still shows it as it is."""


@dataclass(frozen=True, slots=True)
class ExhibitMade:
    """An exhibit of the batch under way."""

    exhibit_id: str
    due: ExhibitDue
    roles: Mapping[str, str]
    """The exchanges that it rests on, those behind its picture included: exchange id -> role."""
    captures: tuple[str, ...]
    """The DOM that the listing was read from, and the picture of its page."""
    missing: PictureMissing | None
    """Why there is no picture."""


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
