"""One run: lock, recovery, all sites, sealing, stamps, summary."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from scrapy import signals
from scrapy.crawler import Crawler

from crawler import clock
from crawler.engine import environment
from crawler.engine.beginning import begin_run
from crawler.engine.equipment import equip
from crawler.engine.limits import OVER, STOPPED, Limits
from crawler.engine.opening import open_run, user_agent
from crawler.engine.place import enter_place
from crawler.engine.recovery import recover_all
from crawler.engine.rendering import visit_of
from crawler.engine.sealing import SOFTWARE, stamp_all
from crawler.engine.selftest import run_selftest
from crawler.engine.session import RunSession, SiteSession
from crawler.engine.titles import Progress as Indexing
from crawler.engine.visiting import visit_all
from crawler.errors import TitlewatchError, UnknownObjectError, UsageError
from crawler.evidence import stamps
from crawler.health.judgement import EMPTY, OK, STATES
from crawler.model import Site
from crawler.reading import Visit
from crawler.store import Store, exchanges, landings, pauses, runs, sites
from crawler.workspace import Workspace, find

log = logging.getLogger(__name__)
UNREAD = frozenset(STATES) - {OK, EMPTY}
"""The states of a site that could not be read as it should be; one that holds nothing is not at fault."""
Progress = Callable[[Mapping[str, Any]], None]


@dataclass(slots=True)
class Summary:
    """What a run did."""

    run_id: str
    visits: list[dict[str, Any]] = field(default_factory=list)
    """One per site: run_id, site, engine, requests, pages, listings, hits, new_hits, errors, finished, notes."""
    unstamped: bool = False
    """No timestamp authority is configured."""
    pending_stamps: list[str] = field(default_factory=list)
    unbegun: list[str] = field(default_factory=list)
    """Authorities that gave no stamp over the run's beginning, and why."""
    clock_warnings: list[str] = field(default_factory=list)
    """By how much the clock was off, and against whom, where that is beyond the limit."""
    ending: list[str] = field(default_factory=list)
    """Stamps whose certificates end soon, or have ended, and are not renewed."""
    spoilt: list[str] = field(default_factory=list)
    """Facts of stamps that cannot be read."""
    damaged: list[str] = field(default_factory=list)
    """Segments that could not be sealed."""
    landings: dict[str, int] = field(default_factory=dict)
    """State -> how many of the targets that the run asked are in it."""
    pictures_missing: str | None = None
    unread: dict[str, int] = field(default_factory=dict)
    """Why pages that need JavaScript were not read (`crawler.reading.Unread`) -> how many."""
    browser_missing: str | None = None
    """Why there is no browser, where one was looked for and not found."""
    recovered: list[str] = field(default_factory=list)
    twin: Path | None = None
    """Where another copy of the workspace lies: from this run on their ledgers differ."""
    lack: TitlewatchError | None = None
    """The want of space for which the run ended early; what it had is sealed."""
    interrupted: bool = False
    over: bool = False
    """The hour came at which the run had to end."""

    @property
    def failed_sites(self) -> list[str]:
        """Sites of which nothing could be read, or that stopped us."""
        return [v["site"] for v in self.visits if v["failed"]]


def crawl(
    workspace: Workspace,
    site_ids: Sequence[str] = (),
    max_requests: int | None = None,
    progress: Progress | None = None,
    on_interrupt: Callable[[], None] = lambda: None,
    indexing: Indexing = lambda done, total: None,
    limits: Limits | None = None,
) -> Summary:
    """Visit the named sites (all, if none) now, and return what was done.

    `indexing` is told how many of the watched titles are indexed, where a run must wait for that.

    Raises WorkspaceLockedError when another run is at work, UnknownObjectError for a site
    that is not there, EnvironmentProblem when the self-test fails, StorageError when the
    disk refuses; what was committed stays.
    """
    with workspace.run_lock(), open_run(workspace, max_requests, indexing) as run:
        run.limits = limits or run.limits
        chosen = _chosen(run.store, site_ids)
        summary = Summary(run.run_id, unstamped=run.configuration.unstamped)
        summary.recovered = _begin(run)
        summary.unbegun = begin_run(run)
        if progress:
            report = progress
            run.on_progress = lambda session: report(_moving(session))
        run.on_interrupt = on_interrupt
        summary.interrupted = visit_all(run, chosen)
        summary.over = run.over
        _finish(run, summary, chosen)
    if run.failure is not None:
        raise run.failure
    return summary


