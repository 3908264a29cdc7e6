"""What a night brought: the hits that were not there before, and decided ones whose pages changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.store import Store, hits, runs, timeline
from crawler.workspace import Workspace


def since(store: Store, workspace: Workspace, visits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The hits first seen by the runs of these visits, oldest first."""
    if not visits:
        return []
    started = _started(store, visits)
    threshold = workspace.configuration().matching.threshold
    sites = {visit["site"] for visit in visits}
    return [hit for hit in hits.select(store, at_least=threshold, since=started) if hit["site"] in sites]


def changed(store: Store, visits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The decided hits, whatever they score now, whose pages these visits found changed since the decision."""
    if not visits:
        return []
    sites = {visit["site"] for visit in visits}
    return [hit for hit in hits.select(store, changed_since=_started(store, visits)) if hit["site"] in sites]


def lost(store: Store, visits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The events of these visits that took a hit from its place, or brought it back: gone, moved, back."""
    if not visits:
        return []
    sites = {visit["site"] for visit in visits}
    events = timeline.since(store, _started(store, visits))
    return [one for one in events if one["site"] in sites and one["event"] in ("gone", "moved", "back")]


def _started(store: Store, visits: Sequence[Mapping[str, Any]]) -> str:
    return min(runs.started_at(store, str(visit["run_id"])) for visit in visits)
