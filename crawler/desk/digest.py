"""What a night brought: the hits that were not there before."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.store import Store, hits, runs
from crawler.workspace import Workspace


def since(store: Store, workspace: Workspace, visits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The hits first seen by the runs of these visits, oldest first."""
    if not visits:
        return []
    started = min(runs.started_at(store, str(visit["run_id"])) for visit in visits)
    threshold = workspace.configuration().matching.threshold
    sites = {visit["site"] for visit in visits}
    return [hit for hit in hits.select(store, at_least=threshold, since=started) if hit["site"] in sites]