def ask(
    workspace: Workspace, hosts: Sequence[str], on_interrupt: Callable[[], None] = lambda: None,
    indexing: Indexing = lambda done, total: None, until: datetime | None = None,
) -> Summary:  # fmt: skip
    """Ask the configured resolvers and registries about hosts, in a run that visits no site; raises what `crawl` raises."""
    with workspace.run_lock(), open_run(workspace, None, indexing) as run:
        run.limits = Limits(until=until, hosts=tuple(hosts))
        summary = Summary(run.run_id, unstamped=run.configuration.unstamped)
        summary.recovered = _begin(run)
        summary.unbegun = begin_run(run)
        run.on_interrupt = on_interrupt
        summary.interrupted = visit_all(run, ())
        summary.over = run.over
        _finish(run, summary, ())
    if run.failure is not None:
        raise run.failure
    return summary


def _begin(run: RunSession) -> list[str]:
    """Put a killed run's evidence in order and enter this one; returns what was found."""
    found = recover_all(run.workspace, run.store, run.ledger)
    run.twin = enter_place(run.workspace, run.ledger)
    facts = environment.facts(run.configuration, user_agent(run.configuration), run.matcher.rules_version)
    tried = run_selftest()
    run.ledger.append(
        [{"type": "run-start", "run": run.run_id, "software": SOFTWARE, **facts, "self_test": tried.as_dict()}]
    )
    tried.demand()
    # What a killed run recorded is sealed now, and not only when a run comes to its end.
    run.seal_full()
    runs.begin(run.store, run.run_id, SOFTWARE, rfc8785.dumps(asdict(run.configuration)).decode())
    return found


def _chosen(store: Store, site_ids: Sequence[str]) -> list[Site]:
    known = {site.site_id: site for site in sites.every(store)}
    for site_id in site_ids:
        if site_id not in known:
            raise UnknownObjectError("no such site", site_id, "see: titlewatch sites list")
    if not known:
        raise UsageError("there is no site to visit", "the workspace", "add one with: titlewatch sites add URL")
    pauses.refuse(store, site_ids)
    paused = pauses.paused(store)
    chosen = [known[site_id] for site_id in dict.fromkeys(site_ids)]
    return chosen or [site for site_id, site in known.items() if site_id not in paused]


def _finish(run: RunSession, summary: Summary, chosen: Sequence[Site]) -> None:
    """Commit the rest, seal, stamp, and say how it ended."""
    if run.failure is None:
        try:
            run.recorder.flush_unfinished()
            if run.timekeeper is not None:
                run.timekeeper.stop()
                run.clock_warnings += run.timekeeper.warnings
        except TitlewatchError as error:
            run.fail(error)
    summary.visits = [
        _line(run, run.sites[s.site_id]) if s.site_id in run.sites else _unvisited(run, s) for s in chosen
    ]
    summary.pictures_missing = run.pictures_missing
    summary.unread, summary.browser_missing = dict(run.unread), run.camera.missing
    summary.landings = landings.counts(run.store, run.run_id) if run.configuration.targets.visit else {}
    summary.twin = run.twin
    if run.failure is not None:
        run.segments.close()
        return
    run.segments.close()
    summary.lack = run.lack
    outcome = (
        "no space" if run.lack else "interrupted" if summary.interrupted else "part" if summary.failed_sites else "done"
    )
    run.ledger.append(
        [{"type": "run-end", "run": run.run_id, "outcome": outcome, "visits": [
            {k: v[k] for k in ("site", "requests", "pages", "listings", "hits", "new_hits", "errors", "finished")}
            for v in summary.visits
        ]}]
    )  # fmt: skip
    run.seal_full()
    summary.damaged = run.damaged
    still = stamp_all(
        run.workspace,
        run.ledger,
        run.configuration.evidence,
        run.run_id,
        on_stamp=lambda stamp, told: run.clock_told(told),
    )
    summary.pending_stamps = [str(one) for one in still]
    summary.clock_warnings = list(dict.fromkeys(run.clock_warnings))
    ending, summary.spoilt = stamps.ending(run.workspace.evidence, clock.now())
    summary.ending = [str(link) for link in ending]
    exchanges.forget_spools(run.store)
    run.spool.close(remove_all=True)
    runs.end(run.store, run.run_id, outcome)


