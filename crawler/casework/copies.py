"""The copies that a case shows: one copy is one distinct hosted object, whatever number of pages link to it.

Mirrors of one object count once; a bundle counts once for each watched work that it holds; an article for sale
is a copy of its own, which its listing names. An offer that says where no copy is ("write to me") counts none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of one work, and every page that was seen to lead to it."""

    work_id: str
    object: str
    """The object's id, its address where it has none, or ``goods:<address of the listing>``."""
    pages: tuple[str, ...]
    """The listings' addresses, earliest first."""
    hits: tuple[str, ...]
    exhibits: tuple[str, ...]
    offered: datetime
    """When it was first offered: the earliest posting that a page dates, otherwise when it was first seen; UTC."""
    is_dated: bool
    """Whether a page dates the offer."""


def counting(hits: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that a person found infringing: no other counts for anything, and no other names a country."""
    return [hit for hit in hits if hit["status"] == "infringing"]


def observed(hits: Iterable[Mapping[str, Any]]) -> list[Copy]:
    """The distinct copies that hits (as `titlewatch hits --json` prints them) show, by work and then by time."""
    shown: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for hit in hits:
        for thing in _objects(hit):
            shown.setdefault((hit["work_id"], thing), []).append(hit)
    return sorted(
        (_copy(work, thing, offers) for (work, thing), offers in shown.items()),
        key=lambda copy: (copy.work_id, copy.offered, copy.object),
    )


def by_work(hits: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many distinct copies of each work hits show; a work whose offers name no copy has 0."""
    hits = list(hits)
    counted = dict.fromkeys(sorted({hit["work_id"] for hit in hits}), 0)
    for copy in observed(hits):
        counted[copy.work_id] += 1
    return counted


def _objects(hit: Mapping[str, Any]) -> list[str]:
    # An address that is known to lead to another target is no copy of its own: that target stands beside it.
    found = [link["object"] or link["url"] for link in hit["links"] if not (link.get("landing") or {}).get("leads_to")]
    return found or ([f"goods:{hit['url']}"] if hit.get("price") else [])


def _copy(work_id: str, thing: str, offers: list[Mapping[str, Any]]) -> Copy:
    offers = sorted(offers, key=lambda hit: (hit["seen_first"], hit["url"]))
    posted = [clock.parse(hit["posted_at"]) for hit in offers if hit["posted_at"]]
    return Copy(
        work_id=work_id,
        object=thing,
        pages=tuple(dict.fromkeys(hit["url"] for hit in offers)),
        hits=tuple(dict.fromkeys(hit["hit_id"] for hit in offers)),
        exhibits=tuple(dict.fromkeys(hit["exhibit"] for hit in offers if hit["exhibit"])),
        offered=min(posted) if posted else clock.parse(offers[0]["seen_first"]),
        is_dated=bool(posted),
    )
