"""How many copies a case shows: one copy is one distinct hosted object, whatever number of pages link to it."""

from collections.abc import Iterable, Mapping
from typing import Any


def copies(hits: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Distinct hosted objects for each work; a target without an object id counts by its URL.

    An address that is known to lead to another target is no copy of its own: that target stands beside it.
    """
    found: dict[str, set[str]] = {}
    for hit in hits:
        found.setdefault(hit["work_id"], set()).update(
            link["object"] or link["url"] for link in hit["links"] if not (link.get("landing") or {}).get("leads_to")
        )
    return {work: len(objects) for work, objects in sorted(found.items())}