def _line(run: RunSession, session: SiteSession) -> dict[str, Any]:
    facts = session.facts()
    # A site whose turn did not come, because a person or the budget ended the run, has not failed.
    spent = run.budget.left == 0 or session.budget.left == 0
    unasked = facts["errors"] == 0 and (spent or session.pace.stopped in (STOPPED, OVER))
    state = session.verdict.state if session.verdict else None
    nothing = facts["pages"] == 0 and (facts["errors"] > 0 or facts["requests"] == 0) and not unasked
    return {
        "run_id": run.run_id,
        "site": session.site.site_id,
        **facts,
        "health": state,
        "failed": session.broken is not None
        or (state in UNREAD and not unasked)
        or (session.unread and state != OK)
        or session.pace.stopped not in (None, STOPPED, OVER)
        or (nothing and not facts["finished"])
        or (nothing and facts["errors"] > 0),
    }


def _moving(session: SiteSession) -> dict[str, Any]:
    """A visit as progress shows it: its row, and its pictures taken and under way."""
    verdict = session.verdict
    state = {"ended": verdict is not None, "health": verdict.state if verdict else None}
    moving = {"pictures": session.pictures, "picturing": session.picturing, **state}
    return {"site": session.site.site_id, **session.facts(), **moving}


def _unvisited(run: RunSession, site: Site) -> dict[str, Any]:
    """The line of a site whose turn never came."""
    nothing = dict.fromkeys(runs.COUNTS, 0)
    facts: dict[str, Any] = {
        "engine": site.engine,
        "notes": [],
        "clock": None,
        "finished": False,
        "failed": False,
        "health": None,
    }
    return {"run_id": run.run_id, "site": site.site_id, **nothing, **facts}


def open_for_scrapy(crawler: Crawler, workspace: str | None, site_id: str | None) -> Visit:
    """Open a run for one `scrapy crawl site -a site=ID [-a workspace=DIR]`; it is closed with the spider.

    Raises what `crawl` raises, with nothing left locked.
    """
    if site_id is None:
        raise UsageError("no site was named", "scrapy crawl site", "add: -a site=ID")
    place = find(workspace)
    with ExitStack() as opening:
        opening.enter_context(place.run_lock())
        run = opening.enter_context(open_run(place, None))
        (site,) = _chosen(run.store, [site_id])
        summary = Summary(run.run_id, recovered=_begin(run), unbegun=begin_run(run))
        runs.begin_visit(run.store, run.run_id, site.site_id)
        session = run.enter(site)
        equip(crawler, session)
        held = opening.pop_all()

    async def close() -> None:
        with held:
            await run.camera.close()
            run.commit()
            _finish(run, summary, [site])
            runs.end_visit(run.store, run.run_id, site.site_id, session.facts())
        counts = ", ".join(f"{summary.visits[0][name]} {name.replace('_', ' ')}" for name in runs.COUNTS)
        log.warning("%s: %s", site.site_id, f"{counts}; {run.failure}" if run.failure else counts)

    crawler.signals.connect(close, signals.spider_closed, weak=False)
    return visit_of(session)
