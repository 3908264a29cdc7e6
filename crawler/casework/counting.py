"""How many copies a case shows: one copy is one distinct hosted object, whatever number of pages link to it."""

from collections.abc import Iterable, Mapping
from typing import Any


def copies(hits: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Distinct hosted objects for each work; a target without an object id counts by its URL."""
    found: dict[str, set[str]] = {}
    for hit in hits:
        found.setdefault(hit["work_id"], set()).update(link["object"] or link["url"] for link in hit["links"])
    return {work: len(objects) for work, objects in sorted(found.items())}
