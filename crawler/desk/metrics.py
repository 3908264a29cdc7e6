"""A run's figures as a text file for Prometheus's node_exporter (exposition format 0.0.4), written whole or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.desk import health
from crawler.errors import StorageError
from crawler.health.judgement import STATES
from crawler.store import Store, hits, runs
from crawler.whole_file import replace
from crawler.workspace import Workspace

Sample = tuple[Mapping[str, str], float]


def write(path: Path, text: str) -> None:
    """Put the text at a path, atomically: who collects it sees the old file or the new one. Raises StorageError."""
    try:
        replace(path, text.encode(), 0o644)
    except OSError as error:
        what = f"the figures cannot be written ({error.strerror})"
        raise StorageError(what, str(path), "name a file in a folder that can be written") from error


def figures(store: Store, workspace: Workspace, visits: Sequence[Mapping[str, Any]], pending_stamps: int) -> str:
    """The figures after a run: of the run, of each of its visits, and of every site's health."""
    lines: list[str] = []
    last = runs.latest(store)
    began = clock.parse(last[1]).timestamp() if last else 0.0
    now = clock.now().timestamp()
    threshold = workspace.configuration().matching.threshold
    lines += _family("titlewatch_run_start_timestamp_seconds", "When the last run began.", [({}, began)])
    ended = runs.ended_at(store, last[0]) if last else None
    lines += _family(
        "titlewatch_run_end_timestamp_seconds",
        "When the last run ended.",
        [({}, clock.parse(ended).timestamp())] if ended else [],
    )
    lines += _family("titlewatch_figures_timestamp_seconds", "When these figures were written.", [({}, now)])
    lines += _family("titlewatch_run_sites", "Sites of the last run.", [({}, len(visits))])
    lines += _family(
        "titlewatch_run_sites_failed",
        "Sites of the last run that failed.",
        [({}, sum(bool(one["failed"]) for one in visits))],
    )
    lines += _family(
        "titlewatch_hits_undecided",
        "Hits that wait for a decision.",
        [({}, hits.counts(store, threshold).get("new", 0))],
    )
    lines += _family("titlewatch_stamps_pending", "Timestamps that authorities still owe.", [({}, pending_stamps)])
    for name, told in {
        "requests": "Requests to the site in the last run.",
        "pages": "Pages that the site answered in the last run.",
        "listings": "Listings read on the site in the last run.",
        "hits": "Hits seen on the site in the last run.",
        "new_hits": "Hits of the site that the last run saw first.",
        "errors": "Pages of the site that failed in the last run.",
        "finished": "Whether the site's visit came to its end (1) or is to go on (0).",
    }.items():
        samples = [({"site": str(one["site"])}, float(one[name])) for one in visits]
        lines += _family(f"titlewatch_visit_{name}", told, samples)
    sites = health.every(store)
    lines += _family(
        "titlewatch_site_state",
        "The state of each site: 1 for the one that it is in.",
        [({"site": one.site, "state": state}, float(one.state == state)) for one in sites for state in STATES],
    )
    lines += _family(
        "titlewatch_site_needs_person",
        "Whether somebody must look at the site.",
        [({"site": one.site}, float(one.needs_person)) for one in sites],
    )
    lines += _family(
        "titlewatch_site_last_ok_timestamp_seconds",
        "The last visit in which the site could be read as before.",
        [({"site": one.site}, clock.parse(one.good_at).timestamp()) for one in sites if one.good_at],
    )
    lines += _family(
        "titlewatch_site_last_judged_timestamp_seconds",
        "The last visit that could say in which state the site is.",
        [({"site": one.site}, clock.parse(one.at).timestamp()) for one in sites if one.at],
    )
    lines += _family(
        "titlewatch_site_rows",
        "Rows that the site's lists showed in its last visit, unchanged ones included.",
        [({"site": one.site}, one.observed.rows + one.observed.rows_unchanged) for one in sites if one.state],
    )
    return "\n".join(lines) + "\n"


def _family(name: str, told: str, samples: Iterable[Sample]) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} gauge", *(_line(name, labels, value) for labels, value in samples)]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    shown = f"{value:.0f}" if float(value).is_integer() else f"{value:.3f}"
    return f"{name}{{{inside}}} {shown}" if inside else f"{name} {shown}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
