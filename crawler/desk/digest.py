"""What a night brought: the hits that were not there before, and decided ones whose pages changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.store import Store, hits, runs
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


def _started(store: Store, visits: Sequence[Mapping[str, Any]]) -> str:
    return min(runs.started_at(store, str(visit["run_id"])) for visit in visits)
